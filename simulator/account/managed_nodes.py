"""The instances that Systems Manager manages: whose agent runs and may report to it.

Source: "Configure instance permissions required for Systems Manager"
(AWS Systems Manager User Guide).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.account.account import Account
from simulator.account.principal_policies import iam_state, policies_of
from simulator.account.state import state_of
from simulator.gateway.caller import Caller, CallerType
from simulator.hosts.machine import Machine
from simulator.hosts.reach import unreachable
from simulator.iam.decision import Result
from simulator.iam.evaluate import evaluate
from simulator.iam.request import Request


def managed_nodes(account: Account, region: str) -> Iterator[Any]:
    """moto's instances whose agent runs, reaches the service, and may report by the role's policies."""
    state = state_of("ec2", account.id, region)
    if state is None:
        return
    for instance in state.all_running_instances():
        held = state.iam_instance_profile_associations.get(instance.id)
        if held is None or not held.iam_instance_profile.roles:
            continue
        role = iam_state(account.id).roles.get(held.iam_instance_profile.roles[0].id)
        if role is None or not Machine(account, instance).agent_runs:
            continue
        if unreachable(account.world, instance.id, f"ssm.{region}.amazonaws.com", 443):
            continue
        if _may_report(account, role, instance.id, region):
            yield instance


def _may_report(account: Account, role: Any, instance_id: str, region: str) -> bool:
    arn = f"arn:aws:sts::{account.id}:assumed-role/{role.name}/{instance_id}"
    agent = Caller(
        CallerType.ASSUMED_ROLE, account.id, arn, f"{role.id}:{instance_id}", issuer_id=role.id
    )
    target = f"arn:aws:ec2:{region}:{account.id}:instance/{instance_id}"
    asked = Request(arn, "ssm:UpdateInstanceInformation", target)
    return evaluate(asked, policies_of(agent)).result is Result.ALLOWED
