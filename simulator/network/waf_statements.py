"""The statements of AWS WAF's rules, as the API spells them. Each asks something of a request.

SQL injection and cross-site scripting are recognised by a few patterns, where AWS WAF has engines
for them. Sources: "Using rule statements in AWS WAF", and the pages on each of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from simulator.network.addresses import block, parsed
from simulator.network.waf_rates import Rates
from simulator.network.waf_request import HttpRequest, NotSimulated, component, transformed

SQL_INJECTION = (
    r"(?i)('|\"|\b)\s*(or|and)\s+['\"\d(]+\s*=|\bunion\s+(all\s+)?select\b|;\s*(drop|insert|update"
    r"|delete)\b|\b(sleep|benchmark|waitfor\s+delay)\s*\(?|'\s*--|\binformation_schema\b"
)
CROSS_SITE_SCRIPTING = r"(?i)<\s*script\b|javascript\s*:|\bon(error|load|click)\s*=|<\s*iframe\b"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rules refer to, by ARN, and what is known of addresses."""

    ip_sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    """The rules of rule groups."""
    countries: Mapping[str, str] = field(default_factory=dict)
    """CIDR block → country code (ISO 3166-1 alpha-2)."""
    ill_reputed: tuple[str, ...] = ()
    """Blocks on Amazon's IP reputation list."""
    anonymizing: tuple[str, ...] = ()
    """Blocks of VPNs, proxies and hosting providers."""


@dataclass(slots=True)
class Look:
    """One request under inspection."""

    request: HttpRequest
    around: Surroundings
    rates: Rates
    labels: list[str]
    rule: str = ""
    """The rule being asked, with its web ACL and group: rates are kept by it."""


Statement = Mapping[str, Any]


def matches(statement: Statement, look: Look) -> bool:
    """Whether a statement is true of a request.

    Raises:
        NotSimulated: a kind of statement, component or transformation that is not known here.
    """
    kind, options = next(iter(statement.items()))
    ask = _KINDS.get(kind)
    if ask is None:
        raise NotSimulated(f"This simulator does not know AWS WAF's {kind}.")
    return ask(options, look)


def _texts(options: Statement, look: Look) -> list[str] | None:
    found = component(look.request, options["FieldToMatch"])
    changes = options.get("TextTransformations", ())
    return found if found is None else [transformed(text, changes) for text in found]


def _any(options: Statement, look: Look, test: Callable[[str], bool]) -> bool:
    texts = _texts(options, look)
    return texts is None or any(map(test, texts))


def _bytes(options: Statement, look: Look) -> bool:
    wanted = options["SearchString"]
    wanted = wanted.decode(errors="replace") if isinstance(wanted, bytes) else wanted
    tests: dict[str, Callable[[str], bool]] = {
        "EXACTLY": lambda text: text == wanted,
        "STARTS_WITH": lambda text: text.startswith(wanted),
        "ENDS_WITH": lambda text: text.endswith(wanted),
        "CONTAINS": lambda text: wanted in text,
        "CONTAINS_WORD": lambda text: bool(re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text)),
    }
    return _any(options, look, tests[options["PositionalConstraint"]])


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _pattern(*patterns: str) -> Callable[[Statement, Look], bool]:
    def ask(options: Statement, look: Look) -> bool:
        return _any(
            options, look, lambda text: any(_compiled(one).search(text) for one in patterns)
        )

    return ask


def _regex(options: Statement, look: Look) -> bool:
    return _pattern(options["RegexString"])(options, look)


def _regex_set(options: Statement, look: Look) -> bool:
    return _pattern(*look.around.patterns[options["ARN"]])(options, look)


def _size(options: Statement, look: Look) -> bool:
    size, compare = int(options["Size"]), _COMPARISONS[options["ComparisonOperator"]]
    if "Body" in options["FieldToMatch"]:
        return compare(len(look.request.body.encode()), size)
    return _any(options, look, lambda text: compare(len(text.encode()), size))


_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "EQ": lambda one, other: one == other,
    "NE": lambda one, other: one != other,
    "LE": lambda one, other: one <= other,
    "LT": lambda one, other: one < other,
    "GE": lambda one, other: one >= other,
    "GT": lambda one, other: one > other,
}


def client(request: HttpRequest, forwarded: Statement | None) -> str | None:
    """The address that counts as the client's: the sender's, or one out of a header."""
    if not forwarded:
        return request.source
    said = [part.strip() for part in (request.header(forwarded["HeaderName"]) or "").split(",")]
    chosen = said[-1] if forwarded.get("Position") == "LAST" else said[0]
    return chosen if parsed(chosen) is not None else None


def _addresses(options: Statement, look: Look) -> bool:
    forwarded = options.get("IPSetForwardedIPConfig")
    address = client(look.request, forwarded)
    if address is None:
        return bool(forwarded and forwarded["FallbackBehavior"] == "MATCH")
    return within(address, look.around.ip_sets[options["ARN"]])


def within(address: str, blocks: tuple[str, ...]) -> bool:
    """Whether an address is in one of some blocks."""
    known = parsed(address)
    return known is not None and any(first <= known <= last for first, last in map(block, blocks))


def _country(options: Statement, look: Look) -> bool:
    forwarded = options.get("ForwardedIPConfig")
    address = client(look.request, forwarded)
    if address is None:
        return bool(forwarded and forwarded["FallbackBehavior"] == "MATCH")
    return any(
        country in options["CountryCodes"]
        for blocks, country in look.around.countries.items()
        if within(address, (blocks,))
    )


def _label(options: Statement, look: Look) -> bool:
    key = options["Key"]
    if options["Scope"] == "NAMESPACE":
        return any(f":{key}" in f":{label}" for label in look.labels)
    return any(label == key or label.endswith(f":{key}") for label in look.labels)


def _rate(options: Statement, look: Look) -> bool:
    """Counts this request as well; more than the limit in the window match."""
    narrowed = options.get("ScopeDownStatement")
    if narrowed and not matches(narrowed, look):
        return False
    kind = options["AggregateKeyType"]
    if kind == "CONSTANT":
        key: str | None = ""
    elif kind in {"IP", "FORWARDED_IP"}:
        key = client(look.request, options.get("ForwardedIPConfig"))
    else:
        raise NotSimulated(f"This simulator does not aggregate requests by {kind}.")
    if key is None:
        return bool(options["ForwardedIPConfig"]["FallbackBehavior"] == "MATCH")
    window = float(options.get("EvaluationWindowSec", 300))
    return look.rates.count(look.rule, key, look.request.time, window) > int(options["Limit"])


_KINDS: dict[str, Callable[[Any, Look], bool]] = {
    "ByteMatchStatement": _bytes,
    "RegexMatchStatement": _regex,
    "RegexPatternSetReferenceStatement": _regex_set,
    "SizeConstraintStatement": _size,
    "SqliMatchStatement": _pattern(SQL_INJECTION),
    "XssMatchStatement": _pattern(CROSS_SITE_SCRIPTING),
    "IPSetReferenceStatement": _addresses,
    "GeoMatchStatement": _country,
    "LabelMatchStatement": _label,
    "RateBasedStatement": _rate,
    "AndStatement": lambda options, look: all(matches(one, look) for one in options["Statements"]),
    "OrStatement": lambda options, look: any(matches(one, look) for one in options["Statements"]),
    "NotStatement": lambda options, look: not matches(options["Statement"], look),
}
