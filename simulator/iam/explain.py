"""A decision taken apart: what applied, and what would have had to be different.

Slower than a decision: nothing here runs unless somebody asks why.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from simulator.iam.conditions import Condition
from simulator.iam.decision import Decision, Layer, Match, NearMiss, Result
from simulator.iam.evaluate import PolicySet, beyond_rcps, judge, keeps_own_policy, scps_on
from simulator.iam.policy import Policy, Statement
from simulator.iam.principals import Kind, Reach
from simulator.iam.request import Request
from simulator.iam.scope import Scope, scope

_NAMES_PRINCIPALS = {Layer.RESOURCE, Layer.ENDPOINT, Layer.RCP}


def explain(request: Request, policies: PolicySet) -> Decision:
    """The decision, with the statements that applied and those that fell one element short.

    Of an explicit denial the Deny statements that applied are told; of any other the Allow
    statements that did. The near misses of an implicit denial are Allow statements, those of
    an allowed request Deny statements.
    """
    asked = scope(request, bool(policies.boundaries))
    decision = judge(asked, policies)
    denied = decision.result is Result.EXPLICITLY_DENIED
    matched: list[Match] = []
    near: list[NearMiss] = []
    for layer, policy in _consulted(asked, policies):
        for statement in policy.statements:
            if layer is Layer.RESOURCE and statement.denies and keeps_own_policy(asked):
                continue
            failed = _failed(asked, layer, statement)
            if not failed and statement.denies is denied:
                matched.append(_match(asked, layer, statement))
            elif len(failed) == 1 and not denied and statement.denies is decision.allowed:
                near.append(_miss(layer, statement, failed[0]))
    return replace(decision, matched=tuple(matched), near=tuple(near))


def _consulted(asked: Scope, policies: PolicySet) -> Iterator[tuple[Layer, Policy]]:
    """Every policy that has a say in the request, in the order in which `denials` asks."""
    who = asked.who
    for level in scps_on(asked, policies):
        yield from ((Layer.SCP, policy) for policy in level)
    for level in () if beyond_rcps(asked) else policies.rcps:
        yield from ((Layer.RCP, policy) for policy in level)
    if policies.resource is not None:
        yield Layer.RESOURCE, policies.resource
    yield from ((Layer.RESOURCE, policy) for policy in policies.grants)
    yield from ((Layer.ENDPOINT, policy) for policy in policies.endpoint)
    if who.in_iam:
        yield from ((Layer.BOUNDARY, policy) for policy in policies.boundaries)
    if who.in_iam or who.kind is Kind.ROOT:
        yield from ((Layer.SESSION, policy) for policy in policies.session or ())
    if who.in_iam:
        yield from ((Layer.IDENTITY, policy) for policy in policies.identity)


def _failed(asked: Scope, layer: Layer, statement: Statement) -> list[tuple[str, str, str]]:
    """The elements that did not match: name, what it wanted, what was found."""
    failed: list[tuple[str, str, str]] = []
    if not statement.actions.covers(asked.action):
        failed.append((*_element(statement, "Action"), asked.action))
    failed += _misplaced(layer, statement) or _off_target(asked, layer, statement)
    for condition in statement.conditions:
        verdict = condition.holds(asked.values)
        if verdict is False or (verdict is None and not statement.denies):
            failed.append(_compared(condition, asked))
    return failed


def _misplaced(layer: Layer, statement: Statement) -> list[tuple[str, str, str]]:
    """What AWS would refuse in a policy attached to a caller; it allows nothing, and denies."""
    if layer in _NAMES_PRINCIPALS:
        return []
    if statement.principal is not None:
        return [] if statement.denies else [("Principal", "none in such a policy", "one")]
    if statement.resources is None and not statement.denies:
        return [("Resource", "one", "missing")]
    return []


def _off_target(asked: Scope, layer: Layer, statement: Statement) -> list[tuple[str, str, str]]:
    failed: list[tuple[str, str, str]] = []
    resources, principal = statement.resources, statement.principal
    named = layer in _NAMES_PRINCIPALS
    aimed = resources is not None and (named or principal is None)
    if aimed and resources and not resources.covers(asked.resource, asked.values):
        failed.append((*_element(statement, "Resource"), asked.resource))
    if named and (
        principal is None
        or principal.reach(asked.who, asked.bounded, statement.denies) is Reach.NONE
    ):
        failed.append((*_element(statement, "Principal"), asked.who.arn or "anonymous"))
    return failed


def _match(asked: Scope, layer: Layer, statement: Statement) -> Match:
    compared = (_compared(condition, asked) for condition in statement.conditions)
    texts = tuple(f"{name}: wanted {wanted}, found {found}" for name, wanted, found in compared)
    return Match(layer, _effect(statement), statement.label, texts)


def _miss(layer: Layer, statement: Statement, failed: tuple[str, str, str]) -> NearMiss:
    return NearMiss(layer, _effect(statement), statement.label, *failed)


def _effect(statement: Statement) -> str:
    return "Deny" if statement.denies else "Allow"


def _compared(condition: Condition, asked: Scope) -> tuple[str, str, str]:
    found = ", ".join(asked.values.get(condition.key.lower(), ())) or "absent"
    name = f"Condition {condition.written} {condition.key}"
    return name, ", ".join(condition.wanted), found


def _element(statement: Statement, name: str) -> tuple[str, str]:
    for field in (name, f"Not{name}"):
        if field in statement.written:
            value = statement.written[field]
            listed = value if isinstance(value, list) else [value]
            texts = (one if isinstance(one, str) else json.dumps(one) for one in listed)
            return field, ", ".join(texts)
    return name, "missing"
