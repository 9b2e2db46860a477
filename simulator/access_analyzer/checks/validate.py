"""ValidatePolicy: a policy document read as people write it, and all that is to be said of it.

Source: "ValidatePolicy" (IAM Access Analyzer API Reference), "IAM policy validation check reference"
(IAM User Guide).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.access_analyzer.checks import (
    action_checks,
    arn_checks,
    condition_checks,
    principal_checks,
    structure,
)
from simulator.access_analyzer.checks.issue import ERROR, Issue, Statement, shown
from simulator.access_analyzer.checks.positions import Node, NotJson, Text, parse

_ORDER = {"ERROR": 0, "SECURITY_WARNING": 1, "WARNING": 2, "SUGGESTION": 3}


def validate(document: str, policy_type: str, resource_type: str = "") -> list[dict[str, Any]]:
    """All findings about a document in the API's form, the gravest first."""
    text = Text.of(document)
    try:
        root = parse(document)
    except NotJson as error:
        place = text.position(min(error.at, len(document)))
        details = (
            f"Fix the JSON syntax error at index {place['offset']} line {place['line']} column"
            f" {place['column']}."
        )
        at = Node(None, place["offset"], place["offset"])
        return [shown(Issue(ERROR, "JSON_SYNTAX_ERROR", details, (((), at),)), text)]
    if not isinstance(root.value, dict):
        details = "The text does not match the expected JSON data type object."
        return [shown(Issue(ERROR, "DATA_TYPE_MISMATCH", details, (((), root),)), text)]
    issues = _issues(root, policy_type, resource_type, document)
    return [shown(one, text) for one in sorted(issues, key=lambda each: _ORDER[each.kind])]


def _issues(root: Node, policy_type: str, resource_type: str, text: str) -> Iterator[Issue]:
    yield from structure.of_document(root, policy_type, text)
    version = root.get("Version")
    shown_version = version.value if version is not None else "2008-10-17"
    held = root.get("Statement")
    statements = []
    for index, node in enumerate(held.listed if held is not None else ()):
        path = ("Statement", index) if held is not None and held.items else ("Statement",)
        if not isinstance(node.value, dict):
            details = "The text does not match the expected JSON data type object."
            yield Issue(ERROR, "DATA_TYPE_MISMATCH", details, ((path, node),))
            continue
        statements.append(Statement(path, node, policy_type, resource_type, str(shown_version)))
    yield from structure.of_sids(statements, policy_type)
    for one in statements:
        yield from structure.of_statement(one)
        yield from _of_rcp(one)
        for module in (action_checks, arn_checks, principal_checks, condition_checks):
            yield from module.of_statement(one)


def _of_rcp(statement: Statement) -> Iterator[Issue]:
    """What resource control policies don't have."""
    if statement.policy_type != structure.RCP:
        return
    if statement.allows:
        text = "RCPs do not support the Allow effect. Use Deny instead."
        yield statement.issue(ERROR, "RCP_SYNTAX_ERROR_ALLOW", text, "Effect")
    if statement.node.get("NotAction") is not None:
        text = "RCPs do not support the NotAction element. Update to use the Action element."
        yield statement.issue(ERROR, "RCP_SYNTAX_ERROR_NOTACTION", text, "NotAction")
    if any(node.value == "*" for _, node in statement.texts("Action")):
        text = "RCPs do not support specifying * alone in the Action element."
        yield statement.issue(ERROR, "RCP_SYNTAX_ERROR_ACTION", text, "Action")
