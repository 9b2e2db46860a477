"""What a program sees that would leave the simulator: its proxy is the simulator, and refuses.

`guard.environment` names the simulator as the proxy for all other hosts. A client asks a proxy
for a tunnel (CONNECT) or for an absolute URL (RFC 9112, "Request Target"); a request to the
simulator itself is neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def refusing(app: Application) -> Application:
    """`app`, asked only what is meant for it."""

    def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        target = str(environ.get("REQUEST_URI", "/"))
        if environ["REQUEST_METHOD"] != "CONNECT" and target.startswith(("/", "*")):
            return app(environ, start_response)
        host = environ.get("HTTP_HOST", target)
        said = f"Refused by AWS Security Drills: {host} is not the simulated account"
        body = f"{said}.\n".encode()
        headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
        start_response(f"403 {said}", [*headers, ("Connection", "close")])
        return [body]

    return guarded
