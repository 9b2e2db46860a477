"""`drill decide`: bare cases in, verdicts out, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulator.iam.evaluate import PolicySet, evaluate
from simulator.iam.explain import explain
from simulator.iam.policy import MalformedPolicy, Policy
from simulator.iam.request import Request


class CaseError(ValueError):
    """A line that is no case. The text says which part of it and what is expected there."""


def decide_lines(lines: Iterable[str], explained: bool = False) -> Iterator[str]:
    """Answer each line that holds a case; blank lines are skipped.

    An answer is {"id", "result", "layer", "because"}; if `explained` also {"matched", "near"}: the
    statements that applied, and those that fell one element short. A line that cannot be read is
    answered with {"id", "error"}, naming its number, and the rest goes on.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield json.dumps(_answer(line, number, explained))


def _answer(line: str, number: int, explained: bool) -> dict[str, Any]:
    case: Any = None
    try:
        case = json.loads(line)
        request, policies = read_case(case)
    except json.JSONDecodeError as error:
        text = f"line {number}: not JSON at column {error.colno}: {error.msg}"
        return {"id": None, "error": text}
    except (ValueError, RecursionError) as error:
        known = case.get("id") if isinstance(case, dict) else None
        return {"id": known, "error": f"line {number}: {error}"}
    decision = explain(request, policies) if explained else evaluate(request, policies)
    return {"id": case.get("id"), **decision.as_json(explained)}


def read_case(case: object) -> tuple[Request, PolicySet]:
    """Read a case of the contract. Raises CaseError or MalformedPolicy."""
    if not isinstance(case, Mapping):
        raise CaseError("a case must be a JSON object")
    session = case.get("sessionPolicy")
    resource = case.get("resourcePolicy")
    blocked = case.get("blockPublicAccess") or False
    if not isinstance(blocked, bool):
        raise CaseError("blockPublicAccess must be true or false")
    policies = PolicySet(
        identity=_policies(case, "identityPolicies"),
        boundaries=_policies(case, "permissionBoundaries"),
        session=None if session is None else _listed(session, "sessionPolicy"),
        resource=None if resource is None else _policy(resource, "resourcePolicy"),
        scps=_levels(case, "scps"),
        rcps=_levels(case, "rcps"),
        endpoint=_policies(case, "endpointPolicies"),
        block_public_access=blocked,
    )
    return _request(case.get("request")), policies


def _request(request: object) -> Request:
    if not isinstance(request, Mapping):
        raise CaseError("request must be an object")
    wildcard_only = request.get("wildcardOnlyAction") or False
    account = request.get("resourceAccount")
    context = request.get("context") or {}
    if not isinstance(wildcard_only, bool):
        raise CaseError("request.wildcardOnlyAction must be true or false")
    if not isinstance(context, Mapping):
        raise CaseError("request.context must be an object")
    if account is not None and not isinstance(account, str):
        raise CaseError("request.resourceAccount must be a string of 12 digits")
    principal = request.get("principal")
    if principal is not None and not isinstance(principal, str):
        raise CaseError("request.principal must be an ARN, a service name or null")
    action = request.get("action")
    if not isinstance(action, str) or ":" not in action:
        raise CaseError('request.action must be a string such as "s3:GetObject"')
    resource = request.get("resource", "*" if wildcard_only else None)
    if not isinstance(resource, str) or not resource:
        raise CaseError('request.resource must be an ARN or "*"')
    behind = _federated_by(principal) if principal else None
    return Request(principal, action, resource, account or None, context, wildcard_only, behind)


def _federated_by(principal: str) -> str | None:
    """A case does not tell who federated: the user of the same name, as in AWS's own examples.

    Source: "AWS JSON policy elements: Principal", section "AWS STS federated user principals".
    """
    if ":federated-user/" not in principal:
        return None
    return principal.replace(":sts:", ":iam:", 1).replace(":federated-user/", ":user/", 1)


def _levels(case: Mapping[str, Any], name: str) -> tuple[tuple[Policy, ...], ...]:
    levels = case.get(name) or []
    if not isinstance(levels, list):
        raise CaseError(f"{name} must be a list with one list of policies a level")
    return tuple(
        _listed(level, f"{name}[{index}]", only_lists=True) for index, level in enumerate(levels)
    )


def _policies(case: Mapping[str, Any], name: str) -> tuple[Policy, ...]:
    found = case.get(name)
    return () if found is None else _listed(found, name, only_lists=True)


def _listed(found: object, where: str, only_lists: bool = False) -> tuple[Policy, ...]:
    if isinstance(found, list):
        return tuple(_policy(one, f"{where}[{index}]") for index, one in enumerate(found))
    if only_lists:
        raise CaseError(f"{where} must be a list of policies")
    return (_policy(found, where),)


def _policy(found: object, where: str) -> Policy:
    """A policy is its document, or {"name", "policy"}."""
    name = where
    if isinstance(found, Mapping) and "policy" in found and "Statement" not in found:
        name = str(found.get("name") or where)
        found = found["policy"]
    if not isinstance(found, str | Mapping):
        raise CaseError(f'{where} must be a policy document or {{"name", "policy"}}')
    try:
        return Policy.parse(found, name)
    except MalformedPolicy as error:
        raise CaseError(f"{where}: {error}") from error
