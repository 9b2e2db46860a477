"""A policy document, compiled once and asked often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from simulator.iam import conditions, elements, grammar, principals
from simulator.iam.conditions import Condition
from simulator.iam.elements import ActionElement, ResourceElement
from simulator.iam.grammar import VERSIONS, MalformedPolicy
from simulator.iam.principals import PrincipalElement, Reach
from simulator.iam.scope import Scope

__all__ = ["MalformedPolicy", "Policy", "Statement"]

_REMEMBERED_ACTIONS = 2_048


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One statement. Its elements are independent tests that must all pass."""

    policy: str
    sid: str
    index: int
    denies: bool
    actions: ActionElement
    resources: ResourceElement | None
    principal: PrincipalElement | None
    conditions: tuple[Condition, ...]
    written: Mapping[str, Any]

    @property
    def label(self) -> str:
        """How a person finds the statement: policy and Sid or position."""
        statement = f'statement "{self.sid}"' if self.sid else f"statement {self.index}"
        return f'{statement} of policy "{self.policy}"' if self.policy else statement

    def attached_applies(self, scope: Scope) -> bool:
        """Whether a statement attached to the caller applies, its action known to match.

        A statement AWS would refuse there, without Resource or with Principal, only denies.
        """
        if self.resources is None or self.principal is not None:
            return self.denies and self._conditions_hold(scope)
        return self.resources.covers(scope.resource, scope.values) and self._conditions_hold(scope)

    def resource_reach(self, scope: Scope) -> Reach:
        """How directly a statement on the resource's side names a caller it applies to.

        Reach.NONE when it does not apply. Its action is known to match.
        """
        if self.principal is None:
            return Reach.NONE
        reach = self.principal.reach(scope.who, scope.bounded, self.denies)
        if reach is Reach.NONE:
            return reach
        if self.resources is not None and not self.resources.covers(scope.resource, scope.values):
            return Reach.NONE
        return reach if self._conditions_hold(scope) else Reach.NONE

    def unknown_conditions(self, scope: Scope) -> tuple[Condition, ...]:
        """The conditions that could not be judged, and count against the caller."""
        return tuple(one for one in self.conditions if one.holds(scope.values) is None)

    def _conditions_hold(self, scope: Scope) -> bool:
        """An unknown verdict holds in a Deny and does not in an Allow: fail closed."""
        told = True
        for condition in self.conditions:
            verdict = condition.holds(scope.values)
            if verdict is False:
                return False
            told = told and verdict is True
        return told or self.denies


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A policy document. Equal only to itself, so that caches can hold it by identity."""

    name: str
    version: str
    statements: tuple[Statement, ...]
    _by_action: dict[str, tuple[tuple[Statement, ...], tuple[Statement, ...]]] = field(
        default_factory=dict, repr=False
    )

    @staticmethod
    def parse(document: str | Mapping[str, Any], name: str = "") -> Policy:
        """Compile a document, given as JSON text or as the object it stands for.

        Raises MalformedPolicy for a document that is no policy whatever it is attached to;
        `check_identity_based` and `check_resource_based` ask for more. An unknown condition
        operator is not refused: its statement allows nothing, and denies.
        """
        return _parse_text(document, name) if isinstance(document, str) else _parse(document, name)

    def denies(self, action: str) -> tuple[Statement, ...]:
        """The Deny statements that speak of a lower-case action."""
        return self._speaking_of(action)[0]

    def allows(self, action: str) -> tuple[Statement, ...]:
        """The Allow statements that speak of a lower-case action."""
        return self._speaking_of(action)[1]

    def check_identity_based(self) -> None:
        """Raise MalformedPolicy where AWS refuses the document as an identity-based policy."""
        grammar.check_identity_based([statement.written for statement in self.statements])

    def check_resource_based(self) -> None:
        """Raise MalformedPolicy where AWS refuses the document as a resource-based policy."""
        grammar.check_resource_based([statement.written for statement in self.statements])

    def _speaking_of(self, action: str) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        known = self._by_action.get(action)
        if known is None:
            speaking = [one for one in self.statements if one.actions.covers(action)]
            known = (
                tuple(one for one in speaking if one.denies),
                tuple(one for one in speaking if not one.denies),
            )
            if len(self._by_action) < _REMEMBERED_ACTIONS:
                self._by_action[action] = known
        return known


@lru_cache(maxsize=4_096)
def _parse_text(text: str, name: str) -> Policy:
    return _parse(grammar.load(text), name)


def _parse(document: Mapping[str, Any], name: str) -> Policy:
    version = document.get("Version", VERSIONS[0])
    written = grammar.statements(document)
    with_variables = version != VERSIONS[0]
    return Policy(
        name,
        version,
        tuple(_statement(one, index, name, with_variables) for index, one in enumerate(written)),
    )


def _statement(
    written: Mapping[str, Any], index: int, policy: str, with_variables: bool
) -> Statement:
    not_action = "NotAction" in written
    actions = grammar.strings(written["NotAction" if not_action else "Action"], "Action")
    resources = None
    if "Resource" in written or "NotResource" in written:
        negated = "NotResource" in written
        listed = grammar.strings(written["NotResource" if negated else "Resource"], "Resource")
        resources = elements.parse_resources(listed, negated, with_variables)
    principal = None
    for field_name in ("Principal", "NotPrincipal"):
        if field_name in written:
            principal = principals.parse(written[field_name], field_name == "NotPrincipal")
    block = {
        operator: {key: grammar.scalars(value, key) for key, value in tests.items()}
        for operator, tests in written.get("Condition", {}).items()
    }
    return Statement(
        policy=policy,
        sid=written.get("Sid", ""),
        index=index,
        denies=written["Effect"] == "Deny",
        actions=elements.parse_actions((action.strip() for action in actions), not_action),
        resources=resources,
        principal=principal,
        conditions=conditions.parse(block, with_variables),
        written=written,
    )
