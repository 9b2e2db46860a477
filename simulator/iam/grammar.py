"""What a policy document must look like, and AWS's words for one that does not.

Source: "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.iam.principals import is_principal_name

VERSIONS = ("2008-10-17", "2012-10-17")
"""The second brought policy variables. A document without a version is of the first."""

_STATEMENT_FIELDS = {
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
    "NotResource", "Condition",
}  # fmt: skip
_PRINCIPAL_SORTS = {"AWS", "Service", "Federated", "CanonicalUser"}
_ACTION = re.compile(r"\*|[\w*?\-]+:[\w*?\-/]+")
_RESOURCE = re.compile(r"\*|arn:.+|execute-api:/.*", re.DOTALL)
_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))


class MalformedPolicy(ValueError):
    """A policy document that AWS refuses with MalformedPolicyDocument.

    The text is AWS's own, followed by the place in brackets.
    """

    def __init__(self, text: str, where: str = "") -> None:
        super().__init__(f"{text} ({where})" if where else text)
        self.where = where


def load(text: str) -> Mapping[str, Any]:
    """Read a document. Raises MalformedPolicy unless it is one JSON object without repeats."""
    if text[:1].isspace():
        raise MalformedPolicy("JSON strings must not have leading spaces")
    try:
        document = json.loads(text, object_pairs_hook=_no_repeats)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise MalformedPolicy("This policy contains invalid Json", place) from error
    except MalformedPolicy:
        raise
    except (ValueError, RecursionError) as error:  # a number too long, elements nested too deep
        raise MalformedPolicy("This policy contains invalid Json") from error
    if not isinstance(document, dict):
        raise MalformedPolicy("Syntax errors in policy.", "the document is not an object")
    return document


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedPolicy("Syntax errors in policy.", f"{twice} appears twice in one element")
    return members


def statements(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The statements of a well-formed document; raises MalformedPolicy for any other."""
    for field in document:
        if field not in {"Version", "Id", "Statement"}:
            raise MalformedPolicy("Syntax errors in policy.", f"unknown element {field}")
    if document.get("Version", VERSIONS[0]) not in VERSIONS:
        raise MalformedPolicy("The policy must contain a valid version string", "Version")
    if "Statement" not in document:
        raise MalformedPolicy("Missing required field Statement")
    found = document["Statement"]
    listed = found if isinstance(found, list) else [found]
    for index, statement in enumerate(listed):
        _check_statement(statement, f"Statement[{index}]")
    return listed


def strings(value: object, where: str) -> list[str]:
    """A string or a list of strings as a list; raises MalformedPolicy for anything else."""
    listed = value if isinstance(value, list | tuple) else [value]
    for one in listed:
        if not isinstance(one, str):
            raise MalformedPolicy("Syntax errors in policy.", where)
    return [str(one) for one in listed]


def scalars(value: object, where: str) -> list[str]:
    """Condition values, whose numbers and booleans need no quotation marks, as strings."""
    listed = value if isinstance(value, list | tuple) else [value]
    return [_scalar(one, where) for one in listed]


