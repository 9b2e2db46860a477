"""Botocore's descriptions of AWS's services, read once for all kernels, and what clients are made of.

Nothing here is of an account or a kernel: it follows from botocore's own files alone.
"""

from __future__ import annotations

from functools import cache
from typing import Any

_SERVICES = (
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
    _share_event_names()
    _share_methods()
    _make_clients()


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


def _make_clients() -> None:
    """Making a client opens no connection. What pages and what is waited for is read as well."""
    import boto3

    session = boto3.session.Session(
        aws_access_key_id="none", aws_secret_access_key="none", region_name="us-east-1"
    )
    for name in _SERVICES:
        client = session.client(name, endpoint_url="http://127.0.0.1:9")
        client.can_paginate(next(iter(client.meta.method_to_api_mapping)))
        _ = client.waiter_names
        client.close()
