"""Checks of Condition: operators and keys.

Source: "IAM policy validation check reference" (IAM User Guide).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulator.access_analyzer import catalogue
from simulator.access_analyzer.checks import value_checks
from simulator.access_analyzer.checks.issue import ERROR, SECURITY, SUGGESTION, Issue, Statement
from simulator.access_analyzer.checks.positions import Node, Path
from simulator.iam.operators import OPERATORS

_QUALIFIER = re.compile(r"(forallvalues|foranyvalue):", re.IGNORECASE)
_TAGGED = {"aws:principaltag", "aws:requesttag", "aws:resourcetag", "iam:resourcetag"}
_PAIRED = {"aws:vpcsourceip": ("aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn")}
_PROVIDERS = {"saml"}
_TO_FILL_IN = re.compile(r"\$\{|<")


def of_statement(statement: Statement) -> Iterator[Issue]:
    """What is to be said of a statement's conditions."""
    condition = statement.node.get("Condition")
    if condition is None or not isinstance(condition.value, dict):
        return
    used = {key.lower() for _, block in condition.members for key, _ in block.members}
    for operator, block in condition.members:
        path = (*statement.path, "Condition", operator)
        if not isinstance(block.value, dict):
            text = "The text does not match the expected JSON data type object."
            yield Issue(ERROR, "DATA_TYPE_MISMATCH", text, ((path, block),))
            continue
        name, qualifier = plain(operator)
        if name not in OPERATORS and name != "null":
            text = (
                f"The condition operator {operator} is not valid. Use a valid condition operator."
            )
            yield Issue(ERROR, "INVALID_CONDITION_OPERATOR", text, ((path, block),))
            continue
        yield from _null(operator, path, block)
        yield from _twice(path, block)
        for key, values in block.members:
            place = (*path, key)
            kind = kind_of(key)
            yield from _key(key, place, values)
            yield from _qualified(statement, key, kind, qualifier, place, values)
            yield from value_checks.of_values(statement, operator, name, key, kind, place, values)
            missing = _PAIRED.get(key.lower(), ())
            if missing and not used.intersection(missing):
                text = f"Using the condition key {key} can be overly permissive without also using"
                yield Issue(
                    SECURITY,
                    "MISSING_PAIRED_CONDITION_KEYS",
                    f"{text} the following condition keys: {', '.join(missing)}. Condition keys like"
                    " this one are more secure when paired with a related key. We recommend that"
                    " you add the related condition keys to the same condition block.",
                    ((place, values),),
                )


def plain(operator: str) -> tuple[str, str]:
    """An operator in lower case without set operator and IfExists, and the set operator."""
    lower = operator.lower()
    found = _QUALIFIER.match(lower)
    name = lower[found.end() :] if found else lower
    return name.removesuffix("ifexists"), found[1] if found else ""


def kind_of(key: str) -> str:
    """The type of a condition key; "" where it isn't known."""
    lower = key.lower()
    if lower in catalogue.GLOBAL_KEYS:
        return catalogue.GLOBAL_KEYS[lower]
    if lower.split("/", 1)[0] in catalogue.TAG_KEYS:
        return "String"
    types = catalogue.key_types(lower.partition(":")[0])
    if lower in types:
        return types[lower]
    return next((kind for name, kind in types.items() if _stands_for(name, lower)), "")


def _stands_for(name: str, key: str) -> bool:
    """Whether a documented key with a part to fill in, "${TagKey}", is such a key."""
    fixed = _TO_FILL_IN.split(name, maxsplit=1)[0]
    return fixed != name and len(key) > len(fixed) and key.startswith(fixed)


def _null(operator: str, path: Path, block: Node) -> Iterator[Issue]:
    name, qualifier = plain(operator)
    if name != "null":
        return
    if operator.lower().endswith("ifexists"):
        text = "The Null condition operator cannot be used with the IfExists suffix. Update the"
        yield Issue(
            ERROR, "NULL_WITH_IF_EXISTS", f"{text} operator or the suffix.", ((path, block),)
        )
    if qualifier:
        text = "Avoid using the Null condition operator with the ForAllValues or ForAnyValue"
        yield Issue(
            SUGGESTION,
            "NULL_WITH_QUALIFIER",
            f"{text} qualifiers because they always return a true or false respectively.",
            ((path, block),),
        )


def _twice(path: Path, block: Node) -> Iterator[Issue]:
    seen: dict[str, str] = {}
    for key, values in block.members:
        if seen.setdefault(key.lower(), key) != key:
            text = f"The condition key {key} appears more than once with different capitalization"
            yield Issue(
                ERROR,
                "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
                f"{text} in the same condition block. Remove the duplicate condition keys.",
                (((*path, key), values),),
            )


def _key(key: str, path: Path, values: Node) -> Iterator[Issue]:
    for code, text in _wrong(key):
        yield Issue(ERROR, code, text, ((path, values),))


def _wrong(key: str) -> Iterator[tuple[str, str]]:
    lower = key.lower()
    prefix, colon, name = lower.partition(":")
    if not colon or not name:
        text = f"The condition key format {key} is not valid. Use the format service:keyname."
        yield "INVALID_CONDITION_KEY_FORMAT", text
    elif lower in _TAGGED:
        text = f"The condition key {key} must include a tag key to control access based on tags."
        more = f"Use the format {key}/tag-key and specify a key name for tag-key."
        yield "MISSING_TAG_KEY_IN_CONDITION", f"{text} {more}"
    elif lower == "aws:arn":
        text = "The condition key aws:ARN is not supported. Use aws:PrincipalArn or aws:SourceArn"
        yield "UNSUPPORTED_GLOBAL_CONDITION_KEY", f"{text} instead."
    elif "." in prefix or prefix in _PROVIDERS or kind_of(key):
        return
    elif prefix == "aws":
        text = f"The condition key {key} does not exist. Use a valid condition key."
        yield "INVALID_GLOBAL_CONDITION_KEY", text
    elif prefix not in catalogue.services():
        yield "INVALID_SERVICE", f"The service {prefix} does not exist. Use a valid service name."
    else:
        text = f"The condition key {key} does not exist in the service {prefix}. Use a valid"
        yield "INVALID_SERVICE_CONDITION_KEY", f"{text} condition key."


def _qualified(
    statement: Statement, key: str, kind: str, qualifier: str, path: Path, values: Node
) -> Iterator[Issue]:
    if kind.startswith("ArrayOf") and not qualifier and "null" not in str(path[-2]).lower():
        text = f"The request context key {key} has multiple values. Use the ForAllValues or"
        yield Issue(
            ERROR,
            "MISSING_QUALIFIER",
            f"{text} ForAnyValue condition key qualifiers in your policy.",
            ((path, values),),
        )
    single = kind and not kind.startswith("ArrayOf")
    if single and qualifier == "forallvalues" and statement.allows:
        text = f"Using ForAllValues qualifier with the single-valued condition key {key} can be"
        yield Issue(
            SECURITY,
            "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
            f"{text} overly permissive. We recommend that you remove ForAllValues:.",
            ((path, values),),
        )
