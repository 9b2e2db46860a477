"""Checks of Principal and NotPrincipal.

Source: "IAM policy validation check reference" (IAM User Guide).
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.access_analyzer.checks.issue import (
    ERROR,
    SECURITY,
    SUGGESTION,
    WARNING,
    Issue,
    Statement,
)
from simulator.access_analyzer.checks.positions import Node, Path
from simulator.access_analyzer.checks.structure import RCP, TRUST
from simulator.iam.patterns import is_wild

_KEYS = {"AWS", "CanonicalUser", "Federated", "Service"}
_SOURCES = {"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"}
_NO_PRINCIPALS = "This statement includes no principals and does not affect the policy."
_FORMAT = (
    "The Principal element contents are not valid. Specify a key-value pair in the Principal"
    " element."
)


def of_statement(statement: Statement) -> Iterator[Issue]:
    """What is to be said of a statement's principals."""
    for element in ("Principal", "NotPrincipal"):
        node = statement.node.get(element)
        if node is None:
            continue
        path = (*statement.path, element)
        if node.value == "*":
            if statement.resource_type == TRUST and statement.allows and not _limited(statement):
                yield Issue(
                    ERROR,
                    "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
                    '"Principal:" "*" is not supported in the principal element of a role trust'
                    " policy. Replace the wildcard with a valid principal value.",
                    ((path, node),),
                )
        elif not isinstance(node.value, dict):
            yield Issue(ERROR, "INVALID_PRINCIPAL_FORMAT", _FORMAT, ((path, node),))
        elif not node.members:
            text = f"{_NO_PRINCIPALS} Specify principals."
            yield Issue(SUGGESTION, "EMPTY_OBJECT_PRINCIPAL", text, ((path, node),))
        else:
            yield from _named(statement, path, node)
        if statement.policy_type == RCP and node.value not in ("*", {"AWS": "*"}):
            text = "RCPs only support specifying all principals (*) in the Principal element."
            yield Issue(ERROR, "RCP_SYNTAX_ERROR_PRINCIPAL", text, ((path, node),))


def _named(statement: Statement, path: Path, node: Node) -> Iterator[Issue]:
    for key, names in node.members:
        if key not in _KEYS:
            text = f"The principal key {key} is not valid."
            yield Issue(ERROR, "INVALID_PRINCIPAL_KEY", text, (((*path, key), names),))
            continue
        if names.value == []:
            text = f"{_NO_PRINCIPALS} Specify principals."
            yield Issue(SUGGESTION, "EMPTY_ARRAY_PRINCIPAL", text, (((*path, key), names),))
        for index, one in enumerate(names.listed):
            place = (index,) if isinstance(names.value, list) else ()
            yield from _name(key, (*path, key, *place), one)
    services = [key for key, _ in node.members] == ["Service"]
    if services and statement.allows and _needs_source(statement):
        yield Issue(
            SECURITY,
            "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
            "Granting access to a service principal without specifying a source is overly"
            " permissive. Use aws:SourceArn, aws:SourceAccount, aws:SourceOrgID, or"
            " aws:SourceOrgPaths condition key to grant fine-grained access.",
            ((path, node),),
        )


def _name(key: str, path: Path, node: Node) -> Iterator[Issue]:
    name = node.value
    if not isinstance(name, str):
        text = "The text does not match the expected JSON data type string."
        yield Issue(ERROR, "DATA_TYPE_MISMATCH", text, ((path, node),))
    elif is_wild(name) and not (key == "AWS" and name == "*"):
        text = f"Wildcards (*, ?) are not supported with the principal key {key}."
        yield Issue(
            ERROR,
            "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
            f"{text} Replace the wildcard with a valid principal value.",
            ((path, node),),
        )
    elif name.startswith(("AROA", "AIDA")):
        what = "role" if name.startswith("AROA") else "user"
        text = f"The Principal element includes the IAM {what} ID {name}. We recommend that you use"
        code = f"INVALID_{what.upper()}_REFERENCE"
        yield Issue(WARNING, code, f"{text} a {what} ARN instead.", ((path, node),))


def _keys(statement: Statement) -> set[str]:
    condition = statement.node.get("Condition")
    blocks = condition.members if condition is not None else ()
    return {key.lower() for _, block in blocks for key, _ in block.members}


def _limited(statement: Statement) -> bool:
    return bool(_keys(statement))


def _needs_source(statement: Statement) -> bool:
    """Services act on somebody's behalf on buckets; the roles that they take are their own."""
    return statement.resource_type.startswith("AWS::S3") and not _keys(statement) & _SOURCES
