"""boto3 sessions that call the gateway inside this process, without a socket."""

from __future__ import annotations

import copy
import functools
import io
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import boto3
import botocore.regions
import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import ClientCreator
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import UnknownServiceError
from botocore.hooks import EVENT_ALIASES, EventAliaser
from botocore.loaders import Loader
from werkzeug.wrappers import Response

from simulator.account import client_parts, event_hooks, timestamps
from simulator.account.clock import real_now
from simulator.account.secrecy import prove_what_is_held
from simulator.backends.facade import facade
from simulator.gateway.origin import ENVIRON_KEY, Origin

Serve = Callable[[dict[str, Any]], Response]

ENDPOINT = "http://127.0.0.1:1"
"""Where in-process clients believe they send to. Nothing listens there."""
_CONFIG = Config(
    retries={"total_max_attempts": 1}, inject_host_prefix=False, user_agent="in-process"
)


@functools.cache
def _loader() -> Loader:
    """Shared, so that each of botocore's models is read once a process.

    Not with moto: botocore's S3 client edits the model that it was given.
    """
    return Loader()


@functools.cache
def _builtin_hooks() -> Any:
    """botocore's own event handlers, registered once: that takes longer than a session's calls."""
    return event_hooks.shared(botocore.session.Session()._original_handler)


@functools.cache
def sign_by_our_clock() -> None:
    """botocore dates a signature by the machine's clock: also where that is held."""
    import botocore.auth as signing

    def now(remove_tzinfo: bool = True) -> datetime:
        return real_now().replace(tzinfo=None) if remove_tzinfo else real_now()

    signing.get_current_datetime = now
    signing.time = facade(time, time=lambda: real_now().timestamp())


@functools.cache
def _share_classes() -> None:
    """Read a service's model and endpoints and make its clients' class once, not for each client.

    The class is made without the session that asked first: it would live as long as the process.
    """
    load, make = ClientCreator._load_service_model, ClientCreator._create_client_class
    models: dict[tuple[str, str | None], Any] = {}
    classes: dict[str, type] = {}
    endpoints: dict[int, Any] = {}
    """By the id of the rules, which the loader keeps."""

    def model_of(self: Any, service: str, api_version: str | None = None) -> Any:
        if self._loader is not _loader():
            return load(self, service, api_version)
        if (service, api_version) not in models:
            models[service, api_version] = load(self, service, api_version)
            with suppress(UnknownServiceError):
                endpoints[id(self._load_service_endpoints_ruleset(service, api_version))] = None
        return models[service, api_version]

    def class_of(self: Any, service: str, model: Any) -> Any:
        if self._loader is not _loader():
            return make(self, service, model)
        if service not in classes:
            maker = copy.copy(self)
            maker._event_emitter = copy.copy(self._event_emitter)
            maker._event_emitter.unregister("before-send", unique_id="drill")
            classes[service] = make(maker, service, model)
        return classes[service]

    def endpoints_of(ruleset_data: Any, **more: Any) -> Any:
        known = endpoints.get(id(ruleset_data)) or EndpointProvider(ruleset_data, **more)
        if id(ruleset_data) in endpoints:
            endpoints[id(ruleset_data)] = known
        return known

    botocore.regions.EndpointProvider = endpoints_of
    ClientCreator._load_service_model = model_of
    ClientCreator._create_client_class = class_of
    client_parts.share(_loader())


@functools.cache
def _share_event_names() -> None:
    """Look up once, not for each client, what the events of a service are called now."""
    begin: Any = EventAliaser.__init__
    names: dict[str, str] = {}

    def begun(self: Any, event_emitter: Any, event_aliases: Any = None) -> None:
        begin(self, event_emitter, event_aliases)
        if self._event_aliases == EVENT_ALIASES:
            self._alias_name_cache = names

    EventAliaser.__init__ = begun


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Any:
        yield self.read()


def session(
    serve: Serve, origin: Callable[[], Origin], credentials: Credentials | None, region: str
) -> boto3.Session:
    """A boto3 session whose every request is answered by `serve`. No credentials: unsigned."""
    sign_by_our_clock()
    prove_what_is_held()
    timestamps.read_directly()
    _share_classes()
    _share_event_names()
    core = botocore.session.Session(
        event_hooks=copy.copy(_builtin_hooks()), include_builtin_handlers=False
    )
    core.register_component("data_loader", _loader())
    core.set_config_variable("region", region)
    core.set_config_variable("credentials_file", "")
    core.set_config_variable("config_file", "")
    core._credentials = credentials
    config = _CONFIG if credentials else _CONFIG.merge(Config(signature_version=UNSIGNED))
    core.set_default_client_config(config)
    core.register(
        "before-send", lambda request, **_: _answer(serve, origin(), request), unique_id="drill"
    )
    return boto3.Session(botocore_session=core)


def _answer(serve: Serve, origin: Origin, request: AWSPreparedRequest) -> AWSResponse:
    response = serve(environ(request, origin))
    return AWSResponse(
        request.url, response.status_code, dict(response.headers), _Raw(response.get_data())
    )


def environ(request: AWSPreparedRequest, origin: Origin) -> dict[str, Any]:
    """The WSGI environ of a request that botocore has signed and not sent."""
    url = urlsplit(request.url)
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    raw = body.encode() if isinstance(body, str) else bytes(body)
    headers = {
        f"HTTP_{name.upper().replace('-', '_')}": value.decode()
        if isinstance(value, bytes)
        else str(value)
        for name, value in request.headers.items()
    }
    headers["CONTENT_TYPE"] = headers.pop("HTTP_CONTENT_TYPE", "")
    headers.pop("HTTP_CONTENT_LENGTH", None)
    headers.setdefault("HTTP_HOST", url.netloc)
    return {
        **headers,
        "REQUEST_METHOD": request.method,
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1") or "/",
        "RAW_URI": (url.path or "/") + (f"?{url.query}" if url.query else ""),
        "QUERY_STRING": url.query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": origin.source_ip,
        "CONTENT_LENGTH": str(len(raw)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(raw),
        "wsgi.input_terminated": True,
        "wsgi.version": (1, 0),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        ENVIRON_KEY: origin,
    }
