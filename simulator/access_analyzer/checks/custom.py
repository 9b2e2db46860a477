"""The custom policy checks: is access new, is it granted, is it public.

Sources: "CheckNoNewAccess", "CheckAccessNotGranted", "CheckNoPublicAccess" (IAM Access Analyzer API
Reference), "IAM Access Analyzer custom policy checks" (IAM User Guide). AWS proves its answers; here
statements are compared one by one. What can't be shown to be old access counts as new: a check may
fail where AWS's would pass, but never the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.access_analyzer.checks.globs import meet
from simulator.access_analyzer.checks.regions import (
    EVERYTHING,
    Names,
    actions_of,
    implied,
    principals_of,
    resources_of,
)
from simulator.iam.policy import Policy, Statement

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what a statement allows."""

    resources: Names
    principals: Names


def no_new_access(new: Policy, existing: Policy) -> Answer:
    """Whether the new policy allows nothing that the existing one doesn't."""
    actions = actions_of((new, existing))
    found = [
        statement
        for statement in new.statements
        if not statement.denies and _is_new(statement, new, existing, actions)
    ]
    if not found:
        text = "The modified permissions do not grant new access compared to your existing policy."
        return {"result": "PASS", "message": text}
    text = "The modified permissions grant new access compared to your existing policy."
    return _failed(text, "New access in the statement with", found)


def access_not_granted(policy: Policy, access: Mapping[str, Sequence[str]]) -> Answer:
    """Whether the policy allows none of the actions on none of the resources."""
    wanted = tuple(access.get("actions", ()))
    resources = tuple(access.get("resources", ()))
    listed = " or ".join(
        name for name, held in (("actions", wanted), ("resources", resources)) if held
    )
    found = [
        statement
        for statement in policy.statements
        if not statement.denies and _grants(statement, policy, wanted, resources)
    ]
    if not found:
        text = f"The policy document does not grant access to perform one or more of the listed {listed}."
        return {"result": "PASS", "message": text}
    text = f"The policy document grants access to perform one or more of the listed {listed}."
    return _failed(text, f"One or more of the listed {listed} in the statement with", found)


def no_public_access(policy: Policy, public: Iterable[Statement]) -> Answer:
    """The answer, once it is known which statements let everybody in."""
    found = list(public)
    if not found:
        text = "The resource policy does not grant public access for the given resource type."
        return {"result": "PASS", "message": text}
    text = "The resource policy grants public access for the given resource type."
    return _failed(text, "Public access granted in the following statement with", found)


def _failed(message: str, what: str, statements: Iterable[Statement]) -> Answer:
    return {
        "result": "FAIL",
        "message": message,
        "reasons": [
            {
                "description": f"{what} index: {one.index}.",
                "statementIndex": one.index,
                **({"statementId": one.sid} if one.sid else {}),
            }
            for one in statements
        ],
    }


def _is_new(statement: Statement, new: Policy, existing: Policy, actions: Iterable[str]) -> bool:
    """Whether some part of a statement isn't allowed by the existing policy."""
    judged: dict[tuple[tuple[int, ...], ...], bool] = {}
    for action in actions:
        if not statement.actions.covers(action):
            continue
        speaking = (
            new.denies(action),
            existing.allows(action),
            existing.denies(action),
        )
        key = tuple(tuple(one.index for one in each) for each in speaking)
        if key not in judged:
            judged[key] = any(
                _piece_is_new(piece, statement, *speaking) for piece in _pieces(statement)
            )
        if judged[key]:
            return True
    return False


def _pieces(statement: Statement) -> Iterator[Piece]:
    for resources in resources_of(statement).pieces():
        for principals in principals_of(statement).pieces():
            yield Piece(resources, principals)


def _piece_is_new(
    piece: Piece,
    statement: Statement,
    denied: Iterable[Statement],
    allowed: Iterable[Statement],
    denied_before: Iterable[Statement],
) -> bool:
    if any(_covers(one, piece, statement) for one in denied):
        return False
    if not any(_covers(one, piece, statement) for one in allowed):
        return True
    return any(
        _touches(before, piece) and not any(_as_wide(now, before, piece) for now in denied)
        for before in denied_before
    )


def _covers(one: Statement, piece: Piece, statement: Statement) -> bool:
    """Whether a statement speaks of all of a piece, under conditions that hold there."""
    return (
        piece.resources.within(resources_of(one))
        and piece.principals.within(principals_of(one))
        and implied(one.conditions, statement.conditions)
    )


def _touches(one: Statement, piece: Piece) -> bool:
    return piece.resources.meets(resources_of(one)) and piece.principals.meets(principals_of(one))


def _as_wide(now: Statement, before: Statement, piece: Piece) -> bool:
    """Whether a Deny denies all that another did, as far as a piece goes."""
    resources, principals = resources_of(now), principals_of(now)
    return (
        (piece.resources.within(resources) or resources_of(before).within(resources))
        and (piece.principals.within(principals) or principals_of(before).within(principals))
        and implied(now.conditions, before.conditions)
    )


def _grants(
    statement: Statement, policy: Policy, wanted: Sequence[str], resources: Sequence[str]
) -> bool:
    asked = Names(tuple(resources)) if resources else EVERYTHING
    here = resources_of(statement)
    if not here.meets(asked):
        return False
    for action in actions_of((policy,)):
        if not statement.actions.covers(action):
            continue
        if wanted and not any(meet(one.lower(), action) for one in wanted):
            continue
        for piece in _pieces(statement):
            if piece.resources.meets(asked) and not any(
                _spoils(one, piece, asked) for one in policy.denies(action)
            ):
                return True
    return False


def _spoils(deny: Statement, piece: Piece, asked: Names) -> bool:
    """Whether a Deny takes away all of a piece that is asked about, whoever asks and how."""
    there = resources_of(deny)
    whole = piece.resources.within(there) or asked.within(there)
    return whole and piece.principals.within(principals_of(deny)) and not deny.conditions
