"""Checks of a policy's elements: which there are, which are missing, which don't go together.

Source: "IAM policy validation check reference" (IAM User Guide).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from simulator.access_analyzer.checks.issue import (
    ERROR,
    SECURITY,
    SUGGESTION,
    WARNING,
    Issue,
    Statement,
)
from simulator.access_analyzer.checks.positions import Node

IDENTITY, RESOURCE = "IDENTITY_POLICY", "RESOURCE_POLICY"
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
TRUST = "AWS::IAM::AssumeRolePolicyDocument"
VERSIONS = ("2012-10-17", "2008-10-17")
_ELEMENTS = {
    "Sid": str,
    "Effect": str,
    "Principal": None,
    "NotPrincipal": None,
    "Action": None,
    "NotAction": None,
    "Resource": None,
    "NotResource": None,
    "Condition": dict,
}
_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_EMPTY = {"Action": "ACTION", "NotAction": "ACTION", "Resource": "RESOURCE"}
_QUOTAS = {IDENTITY: 6_144, SCP: 5_120, RCP: 5_120}


def of_document(root: Node, policy_type: str, text: str) -> Iterator[Issue]:
    """What concerns the document as a whole."""
    for name, node in root.members:
        if name not in {"Version", "Id", "Statement"}:
            yield Issue(
                ERROR,
                "INVALID_POLICY_ELEMENT",
                f"The policy element {name} is not valid.",
                (((name,), node),),
            )
    version = root.get("Version")
    if version is None:
        advice = "We recommend that you specify the Version element to help you with debugging"
        yield Issue(WARNING, "MISSING_VERSION", f"{advice} permission issues.", (((), root),))
    elif version.value not in VERSIONS:
        yield Issue(
            ERROR,
            "INVALID_VERSION",
            f"The version {version.value} is not valid. Use one of the following versions: "
            + ", ".join(VERSIONS),
            ((("Version",), version),),
        )
    statement = root.get("Statement")
    if statement is None or statement.value == []:
        yield Issue(ERROR, "MISSING_STATEMENT", "Add a statement to the policy", (((), root),))
    size = len("".join(text.split()))
    if size > _QUOTAS.get(policy_type, size):
        yield _too_long(root, policy_type)


def _too_long(root: Node, policy_type: str) -> Issue:
    advice = "We recommend that you use multiple granular policies."
    if policy_type == IDENTITY:
        return Issue(
            WARNING,
            "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
            "The characters in the identity policy, excluding whitespace, exceed the character"
            f" maximum for inline and managed policies. {advice}",
            (((), root),),
        )
    name, short = ("service", "SCP") if policy_type == SCP else ("resource", "RCP")
    return Issue(
        ERROR,
        f"POLICY_SIZE_EXCEEDS_{short}_QUOTA",
        f"The characters in the {name} control policy ({short}) exceed the character maximum for"
        f" {short}s. {advice}",
        (((), root),),
    )


def of_sids(statements: Sequence[Statement], policy_type: str) -> Iterator[Issue]:
    """What concerns the statements' ids together."""
    counted = Counter(_sid(one) for one in statements)
    for one in statements:
        if _sid(one) and counted[_sid(one)] > 1:
            if policy_type == RESOURCE:
                text = "We recommend that you use statement IDs that are unique to your policy."
                code, kind = "UNIQUE_SIDS_RECOMMENDED", WARNING
            else:
                text = "Duplicate statement IDs are not supported for this policy type."
                code, kind = "UNIQUE_SIDS_REQUIRED", ERROR
            yield one.issue(kind, code, f"{text} Update the Sid value.", "Sid")


