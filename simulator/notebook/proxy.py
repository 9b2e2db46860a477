"""What a program sees that would leave the simulator: its proxy is the simulator, and refuses.

`guard.environment` names the simulator as the proxy for all other hosts. A client asks a proxy
for a tunnel (CONNECT) or for an absolute URL (RFC 9112, "Request Target"); a request to the
simulator itself is neither.

One kind of request is welcome this way. Clients of S3 Control put the account id before the
host, and no host of the machine answers to that; so their endpoint is ALIAS, which no name
server knows (RFC 6761, "invalid"), and they come to the simulator as to their proxy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

ALIAS = "simulator.invalid"


def is_alias(host: str | None) -> bool:
    """Whether this is the simulator's name for clients that put something before it."""
    return host is not None and (host == ALIAS or host.endswith(f".{ALIAS}"))


def refusing(app: Application) -> Application:
    """`app`, asked only what is meant for it."""

    def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        target = str(environ.get("REQUEST_URI", "/"))
        if environ["REQUEST_METHOD"] != "CONNECT":
            if target.startswith(("/", "*")):
                return app(environ, start_response)
            url = urlsplit(target)
            if is_alias(url.hostname):
                return app(
                    environ | {"REQUEST_URI": url._replace(scheme="", netloc="").geturl()},
                    start_response,
                )
        said = f"Refused: {environ.get('HTTP_HOST', target)} is not the simulated account"
        body = f"{said}.\n".encode()
        headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
        start_response(f"403 {said}", headers)
        return [body]

    return guarded
