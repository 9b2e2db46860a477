"""Checks of Action and NotAction, and of two actions that open the way to others.

Source: "IAM policy validation check reference" (IAM User Guide).
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from simulator.access_analyzer import catalogue
from simulator.access_analyzer.checks.issue import (
    ERROR,
    SECURITY,
    SUGGESTION,
    WARNING,
    Issue,
    Statement,
)
from simulator.access_analyzer.checks.positions import Node, Path
from simulator.iam.patterns import Piece, glob, is_wild

_PASS = ("iam:passrole", "iam:PassRole", "PASS_ROLE", SECURITY)
_LINK = ("iam:createservicelinkedrole", "iam:CreateServiceLinkedRole", "CREATE_SLR", WARNING)
_ADVICE = "We recommend that you specify resource ARNs"
_WHOLE = {"*", "arn:aws:iam::*:*", "arn:aws:iam::*:role/*", "arn:*:iam::*:role/*"}


def of_statement(statement: Statement) -> Iterator[Issue]:
    """What is to be said of a statement's actions."""
    for path, node in statement.texts("Action", "NotAction"):
        yield from _exists(path, node)
    yield from _redundant(statement)
    if statement.allows and statement.policy_type != "RESOURCE_POLICY":
        if not _conditioned(statement, "iam:passedtoservice"):
            yield from _opens(statement, *_PASS)
        if not _conditioned(statement, "iam:awsservicename"):
            yield from _opens(statement, *_LINK)


def _exists(path: Path, node: Node) -> Iterator[Issue]:
    action = node.value
    prefix, colon, name = action.partition(":")
    if action == "*" or is_wild(prefix):
        return
    if not colon or not name:
        yield Issue(
            ERROR, "INVALID_ACTION", f"The action {action} does not exist.", ((path, node),)
        )
    elif prefix.lower() not in catalogue.services():
        near = get_close_matches(prefix.lower(), catalogue.services(), 1)
        yield Issue(
            ERROR,
            "INVALID_SERVICE_IN_ACTION",
            f"The service {prefix} specified in the action does not exist.{_meant(near)}",
            ((path, node),),
        )
    elif not catalogue.matching(action):
        known = {one.lower(): one for one in catalogue.actions(prefix.lower())}
        near = get_close_matches(action.lower(), known, 1)
        meant = _meant([known[one] for one in near])
        yield Issue(
            ERROR, "INVALID_ACTION", f"The action {action} does not exist.{meant}", ((path, node),)
        )


def _meant(near: list[str]) -> str:
    return f" Did you mean {near[0]}?" if near else ""


def _redundant(statement: Statement) -> Iterator[Issue]:
    """Actions that another one of the same statement includes."""
    for element in ("Action", "NotAction"):
        listed = list(statement.texts(element))
        lower = [node.value.lower() for _, node in listed]
        spare = [
            listed[index]
            for index, action in enumerate(lower)
            if any(
                (other == action and place < index)
                or (other != action and is_wild(other) and _within(action, other))
                for place, other in enumerate(lower)
            )
        ]
        if spare:
            yield Issue(
                SUGGESTION,
                "REDUNDANT_ACTION",
                f"The {len(spare)} action(s) are redundant because they provide similar"
                " permissions. Update the policy to remove the redundant action such as:"
                f" {spare[0][1].value}.",
                tuple(spare),
            )


def _within(action: str, pattern: str) -> bool:
    return bool(glob((Piece(pattern),))(action.replace("*", "x").replace("?", "x")))


def _conditioned(statement: Statement, key: str) -> bool:
    condition = statement.node.get("Condition")
    blocks = condition.members if condition is not None else ()
    return any(name.lower() == key for _, block in blocks for name, _ in block.members)


def _opens(statement: Statement, lower: str, action: str, code: str, kind: str) -> Iterator[Issue]:
    how, parts = _granted(statement, lower)
    where = _everywhere(statement)
    if how is None or where is None:
        return
    not_resource = where == "NotResource"
    name = {
        ("plain", True): f"{code}_WITH_NOT_RESOURCE",
        ("star", True): f"{code}_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        ("not", True): f"{code}_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        ("plain", False): f"{code}_WITH_STAR_IN_RESOURCE",
        ("star", False): f"{code}_WITH_STAR_IN_ACTION_AND_RESOURCE",
        ("not", False): f"{code}_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    }[how, not_resource]
    yield statement.issue(kind, name, _said(how, not_resource, action, kind), *parts, where)


def _granted(statement: Statement, lower: str) -> tuple[str | None, tuple[str, ...]]:
    """How an action is granted: by its name, by a wildcard or by not being excepted."""
    if statement.node.get("NotAction") is not None:
        spared = any(
            glob((Piece(node.value.lower()),))(lower) for _, node in statement.texts("NotAction")
        )
        return (None if spared else "not"), ("NotAction",)
    texts = [node.value.lower() for _, node in statement.texts("Action")]
    if lower in texts:
        return "plain", ("Action",)
    return ("star" if any(glob((Piece(one),))(lower) for one in texts) else None), ("Action",)


def _everywhere(statement: Statement) -> str | None:
    if statement.node.get("NotResource") is not None:
        return "NotResource"
    for _, node in statement.texts("Resource"):
        if node.value in _WHOLE or node.value.endswith((":role/*", ":role*", "::*:*")):
            return "Resource"
    return None


def _said(how: str, not_resource: bool, action: str, kind: str) -> str:
    what = {
        ("plain", True): f"Using the {action} action with NotResource",
        ("star", True): "Using an action with a wildcard (*) and NotResource",
        ("not", True): "Using NotAction with NotResource",
        ("plain", False): f"Using the {action} action with wildcards (*) in the resource",
        ("star", False): "Using wildcards (*) in the action and the resource",
        ("not", False): "Using a resource with wildcards (*) and NotAction",
    }[how, not_resource]
    reach = "multiple resources" if not_resource or how == "plain" else "all resources"
    if kind == SECURITY:
        can = "can allow" if not_resource else "allows"
        advice = (
            f"{_ADVICE} instead."
            if not_resource
            else f"{_ADVICE} or add the iam:PassedToService condition key to your statement."
        )
        return (
            f"{what} can be overly permissive because it {can} {action} permissions on {reach}."
            f" {advice}"
        )
    can = "can allow" if how == "star" and not_resource else "allows"
    because = "" if how == "plain" else f" because it {can} {action} permissions on {reach}"
    tail = " for multiple resources" if how == "plain" and not_resource else ""
    return (
        f"{what} can allow creation of unintended service-linked roles{tail}{because}."
        f" {_ADVICE} instead."
    )
