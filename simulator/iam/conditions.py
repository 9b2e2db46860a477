"""A Condition block: set operators, IfExists, Null and what an absent key means.

Source: "IAM JSON policy elements: Condition operators" and "Single-valued vs. multivalued
context keys".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from simulator.iam import variables
from simulator.iam.operators import OPERATORS, Test
from simulator.iam.variables import Values

_EMPTY = ((), ("",))


class Quantifier(Enum):
    """A set operator in front of an operator's name."""

    NONE = ""
    ALL = "forallvalues:"
    ANY = "foranyvalue:"


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator on one key. Several in a block must all hold."""

    written: str
    """The operator's name as the policy has it."""
    key: str
    wanted: tuple[str, ...]
    """The policy's values as written."""
    test: Test | None
    """None for Null, and for an operator AWS does not have."""
    known: bool = True
    negated: bool = False
    if_exists: bool = False
    quantifier: Quantifier = Quantifier.NONE

    def holds(self, values: Values) -> bool | None:
        """Whether the request meets the condition; None when that cannot be told.

        That is so for an unknown operator, for a key with several values under an operator
        without a set operator, and for a negated comparison with a malformed value.
        """
        found = values.get(self.key.lower(), ())
        if not self.known:
            return None
        if self.test is None:
            return ("false" if found else "true") in {value.lower() for value in self.wanted}
        if not found:
            if self.if_exists or self.quantifier is Quantifier.ALL:
                return True
            return self.negated and self.quantifier is Quantifier.NONE
        if self.quantifier is Quantifier.NONE:
            if len(found) == 1:
                return self._verdict(self.test, found[0], values)
            verdicts = [self._verdict(self.test, value, values) for value in found]
            return None if any(verdict is not False for verdict in verdicts) else False
        if found in _EMPTY:
            return self.quantifier is Quantifier.ALL
        verdicts = [self._verdict(self.test, value, values) for value in found]
        decisive = self.quantifier is Quantifier.ANY
        if decisive in verdicts:
            return decisive
        return None if None in verdicts else not decisive

    def _verdict(self, test: Test, value: str, values: Values) -> bool | None:
        matched = test(value, values)
        if matched is None:
            return None if self.negated else False
        return matched != self.negated


def parse(
    block: Mapping[str, Mapping[str, Iterable[str]]], with_variables: bool
) -> tuple[Condition, ...]:
    """Compile a well-formed Condition block whose values are lists of strings."""
    return tuple(
        _condition(written, key, tuple(wanted), with_variables)
        for written, tests in block.items()
        for key, wanted in tests.items()
    )


def _condition(written: str, key: str, wanted: tuple[str, ...], with_variables: bool) -> Condition:
    name = written.lower()
    if name == "null":
        return Condition(written, key, wanted, None)
    quantifier = Quantifier.NONE
    for candidate in (Quantifier.ALL, Quantifier.ANY):
        if name.startswith(candidate.value):
            quantifier = candidate
            name = name.removeprefix(candidate.value)
    if_exists = name.endswith("ifexists")
    operator = OPERATORS.get(name.removesuffix("ifexists"))
    if operator is None:
        return Condition(written, key, wanted, None, known=False)
    templates = tuple(
        variables.parse(text, with_variables and operator.variables) for text in wanted
    )
    test = operator.build(templates)
    return Condition(written, key, wanted, test, True, operator.negated, if_exists, quantifier)
