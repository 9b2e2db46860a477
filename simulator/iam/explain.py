"""A decision with its near misses: what would have had to be different."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from simulator.iam.decision import Decision, Layer, NearMiss, Result
from simulator.iam.evaluate import PolicySet, judge
from simulator.iam.policy import Policy, Statement
from simulator.iam.principals import Reach
from simulator.iam.request import Request
from simulator.iam.scope import Scope, scope


def explain(request: Request, policies: PolicySet) -> Decision:
    """Decide, and for an implicit denial list the Allow statements that fell one element short.

    Slower than `evaluate`, whose answer it gives.
    """
    asked = scope(request, bool(policies.boundaries))
    decision = judge(asked, policies)
    if decision.result is not Result.IMPLICITLY_DENIED:
        return decision
    misses = [
        NearMiss(layer, statement.label, failed[0])
        for layer, policy in _consulted(policies)
        for statement in policy.statements
        if not statement.denies and len(failed := _failed(asked, layer, statement)) == 1
    ]
    return replace(decision, near=tuple(misses))


def _consulted(policies: PolicySet) -> Iterator[tuple[Layer, Policy]]:
    for level in policies.scps:
        yield from ((Layer.SCP, policy) for policy in level)
    yield from ((Layer.IDENTITY, policy) for policy in policies.identity)
    yield from ((Layer.BOUNDARY, policy) for policy in policies.boundaries)
    yield from ((Layer.SESSION, policy) for policy in policies.session or ())
    yield from ((Layer.ENDPOINT, policy) for policy in policies.endpoint)
    if policies.resource is not None:
        yield Layer.RESOURCE, policies.resource


def _failed(asked: Scope, layer: Layer, statement: Statement) -> list[str]:
    failed: list[str] = []
    if not statement.actions.covers(asked.action):
        failed.append(_element(statement, "Action"))
    if statement.resources is None:
        if layer not in {Layer.RESOURCE, Layer.ENDPOINT}:
            failed.append("Resource is missing")
    elif not statement.resources.covers(asked.resource, asked.values):
        failed.append(_element(statement, "Resource"))
    on_resource = layer in {Layer.RESOURCE, Layer.ENDPOINT}
    if on_resource and (
        statement.principal is None
        or statement.principal.reach(asked.who, asked.bounded) is Reach.NONE
    ):
        failed.append(_element(statement, "Principal"))
    for condition in statement.conditions:
        if condition.holds(asked.values) is not True:
            found = ", ".join(asked.values.get(condition.key.lower(), ())) or "absent"
            wanted = ", ".join(condition.wanted)
            failed.append(
                f"Condition {condition.written} {condition.key}: wanted {wanted}, found {found}"
            )
    return failed


def _element(statement: Statement, name: str) -> str:
    for field in (name, f"Not{name}"):
        if field in statement.written:
            value = statement.written[field]
            listed = value if isinstance(value, list) else [value]
            texts = (one if isinstance(one, str) else json.dumps(one) for one in listed)
            return f"{field}: {', '.join(texts)}"
    return f"{name} is missing"
