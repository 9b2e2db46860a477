"""The role of an instance, as its metadata service tells of it.

Sources: "Retrieve security credentials from instance metadata", "Troubleshoot IAM roles for Amazon
EC2" (Amazon EC2 User Guide), "Instance metadata categories".
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from simulator.account.instance_role import instance_credentials
from simulator.account.principal_policies import iam_state
from simulator.hosts import taken
from simulator.hosts.machine import Machine
from simulator.hosts.state import Issued
from simulator.iam.decision import Result
from simulator.iam.evaluate import PolicySet, evaluate
from simulator.iam.policy import Policy
from simulator.iam.request import Request

_RENEWED = timedelta(minutes=5)
"""New credentials are there at least so long before the old ones end."""


def association(machine: Machine) -> Any:
    """moto's association of the instance with a profile; None if it has none."""
    return machine.state.iam_instance_profile_associations.get(machine.id)


def role_of(machine: Machine) -> Any:
    """moto's role in the instance's profile; None if there is none."""
    held = association(machine)
    if held is None or not held.iam_instance_profile.roles:
        return None
    return iam_state(machine.account.id).roles.get(held.iam_instance_profile.roles[0].id)


def info(machine: Machine) -> str:
    """iam/info of an instance with a profile."""
    profile = association(machine).iam_instance_profile
    role = role_of(machine)
    good = role is None or _may_assume(machine, role)
    return _text(
        {
            "Code": "Success" if good else "AssumeRoleUnauthorizedAccess",
            "LastUpdated": _stamp(machine.account.world.clock.now()),
            "InstanceProfileArn": profile.arn,
            "InstanceProfileId": profile.id,
        }
    )


def credentials(machine: Machine, role: Any, delivery: str) -> str:
    """iam/security-credentials/<role>: the same ones until shortly before they end.

    `delivery` is the version of the metadata service that was asked, "1.0" or "2.0"; each has
    credentials of its own.
    """
    if not _may_assume(machine, role):
        said = (
            f"EC2 cannot assume the role {role.name}.  Please see documentation at "
            "http://docs.amazonwebservices.com/IAM/latest/UserGuide/RolesTroubleshooting.html."
        )
        now = _stamp(machine.account.world.clock.now())
        return _text({"Code": "AssumeRoleUnauthorizedAccess", "Message": said, "LastUpdated": now})
    issued = _issued(machine, role, delivery)
    return _text(
        {
            "Code": "Success",
            "LastUpdated": _stamp(issued.since),
            "Type": "AWS-HMAC",
            "AccessKeyId": issued.keys["AccessKeyId"],
            "SecretAccessKey": issued.keys["SecretAccessKey"],
            "Token": issued.keys["SessionToken"],
            "Expiration": _stamp(issued.keys["Expiration"]),
        }
    )


def forget(machine: Machine) -> None:
    """The next request gets new credentials, as after a stop. Those handed out live on."""
    kept = machine.account.hosts.issued
    for key in [key for key in kept if key[0] == machine.id]:
        del kept[key]


def _issued(machine: Machine, role: Any, delivery: str) -> Issued:
    kept, now = machine.account.hosts.issued, machine.account.world.clock.now()
    key = (machine.id, association(machine).association_id, role.id, delivery)
    found = kept.get(key)
    if found is None or found.keys["Expiration"] - now <= _RENEWED:
        keys = instance_credentials(
            machine.account, machine.id, region=machine.region, delivery=delivery
        )
        found = kept[key] = Issued(now, keys)
        taken.note(machine, role, found)
    return found


def _may_assume(machine: Machine, role: Any) -> bool:
    """Whether the role's trust policy lets Amazon EC2 take it."""
    asked = Request(
        "ec2.amazonaws.com", "sts:AssumeRole", role.arn, resource_account=machine.account.id
    )
    trust = PolicySet(resource=Policy.parse(role.assume_role_policy_document, "trust policy"))
    return evaluate(asked, trust).result is Result.ALLOWED


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, separators=(",", " : "))
