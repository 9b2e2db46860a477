"""How signed requests go out one after the other: over one connection, where there is no proxy."""

from __future__ import annotations

import http.client
from typing import Any, Final
from urllib.parse import urlsplit

_TIMEOUT: Final = 60
"""Seconds: botocore's."""


class Lost(Exception):
    """No answer came."""


class Line:
    """To one host by plain HTTP; what needs more goes the way that botocore's requests go."""

    def __init__(self, url: str) -> None:
        from botocore.utils import get_environ_proxies

        address = urlsplit(url)
        self._proxies = get_environ_proxies(url)
        self._host = f"{address.scheme}://{address.netloc}"
        self._session: Any = None
        self._connection: http.client.HTTPConnection | None = None
        if address.scheme == "http" and not self._proxies:
            self._connection = http.client.HTTPConnection(address.netloc, timeout=_TIMEOUT)

    def send(self, request: Any) -> tuple[int, bytes]:
        """Status and content that a prepared request is answered with.

        Raises:
            Lost: none came.
        """
        if self._connection is None:
            return self._by_botocore(request)
        path = request.url.removeprefix(self._host)
        try:
            self._connection.request(request.method, path, headers=request.headers)
            with self._connection.getresponse() as answer:
                return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Lost from error

    def close(self) -> None:
        """Leave the host alone; the next request connects again."""
        for each in (self._connection, self._session):
            if each is not None:
                each.close()

    def _by_botocore(self, request: Any) -> tuple[int, bytes]:
        from botocore.exceptions import BotoCoreError
        from botocore.httpsession import URLLib3Session

        if self._session is None:
            self._session = URLLib3Session(proxies=self._proxies)
        try:
            answer = self._session.send(request)
        except BotoCoreError as error:
            raise Lost from error
        return answer.status_code, answer.content
