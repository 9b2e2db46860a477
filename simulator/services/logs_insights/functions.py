"""The functions of `fields`, `filter` and all other expressions.

Source: "Boolean, comparison, numeric, datetime, and other functions" (CloudWatch Logs User Guide).
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.services.logs_insights.limits import LONGEST_VALUE, QueryTimeout
from simulator.services.logs_insights.syntax import Value
from simulator.services.logs_insights.values import Moment, compare, finite, number, text

_ANY: Final = 50


@dataclass(frozen=True, slots=True)
class Plain:
    """`apply` takes the arguments' values. With a `None` among the first ones it gives none."""

    arity: tuple[int, int]
    apply: Callable[..., Value]
    takes_none: bool = False


def _numeric(apply: Callable[..., Any]) -> Callable[..., Value]:
    def run(*values: Value) -> Value:
        found = [number(value) for value in values]
        try:
            return None if None in found else finite(apply(*found))
        except (ValueError, OverflowError, ZeroDivisionError):
            return None

    return run


def _textual(apply: Callable[..., Value]) -> Callable[..., Value]:
    return lambda *values: apply(*(text(value) for value in values))


def _concat(*values: Value) -> Value:
    parts = [text(value) for value in values]
    return _bounded(sum(map(len, parts)), lambda: "".join(parts))


def _replace(whole: str, old: str, new: str) -> Value:
    if not old:
        return whole
    size = len(whole) + whole.count(old) * (len(new) - len(old))
    return _bounded(size, lambda: whole.replace(old, new))


def _bounded(size: int, make: Callable[[], str]) -> str:
    if size > LONGEST_VALUE:
        raise QueryTimeout
    return make()


def _trimmed(*, left: bool, right: bool) -> Callable[..., Value]:
    def run(whole: str, end: str | None = None) -> Value:
        if left:
            whole = whole.lstrip() if end is None else whole.removeprefix(end)
        if right:
            whole = whole.rstrip() if end is None else whole.removesuffix(end)
        return whole

    return run


def _substring(whole: Value, start: Value, length: Value = None) -> Value:
    first, size = number(start), number(length)
    if first is None or first < 0 or (length is not None and (size is None or size < 0)):
        return None
    begin = int(first)
    return text(whole)[begin:] if size is None else text(whole)[begin : begin + int(size)]


def _moment(round_up: bool) -> Callable[..., Value]:
    def run(time: Value, period: Value) -> Value:
        at, step = number(time), number(period)
        if at is None or not step or step < 0:
            return None
        return Moment((-(-int(at) // int(step)) if round_up else int(at) // int(step)) * int(step))

    return run


def _from_millis(value: Value) -> Value:
    found = number(value)
    return None if found is None else Moment(int(found))


def _to_millis(value: Value) -> Value:
    found = number(value)
    return None if found is None else int(found)


def _address(value: str) -> Any:
    try:
        return ipaddress.ip_address(value.strip())
    except ValueError:
        return None


def _is_valid(*versions: int) -> Callable[..., Value]:
    return lambda value: int(getattr(_address(value), "version", 0) in versions)


def _in_subnet(*versions: int) -> Callable[..., Value]:
    def run(value: str, subnet: str) -> Value:
        address = _address(value)
        try:
            network = ipaddress.ip_network(subnet.strip(), strict=False)
        except ValueError:
            return 0
        return int(address is not None and address.version in versions and address in network)

    return run


FUNCTIONS: Mapping[str, Plain] = {
    "abs": Plain((1, 1), _numeric(abs)),
    "ceil": Plain((1, 1), _numeric(math.ceil)),
    "floor": Plain((1, 1), _numeric(math.floor)),
    "greatest": Plain((1, _ANY), _numeric(lambda *values: max(values))),
    "least": Plain((1, _ANY), _numeric(lambda *values: min(values))),
    "log": Plain((1, 1), _numeric(math.log)),
    "sqrt": Plain((1, 1), _numeric(math.sqrt)),
    "bin": Plain((1, 1), lambda _: None),
    "datefloor": Plain((2, 2), _moment(round_up=False)),
    "dateceil": Plain((2, 2), _moment(round_up=True)),
    "frommillis": Plain((1, 1), _from_millis),
    "tomillis": Plain((1, 1), _to_millis),
    "now": Plain((0, 0), lambda: None),
    "ispresent": Plain((1, 1), lambda value: int(value is not None), takes_none=True),
    "coalesce": Plain(
        (1, _ANY), lambda *values: next((v for v in values if v is not None), None), takes_none=True
    ),
    "if": Plain((3, 3), lambda test, a, b: a if truth(test) else b, takes_none=True),
    "isempty": Plain((1, 1), lambda value: int(text(value) == ""), takes_none=True),
    "isblank": Plain((1, 1), lambda value: int(not text(value).strip()), takes_none=True),
    "concat": Plain((1, _ANY), _concat, takes_none=True),
    "ltrim": Plain((1, 2), _textual(_trimmed(left=True, right=False))),
    "rtrim": Plain((1, 2), _textual(_trimmed(left=False, right=True))),
    "trim": Plain((1, 2), _textual(_trimmed(left=True, right=True))),
    "strlen": Plain((1, 1), _textual(len)),
    "toupper": Plain((1, 1), _textual(str.upper)),
    "tolower": Plain((1, 1), _textual(str.lower)),
    "substr": Plain((2, 3), _substring),
    "replace": Plain((3, 3), _textual(_replace)),
    "strcontains": Plain((2, 2), _textual(lambda whole, part: int(part in whole))),
    "isvalidip": Plain((1, 1), _textual(_is_valid(4, 6))),
    "isvalidipv4": Plain((1, 1), _textual(_is_valid(4))),
    "isvalidipv6": Plain((1, 1), _textual(_is_valid(6))),
    "isipinsubnet": Plain((2, 2), _textual(_in_subnet(4, 6))),
    "isipv4insubnet": Plain((2, 2), _textual(_in_subnet(4))),
    "isipv6insubnet": Plain((2, 2), _textual(_in_subnet(6))),
}
"""By name in small letters. `bin` and `now` need the event and the clock: see evaluate."""


def truth(value: Value) -> bool:
    """Whether a condition holds."""
    return value is not None and compare(value, "!=", 0) == 1 and value != ""


def infix(operator: str, left: Value, right: Value) -> Value:
    """Arithmetic on two values; None where there is no result."""
    if operator == "^":
        return _numeric(_power)(left, right)
    return _numeric(_ARITHMETIC[operator])(left, right)


def _power(base: float, exponent: float) -> Any:
    found = float(base) ** float(exponent)
    whole = isinstance(base, int) and isinstance(exponent, int) and abs(found) < 2**53
    return int(found) if whole and found == int(found) else found


def _quotient(a: Any, b: Any) -> Any:
    return a // b if isinstance(a, int) and isinstance(b, int) and a % b == 0 else a / b


_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _quotient,
    "%": math.fmod,
}
