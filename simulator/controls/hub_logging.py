"""Rules on trails, on detection and on AWS Config itself.

Source: "List of AWS Config Managed Rules" (AWS Config Developer Guide).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from simulator.account.account import Account
from simulator.account.state import state_of, states_of
from simulator.controls.evaluation import Evaluation
from simulator.controls.hub_asking import ask, is_built

_OBJECTS = "AWS::S3::Object"
_ROLE = "AWSServiceRoleForConfig"


def cloud_trail_encryption_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """Trails have a KMS key."""
    return _each(account, region, lambda trail: bool(trail.kms_key_id), "No KMS key")


def cloud_trail_cloud_watch_logs_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """Trails send to CloudWatch Logs."""
    said = "The trail sends nothing to CloudWatch Logs"
    return _each(account, region, lambda t: bool(t.cw_log_group_arn), said)


def cloudtrail_all_write_s3_data_event_check(account: Account, region: str) -> Iterator[Evaluation]:
    """A trail of all Regions logs writes to objects of every bucket."""
    yield _objects(account, "WriteOnly")


def cloudtrail_all_read_s3_data_event_check(account: Account, region: str) -> Iterator[Evaluation]:
    """A trail of all Regions logs reads of objects of every bucket."""
    yield _objects(account, "ReadOnly")


def config_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """A recorder with the service-linked role is recording."""
    good = _records(account, region)
    said = "" if good else "No recorder with the service-linked role is recording in the Region"
    yield _account(account, good, said)


def macie_status_check(account: Account, region: str) -> Iterator[Evaluation]:
    """Macie is enabled."""
    good = ask(account, region, "macie2", "GetMacieSession").get("status") == "ENABLED"
    yield _account(account, good, "" if good else "Macie is not enabled in the Region")


def step_functions_state_machine_logging_enabled(
    account: Account, region: str
) -> Iterator[Evaluation]:
    """State machines log."""
    state = state_of("stepfunctions", account.id, region)
    for machine in state.state_machines if state is not None else ():
        level = (machine.loggingConfiguration or {}).get("level", "OFF")
        good = level != "OFF"
        said = "" if good else "The state machine logs nothing"
        yield Evaluation("AWS::StepFunctions::StateMachine", machine.name, machine.arn, good, said)


def _trails(account: Account) -> list[Any]:
    states = states_of("cloudtrail", account.id)
    return [trail for state in states for trail in state.trails.values()]


def _each(
    account: Account, region: str, good: Callable[[Any], bool], said: str
) -> Iterator[Evaluation]:
    for trail in _trails(account):
        if trail.region_name == region:
            holds = good(trail)
            kind = "AWS::CloudTrail::Trail"
            yield Evaluation(kind, trail.trail_name, trail.arn, holds, "" if holds else said)


def _objects(account: Account, kind: str) -> Evaluation:
    good = any(
        trail.is_multi_region and trail.status.is_logging and _logs_objects(trail, kind)
        for trail in _trails(account)
    )
    said = "" if good else "No trail of all Regions logs them for every bucket"
    return _account(account, good, said)


def _logs_objects(trail: Any, kind: str) -> bool:
    for one in trail.event_selectors or ():
        if one.get("ReadWriteType", "All") in {"All", kind}:
            for data in one.get("DataResources") or ():
                wide = {"arn:aws:s3", "arn:aws:s3:::"} & set(data.get("Values") or ())
                if data["Type"] == _OBJECTS and wide:
                    return True
    for one in trail.advanced_event_selectors or ():
        if not _equal(one, "eventCategory", "Data") or not _equal(one, "resources.type", _OBJECTS):
            continue
        others = [
            each
            for each in one["FieldSelectors"]
            if each["Field"] not in {"eventCategory", "resources.type"}
        ]
        reads = "true" if kind == "ReadOnly" else "false"
        if all(each["Field"] == "readOnly" and each.get("Equals") == [reads] for each in others):
            return True
    return False


def _equal(selector: Mapping[str, Any], field: str, value: str) -> bool:
    return any(
        each["Field"] == field and each.get("Equals") == [value]
        for each in selector["FieldSelectors"]
    )


def _records(account: Account, region: str) -> bool:
    if not is_built("config", "DescribeConfigurationRecorders"):
        backend = state_of("config", account.id, region)
        kept = backend.recorders.values() if backend is not None else ()
        return any(one.status.recording and one.role_arn.endswith(_ROLE) for one in kept)
    described = ask(account, region, "config", "DescribeConfigurationRecorders")
    status = ask(account, region, "config", "DescribeConfigurationRecorderStatus")
    on = {
        one["name"] for one in status.get("ConfigurationRecordersStatus") or () if one["recording"]
    }
    return any(
        one["name"] in on and str(one.get("roleARN")).endswith(_ROLE)
        for one in described.get("ConfigurationRecorders") or ()
    )


def _account(account: Account, good: bool, said: str) -> Evaluation:
    arn = f"arn:aws:iam::{account.id}:root"
    return Evaluation("AWS::::Account", account.id, arn, good, said)
