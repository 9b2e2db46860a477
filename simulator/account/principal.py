"""Somebody who calls AWS from somewhere: the actors of a scenario."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import BotoCoreError

from simulator.account import transport
from simulator.gateway.origin import Origin
from simulator.network.message import Reply, WebRequest

if TYPE_CHECKING:
    from simulator.hosts.hosts import Hosts
    from simulator.hosts.resident import Resident

Keys = Mapping[str, Any]
"""{"AccessKeyId", "SecretAccessKey"} and, for a session, "SessionToken"."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One API call that a principal made, and how it ended."""

    principal: str
    operation: str
    error_code: str | None
    broke: bool = False
    """The simulator failed, or doesn't have the operation: nobody was refused."""

    @property
    def succeeded(self) -> bool:
        return self.error_code is None


class Pace(Protocol):
    """How time passes for a principal."""

    def elapse(self, delta: timedelta) -> None: ...


class _LiveCredentials(Credentials):  # type: ignore[misc]
    """Credentials that are fetched when a request is signed, and again after `forget`."""

    def __init__(self, fetch: Callable[[], Keys]) -> None:
        super().__init__("", "")
        self._fetch, self._frozen = fetch, None

    def get_frozen_credentials(self) -> Any:
        if self._frozen is None:
            keys = self._fetch()
            self._frozen = ReadOnlyCredentials(
                keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken")
            )
        return self._frozen

    def forget(self) -> None:
        self._frozen = None

    def save(self) -> Any:
        return self._frozen

    def restore(self, frozen: Any) -> None:
        self._frozen = frozen


class Principal:
    """A boto3 session with an address and a user agent.

    `principal.s3` is the boto3 client of S3, and so for every service. Between two calls some
    seconds pass on the account's clock; `pause` lets more of it pass. `keys` is called when
    credentials are needed; None makes an anonymous caller.
    """

    def __init__(
        self,
        name: str,
        serve: transport.Serve,
        origin: Origin,
        keys: Callable[[], Keys] | None,
        region: str,
        pace: Pace,
        rng: random.Random,
        journal: list[Attempt],
        hosts: Hosts | None = None,
    ) -> None:
        self.name, self.origin = name, origin
        self._pace, self._rng, self._journal = pace, rng, journal
        self._credentials = _LiveCredentials(keys) if keys else None
        self._serve, self._region, self._hosts = serve, region, hosts
        self._clients: dict[tuple[str, str | None], Any] = {}

    @property
    def address(self) -> str:
        return self.origin.source_ip

    @functools.cached_property
    def _session(self) -> Any:
        return transport.session(self._serve, lambda: self.origin, self._credentials, self._region)

    def sign_in(self) -> None:
        """Take the credentials anew, as a job does that starts."""
        if self._credentials is not None:
            self._credentials.forget()

    def save(self) -> tuple[Any, Any]:
        """What a trial must not change: the state of its chance, the credentials in use."""
        return self._rng.getstate(), self._credentials.save() if self._credentials else None

    def restore(self, saved: tuple[Any, Any]) -> None:
        self._rng.setstate(saved[0])
        if self._credentials is not None:
            self._credentials.restore(saved[1])

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client of this principal."""
        if (service, region) not in self._clients:
            client = self._session.client(
                service, region_name=region, endpoint_url=transport.ENDPOINT
            )
            client.meta.events.register("after-call", self._after)
            self._clients[service, region] = client
        return self._clients[service, region]

    def __getattr__(self, service: str) -> Any:
        if service.startswith("_"):
            raise AttributeError(service)
        return self.client(service.replace("_", "-"))

    def on(self, instance_id: str, *, user: str = "root", container: bool = False) -> Resident:
        """This principal as a process on an instance, or in a container of its own network there.

        Raises:
            ScenarioError: there is no such instance.
        """
        assert self._hosts is not None
        return self._hosts.on(self, instance_id, user, container)

    def http(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: str = "",
    ) -> Reply:
        """Ask a service on a host, by its public address or name.

        An answer with an error's status is an answer.

        Raises:
            BotoCoreError: nobody answers: EndpointConnectionError, ConnectTimeoutError…
        """
        assert self._hosts is not None
        agent = self.origin.user_agent or ""
        request = WebRequest(url, self.address, method, headers or {}, body, agent)
        visit = self._hosts.visit
        return self._asked(request, lambda: visit(request))

    def _asked(self, request: WebRequest, ask: Callable[[], Reply]) -> Reply:
        failed: str | None = None
        try:
            reply = ask()
            failed = None if reply.ok else str(reply.status)
        except BotoCoreError as error:
            failed = type(error).__name__
            raise
        finally:
            self._done(Attempt(self.name, f"{request.method} {request.url}", failed))
        return reply

    def pause(self, **duration: float) -> None:
        """Do nothing for a while: `pause(minutes=5)`, in timedelta's words."""
        self._pace.elapse(timedelta(**duration))

    def _after(self, parsed: Mapping[str, Any], model: Any, **_: Any) -> None:
        code = parsed.get("Error", {}).get("Code")
        status = parsed.get("ResponseMetadata", {}).get("HTTPStatusCode", 200)
        self._done(Attempt(self.name, str(model.name), code, broke=status >= 500))

    def _done(self, attempt: Attempt) -> None:
        self._journal.append(attempt)
        self._pace.elapse(timedelta(seconds=self._rng.uniform(0.4, 2.5)))
