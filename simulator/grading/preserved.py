"""Whether the state of what was destroyed had been looked at before: from the order of the records.

CloudTrail keeps what was called. What a policy said, what code a function ran and when a key was
last used is gone with the thing itself. Sources: "AWS Security Incident Response Guide", "Remove or
deactivate an IAM user", "Manage access keys for IAM users".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Loss:
    """What a call destroys: the parameter that names it, and what should have gone before."""

    names: str
    looks: tuple[str, ...]
    """Calls that look at the thing of that name, or at all of them."""
    what: str


_POLICIES = ("GetAccountAuthorizationDetails",)
_AT_ALL = frozenset({"GetAccountAuthorizationDetails", "ListRoles", "GetCredentialReport"})
"""Calls that show every user or role there is."""
_LOSSES: dict[str, _Loss] = {
    "DeleteUserPolicy": _Loss(
        "userName", ("GetUserPolicy", *_POLICIES), "what the policy said: GetUserPolicy"
    ),
    "DetachUserPolicy": _Loss(
        "userName",
        ("ListAttachedUserPolicies", *_POLICIES),
        "what it was allowed: ListAttachedUserPolicies",
    ),
    "DeleteAccessKey": _Loss(
        "accessKeyId",
        ("UpdateAccessKey",),
        "when it was last used, and whether anybody needs it. Switch it off first: UpdateAccessKey",
    ),
    "DeleteLoginProfile": _Loss(
        "userName",
        ("GetLoginProfile", "GetCredentialReport"),
        "since when it had a password: GetLoginProfile",
    ),
    "UpdateAssumeRolePolicy": _Loss(
        "roleName", ("GetRole", "ListRoles", *_POLICIES), "whom the role trusted: GetRole"
    ),
    "DeleteFunction20150331": _Loss(
        "functionName", ("GetFunction20150331v2",), "its code and its role: GetFunction"
    ),
    "UpdateFunctionCode20150331v2": _Loss(
        "functionName", ("GetFunction20150331v2",), "its code: GetFunction"
    ),
    "RemoveTargets": _Loss("rule", ("ListTargetsByRule",), "what it started: ListTargetsByRule"),
    "DeleteBucketPolicy": _Loss(
        "bucketName", ("GetBucketPolicy",), "what the policy said: GetBucketPolicy"
    ),
    "PutBucketPolicy": _Loss(
        "bucketName", ("GetBucketPolicy",), "what the policy said: GetBucketPolicy"
    ),
}


def destroyed_unseen(
    records: Iterable[Record], hostile: Callable[[Record], bool], things: Collection[str]
) -> Iterator[str]:
    """A clause for each loss: "DeleteFunction20150331 of sync destroyed its code…".

    `records` begin with the response; `things` are the names and key ids that it is about.
    """
    looked: set[tuple[str, str]] = set()
    for record in records:
        if "errorCode" in record or hostile(record):
            continue
        event, asked = record["eventName"], record["requestParameters"] or {}
        loss = _LOSSES.get(event)
        named = _name(asked.get(loss.names)) if loss is not None else ""
        if loss is not None and named in things:
            seen = any((look, named) in looked or (look, "") in looked for look in loss.looks)
            if not seen:
                yield f"{event} of {named} destroyed {loss.what}"
        if event == "UpdateAccessKey" and asked.get("status") != "Inactive":
            continue
        looked |= {(event, _name(value)) for value in asked.values()}
        if event in _AT_ALL:
            looked.add((event, ""))


def _name(value: Any) -> str:
    """A name, also where it is given as an ARN."""
    return value.rpartition(":")[2] if isinstance(value, str) else ""
