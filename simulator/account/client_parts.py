"""What boto3's clients of one service have in common, made once a process instead of for each.

A client's events, signer and resolver are its own. What is shared knows no account.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.client import ClientCreator
from botocore.endpoint import Endpoint
from botocore.loaders import Loader
from botocore.regions import EndpointResolverBuiltins
from botocore.signers import RequestSigner

_ACCOUNT = EndpointResolverBuiltins.ACCOUNT_ID


@dataclass(frozen=True, slots=True)
class _Parts:
    """Arguments of a client, and of what it has for itself."""

    arguments: dict[str, Any]
    signing: tuple[str, str, str]
    """Region, name and version."""
    endpoint: dict[str, Any]
    resolver: Any
    """With neither events nor an account."""

    def client(self, events: Any, service_id: Any, credentials: Any, token: Any) -> dict[str, Any]:
        """The arguments of one client more."""
        resolver = copy.copy(self.resolver)
        if resolver is not None:
            resolver._event_emitter, resolver._instance_cache = events, {}
            resolver._builtins = {**resolver._builtins, _ACCOUNT: _account_of(credentials)}
        return {
            **self.arguments,
            "event_emitter": events,
            "request_signer": RequestSigner(service_id, *self.signing, credentials, events, token),
            "endpoint": Endpoint(event_emitter=events, **self.endpoint),
            "endpoint_ruleset_resolver": resolver,
        }


def share(loader: Loader) -> None:
    """Share from now on, among clients of sessions that have this loader. Idempotent."""
    make: Callable[..., dict[str, Any]] = ClientCreator._get_client_args
    if hasattr(make, "drill_parts"):
        return
    known: dict[tuple[Any, ...], _Parts] = {}

    @functools.wraps(make)
    def arguments_of(
        self: Any,
        service_model: Any,
        region_name: Any,
        is_secure: Any,
        endpoint_url: Any,
        verify: Any,
        credentials: Any,
        scoped_config: Any,
        client_config: Any,
        endpoint_bridge: Any,
        auth_token: Any,
        *rules: Any,
    ) -> dict[str, Any]:
        settings = client_config._user_provided_options if client_config else {}
        version = service_model.api_version
        asked = (service_model.service_name, version, region_name, is_secure, endpoint_url, verify)
        key = (*asked, credentials is None, str(scoped_config), str(sorted(settings.items())))
        if self._loader is loader and (parts := known.get(key)) is not None:
            events = copy.copy(self._event_emitter)
            return parts.client(events, service_model.service_id, credentials, auth_token)
        made = make(
            self,
            service_model,
            region_name,
            is_secure,
            endpoint_url,
            verify,
            credentials,
            scoped_config,
            client_config,
            endpoint_bridge,
            auth_token,
            *rules,
        )
        if self._loader is loader:
            known[key] = _parts(made)
        return made

    arguments_of.__dict__["drill_parts"] = known
    ClientCreator._get_client_args = arguments_of


def _parts(made: dict[str, Any]) -> _Parts:
    signer, endpoint = made["request_signer"], made["endpoint"]
    resolver = copy.copy(made["endpoint_ruleset_resolver"])
    if resolver is not None:
        resolver._event_emitter = None
        resolver._builtins = {**resolver._builtins, _ACCOUNT: None}
    own = {"event_emitter", "request_signer", "endpoint", "endpoint_ruleset_resolver"}
    return _Parts(
        {name: value for name, value in made.items() if name not in own},
        (signer._region_name, signer._signing_name, signer._signature_version),
        {
            "host": endpoint.host,
            "endpoint_prefix": endpoint._endpoint_prefix,
            "response_parser_factory": endpoint._response_parser_factory,
            "http_session": endpoint.http_session,
        },
        resolver,
    )


def _account_of(credentials: Any) -> Any:
    return credentials.get_deferred_property("account_id") if credentials else None
