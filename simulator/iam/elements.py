"""Action, NotAction, Resource and NotResource elements, compiled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.iam import variables
from simulator.iam.patterns import ARN_PARTS, Matcher, Piece, arn_glob, glob, is_wild
from simulator.iam.variables import Template, Values


@dataclass(frozen=True, slots=True)
class ActionElement:
    """Which actions a statement speaks of. Case does not matter."""

    negated: bool
    everything: bool
    exact: frozenset[str]
    patterns: tuple[Matcher, ...]

    def covers(self, action: str) -> bool:
        """Whether the statement speaks of a lower-case action."""
        listed = (
            self.everything
            or action in self.exact
            or any(pattern(action) for pattern in self.patterns)
        )
        return listed != self.negated


@dataclass(frozen=True, slots=True)
class ResourceElement:
    """Which resources a statement speaks of. Case matters."""

    negated: bool
    everything: bool
    exact: frozenset[str]
    patterns: tuple[Matcher, ...]
    templates: tuple[Template, ...]
    prefixes: tuple[str, ...]
    """What a resource that a pattern or template matches begins with."""

    def covers(self, resource: str, values: Values) -> bool:
        """Whether the statement speaks of a resource.

        An ARN with a variable that has no value matches no resource.
        """
        return self._listed(resource, values) != self.negated

    def _listed(self, resource: str, values: Values) -> bool:
        if self.everything or resource in self.exact:
            return True
        if not resource.startswith(self.prefixes):
            return False
        for pattern in self.patterns:
            if pattern(resource):
                return True
        for template in self.templates:
            if resource.startswith(template.prefix):
                pieces = template.pieces(values)
                if pieces is not None and arn_glob(pieces)(resource):
                    return True
        return False


def parse_actions(actions: Iterable[str], negated: bool) -> ActionElement:
    """Compile a list of actions."""
    listed = {action.lower() for action in actions}
    return ActionElement(
        negated=negated,
        everything="*" in listed,
        exact=frozenset(action for action in listed if not is_wild(action)),
        patterns=tuple(glob((Piece(action),)) for action in sorted(listed) if is_wild(action)),
    )


def parse_resources(
    resources: Iterable[str], negated: bool, with_variables: bool
) -> ResourceElement:
    """Compile a list of ARNs."""
    listed = [variables.parse(resource, with_variables) for resource in resources]
    plain = [one for one in listed if all(isinstance(part, Piece) for part in one.parts)]
    templates = tuple(one for one in listed if one not in plain)
    open_ended = [one for one in plain if one.wild or _is_short(one)]
    return ResourceElement(
        negated=negated,
        everything=any(one.wild and one.fixed == "*" for one in plain),
        exact=frozenset(one.fixed for one in plain if one.fixed is not None and not one.wild),
        patterns=tuple(arn_glob(one.pieces({}) or ()) for one in open_ended),
        templates=templates,
        prefixes=tuple(one.prefix for one in (*open_ended, *templates)),
    )


def _is_short(arn: Template) -> bool:
    return arn.fixed is not None and arn.fixed.count(":") < ARN_PARTS - 1
