"""When S3 calls a bucket policy public.

Source: "Blocking public access to your Amazon S3 storage", section 'The meaning of "public"'.
"""

from __future__ import annotations

import re

from simulator.iam.conditions import Condition, Quantifier
from simulator.iam.operators import Network, network
from simulator.iam.patterns import is_wild
from simulator.iam.policy import Policy, Statement
from simulator.iam.principals import PrincipalElement

_FIXING_KEYS = {
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
}
_FIXING_OPERATORS = {"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"}
_ACCOUNT_FIXED = re.compile(r"arn:[^:*?$]+:[^:*?$]+:[^:]*:\d{12}:.*", re.DOTALL)
_ROLE_SESSIONS = re.compile(r"AROA[A-Z0-9]+:\*")
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
_BROADEST = {4: 8, 6: 32}


def is_public(policy: Policy) -> bool:
    """Whether any Allow statement grants to callers that nothing in it fixes."""
    return any(not one.denies and _is_public(one) for one in policy.statements)


def _is_public(statement: Statement) -> bool:
    if statement.principal is None or _names_fixed(statement.principal):
        return False
    return not any(_fixes(condition) for condition in statement.conditions)


def _names_fixed(principal: PrincipalElement) -> bool:
    anybody = principal.everyone or principal.negated or "*" in principal.services
    return not anybody and not principal.providers


def _fixes(condition: Condition) -> bool:
    """An IfExists or a ForAllValues fixes nothing: it holds for whoever lacks the key."""
    if condition.quantifier is Quantifier.ALL or not condition.wanted:
        return False
    operator = condition.written.lower().removeprefix(condition.quantifier.value)
    key = condition.key.lower()
    if operator == "ipaddress" and key == "aws:sourceip":
        return all(_is_narrow(value) for value in condition.wanted)
    if operator not in _FIXING_OPERATORS or key not in _FIXING_KEYS:
        return False
    wild = operator in {"stringlike", "arnlike", "arnequals"}
    return all(_is_fixed(key, value, wild) for value in condition.wanted)


def _is_fixed(key: str, value: str, wild: bool) -> bool:
    if "${" in value:
        return False
    if not wild or not is_wild(value):
        return True
    if key == "aws:userid":
        return bool(_ROLE_SESSIONS.fullmatch(value))
    if key in {"s3:dataaccesspointarn", "aws:principalarn"}:
        return bool(_ACCOUNT_FIXED.fullmatch(value))
    return False


def _is_narrow(cidr: str) -> bool:
    block = network(cidr)
    if block is None:
        return False
    return block.prefixlen >= _BROADEST[block.version] or _is_private(block)


def _is_private(block: Network) -> bool:
    ranges = (network(private) for private in _PRIVATE)
    return any(
        outer is not None
        and outer.version == block.version
        and int(outer.network_address) <= int(block.network_address)
        and int(block.broadcast_address) <= int(outer.broadcast_address)
        for outer in ranges
    )
