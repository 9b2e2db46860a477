"""Checks of the values in conditions, and of policy variables.

Source: "IAM policy validation check reference" (IAM User Guide).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from simulator.access_analyzer.checks.arn_checks import regions
from simulator.access_analyzer.checks.issue import ERROR, SUGGESTION, WARNING, Issue, Statement
from simulator.access_analyzer.checks.positions import Node, Path
from simulator.iam.operators import moment, network, number
from simulator.iam.patterns import is_wild

_TYPES = {"String": "string", "ARN": "arn", "Bool": "bool", "Date": "date", "Numeric": "numeric"}
_LONG = "aws:SourceIp works only for public IP address ranges."


def of_values(
    statement: Statement,
    operator: str,
    name: str,
    key: str,
    kind: str,
    path: Path,
    values: Node,
) -> Iterator[Issue]:
    """What is to be said of the values of one key under one operator."""
    if values.value == []:
        yield _empty(operator, path, values)
        return
    if _mismatched(name, kind):
        text = (
            f"Use the operator type {kind.removeprefix('ArrayOf')} instead of operator {operator}"
        )
        text = f"{text} for the condition key {key}."
        yield Issue(WARNING, "TYPE_MISMATCH", text, ((path, values),))
    if name in {"bool", "null"} and len(values.listed) > 1:
        text = f"The condition key {key} does not support multiple Boolean values. Use a single"
        code = "INVALID_CONDITION_MULTIPLE_BOOLEAN"
        yield Issue(ERROR, code, f"{text} Boolean value.", ((path, values),))
    for index, node in enumerate(values.listed):
        place = (*path, index) if isinstance(values.value, list) else path
        yield from _value(statement, operator, name, key, place, node)
    if name.endswith("ipaddress") and key.lower() == "aws:sourceip":
        yield from _private(name, path, values)


def _empty(operator: str, path: Path, values: Node) -> Issue:
    lower = operator.lower()
    text = "There are no values for the condition key and it does not affect the policy. Specify"
    code, text = "EMPTY_ARRAY_CONDITION", f"{text} conditions."
    null = "To determine if the request context is empty, we recommend that you use the Null"
    null = f"{null} condition operator with the value of true instead."
    only = (
        "with an empty condition key matches only if the key is missing from the request context."
    )
    if lower.startswith("forallvalues:"):
        code, text = f"{code}_FORALLVALUES", f"The ForAllValues prefix {only} {null}"
    elif lower.startswith("foranyvalue:"):
        never = "The ForAnyValue prefix with an empty condition key never matches the request"
        code = f"{code}_FORANYVALUE"
        text = f"{never} context and it does not affect the policy. Specify conditions."
    elif lower.endswith("ifexists"):
        code, text = f"{code}_IFEXISTS", f"The IfExists suffix {only} {null}"
    return Issue(SUGGESTION, code, text, ((path, values),))


def _mismatched(name: str, kind: str) -> bool:
    """Whether an operator is of another type than the key; strings compare with most."""
    plain = kind.removeprefix("ArrayOf")
    if not plain or name in {"null", "binaryequals"}:
        return False
    if plain == "IPAddress":
        return not name.endswith("ipaddress")
    if name.startswith("string") or (name.startswith("arn") and plain == "String"):
        return False
    if name.endswith("ipaddress"):
        return True
    if plain == "Date" and name.startswith("numeric"):
        return False
    return not name.startswith(_TYPES.get(plain, name))


def _value(
    statement: Statement, operator: str, name: str, key: str, path: Path, node: Node
) -> Iterator[Issue]:
    text = str(node.value).lower() if isinstance(node.value, bool) else str(node.value)
    has_variable = "${" in text
    yield from _variables(statement, name, path, node, text)
    for kind, code, said in _wrong(operator, name, key, text) if not has_variable else ():
        yield Issue(kind, code, said, ((path, node),))


def _wrong(operator: str, name: str, key: str, text: str) -> Iterator[tuple[str, str, str]]:
    if name in {"bool", "null"} and text.lower() not in {"true", "false"}:
        said = f"Add a valid Boolean value (true or false) for the condition operator {operator}."
        yield WARNING, "TYPE_MISMATCH_BOOLEAN", said
    elif name.startswith("numeric") and number(text) is None:
        said = f"Add a valid numeric value for the condition operator {operator}."
        yield WARNING, "TYPE_MISMATCH_NUMBER", said
    elif name.startswith("date"):
        if moment(text) is None:
            said = "The date condition operator is used with an invalid value. Specify a valid date"
            said = f"{said} using YYYY-MM-DD or other ISO 8601 date/time format."
            yield WARNING, "TYPE_MISMATCH_DATE", said
        elif text.isdigit():
            said = f"The date {text} might not resolve as expected. We recommend that you use the"
            yield WARNING, "INVALID_DATE_VALUE", f"{said} YYYY-MM-DD format."
    elif name.endswith("ipaddress"):
        block = network(text)
        if block is None:
            said = f"The condition operator {operator} is used with an invalid IP range value."
            said = f"{said} Specify the IP range in standard CIDR format."
            yield WARNING, "TYPE_MISMATCH_IP_RANGE", said
        elif "/" in text and str(block) != text and block.version == 4:
            said = f"The non-zero bits in the IP address {text} after the masked bits are ignored."
            yield SUGGESTION, "IMPROVE_IP_RANGE", f"{said} Replace address with {block}."
    elif name in {"stringequals", "stringnotequals"} and is_wild(text):
        said = f"Your condition value {text} includes a * or ? character. If you meant to use a"
        said = f"{said} wildcard (*, ?), update the condition operator to include Like."
        yield WARNING, "WILDCARD_WITHOUT_LIKE_OPERATOR", said
    if key.lower() == "aws:requestedregion" and not is_wild(text) and text not in regions():
        said = f"The Region {text} is not valid. Update the condition value to a suported Region."
        yield ERROR, "INVALID_REGION", said


def _variables(
    statement: Statement, name: str, path: Path, node: Node, text: str
) -> Iterator[Issue]:
    if "${" not in text:
        return
    for code, said in _of_variables(statement, name, text):
        yield Issue(ERROR, code, said, ((path, node),))


def _of_variables(statement: Statement, name: str, text: str) -> Iterator[tuple[str, str]]:
    if statement.version != "2012-10-17":
        said = "To include variables in your policy, use the policy version 2012-10-17 or later."
        yield "VARIABLE_UNSUPPORTED_IN_VERSION", said
    if not name.startswith(("string", "arn")):
        said = "Policy variables can only be used with String and ARN operators."
        yield "INVALID_VARIABLE_FOR_OPERATOR", said
    if text.count("${") > text.count("}"):
        said = (
            "The policy variable is missing a closing curly brace. Add } after the variable text."
        )
        yield "MISSING_BRACE_IN_VARIABLE", said
    for inner in re.findall(r"\$\{([^}]*)\}", text):
        if not inner:
            said = "Empty policy variable. Remove the variable structure or provide a variable"
            yield "EMPTY_VARIABLE", f"{said} within the structure."
        elif " " in inner.split(", '", 1)[0]:
            said = "A space is not supported within the policy variable text. Remove the space."
            yield "UNSUPPORTED_SPACE_IN_VARIABLE", said


def _private(name: str, path: Path, values: Node) -> Iterator[Issue]:
    blocks = [network(str(node.value)) for node in values.listed]
    private = [block is not None and _is_private(block) for block in blocks]
    if not any(private):
        return
    negated = name.startswith("not")
    whole = all(private)
    code = "PRIVATE_NOT_IP_ADDRESS" if negated else "PRIVATE_IP_ADDRESS"
    tail = "have no effect" if negated else "will not have the desired effect"
    if whole:
        said = "The values for condition key aws:SourceIp include only private IP addresses and"
        effect = "has no effect" if negated else "will not have the desired effect"
        text = f"{said} {effect}. {_LONG} Update the value to include only public IP addresses."
        yield Issue(ERROR, code, text, ((path, values),))
        return
    text = "The values for condition key aws:SourceIp include a mix of private and public IP"
    text = f"{text} addresses. The private addresses {tail}. {_LONG} To define permissions for"
    text = f"{text} private IP ranges, use aws:VpcSourceIp."
    yield Issue(SUGGESTION, f"{code}_SUBSET", text, ((path, values),))


def _is_private(block: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    outer = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
    return isinstance(block, ipaddress.IPv4Network) and any(
        block.subnet_of(ipaddress.IPv4Network(one)) for one in outer
    )
