"""The condition operators: how one value of a request compares with the values of a policy.

Source: "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from simulator.iam.patterns import arn_parts_glob, glob
from simulator.iam.variables import Template, Values

Test = Callable[[str, Values], bool | None]
"""Whether a request's value matches any of the policy's; None when it cannot be compared,
because it or one of theirs is malformed."""
Build = Callable[[tuple[Template, ...]], Test]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?"
    r"(Z|[+-]\d\d:?\d\d)?)?)?)?",
    re.IGNORECASE,
)
_YEAR_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator. A negated one is true where its test is not."""

    build: Build
    negated: bool = False
    variables: bool = False


def _equals(wanted: tuple[Template, ...], fold: Callable[[str], str] = str) -> Test:
    fixed = frozenset(fold(one.fixed) for one in wanted if one.fixed is not None)
    open_ones = tuple(one for one in wanted if one.fixed is None)

    def test(value: str, values: Values) -> bool:
        folded = fold(value)
        if folded in fixed:
            return True
        texts = (one.text(values) for one in open_ones)
        return any(text is not None and fold(text) == folded for text in texts)

    return test


def _ignore_case(wanted: tuple[Template, ...]) -> Test:
    return _equals(wanted, str.lower)


def _like(wanted: tuple[Template, ...]) -> Test:
    plain = frozenset(one.fixed for one in wanted if one.fixed is not None and not one.wild)
    patterns = tuple(one for one in wanted if one.fixed is None or one.wild)

    def test(value: str, values: Values) -> bool:
        if value in plain:
            return True
        filled = (one.pieces(values) for one in patterns)
        return any(pieces is not None and glob(pieces)(value) for pieces in filled)

    return test


def _arn(wanted: tuple[Template, ...]) -> Test:
    def test(value: str, values: Values) -> bool:
        filled = (one.pieces(values) for one in wanted)
        return any(pieces is not None and arn_parts_glob(pieces)(value) for pieces in filled)

    return test


def _bool(wanted: tuple[Template, ...]) -> Test:
    def test(value: str, values: Values) -> bool:
        asked = value.lower()
        texts = (one.text(values) for one in wanted)
        return asked in {"true", "false"} and any(
            t is not None and t.lower() == asked for t in texts
        )

    return test


def _binary(wanted: tuple[Template, ...]) -> Test:
    """Bytes are compared, and the very texts, so that what is no base64 equals itself."""
    written = {one.fixed for one in wanted if one.fixed is not None}
    decoded = {_decode(text) for text in written} - {None}
    return lambda value, _: value in written or _decode(value) in decoded


def _decode(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def number(text: str) -> Decimal | None:
    """A decimal number, or None."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


@lru_cache(maxsize=4_096)
def moment(text: str) -> Decimal | None:
    """Seconds since 1970 of a W3C date-time or a Unix time; None for anything else.

    Four digits are a year. A time without a zone is UTC.
    """
    found = _DATE.fullmatch(text)
    if not found or (text.isdigit() and len(text) != _YEAR_DIGITS):
        return number(text)
    year, month, day, hour, minute, second = (
        int(part) if part else 0 for part in found.groups()[:6]
    )
    zone = (found[8] or "Z").upper().replace("Z", "+00:00")
    try:
        start = datetime.strptime(
            f"{year:04}-{month or 1:02}-{day or 1:02}T{hour:02}:{minute:02}:{second:02}{zone}",
            "%Y-%m-%dT%H:%M:%S%z",
        )
    except ValueError:
        return None
    whole = (start - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    return Decimal(int(whole)) + Decimal("0" + (found[7] or ".0"))


def _ordered(
    read: Callable[[str], Decimal | None], compare: Callable[[Decimal, Decimal], bool]
) -> Build:
    def build(wanted: tuple[Template, ...]) -> Test:
        limits = [read(one.fixed) for one in wanted if one.fixed is not None]
        known = tuple(limit for limit in limits if limit is not None)
        otherwise = None if len(known) < len(wanted) else False

        def test(value: str, _: Values) -> bool | None:
            asked = read(value)
            if asked is None:
                return None
            return any(compare(asked, limit) for limit in known) or otherwise

        return test

    return build


@lru_cache(maxsize=4_096)
def network(text: str) -> Network | None:
    """A CIDR block, or one address as a block of its own; None for anything else."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _ip(wanted: tuple[Template, ...]) -> Test:
    blocks = [network(one.fixed) for one in wanted if one.fixed is not None]
    ranges = tuple(
        (block.version, int(block.network_address), int(block.broadcast_address))
        for block in blocks
        if block is not None
    )

    otherwise = None if len(ranges) < len(wanted) else False

    def test(value: str, _: Values) -> bool | None:
        asked = network(value) if "/" not in value else None
        if asked is None:
            return None
        address = int(asked.network_address)
        inside = any(asked.version == v and low <= address <= high for v, low, high in ranges)
        return inside or otherwise

    return test


def _family(prefix: str, read: Callable[[str], Decimal | None]) -> dict[str, Operator]:
    return {
        f"{prefix}Equals": Operator(_ordered(read, operator.eq)),
        f"{prefix}NotEquals": Operator(_ordered(read, operator.eq), negated=True),
        f"{prefix}LessThan": Operator(_ordered(read, operator.lt)),
        f"{prefix}LessThanEquals": Operator(_ordered(read, operator.le)),
        f"{prefix}GreaterThan": Operator(_ordered(read, operator.gt)),
        f"{prefix}GreaterThanEquals": Operator(_ordered(read, operator.ge)),
    }


OPERATORS: dict[str, Operator] = {
    name.lower(): known
    for name, known in {
        "StringEquals": Operator(_equals, variables=True),
        "StringNotEquals": Operator(_equals, negated=True, variables=True),
        "StringEqualsIgnoreCase": Operator(_ignore_case, variables=True),
        "StringNotEqualsIgnoreCase": Operator(_ignore_case, negated=True, variables=True),
        "StringLike": Operator(_like, variables=True),
        "StringNotLike": Operator(_like, negated=True, variables=True),
        **_family("Numeric", number),
        **_family("Date", moment),
        "Bool": Operator(_bool, variables=True),
        "BinaryEquals": Operator(_binary),
        "IpAddress": Operator(_ip),
        "NotIpAddress": Operator(_ip, negated=True),
        "ArnEquals": Operator(_arn, variables=True),
        "ArnLike": Operator(_arn, variables=True),
        "ArnNotEquals": Operator(_arn, negated=True, variables=True),
        "ArnNotLike": Operator(_arn, negated=True, variables=True),
    }.items()
}
"""Every documented operator by its lower-case name, without set operators and IfExists."""