def of_statement(statement: Statement) -> Iterator[Issue]:
    """What concerns one statement's elements."""
    yield from _elements(statement)
    yield from _missing(statement)
    node = statement.node
    for one, other in _PAIRS:
        if node.get(one) is not None and node.get(other) is not None:
            yield statement.issue(
                ERROR,
                "UNSUPPORTED_ELEMENT_COMBINATION",
                f"The policy elements {one} and {other} can not be used in the same statement."
                " Remove one of these elements.",
                one,
                other,
            )
    for name, code in _EMPTY.items():
        held = node.get(name)
        if held is not None and held.value == []:
            what = code.lower() + "s"
            yield statement.issue(
                SUGGESTION,
                f"EMPTY_ARRAY_{code}",
                f"This statement includes no {what} and does not affect the policy. Specify"
                f" {what}.",
                name,
            )
    condition = node.get("Condition")
    if condition is not None and condition.value == {}:
        text = (
            "This condition block is empty and it does not affect the policy. Specify conditions."
        )
        yield statement.issue(SUGGESTION, "EMPTY_OBJECT_CONDITION", text, "Condition")
    if statement.allows and node.get("NotPrincipal") is not None:
        text = "Using Allow with NotPrincipal can be overly permissive. We recommend that you use"
        yield statement.issue(
            SECURITY, "ALLOW_WITH_NOT_PRINCIPAL", f"{text} Principal instead.", "NotPrincipal"
        )


def _elements(statement: Statement) -> Iterator[Issue]:
    for name, node in statement.node.members:
        if name not in _ELEMENTS:
            yield statement.issue(
                ERROR, "INVALID_POLICY_ELEMENT", f"The policy element {name} is not valid.", name
            )
            continue
        expected = _ELEMENTS[name]
        if expected is not None and not isinstance(node.value, expected):
            word = "string" if expected is str else "object"
            text = f"The text does not match the expected JSON data type {word}."
            yield statement.issue(ERROR, "DATA_TYPE_MISMATCH", text, name)
        if "Principal" in name:
            continue
        if expected is None and any(not isinstance(one.value, str) for one in node.listed):
            text = "The text does not match the expected JSON data type string."
            yield statement.issue(ERROR, "DATA_TYPE_MISMATCH", text, name)
    sid = _sid(statement)
    if statement.node.get("Sid") is not None and sid == "":
        text = "Add a value to the empty string in the Sid element."
        yield statement.issue(SUGGESTION, "EMPTY_SID_VALUE", text, "Sid")
    elif statement.policy_type == IDENTITY and not re.fullmatch(r"[A-Za-z0-9]*", sid):
        text = (
            "Update the characters in the Sid element to use one of the following character types"
        )
        yield statement.issue(ERROR, "UNSUPPORTED_SID", f"{text}: [a-z, A-Z, 0-9]", "Sid")


def _missing(statement: Statement) -> Iterator[Issue]:
    node = statement.node
    effect = node.get("Effect")
    if effect is None:
        text = "Add an Effect element to the policy statement with a value of Allow or Deny."
        yield statement.issue(ERROR, "MISSING_EFFECT", text)
    elif isinstance(effect.value, str) and effect.value not in {"Allow", "Deny"}:
        text = f"The effect {effect.value} is not valid. Use Allow or Deny."
        yield statement.issue(ERROR, "INVALID_EFFECT", text, "Effect")
    if node.get("Action") is None and node.get("NotAction") is None:
        text = "Add an Action or NotAction element to the policy statement."
        yield statement.issue(ERROR, "MISSING_ACTION", text)
    needs_resource = statement.policy_type != RESOURCE
    if needs_resource and node.get("Resource") is None and node.get("NotResource") is None:
        text = "Add a Resource or NotResource element to the policy statement."
        yield statement.issue(ERROR, "MISSING_RESOURCE", text)
    named = [name for name in ("Principal", "NotPrincipal") if node.get(name) is not None]
    if not named and statement.policy_type in {RESOURCE, RCP}:
        text = "Add a Principal element to the policy statement."
        yield statement.issue(ERROR, "MISSING_PRINCIPAL", text)
    for name in named:
        if statement.policy_type == IDENTITY:
            text = f"The policy type IDENTITY_POLICY does not support the {name} element."
            yield statement.issue(
                ERROR, "UNSUPPORTED_PRINCIPAL", f"{text} Remove the {name} element.", name
            )
        elif statement.policy_type == SCP:
            text = "SCPs do not support specifying principals. Remove the Principal or NotPrincipal"
            yield statement.issue(ERROR, "SCP_SYNTAX_ERROR_PRINCIPAL", f"{text} element.", name)


def _sid(statement: Statement) -> str:
    node = statement.node.get("Sid")
    return node.value if node is not None and isinstance(node.value, str) else ""
