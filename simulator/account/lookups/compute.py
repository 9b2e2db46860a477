"""AWS Lambda, Amazon ECS, EKS, Auto Scaling and CloudFormation."""

from __future__ import annotations

from typing import Any

from simulator.account.lookups.arns import Arn


def function(state: Any, arn: Arn) -> Any:
    """The function that an ARN names, whatever its version or alias."""
    found = state._lambdas._functions.get(arn.name.split(":", 1)[0])
    if not found:
        return None
    return found["latest"] or next(iter(found["versions"]), None)


def lambda_tags(state: Any, arn: Arn) -> Any:
    """Tags of a function, which its versions and aliases share, or of an event source mapping."""
    if arn.kind == "event-source-mapping":
        return getattr(state._event_source_mappings.get(arn.name), "tags", None)
    return getattr(function(state, arn), "tags", None) if arn.kind == "function" else None


def lambda_attributes(state: Any, arn: Arn) -> dict[str, str]:
    """lambda:FunctionArn of an event source mapping."""
    mapping = (
        state._event_source_mappings.get(arn.name) if arn.kind == "event-source-mapping" else None
    )
    return {"lambda:FunctionArn": str(mapping.function_arn)} if mapping is not None else {}


def ecs_tags(state: Any, arn: Arn) -> Any:
    """Tags of a cluster, a service, a task, a task definition or a container instance."""
    name = arn.name.rsplit("/", 1)[-1]
    if arn.kind == "cluster":
        found: Any = state.clusters.get(name)
    elif arn.kind == "service":
        found = next((one for one in state.services.values() if one.arn == arn.text), None)
    elif arn.kind == "task":
        tasks = (task for held in state.tasks.values() for task in held.values())
        found = next((task for task in tasks if task.task_arn == arn.text), None)
    elif arn.kind == "task-definition":
        family, _, revision = name.partition(":")
        revisions = state.task_definitions.get(family, {})
        found = revisions.get(int(revision)) if revision.isdecimal() else None
    else:
        return None
    return getattr(found, "tags", None)


def ecs_arn(state: Any, kind: str, name: str) -> str | None:
    """A service by its name; a task definition's newest revision by its family."""
    if kind == "task-definition":
        revisions = state.task_definitions.get(name)
        return str(revisions[max(revisions)].arn) if revisions else None
    if kind == "service":
        return next((str(one.arn) for one in state.services.values() if one.name == name), None)
    if kind == "task":
        tasks = (task for held in state.tasks.values() for task in held.values())
        return next((str(one.task_arn) for one in tasks if one.task_arn.endswith(f"/{name}")), None)
    return None


def eks_tags(state: Any, arn: Arn) -> Any:
    """Tags of a cluster."""
    found = state.clusters.get(arn.name) if arn.kind == "cluster" else None
    return getattr(found, "tags", None)


def autoscaling_tags(state: Any, arn: Arn) -> Any:
    """Tags of an Auto Scaling group."""
    found = state.autoscaling_groups.get(arn.text.rsplit("/", 1)[-1])
    return getattr(found, "tags", None)


def autoscaling_arn(state: Any, kind: str, name: str) -> str | None:
    """A group or launch configuration, whose ARN has an id before its name."""
    groups = kind == "autoScalingGroup"
    holder = state.autoscaling_groups if groups else state.launch_configurations
    found = holder.get(name)
    return str(found.arn) if found is not None else None


def cloudformation_tags(state: Any, arn: Arn) -> Any:
    """Tags of a stack."""
    return getattr(state.stacks.get(arn.text), "tags", None)


def cloudformation_arn(state: Any, kind: str, name: str) -> str | None:
    """A stack by its name; the deleted ones don't count."""
    if kind != "stack":
        return None
    return next((str(one.stack_id) for one in state.stacks.values() if one.name == name), None)


def elbv2_arn(state: Any, kind: str, name: str) -> str | None:
    """A load balancer or target group by its name."""
    holder = {"loadbalancer": state.load_balancers, "targetgroup": state.target_groups}.get(kind)
    return next((str(one.arn) for one in (holder or {}).values() if one.name == name), None)
