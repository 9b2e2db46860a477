"""Users, groups, roles and customer managed policies, told as GetAccountAuthorizationDetails does.

Source: "Supported Resource Types for AWS Config" (AWS Config Developer Guide).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.configuration.kinds import Kind
from simulator.configuration.resource import Related, Resource, aware, camel, tags_of

_KINDS: Final = ("User", "Group", "Role", "Policy")


def _held(kind: str, account: Account) -> dict[str, Any]:
    """The entities of a kind by name, policies of the account's own by ARN."""
    iam = state_of("iam", account.id)
    if iam is None:
        return {}
    if kind == "Policy":
        own = f":{account.id}:policy/"
        return {arn: one for arn, one in iam.managed_policies.items() if own in arn}
    holders = {"User": iam.users, "Group": iam.groups, "Role": iam.roles}[kind]
    return {one.name: one for one in holders.values()}


def _listed(kind: str, account: Account, region: str) -> Iterator[str]:
    yield from _held(kind, account)


def _described(kind: str, account: Account, region: str, name: str) -> Resource | None:
    from simulator.services.iam.authorization_details import details_of

    holder = _held(kind, account).get(name)
    if holder is None:
        return None
    told = details_of(state_of("iam", account.id), kind, holder)
    return Resource(
        f"AWS::IAM::{kind}",
        str(told[f"{kind}Id"]),
        str(told["Arn"]),
        "global",
        str(told[f"{kind}Name"]),
        "Not Applicable",
        aware(told["CreateDate"]),
        tags_of(told.get("Tags")),
        tuple(sorted(set(_related(account, told)))),
        camel(told),
    )


def _related(account: Account, told: dict[str, Any]) -> Iterator[Related]:
    iam = state_of("iam", account.id)
    for attached in told.get("AttachedManagedPolicies") or ():
        policy = iam.managed_policies.get(attached["PolicyArn"])
        if policy is not None:
            yield "AWS::IAM::Policy", str(policy.id), "Is attached to CustomerManagedPolicy"
    for name in told.get("GroupList") or ():
        if name in (held := {one.name: one.id for one in iam.groups.values()}):
            yield "AWS::IAM::Group", str(held[name]), "Is attached to Group"


KINDS: Final = {
    f"AWS::IAM::{kind}": Kind(partial(_listed, kind), partial(_described, kind)) for kind in _KINDS
}