def _scalar(value: object, where: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise MalformedPolicy("Syntax errors in policy.", where)


def _check_statement(statement: object, where: str) -> None:
    if not isinstance(statement, Mapping):
        raise MalformedPolicy("Syntax errors in policy.", where)
    for field in statement:
        if field not in _STATEMENT_FIELDS:
            raise MalformedPolicy(
                "Syntax errors in policy.", f"{where} has unknown element {field}"
            )
    for one, other in _PAIRS:
        if one in statement and other in statement:
            raise MalformedPolicy("Syntax errors in policy.", f"{where} has both {one} and {other}")
    if not isinstance(statement.get("Sid", ""), str):
        raise MalformedPolicy("Syntax errors in policy.", f"{where}.Sid")
    if "Effect" not in statement:
        raise MalformedPolicy("Missing required field Effect", where)
    if statement["Effect"] not in ("Allow", "Deny"):
        raise MalformedPolicy(f"Invalid effect: {statement['Effect']}", f"{where}.Effect")
    if "Action" not in statement and "NotAction" not in statement:
        raise MalformedPolicy("Policy statement must contain actions.", where)
    _check_actions(statement, where)
    _check_resources(statement, where)
    for field in ("Principal", "NotPrincipal"):
        if field in statement:
            _check_principal(statement[field], f"{where}.{field}")
    _check_condition(statement.get("Condition", {}), f"{where}.Condition")


def _check_actions(statement: Mapping[str, Any], where: str) -> None:
    for field in ("Action", "NotAction"):
        for action in strings(statement.get(field, []), f"{where}.{field}"):
            if ":" not in action and action.strip() != "*":
                raise MalformedPolicy(
                    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
                    f"{where}.{field} {action}",
                )
            if not _ACTION.fullmatch(action.strip()):
                raise MalformedPolicy("Syntax errors in policy.", f"{where}.{field} {action}")


def _check_resources(statement: Mapping[str, Any], where: str) -> None:
    for field in ("Resource", "NotResource"):
        for resource in strings(statement.get(field, []), f"{where}.{field}"):
            if not _RESOURCE.fullmatch(resource):
                text = f'Resource {resource} must be in ARN format or "*".'
                raise MalformedPolicy(text, f"{where}.{field}")


def _check_principal(element: object, where: str) -> None:
    if isinstance(element, str) and element == "*":
        return
    if not isinstance(element, Mapping) or not element:
        raise MalformedPolicy("Invalid principal in policy", where)
    for sort, names in element.items():
        if sort not in _PRINCIPAL_SORTS:
            raise MalformedPolicy("Invalid principal in policy", f"{where}.{sort}")
        for name in strings(names, f"{where}.{sort}"):
            if not is_principal_name(sort, name):
                raise MalformedPolicy("Invalid principal in policy", f'{where}: "{sort}":"{name}"')


def _check_condition(block: object, where: str) -> None:
    if not isinstance(block, Mapping):
        raise MalformedPolicy("Syntax errors in policy.", where)
    for operator, tests in block.items():
        if not isinstance(tests, Mapping):
            raise MalformedPolicy("Syntax errors in policy.", f"{where}.{operator}")
        for key, wanted in tests.items():
            scalars(wanted, f"{where}.{operator}.{key}")


def check_identity_based(document: Sequence[Mapping[str, Any]]) -> None:
    """Raise MalformedPolicy for statements that cannot stand in an identity-based policy."""
    sids: set[str] = set()
    for index, statement in enumerate(document):
        where = f"Statement[{index}]"
        if "Principal" in statement or "NotPrincipal" in statement:
            raise MalformedPolicy("Policy document should not specify a principal.", where)
        if "Resource" not in statement and "NotResource" not in statement:
            raise MalformedPolicy("Policy statement must contain resources.", where)
        sid = statement.get("Sid", "")
        if sid and sid in sids:
            raise MalformedPolicy("Statement IDs (SID) in a single policy must be unique.", where)
        if not re.fullmatch(r"[A-Za-z0-9]*", sid):
            raise MalformedPolicy("Statement IDs (SID) must be alpha-numeric.", where)
        sids.add(sid)


def check_resource_based(document: Sequence[Mapping[str, Any]]) -> None:
    """Raise MalformedPolicy for statements that cannot stand in a resource-based policy."""
    for index, statement in enumerate(document):
        if "Principal" not in statement and "NotPrincipal" not in statement:
            raise MalformedPolicy("Missing required field Principal", f"Statement[{index}]")
        if "NotPrincipal" in statement and statement["Effect"] == "Allow":
            text = "Allow with NotPrincipal is not allowed."
            raise MalformedPolicy(text, f"Statement[{index}].NotPrincipal")
