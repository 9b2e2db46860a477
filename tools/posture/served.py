"""A drill on a port, and what was asked of it: every call, with the error that it was answered."""

from __future__ import annotations

import io
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Response

from simulator import catalogue
from simulator.drill import Drill
from simulator.errors import DrillError
from simulator.gateway import wire
from simulator.gateway.app import Gateway
from simulator.gateway.errors import AwsError
from simulator.gateway.origin import Origin
from simulator.gateway.parse import Parsed, parse
from simulator.grading.play import apply
from simulator.listener import listen
from simulator.notebook.guard import environment
from simulator.notebook.proxy import is_alias, refusing


@dataclass
class Asked:
    """What came in: (service, operation, error code or "") → how often; and who wanted to get out."""

    calls: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    strangers: Counter[str] = field(default_factory=Counter)
    """Hosts other than the simulator that were asked of it, as of a proxy. They were refused."""

    def refused(self) -> dict[tuple[str, str, str], int]:
        """The calls that failed, by service, operation and error code."""
        return {call: count for call, count in sorted(self.calls.items()) if call[2]}


@dataclass(frozen=True)
class Served:
    """A drill that answers at `endpoint`."""

    drill: Drill
    endpoint: str
    asked: Asked

    def environment(self) -> dict[str, str]:
        """The variables that lead a program to this account alone, as the learner."""
        learner = self.drill.learner
        keys = {
            "AccessKeyId": learner.access_key_id,
            "SecretAccessKey": learner.secret_access_key,
        }
        return environment(self.endpoint, self.drill.account.region, keys)


@contextmanager
def serving(scenario_id: str, seed: int, fix: str) -> Iterator[Served]:
    """A scenario set up, one fix applied ("none" leaves it untouched), on a free port.

    Raises:
        DrillError: no such scenario or fix.
    """
    play = catalogue.load(scenario_id)
    if fix != "none" and fix not in play.fixes:
        raise DrillError(f"{scenario_id} has no fix {fix!r}; it has {', '.join(play.fixes)}.")
    gateway = Gateway()
    drill = Drill(play, seed, gateway)
    try:
        apply(drill, fix)
        asked = Asked()
        server = listen(_at_the_door(refusing(_overheard(gateway, asked)), asked), "127.0.0.1", 0)
        thread = threading.Thread(target=server.run, name="aws", daemon=True)
        thread.start()
        try:
            yield Served(drill, f"http://127.0.0.1:{server.effective_port}", asked)
        finally:
            server.close()
            thread.join(timeout=10)
    finally:
        drill.close()


def _overheard(app: Any, asked: Asked) -> Any:
    """`app`, with every call noted."""

    def overhear(environ: dict[str, Any], start_response: Any) -> Any:
        copy = dict(environ)
        try:
            parsed = parse(copy, Origin("127.0.0.1"), "")
        except AwsError as error:
            asked.calls["?", f"{environ['PATH_INFO']:.60}", error.code] += 1
            return app({**environ, "wsgi.input": copy["wsgi.input"]}, start_response)
        response = Response.from_app(app, {**environ, "wsgi.input": io.BytesIO(parsed.body)})
        asked.calls[parsed.call.service, parsed.call.operation, _error(parsed, response)] += 1
        return response(environ, start_response)

    return overhear


def _at_the_door(app: Any, asked: Asked) -> Any:
    """`app`, with everything noted that was asked of it as of a proxy."""

    def ask(environ: dict[str, Any], start_response: Any) -> Any:
        target = str(environ.get("REQUEST_URI") or "/")
        if not target.startswith(("/", "*")):
            host = urlsplit(target if "://" in target else f"//{target}").hostname
            if not is_alias(host):
                asked.strangers[str(host)] += 1
        return app(environ, start_response)

    return ask


def _error(parsed: Parsed, response: Response) -> str:
    if response.status_code < 400:
        return ""
    return wire.error_of(parsed.operation, parsed.protocol, response).code
