"""A WSGI application on a port."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from typing import Any

import waitress
from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from simulator.errors import CannotServe

_THREADS = 8
_METADATA = re.compile(rb"^X-Amz-Meta-[^:\r\n]+", re.MULTILINE)


def listen(app: Callable[..., Any], host: str, port: int) -> Any:
    """A server that waits for `run`. Port 0 takes a free one.

    Raises:
        CannotServe: the host is not this machine's, or the port is in use.
    """
    try:
        return _server(app, host=host, port=port)
    except ValueError as error:
        raise CannotServe(
            f"{host!r} is no address of this machine: give --host one, such as 127.0.0.1."
        ) from error
    except OSError as error:
        raise CannotServe(
            f"Port {port} on {host} can't be used: {error.strerror or error}. Another simulator may be "
            "running: stop it, or choose a free port with --port (0 takes any)."
        ) from error


def listen_on(app: Callable[..., Any], listening: socket.socket, **more: Any) -> Any:
    """A server on a socket that listens already; `more` are waitress's settings."""
    return _server(app, sockets=[listening], **more)


def _server(app: Callable[..., Any], **more: Any) -> Any:
    parts: dict[int, Any] = {}
    settings = {
        "threads": _THREADS,
        "ident": "AWS Security Drills",
        "clear_untrusted_proxy_headers": True,
        "max_request_body_size": 2**27,
    }
    server = waitress.create_server(app, map=parts, **{**settings, **more})
    for part in parts.values():
        if hasattr(part, "channel_class"):
            part.channel_class = _Channel
    return server


class _Task(WSGITask):  # type: ignore[misc]
    """Waitress capitalizes every header; clients take an object's metadata names as they come."""

    def build_response_header(self) -> bytes:
        head: bytes = super().build_response_header()
        return _METADATA.sub(lambda found: found[0].lower(), head)


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task

    def send_continue(self) -> None:
        """Waitress would wait for the body of a request that says it has none."""
        if not self.request.completed:
            super().send_continue()
