"""Somebody who calls AWS from somewhere: the actors of a scenario."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, Self

from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError

from simulator.account import transport
from simulator.account.chance import drawn_uuid
from simulator.account.clock import machine_time
from simulator.account.secrecy import Held
from simulator.gateway.origin import Origin
from simulator.network.dns import Answer
from simulator.network.message import Reply, WebRequest
from simulator.network.talk import Connection, Talk

if TYPE_CHECKING:
    from simulator.account.browser import Browser
    from simulator.hosts.hosts import Hosts
    from simulator.hosts.resident import Resident

Keys = Mapping[str, Any]
"""{"AccessKeyId", "SecretAccessKey"} and, for a session, "SessionToken"."""
_PRESIGNING = ("s3", "presigned")
_SIGNED = re.compile(r"\?(?=.*\bX-Amz-Signature=).*")
"""The query of a presigned URL: too long to be told, and secret."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One API call that a principal made, and how it ended."""

    principal: str
    operation: str
    error_code: str | None
    broke: bool = False
    """The simulator failed, or doesn't have the operation: nobody was refused."""
    at: datetime | None = field(default=None, compare=False)
    """On the account's clock."""
    request_id: str = field(default="", compare=False)
    """Of an API call: its CloudTrail record has it too."""

    @property
    def succeeded(self) -> bool:
        return self.error_code is None


class Pace(Protocol):
    """How time passes for a principal."""

    def signing_time(self) -> datetime: ...

    def elapse(self, delta: timedelta) -> None: ...

    def now(self) -> datetime: ...


class Reach(Protocol):
    """How a principal's traffic that is no API call gets to where it goes."""

    def visit(self, request: WebRequest) -> Reply: ...

    def ask(self, name: str, kind: str, vpc: str | None, instance: str | None) -> Answer: ...

    def connect(self, source: str, to: str, port: int, talk: Talk) -> Connection: ...


