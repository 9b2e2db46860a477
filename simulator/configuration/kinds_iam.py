"""Users, groups, roles and customer managed policies, as GetAccountAuthorizationDetails tells.

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

_TOLD: Final = {
    "AWS::IAM::User": ("User", "UserDetailList", "UserName", "UserId"),
    "AWS::IAM::Group": ("Group", "GroupDetailList", "GroupName", "GroupId"),
    "AWS::IAM::Role": ("Role", "RoleDetailList", "RoleName", "RoleId"),
    "AWS::IAM::Policy": ("LocalManagedPolicy", "Policies", "Arn", "PolicyId"),
}
_VOLATILE = {"RoleLastUsed"}


def _asked(kind: str, account: Account) -> list[dict[str, Any]]:
    from simulator.gateway.inner_call import ask

    if state_of("iam", account.id) is None:
        return []
    what, answer, *_ = _TOLD[kind]
    found: list[dict[str, Any]] = []
    params: dict[str, Any] = {"Filter": [what], "MaxItems": 1000}
    while True:
        told = ask(account, "us-east-1", "iam", "GetAccountAuthorizationDetails", params)
        found += told.get(answer, [])
        if not told.get("IsTruncated"):
            return found
        params["Marker"] = told["Marker"]


def _listed(kind: str, account: Account, region: str) -> Iterator[str]:
    for one in _asked(kind, account):
        yield str(one[_TOLD[kind][2]])


def _described(kind: str, account: Account, region: str, name: str) -> Resource | None:
    *_, by, number = _TOLD[kind]
    told = next((one for one in _asked(kind, account) if one[by] == name), None)
    if told is None:
        return None
    told = {key: value for key, value in told.items() if key not in _VOLATILE}
    short = str(told.get("PolicyName") or told[by])
    return Resource(
        kind,
        str(told[number]),
        str(told["Arn"]),
        "global",
        short,
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


KINDS: Final = {kind: Kind(partial(_listed, kind), partial(_described, kind)) for kind in _TOLD}
