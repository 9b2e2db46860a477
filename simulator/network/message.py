"""HTTP requests and their answers, as far as a load balancer and its log look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import SplitResult, urlsplit

_STANDARD = {"http": 80, "https": 443}


@dataclass(frozen=True)
class WebRequest:
    """A request on its way to a URL. `source_ip` is the client's address."""

    url: str
    source_ip: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    user_agent: str = ""

    @cached_property
    def parts(self) -> SplitResult:
        return urlsplit(self.url)

    @property
    def host(self) -> str:
        return (self.parts.hostname or "").lower()

    @property
    def port(self) -> int:
        return self.parts.port or _STANDARD.get(self.parts.scheme, 0)

    @property
    def path(self) -> str:
        return self.parts.path or "/"

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name. Host and User-Agent have one."""
        wanted = name.lower()
        given = next((v for k, v in self.headers.items() if k.lower() == wanted), None)
        if given is None and wanted == "host":
            return self.parts.netloc.rpartition("@")[2] or None
        if given is None and wanted == "user-agent":
            return self.user_agent or None
        return given

    @property
    def size(self) -> int:
        """Bytes on the wire: request line, headers and body."""
        named = {"Host": self.header("host") or "", "User-Agent": self.header("user-agent") or ""}
        lines = [f"{self.method} {self.path}?{self.parts.query} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in {**named, **self.headers}.items()]
        return sum(len(line.encode()) + 2 for line in lines) + 2 + len(self.body.encode())


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer."""

    body: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.status < 400

    @property
    def size(self) -> int:
        """Bytes on the wire: status line, headers and body."""
        head = sum(len(f"{name}: {value}".encode()) + 2 for name, value in self.headers.items())
        return len("HTTP/1.1 200 OK") + 4 + head + len(self.body.encode())
