"""Requests to the control API, by the standard library alone."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from simulator import errors
from simulator.errors import CannotServe, DrillError

_TIMEOUT = 120
"""Seconds. Building an account or grading it takes a second or two."""
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Client:
    """The control API at `url`, with a bearer token."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self._token = url.rstrip("/"), token

    def get(self, path: str) -> dict[str, Any]:
        return self._send("GET", path, None)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._send("POST", path, json.dumps(body).encode())

    def _send(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.url}{path}",
            body,
            {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
            method=method,
        )
        try:
            with _opener.open(request, timeout=_TIMEOUT) as response:
                answer: dict[str, Any] = json.load(response)
                return answer
        except urllib.error.HTTPError as error:
            raise _error(error.read()) from None
        except (urllib.error.URLError, OSError) as error:
            raise CannotServe(
                f"The simulator at {self.url} doesn't answer ({error}). Run the cell with Lab(…) again; "
                "if DRILL_URL is set, check that `drill serve` runs there."
            ) from None


def _error(body: bytes) -> DrillError:
    """The error that the control API named."""
    try:
        said = json.loads(body)
    except ValueError:
        return DrillError(f"The simulator answered with something unreadable: {body[:200]!r}")
    kind = getattr(errors, str(said.get("error")), DrillError)
    error = kind.__new__(kind)
    Exception.__init__(error, said.get("message", ""))
    return error if isinstance(error, DrillError) else DrillError(said.get("message", ""))
