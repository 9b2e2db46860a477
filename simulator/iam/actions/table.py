"""The rules of every service: generated data first, then the exceptions made by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from importlib import import_module, resources
from types import MappingProxyType
from typing import Any

from simulator.iam.actions.context import keys_of, request_tags, resource_tags, tag_keys, tags_of
from simulator.iam.actions.corrections import CORRECTIONS
from simulator.iam.actions.needed import ContextValue, Lookup, Needed, Request, Unmapped
from simulator.iam.actions.passrole import PASSES
from simulator.iam.actions.paths import found, texts
from simulator.iam.actions.resources import Kind, Wanted, role_arn, wanted
from simulator.iam.actions.services import BY_HAND, EXCEPTIONS, SERVICES
from simulator.iam.actions.unmapped import UNMAPPED

Rule = Callable[[Request], tuple[Needed, ...]]
Finish = Callable[[Request, tuple[Needed, ...]], tuple[Needed, ...]]
CREATE_ACTION = frozenset({"ecs", "elasticloadbalancing"})
"""Prefixes with a key …:CreateAction on the tagging that a creating call does."""
EMPTY: dict[str, Any] = {"kinds": {}, "operations": {}}
Spec = list[str] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """The rules of one service, compiled."""

    prefix: str
    rules: Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class DataRule:
    """A rule that is all data: one action on the resources that the parameters name."""

    prefix: str
    action: str
    wanted: tuple[Wanted, ...]
    keys: Mapping[str, str]
    defaults: Mapping[str, str]
    tags: str | None
    untags: str | None
    tagging: str | None
    tagged: Wanted | None
    passes: Mapping[str, str]
    common: Callable[[Request], Mapping[str, ContextValue]] | None

    def __call__(self, call: Request) -> tuple[Needed, ...]:
        """The needs of one call."""
        context: dict[str, ContextValue] = dict(self.common(call)) if self.common else {}
        context |= self.defaults
        context |= keys_of(call.params, self.keys)
        tags = self._tags(call)
        asked = request_tags(tags)
        context |= asked
        if self.untags:
            context |= tag_keys(texts(call.params, self.untags))
        needs = self._on_resources(call, self.action, context)
        if tags and self.tagging:
            needs |= self._tag(call, self.tagging, asked)
        for path, service in self.passes.items():
            for role in texts(call.params, path):
                need = call.need(
                    "iam:PassRole", role_arn(call, role), {"iam:PassedToService": service}
                )
                needs[need.action, need.resource] = need
        return tuple(needs.values())

    def _tag(
        self, call: Request, action: str, context: dict[str, ContextValue]
    ) -> dict[tuple[str, str], Needed]:
        if self.prefix in CREATE_ACTION:
            context = context | {f"{self.prefix}:CreateAction": call.operation}
        created = self.tagged or next(iter(self.wanted), None)
        arn = next(created.arns(call), "*") if created is not None else "*"
        return {(action, arn): call.need(action, arn, context)}

    def _tags(self, call: Request) -> dict[str, str]:
        if self.tags is None:
            return {}
        merged: dict[str, str] = {}
        for value in found(call.params, self.tags):
            merged |= tags_of(value)
        return merged

    def _on_resources(
        self, call: Request, action: str, context: dict[str, ContextValue]
    ) -> dict[tuple[str, str], Needed]:
        if not self.wanted:
            return {(action, "*"): call.need(action, "*", context, wildcard_only=True)}
        needs: dict[tuple[str, str], Needed] = {}
        for one in self.wanted:
            for arn in one.arns(call):
                if (action, arn) in needs:
                    continue
                own = context
                if call.lookup is not None:
                    own = described(call, arn, one.kind) | context
                needs[action, arn] = call.need(action, arn, own)
        return needs or {(action, "*"): call.need(action, "*", context)}


def described(call: Request, arn: str, kind: Kind) -> dict[str, ContextValue]:
    """Condition keys that describe an existing resource: its tags and its attributes."""
    if call.lookup is None or arn.endswith("/*"):
        return {}
    context = resource_tags(call.lookup, arn, kind.tag_keys) if kind.tagged else {}
    return context | dict(call.lookup.attributes(arn) or {})


def compiled(
    spec: Spec,
    operation: str,
    prefix: str,
    kinds: Mapping[str, Kind],
    common: Any,
    passes: Mapping[str, str],
) -> Rule:
    """A rule from its data: a list of resources, or a dictionary of the fields below."""
    fields: dict[str, Any] = {"resources": spec} if isinstance(spec, list) else spec
    if fields.get("nothing"):
        return nothing
    action = fields.get("action", operation)
    tagging = fields.get("tagging")
    return DataRule(
        prefix=prefix,
        action=action if ":" in action else f"{prefix}:{action}",
        wanted=tuple(wanted(text, kinds) for text in fields.get("resources", ())),
        keys=fields.get("keys", {}),
        defaults=fields.get("defaults", {}),
        tags=fields.get("tags"),
        untags=fields.get("untags"),
        tagging=tagging if not tagging or ":" in tagging else f"{prefix}:{tagging}",
        tagged=wanted(fields["tagged"], kinds) if "tagged" in fields else None,
        passes=fields.get("passes", passes),
        common=common,
    )


@cache
def table(service: str) -> Table:
    """The rules of a botocore service. Raises KeyError for one that is not covered."""
    if service not in SERVICES:
        raise KeyError(service)
    return load(service)


def data(service: str) -> dict[str, Any]:
    """The generated data of a service."""
    text = (resources.files(__package__) / "data" / f"{service}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def load(service: str) -> Table:
    """Compile a service's rules: those of its own module take the place of the data's."""
    source = data(service) if service not in BY_HAND else EMPTY | {"prefix": service}
    module_name = EXCEPTIONS.get(service)
    module = import_module(f"{__package__}.{module_name}") if module_name else None
    builders = getattr(module, "BUILDERS", {})
    absent = getattr(module, "ABSENT", {})
    formats: dict[str, Any] = source["kinds"] | getattr(module, "KINDS", {})
    kinds = {
        name: read_kind(value, name, builders.get(name), absent.get(name))
        for name, value in formats.items()
    }
    common = getattr(module, "common", None)
    passes = PASSES.get(service, {})
    specs: dict[str, Any] = {
        **source["operations"],
        **CORRECTIONS.get(service, {}),
        **getattr(module, "OPERATIONS", {}),
    }
    rules = {
        operation: spec
        if callable(spec)
        else compiled(spec, operation, source["prefix"], kinds, common, passes.get(operation, {}))
        for operation, spec in specs.items()
        if spec is not None
    }
    finish = getattr(module, "finish", None)
    if finish is not None:
        rules = {name: partial(finished, finish, rule) for name, rule in rules.items()}
    return Table(source["prefix"], MappingProxyType(rules))


def nothing(_: Request) -> tuple[Needed, ...]:
    """The rule of a call that needs no permission."""
    return ()


def finished(finish: Finish, rule: Rule, call: Request) -> tuple[Needed, ...]:
    """A rule's needs, after what its service adds to every call's."""
    return finish(call, rule(call))


def read_kind(value: str | list[Any], name: str, build: Any, absent: Any) -> Kind:
    """A kind from its data: the ARN format, or [format, prefixes of its tag keys]."""
    if isinstance(value, str):
        return Kind(value, name, build=build, absent=absent)
    return Kind(value[0], name, tuple(value[1]), True, build, absent)


def needed(
    service: str,
    operation: str,
    params: Mapping[str, Any],
    *,
    account_id: str,
    region: str,
    lookup: Lookup | None = None,
    now: datetime | None = None,
) -> tuple[Needed, ...]:
    """What a call needs: every entry must be allowed. Empty: no permission is needed.

    `service` and `operation` are botocore's names, `params` has boto3's shape. Raises
    Unmapped for a call whose permissions are not known; the caller must refuse it.
    """
    try:
        rule = table(service).rules.get(operation)
    except KeyError:
        raise Unmapped(service, operation, "the service has no table of IAM actions") from None
    if rule is None:
        why = UNMAPPED.get(service, {}).get(operation, "no rule says which IAM actions it needs")
        raise Unmapped(service, operation, why)
    return rule(Request(service, operation, params, account_id, region, lookup, now))


def covered(service: str) -> tuple[int, int]:
    """Operations mapped, and operations in botocore's model (0 where it has no such service)."""
    from botocore.exceptions import UnknownServiceError
    from botocore.session import get_session

    rules = table(service).rules
    try:
        names = get_session().get_service_model(service).operation_names
    except UnknownServiceError:
        return len(rules), 0
    return sum(name in rules for name in names), len(names)
