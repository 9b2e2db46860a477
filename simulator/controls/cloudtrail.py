"""Rules on trails, as the account and the Region see them.

Source: "List of AWS Config Managed Rules" (AWS Config Developer Guide), the page of each rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.account.account import Account
from simulator.controls.accounts import of_account
from simulator.controls.evaluation import Evaluation
from simulator.services.trails import shown_to


def cloudtrail_enabled(
    account: Account,
    region: str,
    *,
    s3_bucket_name: str = "",
    sns_topic_arn: str = "",
    cloud_watch_logs_log_group_arn: str = "",
) -> Iterator[Evaluation]:
    """A trail logs in the Region, to where the parameters say."""
    good = any(
        trail.status.is_logging
        and s3_bucket_name in {"", trail.bucket_name}
        and sns_topic_arn in {"", trail.topic_arn}
        and cloud_watch_logs_log_group_arn in {"", trail.cw_log_group_arn}
        for trail in _seen(account, region)
    )
    yield of_account(account, good, "No trail logs in the Region")


def multi_region_cloudtrail_enabled(
    account: Account,
    region: str,
    *,
    s3_bucket_name: str = "",
    include_management_events: str = "True",
    read_write_type: str = "ALL",
) -> Iterator[Evaluation]:
    """A multi-Region trail logs, management events both read and written."""
    good = any(
        trail.is_multi_region
        and trail.status.is_logging
        and s3_bucket_name in {"", trail.bucket_name}
        and (include_management_events.lower() != "true" or _has_all(trail, read_write_type))
        for trail in shown_to(account)
    )
    yield of_account(account, good, "No multi-Region trail logs all management events")


def cloud_trail_log_file_validation_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """Trails sign their log files."""
    for trail in _seen(account, region):
        said = "" if trail.log_validation else "Log file validation is not enabled"
        good = bool(trail.log_validation)
        yield Evaluation("AWS::CloudTrail::Trail", trail.arn, trail.arn, good, said)


def _seen(account: Account, region: str) -> list[Any]:
    return [one for one in shown_to(account) if one.is_multi_region or one.region_name == region]


def _has_all(trail: Any, kind: str) -> bool:
    """Whether the selectors, basic or advanced, ask for management events of the kind."""
    wanted = {"ALL": {"All"}, "READ": {"All", "ReadOnly"}, "WRITE": {"All", "WriteOnly"}}
    if trail.advanced_event_selectors:
        return any(_is_whole(one, kind) for one in trail.advanced_event_selectors)
    if not trail.event_selectors:
        return True
    return any(
        one.get("IncludeManagementEvents", True)
        and not one.get("ExcludeManagementEventSources")
        and one.get("ReadWriteType", "All") in wanted.get(kind, {"All"})
        for one in trail.event_selectors
    )


def _is_whole(selector: dict[str, Any], kind: str) -> bool:
    fields = {one["Field"]: one for one in selector.get("FieldSelectors", ())}
    if fields.pop("eventCategory", {}).get("Equals") != ["Management"]:
        return False
    only = fields.pop("readOnly", {}).get("Equals")
    return not fields and only in {"READ": (None, ["true"]), "WRITE": (None, ["false"])}.get(
        kind, (None,)
    )
