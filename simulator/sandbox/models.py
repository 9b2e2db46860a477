"""Botocore's descriptions of AWS's services, read once for all kernels, and what clients are made of.

Nothing here is of an account or a kernel: it follows from botocore's own files alone.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from simulator.account import event_hooks
from simulator.sandbox import botocores

SERVICES = (
    *("sts", "iam", "s3", "cloudtrail", "ec2", "kms", "lambda", "logs", "organizations"),
    *("ssm", "elbv2", "athena", "route53resolver"),
)
"""Those that labs call most."""


def read() -> None:
    """Read the commonest, and have every session of this process and its forks find them read.

    Clients of one session share a loader, with what it read, anyway; here all sessions do.
    """
    import botocore.session

    botocore.session.create_loader = cache(botocore.session.create_loader)
    botocores.quicken()
    _share_handlers()
    _share_event_names()
    _share_models()
    _share_methods()
    _share_endpoints()
    _make_clients()


def _share_handlers() -> None:
    """A client's copy of its session's event handlers shares them until one of both changes."""
    import botocore.hooks

    botocore.hooks._PrefixTrie = event_hooks.SharedTrie


def _share_event_names() -> None:
    """Look up once, not for each client, what an event is called now; most are called as ever."""
    import botocore.hooks
    import botocore.utils

    aliaser: Any = botocore.hooks.EventAliaser
    begin, find, aliases = aliaser.__init__, aliaser._alias_event_name, botocore.utils.EVENT_ALIASES
    parts = frozenset(each for each in aliases if "." not in each)
    several = tuple(each for each in aliases if "." in each)
    names: dict[str, str] = {}

    def begun(self: Any, event_emitter: Any, event_aliases: Any = None) -> None:
        begin(self, event_emitter, event_aliases)
        if self._event_aliases == aliases:
            self._alias_name_cache = names

    def found(self: Any, event: str) -> Any:
        known = self._alias_name_cache
        if known is not names or event in known:
            return find(self, event)
        if parts.isdisjoint(event.split(".")) and not any(each in event for each in several):
            known[event] = event
        return find(self, event)

    aliaser.__init__, aliaser._alias_event_name = begun, found


def _share_models() -> None:
    """What is understood of a service's description, by one of its clients, all know."""
    import botocore.client

    creator: Any = botocore.client.ClientCreator
    load = creator._load_service_model
    known: dict[tuple[int, str], Any] = {}
    """By the id of the description, which is kept."""

    def model(self: Any, service_name: str, api_version: str | None = None) -> Any:
        loaded = load(self, service_name, api_version)
        return known.setdefault((id(loaded._service_description), service_name), loaded)

    creator._load_service_model = model


def _share_methods() -> None:
    """Make the methods of a service's clients once; each client still has a class of its own."""
    import botocore.client

    creator: Any = botocore.client.ClientCreator
    make = creator._create_methods
    made: dict[int, tuple[Any, dict[str, Any]]] = {}
    """By the id of the description, which is kept."""

    def methods(self: Any, service_model: Any) -> dict[str, Any]:
        described = service_model._service_description
        if id(described) not in made:
            made[id(described)] = described, make(self, service_model)
        return dict(made[id(described)][1])

    creator._create_methods = methods


def _share_endpoints() -> None:
    """Read a service's rules of endpoints once; what follows from them depends on them alone."""
    import botocore.regions

    make = botocore.regions.EndpointProvider
    known: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    """By the ids of rules and partitions, which are kept."""

    def provider(ruleset_data: Any, partition_data: Any, excluded_params: Any = None) -> Any:
        key = id(ruleset_data), id(partition_data), frozenset(excluded_params or ())
        if key not in known:
            made = make(ruleset_data, partition_data, excluded_params)
            known[key] = made, ruleset_data, partition_data
        return known[key][0]

    botocore.regions.EndpointProvider = provider


def _make_clients() -> None:
    """Making a client opens no connection. What pages and what is waited for is read as well."""
    import boto3

    session = boto3.session.Session(
        aws_access_key_id="none", aws_secret_access_key="none", region_name="us-east-1"
    )
    for name in SERVICES:
        client = session.client(name, endpoint_url="http://127.0.0.1:9")
        client.can_paginate(next(iter(client.meta.method_to_api_mapping)))
        _ = client.waiter_names
        client.close()
