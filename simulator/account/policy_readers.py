"""Policies of functions, layers, repositories, logs, buses, domains, tables, streams and catalogs.

Each reader takes a resource's ARN and gives the document that the backend keeps for it, or None.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from simulator.account.lookups.arns import Arn, parse
from simulator.account.state import state_of

_VERSION = "2012-10-17"
_ELEMENTS = ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource")


def function_policy(arn: str, action: str, account_id: str, region: str) -> Any:
    """Of a Lambda function, with the statements of its versions and aliases, or of a layer."""
    parts, state = _at(arn, "lambda", region)
    if parts is None or state is None:
        return None
    name, _, version = parts.name.partition(":")
    if parts.kind == "layer":
        layer = state._layers._layers.get(name)
        held = [layer.layer_versions.get(version)] if layer is not None else []
    else:
        function = state._lambdas._functions.get(name) or {}
        held = [function.get("latest"), *function.get("versions", ())]
    statements = [_statement(one) for of in held if of is not None for one in of.policy.statements]
    return {"Version": _VERSION, "Statement": statements} if statements else None


def _statement(kept: dict[str, Any]) -> dict[str, Any]:
    """One permission; moto keeps the account and the kind of a function URL's caller as sent."""
    statement = {name: kept[name] for name in _ELEMENTS if name in kept}
    if isinstance(statement.get("Principal"), str) and statement["Principal"] != "*":
        statement["Principal"] = {"AWS": statement["Principal"]}
    condition = {name: dict(tests) for name, tests in (kept.get("Condition") or {}).items()}
    if kept.get("FunctionUrlAuthType"):
        keys = condition.setdefault("StringEquals", {})
        keys["lambda:FunctionUrlAuthType"] = kept["FunctionUrlAuthType"]
    return statement | ({"Condition": condition} if condition else {})


def repository_policy(arn: str, action: str, account_id: str, region: str) -> Any:
    """Of an ECR repository. It has no Resource element: it is about its repository."""
    parts, state = _at(arn, "ecr", region)
    repository = state.repositories.get(parts.name) if parts and state else None
    return repository.policy if repository is not None else None


def logs_policy(arn: str, action: str, account_id: str, region: str) -> Any:
    """Of a Logs destination; else the resource policies of the account and region together."""
    parts, state = _at(arn, "logs", region)
    if parts is None or state is None:
        return None
    if parts.kind == "destination":
        found = state.destinations.get(arn)
        return found.access_policy if found is not None else None
    return _together(policy.policy_document for policy in state.resource_policies.values())


def bus_policy(arn: str, action: str, account_id: str, region: str) -> Any:
    """Of an event bus; it also guards the rules on the bus."""
    parts, state = _at(arn, "events", region)
    if parts is None or state is None or parts.kind not in {"event-bus", "rule"}:
        return None
    bus = parts.name if parts.kind == "event-bus" else parts.name.rpartition("/")[0] or "default"
    found = state.event_buses.get(bus)
    return found.policy if found is not None else None


def domain_policy(arn: str, action: str, account_id: str, region: str) -> Any:
    """Of an OpenSearch domain."""
    parts, state = _at(arn, "opensearch", region)
    found = state.domains.get(parts.name.split("/", 1)[0]) if parts and state else None
    return (found.access_policies or None) if found is not None else None


def table_policy(arn: str, action: str, account_id: str, region: str) -> Any:
    """Of a DynamoDB table, whose indexes it guards as well, or of a stream."""
    _, state = _at(arn, "dynamodb", region)
    if state is None:
        return None
    found = state.resource_policies.get(arn.split("/index/", 1)[0])
    return found.policy_doc if found is not None else None


def stream_policy(arn: str, action: str, account_id: str, region: str) -> Any:
    """Of a Kinesis stream or a consumer."""
    _, state = _at(arn, "kinesis", region)
    return state.resource_policies.get(arn) if state is not None else None


def catalog_policy(arn: str, action: str, account_id: str, region: str) -> Any:
    """Of the Glue Data Catalog: one for all its databases and tables."""
    _, state = _at(arn, "glue", region)
    held = state.resource_policies.values() if state is not None else ()
    return _together(policy["PolicyInJson"] for policy in held)


def _at(arn: str, service: str, region: str) -> tuple[Arn | None, Any]:
    parts = parse(arn)
    if parts is None:
        return None, None
    return parts, state_of(service, parts.account, parts.region or region)


def _together(documents: Iterable[str]) -> Any:
    statements: list[Any] = []
    for document in documents:
        written = json.loads(document)["Statement"]
        statements += written if isinstance(written, list) else [written]
    return {"Version": _VERSION, "Statement": statements} if statements else None
