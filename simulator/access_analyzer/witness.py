"""Callers from outside of a zone of trust that a statement lets in, and what they would send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product

from simulator.access_analyzer.assignments import OUTSIDE, Assignment, escaping, meeting
from simulator.access_analyzer.zone import Zone, account_in
from simulator.account.canonical import EC2, account_of
from simulator.iam.policy import Policy, Statement

_ACCOUNTS = {
    "aws:principalaccount",
    "aws:sourceaccount",
    "aws:sourceowner",
    "aws:vpceaccount",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
}
_ARNS = {"aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"}
_ORGANIZATIONS = {
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
}
_WHO = {
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalisawsservice",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalservicename",
    "aws:principaltype",
    "aws:userid",
    "aws:username",
    "kms:calleraccount",
}
"""Keys that follow from who calls: nobody chooses them to escape a Deny."""
_NETWORKS = {"aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip"}
SHOWN = _ACCOUNTS | _ARNS | _ORGANIZATIONS | _NETWORKS | {"aws:userid", "sts:externalid"}
"""Condition keys that a finding names ("IAM Access Analyzer filter keys"), with those of
identity providers."""
_USUAL = {"aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "false"}
_MOST, _ESCAPES = 64, 8


@dataclass(frozen=True, slots=True)
class Witness:
    """A caller, and what a finding says of it."""

    principal: str | None
    account: str
    context: Mapping[str, str]
    condition: tuple[tuple[str, str], ...]
    """Of the statement, and of what it takes not to be denied."""
    escapes: bool
    """A condition of a Deny statement narrows who it is."""


def outsiders(statement: Statement, zone: Zone) -> Iterator[tuple[str, str]]:
    """The principals of a statement that are outside: kind and name. AWS services aren't."""
    written = statement.written.get("Principal")
    if statement.principal is None:
        return
    if statement.principal.negated or written == "*":
        yield "AWS", "*"
        return
    for kind, names in written.items() if isinstance(written, Mapping) else ():
        for name in [names] if isinstance(names, str) else names:
            if kind == "AWS":
                account = account_in(name)
                if name == "*":
                    yield "AWS", "*"
                elif account and not zone.trusts(account):
                    yield "AWS", account if name.endswith(":root") else name
            elif kind == "Federated" or (kind == "CanonicalUser" and not _is_own(name, zone)):
                yield kind, name


def _is_own(canonical: str, zone: Zone) -> bool:
    """Whether a canonical user id is of a trusted account, or of AWS itself."""
    return canonical == EC2 or account_of(canonical, zone.accounts) is not None


def witnesses(
    statement: Statement, principal: tuple[str, str], denying: Policy | None, zone: Zone
) -> Iterator[tuple[Witness, ...]]:
    """Groups of callers that meet a statement's conditions.

    Of a group the first that isn't denied stands for all: the plainest caller comes first, then
    those who do what the Deny statements want.
    """
    ways = [tuple(meeting(condition)) for condition in statement.conditions]
    for chosen in islice(product(*ways), _MOST):
        if any(_trusted(one, zone) for one in chosen):
            continue
        for caller in _callers(principal, chosen):
            plain = _witness(caller, chosen, ())
            more = (_witness(caller, chosen, extra) for extra in _escapes(chosen, denying))
            yield (plain, *more)


def _trusted(one: Assignment, zone: Zone) -> bool:
    """Whether a condition makes sure that only somebody trusted comes in."""
    value = one.shown
    if one.key == "aws:principalisawsservice":
        return one.value == "true"
    if one.key == "aws:principalservicename":
        return value is not None
    if value is None:
        return False
    if one.key in _ACCOUNTS:
        return zone.trusts(value)
    if one.key in _ARNS:
        return zone.trusts_arn(value)
    return one.key in _ORGANIZATIONS and zone.trusts_organization(value)


def _callers(
    principal: tuple[str, str], chosen: Iterable[Assignment]
) -> Iterator[tuple[str | None, str]]:
    """Principals, with their accounts, that stand for one of a policy: anonymous ones first."""
    kind, name = principal
    if kind != "AWS":
        yield name, ""
        return
    told = {one.key: one.value for one in chosen if one.value is not None}
    arn = told.get("aws:principalarn")
    account = told.get("aws:principalaccount") or told.get("kms:calleraccount")
    if arn and (name == "*" or account_in(name) == account_in(arn)) and account_in(arn):
        yield arn, account_in(arn)
        return
    if name == "*":
        if account is None:
            yield None, ""
        yield _role(account or OUTSIDE), account or OUTSIDE
    elif account_in(name) == name:
        yield _role(name), name
    else:
        yield name, account_in(name)


def _role(account: str) -> str:
    return f"arn:aws:iam::{account}:role/Outsider"


def _witness(
    caller: tuple[str | None, str], chosen: Iterable[Assignment], extra: Iterable[Assignment]
) -> Witness:
    principal, account = caller
    context = dict(_USUAL)
    if account:
        context["kms:CallerAccount"] = account
    shown: dict[str, str] = {}
    for one in (*chosen, *extra):
        context = {name: value for name, value in context.items() if name.lower() != one.key}
        if one.value is not None and one.key not in {"aws:principalarn", "aws:principalaccount"}:
            context[one.key] = one.value
        if one.shown is not None and _is_shown(one.key):
            shown[one.key] = one.shown
    narrowed = any(one.shown is not None and one.key in SHOWN for one in extra)
    return Witness(principal, account, context, tuple(sorted(shown.items())), narrowed)


def _is_shown(key: str) -> bool:
    return key in SHOWN or key.endswith((":aud", ":sub", ":app_id", ":amr"))


def _escapes(
    chosen: Iterable[Assignment], denying: Policy | None
) -> Iterator[tuple[Assignment, ...]]:
    """What a caller may choose so that Deny statements don't apply."""
    if denying is None:
        return
    taken = {one.key for one in chosen if one.value is not None}
    ways: dict[str, dict[Assignment, None]] = {}
    for statement in denying.statements:
        if not statement.denies:
            continue
        for condition in statement.conditions:
            key = condition.key.lower()
            if key not in _WHO and key not in taken:
                ways.setdefault(key, {}).update(dict.fromkeys(escaping(condition)))
    if ways:
        yield from islice(product(*(tuple(each) for each in ways.values())), _ESCAPES)