class _LiveCredentials(Credentials):  # type: ignore[misc]
    """Credentials that are fetched when a request is signed, and again after `forget`."""

    def __init__(self, fetch: Callable[[], Keys]) -> None:
        super().__init__("", "")
        self._fetch = fetch
        self._frozen: Held | None = None

    def get_frozen_credentials(self) -> Any:
        if self._frozen is None:
            keys = self._fetch()
            self._frozen = Held(
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
    credentials are needed; None makes an anonymous caller. `browser` is what it signs in to the
    console with.
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
        browser: Browser | None = None,
        reach: Reach | None = None,
        hosts: Hosts | None = None,
    ) -> None:
        self.name, self.origin = name, origin
        self._pace, self._rng, self._journal = pace, rng, journal
        self._own = self._credentials = _LiveCredentials(keys) if keys else None
        self._browser, self._console = browser, ""
        self._serve, self._region, self._reach = serve, region, reach
        self._hosts = hosts
        self._residents: dict[tuple[str, str, bool], Resident] = {}
        self._clients: dict[tuple[str, str | None], Any] = {}
        self._start = self.save()

    @property
    def address(self) -> str:
        return self.origin.source_ip

    @functools.cached_property
    def _session(self) -> Any:
        return transport.session(self._serve, lambda: self.origin, self._credentials, self._region)

    def sign_in(self) -> None:
        """Take the credentials anew, as a job does that starts; a console session is over."""
        if self._credentials is not self._own:
            self._take(self._own)
        if self._credentials is not None:
            self._credentials.forget()

    def carry_off(self) -> Keys:
        """The credentials in use, for somebody who goes on using them elsewhere."""
        assert self._credentials is not None
        frozen = self._credentials.get_frozen_credentials()
        return {
            "AccessKeyId": frozen.access_key,
            "SecretAccessKey": frozen.secret_key,
            "SessionToken": frozen.token,
        }

    def begin_anew(self) -> Self:
        """As if it had done nothing yet; its clients, which take long to make, are kept."""
        self.restore(self._start)
        return self

    def save(self) -> tuple[Any, ...]:
        """What a trial must not change: the state of its chance, the credentials in use."""
        frozen = self._credentials.save() if self._credentials else None
        return self._rng.getstate(), self._credentials, frozen, self._console

    def restore(self, saved: tuple[Any, ...]) -> None:
        chance, credentials, frozen, self._console = saved
        self._rng.setstate(chance)
        if credentials is not self._credentials:
            self._take(credentials)
        if credentials is not None:
            credentials.restore(frozen)

    def console_login(
        self,
        user: str | None,
        password: str,
        *,
        mfa: bool | str = False,
        region: str | None = None,
        new_password: str | None = None,
    ) -> None:
        """Sign in to the console: the calls that follow in this act are a console session's.

        `user` is an IAM user, or None for the root user (`root_password` sets its password).
        `mfa` is the code that is typed, or True for who holds the user's device. `region` chooses
        a regional sign-in endpoint. A user that must change its password gives `new_password`.

        Raises:
            ClientError: FailedAuthentication, MfaRequired, PasswordResetRequired.
        """
        browser = self._with_browser()
        try:
            keys = browser.log_in(self.origin, user, password, mfa, region)
        except ClientError as error:
            self._did("ConsoleLogin", error.response["Error"]["Code"])
            raise
        self._did("ConsoleLogin", None)
        self._take(_LiveCredentials(lambda: keys))
        self._console = user or "root"
        if not browser.must_change(user):
            return
        if new_password is None:
            self.sign_in()
            said = {"Error": {"Code": "PasswordResetRequired", "Message": "Give new_password."}}
            raise ClientError(said, "ConsoleLogin")
        self.iam.change_password(OldPassword=password, NewPassword=new_password)

    def switch_role(self, role_arn: str) -> None:
        """Switch roles in the console, after `console_login`: from now on the role's session calls.

        Raises:
            ClientError: AccessDenied, as AssumeRole says it.
        """
        browser, before = self._with_browser(), self._credentials
        if before is None or before is self._own:
            raise RuntimeError(f"{self.name} is not signed in to the console: console_login first.")
        answer = self.sts.assume_role(RoleArn=role_arn, RoleSessionName=self._console)
        keys, frozen = answer["Credentials"], before.get_frozen_credentials()
        browser.switched(self.origin, {"AccessKeyId": frozen.access_key}, keys, self._region)
        self._did("SwitchRole", None)
        self._take(_LiveCredentials(lambda: keys))

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client of this principal."""
        if (service, region) not in self._clients:
            client = self._session.client(
                service, region_name=region, endpoint_url=transport.ENDPOINT
            )
            client.meta.events.register_first("before-parameter-build", self._name_request)
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
        known = (instance_id, user, container)
        if known not in self._residents or not self._hosts.has(instance_id):
            self._residents[known] = self._hosts.on(self, instance_id, user, container)
        return self._residents[known]

    def get(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: str = "",
    ) -> Reply:
        """Ask a web server, by a load balancer's DNS name, an instance's address, or another one.

        An answer with an error's status is an answer.

        Raises:
            BotoCoreError: nobody answers: ConnectTimeoutError, EndpointConnectionError…
        """
        request = WebRequest(
            url, self.address, method, headers or {}, body, self.origin.user_agent or ""
        )
        failed: str | None = None
        try:
            reply = self._visit(request)
            failed = None if reply.ok else str(reply.status)
        except BotoCoreError as error:
            failed = type(error).__name__
            raise
        finally:
            self._did(f"{method} {_SIGNED.sub('', url)}", failed)
        return reply

    def presign(self, operation: str, expires: timedelta, **params: Any) -> str:
        """A URL that makes one call to S3 in this principal's name: `presign("get_object", …)`.

        Signing happens here and is no API call. Whoever has the URL can open it, with `get`.
        """
        s3 = self._clients.get(_PRESIGNING) or self._session.client(
            "s3", config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
        )
        self._clients[_PRESIGNING] = s3
        with machine_time(self._pace.signing_time()):
            return str(
                s3.generate_presigned_url(
                    operation, Params=params, ExpiresIn=int(expires.total_seconds())
                )
            )

    def _visit(self, request: WebRequest) -> Reply:
        assert self._reach is not None
        return self._reach.visit(request)

    def resolve(
        self, name: str, *, kind: str = "A", vpc: str | None = None, instance: str | None = None
    ) -> Answer:
        """Ask the resolver of a VPC for a name, from an instance or from elsewhere in it.

        Raises:
            ScenarioError: there is no such VPC or instance.
        """
        assert self._reach is not None
        answer = self._reach.ask(name, kind, vpc, instance)
        failed = None if answer.records else answer.rcode
        self._did(f"query {name}", failed)
        return answer

    def connect(
        self,
        to: str,
        port: int = 0,
        *,
        source: str | None = None,
        protocol: str = "tcp",
        bytes: int | None = None,
        packets: int | None = None,
        received: int | None = None,
        seconds: float | None = None,
        times: int = 1,
        every: float | None = None,
        keep: bool = False,
        over: Connection | None = None,
    ) -> Connection:
        """Connect to a port of an address, a name, or an instance or interface by its id.

        `source` is the instance that it is done from; None: where the principal is. `bytes` and
        `packets` are sent, `received` bytes come back, within `seconds`: as usual on the port, where
        they are left out. `times`: so many connections, one `every` so many seconds. `keep` leaves
        the connection open; more is sent `over` it then.

        Raises:
            BotoCoreError: nobody answers, not once: ConnectTimeoutError, EndpointConnectionError.
        """
        assert self._reach is not None
        talk = Talk(protocol, bytes, packets, received, seconds, keep, over)
        made, failure = None, None
        for turn in range(times):
            if turn:
                wait = self._rng.uniform(0.4, 2.5) if every is None else every
                self._pace.elapse(timedelta(seconds=wait))
            try:
                made = self._reach.connect(source or self.address, to, port, talk)
            except BotoCoreError as error:
                failure = error
        failed = type(failure).__name__ if made is None else None
        self._did(f"connect {protocol} {to} port {port}", failed)
        if made is None:
            assert failure is not None
            raise failure
        return made

    def pause(self, **duration: float) -> None:
        """Do nothing for a while: `pause(minutes=5)`, in timedelta's words."""
        self._pace.elapse(timedelta(**duration))

    def _with_browser(self) -> Browser:
        if self._browser is None:
            raise RuntimeError(f"{self.name} has no browser to sign in to the console with.")
        return self._browser

    def _take(self, credentials: _LiveCredentials | None) -> None:
        self._credentials = credentials
        self._clients.clear()
        self.__dict__.pop("_session", None)

    def _did(
        self, operation: str, code: str | None, *, broke: bool = False, request_id: str = ""
    ) -> None:
        at = self._pace.now()
        self._journal.append(Attempt(self.name, operation, code, broke, at, request_id))
        self._pace.elapse(timedelta(seconds=self._rng.uniform(0.4, 2.5)))

    def _name_request(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        """Idempotency tokens by the principal's own chance: botocore's are other ones each time."""
        for name in model.idempotent_members:
            number = f"{self.name}/{len(self._journal)}/{self._rng.getrandbits(64)}"
            params.setdefault(name, drawn_uuid(random.Random(f"token/{number}")))

    def _after(self, parsed: Mapping[str, Any], model: Any, **_: Any) -> None:
        code = parsed.get("Error", {}).get("Code")
        told = parsed.get("ResponseMetadata", {})
        status, request_id = told.get("HTTPStatusCode", 200), str(told.get("RequestId", ""))
        self._did(str(model.name), code, broke=status >= 500, request_id=request_id)
