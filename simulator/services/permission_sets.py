"""A permission set becomes a role in an account, and is brought up to date only when provisioned.

Sources: "Referencing permission sets in resource policies, Amazon EKS Cluster config maps, and AWS
KMS key policies"; the API reference of CreateAccountAssignment and ProvisionPermissionSet.
"""

from __future__ import annotations

import json
import random
import re
from typing import Any

from simulator.account.account import Account
from simulator.account.identity_center import center_of, provisioned
from simulator.account.principal_policies import iam_state
from simulator.backends import moto_time

INLINE = "AwsSSOInlinePolicy"
PATH = "/aws-reserved/sso.amazonaws.com/"
_LONGEST = 43_200
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")


class CannotProvision(Exception):
    """The account lacks a policy that the permission set refers to."""


def provision(management: Account, permission_set: Any, account: Account) -> None:
    """Make the permission set's role in `account`, or bring it up to date.

    Raises:
        CannotProvision: a customer managed policy isn't there under its name.
    """
    iam = iam_state(account.id)
    attached = _managed(iam, permission_set, account)
    boundary = _boundary(iam, permission_set, account)
    known = provisioned(management).get((permission_set.permission_set_arn, account.id))
    with moto_time.serving(management.world.clock.now):
        role = iam.roles.get(known["role_id"]) if known else None
        if role is None:
            role = _new_role(management, permission_set, account)
        for arn in set(role.managed_policies) - attached:
            iam.detach_role_policy(arn, role.name)
        for arn in attached - set(role.managed_policies):
            iam.attach_role_policy(arn, role.name)
    role.policies.clear()
    if permission_set.inline_policy:
        role.policies[INLINE] = permission_set.inline_policy
    role.permissions_boundary_arn = boundary
    role.description = permission_set.description or ""
    provisioned(management)[permission_set.permission_set_arn, account.id] = {
        "role_id": role.id,
        "seconds": seconds(permission_set.session_duration),
    }


def withdraw(management: Account, permission_set_arn: str, account: Account) -> None:
    """Remove the role: nobody is assigned the permission set in `account` any more."""
    known = provisioned(management).pop((permission_set_arn, account.id), None)
    iam = iam_state(account.id)
    role = iam.roles.get(known["role_id"]) if known else None
    if role is None:
        return
    for arn in list(role.managed_policies):
        iam.detach_role_policy(arn, role.name)
    del iam.roles[role.id]


def seconds(duration: str) -> int:
    """Seconds of an ISO 8601 duration such as PT8H; an hour for anything else."""
    found = _DURATION.fullmatch(duration)
    if found is None:
        return 3600
    hours, minutes, rest = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + rest


def _new_role(management: Account, permission_set: Any, account: Account) -> Any:
    region = "" if management.region == "us-east-1" else f"{management.region}/"
    name = f"AWSReservedSSO_{permission_set.name}"
    mark = _hex(management, permission_set.permission_set_arn, account.id)
    return iam_state(account.id).create_role(
        role_name=f"{name}_{mark}",
        assume_role_policy_document=_trust(management, account),
        path=f"{PATH}{region}",
        permissions_boundary=None,
        description="",
        tags=[],
        max_session_duration=_LONGEST,
    )


def _trust(management: Account, account: Account) -> str:
    iam = iam_state(account.id)
    instance = center_of(management).instances[0].instance_arn
    name = f"AWSSSO_{_hex(management, instance, account.id)}_DO_NOT_DELETE"
    if name not in iam.saml_providers:
        iam.create_saml_provider(name, f'<EntityDescriptor entityID="{instance}"/>')
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Federated": f"arn:aws:iam::{account.id}:saml-provider/{name}"},
                    "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
                    "Condition": {
                        "StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}
                    },
                }
            ],
        }
    )


def _hex(management: Account, *what: str) -> str:
    chance = random.Random("/".join((str(management.world.seed), *what)))
    return f"{chance.getrandbits(64):016x}"


def _managed(iam: Any, permission_set: Any, account: Account) -> set[str]:
    own = {_own(account, one.path, one.name) for one in permission_set.customer_managed_policies}
    for arn in own:
        _must_exist(iam, arn)
    return {one.arn for one in permission_set.managed_policies} | own


def _boundary(iam: Any, permission_set: Any, account: Account) -> str | None:
    wanted = permission_set.__dict__.get("boundary")
    if not wanted:
        return None
    reference = wanted.get("CustomerManagedPolicyReference")
    arn = wanted.get("ManagedPolicyArn") or _own(
        account, reference.get("Path", "/"), reference["Name"]
    )
    _must_exist(iam, arn)
    return str(arn)


def _own(account: Account, path: str, name: str) -> str:
    return f"arn:aws:iam::{account.id}:policy{path}{name}"


def _must_exist(iam: Any, arn: str) -> None:
    if arn not in iam.managed_policies:
        raise CannotProvision(
            f"Received a 404 status error: Policy {arn} does not exist or is not attachable."
        )
