"""Requests to the control API, by the standard library alone."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from simulator import errors
from simulator.errors import CannotServe, DrillError

_TIMEOUT = 120
"""Seconds. Building an account or grading it takes a second or two."""
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Client:
    """The control API at `url`, with a bearer token. `advice` is said when it doesn't answer."""

    def __init__(self, url: str, token: str, advice: str = "") -> None:
        if not _is_address(url):
            raise CannotServe(
                f"{url!r} is no address of a simulator: give DRILL_URL as http://host:port."
            )
        if not (token.isascii() and token.isprintable()):
            raise CannotServe("DRILL_TOKEN holds characters that no token has.")
        self.url, self._token, self._advice = url.rstrip("/"), token, advice

    def get(self, path: str) -> dict[str, Any]:
        """The answer to a GET. Raises what `post` raises."""
        return self._send("GET", path, None)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to a POST of `body` as JSON.

        Raises:
            DrillError: the very error that the simulator raised.
            CannotServe: it could not be reached, or what answers is no simulator.
        """
        return self._send("POST", path, json.dumps(body).encode())

    def _send(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}{path}", body, headers, method=method)
        try:
            with _opener.open(request, timeout=_TIMEOUT) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            raise _error(error.read()) or self._stranger() from None
        except ValueError:
            raise self._stranger() from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise CannotServe(
                f"The simulator at {self.url} doesn't answer ({reason}). {self._advice}"
            ) from None
        if not isinstance(answer, dict):
            raise self._stranger()
        return answer

    def _stranger(self) -> CannotServe:
        return CannotServe(f"What answers at {self.url} is no simulator. {self._advice}")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _error(body: bytes) -> DrillError | None:
    """The error that the control API named; None where something else answered."""
    try:
        said = json.loads(body)
        name, message = str(said["error"]), str(said["message"])
    except (ValueError, KeyError, TypeError):
        return None
    kind = getattr(errors, name, DrillError)
    if not (isinstance(kind, type) and issubclass(kind, DrillError)):
        kind = DrillError
    error = kind.__new__(kind)  # its own __init__ would word the message again
    Exception.__init__(error, message)
    return error
