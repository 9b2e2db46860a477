"""What a statement is about, in a form that two statements can be compared in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.access_analyzer import catalogue
from simulator.access_analyzer.checks import globs
from simulator.access_analyzer.zone import account_in
from simulator.iam.conditions import Condition, Quantifier
from simulator.iam.operators import network
from simulator.iam.patterns import is_wild
from simulator.iam.policy import Policy, Statement

UNKNOWN = "\x03:\x03"
"""An action that AWS may have one day."""


def actions_of(policies: Iterable[Policy]) -> tuple[str, ...]:
    """All actions in lower case by which policies could differ: AWS's, and those they name."""
    named = {
        action
        for policy in policies
        for statement in policy.statements
        for action in statement.actions.exact
    }
    known = dict.fromkeys(one.lower() for one in catalogue.everything())
    future = (f"{service}:\x03" for service in sorted(catalogue.services()))
    return (*known, *future, UNKNOWN, *sorted(named - known.keys() - {"*"}))


@dataclass(frozen=True, slots=True)
class Names:
    """Names that patterns stand for, or all but those."""

    patterns: tuple[str, ...]
    negated: bool = False

    def pieces(self) -> Iterator[Names]:
        """The same names in parts that can be looked at one by one."""
        if self.negated:
            yield self
        else:
            yield from (Names((pattern,)) for pattern in self.patterns)

    def within(self, other: Names) -> bool:
        """Whether all of these names are of the others; never yes where it isn't so."""
        if not other.negated and "*" in other.patterns:
            return True
        if self.negated:
            return other.negated and all(
                any(globs.holds(mine, theirs) for mine in self.patterns)
                for theirs in other.patterns
            )
        if other.negated:
            return not any(globs.meet(a, b) for a in self.patterns for b in other.patterns)
        return all(any(globs.holds(b, a) for b in other.patterns) for a in self.patterns)

    def meets(self, other: Names) -> bool:
        """Whether some name may be of both; never no where there is one."""
        if self.negated and other.negated:
            return True
        if self.negated:
            return other.meets(self)
        if other.negated:
            return any(
                not any(globs.holds(theirs, mine) for theirs in other.patterns)
                for mine in self.patterns
            )
        return any(globs.meet(a, b) for a in self.patterns for b in other.patterns)


EVERYTHING = Names(("*",))


def resources_of(statement: Statement) -> Names:
    """The resources of a statement; all of them where it names none."""
    for element, negated in (("Resource", False), ("NotResource", True)):
        if element in statement.written:
            return Names(tuple(_listed(statement.written[element])), negated)
    return EVERYTHING


def principals_of(statement: Statement) -> Names:
    """The principals of a statement: everybody where it names none."""
    for element, negated in (("Principal", False), ("NotPrincipal", True)):
        if element in statement.written:
            return Names(tuple(_principals(statement.written[element])), negated)
    return EVERYTHING


def _principals(written: Any) -> Iterator[str]:
    if not isinstance(written, Mapping):
        yield "*"
        return
    for kind, names in written.items():
        for name in _listed(names):
            if kind != "AWS":
                yield f"{kind}/{name}"
            elif name == "*":
                yield "*"
            else:
                account = account_in(name)
                whole = name == account or name.endswith(":root")
                yield f"AWS/{account}/*" if whole else f"AWS/{account}/{name}"


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(one) for one in value]


def implied(wanted: Iterable[Condition], given: Iterable[Condition]) -> bool:
    """Whether whoever meets the given conditions meets the wanted ones; never yes wrongly."""
    known = tuple(given)
    return all(any(_implies(one, other) for one in known) for other in wanted)


def _implies(given: Condition, wanted: Condition) -> bool:
    if given.key.lower() != wanted.key.lower() or given.quantifier is not wanted.quantifier:
        return False
    mine, theirs = _operator(given), _operator(wanted)
    if given.if_exists and not wanted.if_exists:
        return False
    if mine != theirs and not (mine == "stringequals" and theirs == "stringlike"):
        return False
    if given.negated:
        return set(given.wanted) >= set(wanted.wanted)
    if wanted.quantifier is Quantifier.NONE and theirs == "ipaddress":
        return all(any(_inside(a, b) for b in wanted.wanted) for a in given.wanted)
    if theirs in {"stringlike", "arnlike", "arnequals"}:
        exact = mine == "stringequals" and theirs == "stringlike"
        return all(
            any(globs.holds(b, a) and not (exact and is_wild(a)) for b in wanted.wanted)
            for a in given.wanted
        )
    return set(given.wanted) <= set(wanted.wanted)


def _operator(condition: Condition) -> str:
    name = condition.written.lower().removeprefix(condition.quantifier.value)
    return name.removesuffix("ifexists")


def _inside(inner: str, outer: str) -> bool:
    a, b = network(inner), network(outer)
    if a is None or b is None or a.version != b.version:
        return False
    return int(b.network_address) <= int(a.network_address) and int(a.broadcast_address) <= int(
        b.broadcast_address
    )
