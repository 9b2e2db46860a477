"""One question put to the policy engine, with everything that the simulator tells about it.

Source: "EvaluationResult" and "ResourceSpecificResult" of the IAM API reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from simulator.iam.decision import Decision, Layer
from simulator.iam.decision import Result as Verdict
from simulator.iam.evaluate import PolicySet, judge
from simulator.iam.policy import Policy, Statement
from simulator.iam.principals import Reach
from simulator.iam.request import Request
from simulator.iam.scope import Scope, scope
from simulator.services import Result
from simulator.services.iam.context_keys import has_variables, keys_of
from simulator.services.iam.policy_sources import RESOURCE, Source, policies
from simulator.services.iam.positions import extents, position

DECISIONS = {
    Verdict.ALLOWED: "allowed",
    Verdict.IMPLICITLY_DENIED: "implicitDeny",
    Verdict.EXPLICITLY_DENIED: "explicitDeny",
}
SEVERITY = ("allowed", "implicitDeny", "explicitDeny")


@dataclass(frozen=True, slots=True)
class Case:
    """What every question of one simulation has in common."""

    caller: str | None
    context: Mapping[str, str | list[str]]
    identity: tuple[Source, ...]
    boundaries: tuple[Source, ...]
    resource: Source | None
    scps: tuple[tuple[Policy, ...], ...]
    owner: str | None
    """The account of resources whose ARN names none."""
    unnamed: bool = False
    """The caller is whoever is in a group: no key tells its name."""

    def ask(self, action: str, resource: str) -> Answer:
        """Decide one action on one resource."""
        named = resource.split(":")[4] if resource.count(":") >= 5 else ""
        asked = scope(
            Request(self.caller, action, resource, named or self.owner, self.context),
            bool(self.boundaries),
        )
        if self.unnamed:
            hidden = {"aws:username", "aws:principalarn"}
            kept = {key: value for key, value in asked.values.items() if key not in hidden}
            asked = replace(asked, values=kept)
        return Answer(self, asked, judge(asked, self._policies()))

    def _policies(self) -> PolicySet:
        return PolicySet(
            identity=policies(self.identity),
            boundaries=policies(self.boundaries),
            resource=self.resource.policy if self.resource else None,
            scps=self.scps,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision, and what is known about it."""

    case: Case
    asked: Scope
    verdict: Decision

    @property
    def decision(self) -> str:
        """The word that the API has for it."""
        return DECISIONS[self.verdict.result]

    def matched(self) -> list[Result]:
        """The statements that made the decision: those that allow, or those that deny."""
        if self.verdict.layer is Layer.SCP or self.decision == "implicitDeny":
            return []
        denies = self.decision == "explicitDeny"
        return [
            {
                "SourcePolicyId": source.id,
                "SourcePolicyType": source.type,
                "StartPosition": position(source.document, start),
                "EndPosition": position(source.document, end),
            }
            for source in self._sources(with_boundaries=denies)
            for statement in source.policy.statements
            if statement.denies is denies and self._applies(source, statement)
            for start, end in (extents(source.document)[statement.index],)
        ]

    def missing(self) -> list[str]:
        """Condition keys without a value in statements that speak of the action."""
        names: dict[str, str] = {}
        for source in self._sources(with_boundaries=True):
            for statement in source.policy.statements:
                if statement.actions.covers(self.asked.action):
                    for key in keys_of(statement, has_variables(source.policy)):
                        if key.lower() not in self.asked.values:
                            names.setdefault(key.lower(), key)
        return sorted(names.values())

    def by_boundary(self) -> Result:
        """PermissionsBoundaryDecisionDetail; empty for a caller without a boundary."""
        if not self.case.boundaries:
            return {}
        allowed = all(
            self._result(boundary.policy) == "allowed" for boundary in self.case.boundaries
        )
        detail = {"AllowedByPermissionsBoundary": allowed}
        return {"PermissionsBoundaryDecisionDetail": detail}

    def by_organization(self) -> Result:
        """OrganizationsDecisionDetail; empty for an account that no SCP limits."""
        if not self.case.scps:
            return {}
        allowed = self.verdict.layer is not Layer.SCP
        return {"OrganizationsDecisionDetail": {"AllowedByOrganizations": allowed}}

    def by_type(self) -> Result:
        """EvalDecisionDetails: what each kind of policy says, where two accounts are concerned."""
        if self.asked.same_account or self.case.resource is None:
            return {}
        details = {"IAM Policy": self._result(*policies(self.case.identity))}
        if self.case.boundaries:
            details["Permissions Boundary Policy"] = self._result(*policies(self.case.boundaries))
        details[RESOURCE] = self._result(self.case.resource.policy, on_resource=True)
        return {"EvalDecisionDetails": details}

    def _sources(self, *, with_boundaries: bool) -> Iterator[Source]:
        yield from self.case.identity
        if with_boundaries:
            yield from self.case.boundaries
        if self.case.resource is not None:
            yield self.case.resource

    def _applies(self, source: Source, statement: Statement) -> bool:
        return self._speaks(statement, source.type == RESOURCE)

    def _speaks(self, statement: Statement, on_resource: bool) -> bool:
        if not statement.actions.covers(self.asked.action):
            return False
        if on_resource:
            return statement.resource_reach(self.asked) is not Reach.NONE
        return statement.attached_applies(self.asked)

    def _result(self, *found: Policy, on_resource: bool = False) -> str:
        speaking = [
            statement.denies
            for policy in found
            for statement in policy.statements
            if self._speaks(statement, on_resource)
        ]
        if any(speaking):
            return "explicitDeny"
        return "allowed" if speaking else "implicitDeny"
