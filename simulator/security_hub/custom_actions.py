"""Findings are sent with a custom action, which people do at the console: no API call does it.

Source: "EventBridge event formats for Security Hub CSPM" (AWS Security Hub User Guide).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.gateway.errors import AwsError
from simulator.security_hub import reach, sending
from simulator.security_hub.state import hub_of

if TYPE_CHECKING:
    from simulator.account.account import Account


def send(
    account: Account, region: str, action_arn: str, finding_ids: Iterable[str], now: datetime
) -> None:
    """One "Security Hub Findings - Custom Action" event a finding, at the observer's next look.

    Raises:
        AwsError: ResourceNotFoundException for an action, or a finding, that there isn't.
    """
    hub = hub_of(account, region)
    action = hub.actions.get(action_arn) if hub is not None else None
    if action is None:
        raise AwsError("ResourceNotFoundException", f"Action target {action_arn} not found.", 404)
    seen = {}
    for owner, where in reach.places(account.world, account, region):
        held = hub_of(owner, where)
        for finding in held.findings.values() if held is not None else ():
            seen[finding.asff["Id"]] = finding.asff
    chosen = []
    for name in finding_ids:
        if name not in seen:
            raise AwsError("ResourceNotFoundException", f"Finding {name} not found.", 404)
        chosen.append(seen[name])
    about = {"actionName": action.name, "actionDescription": action.description}
    detail_type = "Security Hub Findings - Custom Action"
    sending.send(account, region, detail_type, chosen, now, about, action.arn)
