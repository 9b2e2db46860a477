"""A request made ready for many statements to be compared with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.iam.principals import Caller, caller
from simulator.iam.request import Request
from simulator.iam.variables import Values

_ACCOUNT_IN_ARN = re.compile(r"arn:[^:]*:[^:]*:[^:]*:(\d{12}):")
_LISTS_BUCKETS = {"s3:listallmybuckets"}
_WITH_PROVIDER = {"sts:assumerolewithwebidentity", "sts:assumerolewithsaml"}


@dataclass(frozen=True, slots=True)
class Scope:
    """One request, with everything derived from it derived once."""

    action: str
    """In lower case."""
    service: str
    resource: str
    account: str | None
    """Of the resource. None when nobody tells."""
    who: Caller
    values: Values
    bounded: bool = False
    """The caller has a permissions boundary."""

    @property
    def same_account(self) -> bool:
        """Whether caller and resource belong to one account."""
        return self.who.account is not None and self.who.account == self.account

    @property
    def resource_decides(self) -> bool:
        """Whether the resource-based policy must itself allow, or delegate to the account.

        KMS keys and roles (as what is assumed) are such resources ("Key policies in AWS KMS",
        "IAM roles: trust policies").
        """
        kind = self.resource.split(":", 5)[-1]
        if self.service == "kms":
            return kind.startswith("key/")
        return self.service == "sts" and kind.startswith("role/")


def scope(request: Request, bounded: bool) -> Scope:
    """Derive what a request implies: who calls, which account, which condition keys."""
    action = request.action.lower()
    values = {
        key.lower(): (value,) if isinstance(value, str) else texts(value)
        for key, value in request.context.items()
    }
    principal = request.principal
    if principal is None and action in _WITH_PROVIDER:
        principal = _single(values, "aws:federatedprovider")
    holder = request.federated_by or _single(values, "aws:principalarn")
    who = caller(principal, holder, _single(values, "aws:userid"))
    values = {**who.context, **values}
    resource = "*" if request.wildcard_only else request.resource
    if resource == "*" and action in _LISTS_BUCKETS:
        resource = "arn:aws:s3:::*"
    owner = _ACCOUNT_IN_ARN.match(resource)
    account = request.resource_account or (owner[1] if owner else who.account)
    return Scope(action, action.partition(":")[0], resource, account, who, values, bounded)


def texts(value: object) -> tuple[str, ...]:
    """The values of a condition key as strings; an absent value is an empty tuple."""
    if isinstance(value, str):
        return (value,)
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, Sequence):
        return tuple(text for one in value for text in texts(one))
    return (str(value),)


def _single(values: Mapping[str, tuple[str, ...]], key: str) -> str | None:
    found = values.get(key, ())
    return found[0] if len(found) == 1 else None
