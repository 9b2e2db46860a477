"""What a field of an event may be compared with in an event pattern.

Sources: "Comparison operators for use in event patterns in Amazon EventBridge" (Amazon EventBridge
User Guide); the wording of refusals is that of EventBridge's own open-source rule engine.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable
from typing import Any, Final

Comparison = Callable[[tuple[Any, ...]], bool]
"""Of all the values that an event has in a field: none where the field is absent."""
_Test = Callable[[Any], bool]
_MOST: Final = 5_000_000_000
_BOUNDS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": float.__lt__,
    "<=": float.__le__,
    "=": float.__eq__,
    ">": float.__gt__,
    ">=": float.__ge__,
}


class InvalidPattern(ValueError):
    """An event pattern that EventBridge refuses; the text says why."""


def comparison(wanted: Any) -> Comparison:
    """The comparison that one element of a pattern's array asks for.

    Raises:
        InvalidPattern: it is none.
    """
    if isinstance(wanted, list):
        raise InvalidPattern("Match value must be String, number, true, false, or null")
    if not isinstance(wanted, dict):
        return _any(_equals(wanted))
    if not wanted:
        raise InvalidPattern("Match expression name not found")
    name, value = next(iter(wanted.items()))
    if name not in _OPERATORS and name != "exists":
        raise InvalidPattern(f"Unrecognized match type {name}")
    if len(wanted) > 1:
        raise InvalidPattern("Only one key allowed in match expression")
    if name == "exists":
        if not isinstance(value, bool):
            raise InvalidPattern("exists match pattern must be either true or false.")
        return lambda values: bool(values) is value
    return _any(_OPERATORS[name](value))


def _any(test: _Test) -> Comparison:
    return lambda values: any(map(test, values))


def _equals(wanted: Any) -> _Test:
    """Numbers are compared as they are written: 300 is not 300.0."""
    if isinstance(wanted, str):
        return lambda value: bool(value == wanted)
    written = json.dumps(wanted)
    return lambda value: not isinstance(value, str) and json.dumps(value) == written


def _text(wanted: Any, name: str) -> str:
    if not isinstance(wanted, str):
        raise InvalidPattern(f"{name} match pattern must be a string")
    return wanted


def _prefix(wanted: Any) -> _Test:
    return _end(wanted, "prefix", str.startswith)


def _suffix(wanted: Any) -> _Test:
    return _end(wanted, "suffix", str.endswith)


def _end(wanted: Any, name: str, has: Callable[[str, str], bool]) -> _Test:
    if isinstance(wanted, dict):
        if list(wanted) != ["equals-ignore-case"]:
            raise InvalidPattern(f"Unsupported {name} pattern: {next(iter(wanted), '')}")
        end = _text(wanted["equals-ignore-case"], "equals-ignore-case").casefold()
        return lambda value: isinstance(value, str) and has(value.casefold(), end)
    end = _text(wanted, name)
    return lambda value: isinstance(value, str) and has(value, end)


def _ignore_case(wanted: Any) -> _Test:
    text = _text(wanted, "equals-ignore-case").casefold()
    return lambda value: isinstance(value, str) and value.casefold() == text


def _wildcard(wanted: Any) -> _Test:
    text, written, place = _text(wanted, "wildcard"), "", 0
    while place < len(text):
        one, following = text[place], text[place + 1 : place + 2]
        if one == "\\" and following not in {"*", "\\"}:
            raise InvalidPattern(f"Invalid escape character at pos {place}")
        if one == "*" and following == "*":
            raise InvalidPattern(f"Consecutive wildcard characters at pos {place}")
        written += ".*" if one == "*" else re.escape(following if one == "\\" else one)
        place += 2 if one == "\\" else 1
    expression = re.compile(written, re.DOTALL)
    return lambda value: isinstance(value, str) and expression.fullmatch(value) is not None


def _cidr(wanted: Any) -> _Test:
    text = _text(wanted, "cidr")
    if text.count("/") != 1:
        raise InvalidPattern("Malformed CIDR, one '/' required")
    try:
        block = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise InvalidPattern(f"Malformed CIDR, {error}") from error

    def test(value: Any) -> bool:
        try:
            return isinstance(value, str) and ipaddress.ip_address(value) in block
        except ValueError:
            return False

    return test


def _numeric(wanted: Any) -> _Test:
    if not isinstance(wanted, list):
        raise InvalidPattern("Value of numeric must be an array.")
    if not wanted or not isinstance(wanted[0], str):
        raise InvalidPattern(f"Invalid member in numeric match: {wanted[0] if wanted else ']'}")
    if wanted[0] not in _BOUNDS:
        raise InvalidPattern(f"Unrecognized numeric range operator: {wanted[0]}")
    bounds = [(wanted[0], _number(wanted, 1))]
    if len(wanted) > 2:
        if wanted[0] not in {">", ">="}:
            raise InvalidPattern("Too many elements in numeric expression")
        if wanted[2] not in {"<", "<="}:
            raise InvalidPattern(f"Bad numeric range operator: {wanted[2]}")
        bounds.append((wanted[2], _number(wanted, 3)))
        if len(wanted) > 4:
            raise InvalidPattern("Too many terms in numeric range expression")
        if bounds[0][1] >= bounds[1][1]:
            raise InvalidPattern("Bottom must be less than top")

    def test(value: Any) -> bool:
        return _is_number(value) and all(_BOUNDS[sign](float(value), than) for sign, than in bounds)

    return test


def _number(wanted: list[Any], place: int) -> float:
    value = wanted[place] if place < len(wanted) else None
    if not _is_number(value):
        sign = "equals" if wanted[place - 1] == "=" else wanted[place - 1]
        raise InvalidPattern(f"Value of {sign} must be numeric")
    assert value is not None
    if abs(value) > _MOST:
        raise InvalidPattern(f"Value must be between -{float(_MOST)} and {float(_MOST)}, inclusive")
    return float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _anything_but(wanted: Any) -> _Test:
    """Any value but those named; a field that is absent has none."""
    if isinstance(wanted, dict):
        name = next(iter(wanted), "")
        if name not in {"prefix", "suffix", "equals-ignore-case", "wildcard"}:
            raise InvalidPattern(f"Unsupported anything-but pattern: {name}")
        if len(wanted) > 1:
            raise InvalidPattern("Only one key allowed in match expression")
        inside = wanted[name] if isinstance(wanted[name], list) else [wanted[name]]
        if not inside:
            raise InvalidPattern("Empty arrays are not allowed")
        if "" in inside and name in {"prefix", "suffix"}:
            raise InvalidPattern("Null prefix/suffix not allowed")
        excluded = [_OPERATORS[name](_text(each, name)) for each in inside]
    else:
        excluded = [_number_or_text(each) for each in _alike(wanted)]
    return lambda value: not any(test(value) for test in excluded)


def _alike(wanted: Any) -> list[Any]:
    values = wanted if isinstance(wanted, list) else [wanted]
    numbers = [_is_number(each) for each in values]
    if any(
        not number and not isinstance(v, str) for v, number in zip(values, numbers, strict=True)
    ):
        if isinstance(wanted, list):
            text = "Inside anything but list, start|null|boolean is not supported."
        else:
            text = "Value of anything-but must be an array or single string/number value."
        raise InvalidPattern(text)
    if not values or (any(numbers) and not all(numbers)):
        raise InvalidPattern(
            "Inside anything but list, either all values are number or string, "
            "mixed type is not supported"
        )
    return values


def _number_or_text(wanted: Any) -> _Test:
    if isinstance(wanted, str):
        return _equals(wanted)
    return lambda value: _is_number(value) and value == wanted


_OPERATORS: Final[dict[str, Callable[[Any], _Test]]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _ignore_case,
    "wildcard": _wildcard,
    "cidr": _cidr,
    "numeric": _numeric,
    "anything-but": _anything_but,
}
