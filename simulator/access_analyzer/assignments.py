"""Values under which a condition holds, or doesn't: what a caller from outside could send.

A caller chooses some of what conditions look at (its network, its tags, the time); who it is
follows from its principal.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from simulator.iam.conditions import Condition, Quantifier
from simulator.iam.operators import network, number

OUTSIDE = "000000000000"
"""An account that is in nobody's zone of trust."""
_BEFORE, _AFTER = "1990-01-01T00:00:00Z", "2999-01-01T00:00:00Z"
_STEP = {"lessthan": Decimal(-1), "greaterthan": Decimal(1)}


class Assignment(NamedTuple):
    """A key's value in a request; None: the key isn't there. `shown` is what the policy says."""

    key: str
    """In lower case."""
    value: str | None
    shown: str | None = None


def operator_of(condition: Condition) -> str:
    """The operator in lower case, without set operator and IfExists."""
    name = condition.written.lower().removeprefix(condition.quantifier.value)
    return name.removesuffix("ifexists") if condition.if_exists else name


def meeting(condition: Condition) -> Iterator[Assignment]:
    """Ways to meet a condition; none where it can't be judged."""
    key = condition.key.lower()
    if not condition.known:
        return
    if condition.test is None:
        wanted = {value.lower() for value in condition.wanted}
        if "false" in wanted:
            yield Assignment(key, _present(key))
        if "true" in wanted:
            yield Assignment(key, None)
        return
    if condition.negated:
        yield Assignment(key, _other(key, condition))
        yield Assignment(key, None)
        return
    if condition.if_exists or condition.quantifier is Quantifier.ALL:
        yield Assignment(key, None)
    yield from _wanted(condition)


def escaping(condition: Condition) -> Iterator[Assignment]:
    """Ways not to meet a condition of a Deny statement."""
    key = condition.key.lower()
    if not condition.known:
        return
    if condition.test is None:
        missing = "true" in {value.lower() for value in condition.wanted}
        yield Assignment(key, _present(key) if missing else None)
    elif condition.negated:
        yield from _wanted(condition)
    else:
        yield Assignment(key, _other(key, condition))


def filled(pattern: str, account: str = OUTSIDE) -> str:
    """A text that a pattern matches; an ARN without an account is of an account outside."""
    if pattern.startswith("arn:"):
        parts = pattern.split(":", 5)
        if len(parts) > 5 and parts[4] in {"*", "?" * 12}:
            parts[4] = account
        pattern = ":".join(parts)
    return pattern.replace("*", "a").replace("?", "a")


def _wanted(condition: Condition) -> Iterator[Assignment]:
    key, operator = condition.key.lower(), operator_of(condition)
    wild = operator.endswith("like") or operator.startswith("arn")
    for value in condition.wanted:
        if "${" in value:
            continue
        if operator.endswith("ipaddress"):
            block = network(value)
            sample = str(block.network_address) if block is not None else value
        elif operator.startswith(("numeric", "date")):
            sample = _ordered(operator, value)
        else:
            sample = filled(value) if wild else value
        yield Assignment(key, sample, value)


def _ordered(operator: str, value: str) -> str:
    kind = "date" if operator.startswith("date") else "numeric"
    comparison = operator.removeprefix(kind)
    if kind == "date":
        if comparison in {"equals", "notequals"}:
            return value
        return _BEFORE if comparison.startswith("less") else _AFTER
    known = number(value)
    return value if known is None else str(known + _STEP.get(comparison, Decimal(0)))


def _present(key: str) -> str:
    return filled("arn:aws:iam::*:role/a") if key.endswith("arn") else "a"


def _other(key: str, condition: Condition) -> str:
    operator = operator_of(condition)
    if operator.startswith("bool"):
        return "false" if "true" in {value.lower() for value in condition.wanted} else "true"
    if operator.endswith("ipaddress"):
        return next(
            address
            for address in ("203.0.113.99", "198.18.0.1", "8.8.4.4", "2001:db8::99")
            if not any(_inside(address, value) for value in condition.wanted)
            or address.startswith("2001")
        )
    return filled("arn:aws:iam::*:role/other") if operator.startswith("arn") else "other-than-these"


def _inside(address: str, cidr: str) -> bool:
    block, one = network(cidr), network(address)
    if block is None or one is None or block.version != one.version:
        return False
    return int(block.network_address) <= int(one.network_address) <= int(block.broadcast_address)
