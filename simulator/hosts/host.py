"""The words in which a scenario says what is on an instance.

hosts.equip(instance_id, Host(
    services={22: Ssh(), 80: Web({"/": "Welcome"}, fetches={"/preview": Fetch("url")})},
    processes=[Process("xmrig", "/tmp/.x/xmrig -o pool.example.net:3333", cpu=97.0)],
    files={"/home/ec2-user/.aws/credentials": "[default] …"},
    packages={"openssl": "3.0.8"},
))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from simulator.network.message import Reply, WebRequest

Page = str | Reply | Callable[[WebRequest], "str | Reply"]
"""What a path answers, or what makes the answer of the request."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """A flaw: a path that fetches the URL which the visitor names, and shows what it got.

    The words are names of query parameters. Without `method` it can only GET, without `headers`
    the visitor can send none; headers are given as "Name: value", one a line.
    """

    url: str = "url"
    method: str = ""
    headers: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """A program that listens on a port, and is started whenever the host boots.

    `pages` are by path, which may hold `*`; None: it doesn't speak HTTP. `hops` says how many
    network hops it is away from the host: one for a program in a container of its own network.
    """

    name: str
    version: str = ""
    command: str = ""
    user: str = "root"
    pages: Mapping[str, Page] | None = None
    fetches: Mapping[str, Fetch] = field(default_factory=dict)
    hops: int = 0


@dataclass(frozen=True, slots=True)
class Process:
    """A program that runs. `cpu` is in percent of one core.

    `started_by` is the file that starts it at every boot (a unit, a crontab): without that, or
    once that file is gone, it doesn't come back.
    """

    name: str
    command: str = ""
    user: str = "root"
    cpu: float = 0.0
    started_by: str = ""
    port: int | None = None
    """Where it listens, if anywhere."""
    peer: str = ""
    """Whom it keeps a connection to, as address:port."""
    environ: str = ""
    """Its environment, "NAME=value" a line: what is in memory, and in no file."""


@dataclass(frozen=True, slots=True)
class Host:
    """What is on an instance."""

    services: Mapping[int, Service] = field(default_factory=dict)
    """By port."""
    processes: Sequence[Process] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    """Text by path."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """Version by name."""
    agent: bool = True
    """The SSM Agent is installed, and is started at boot."""


def Ssh(version: str = "8.7p1") -> Service:  # noqa: N802
    """OpenSSH's server."""
    return Service("sshd", version, "/usr/sbin/sshd -D")


def Web(  # noqa: N802
    pages: Page | Mapping[str, Page] = "Welcome",
    *,
    name: str = "nginx",
    version: str = "1.24.0",
    user: str = "nginx",
    command: str = "",
    fetches: Mapping[str, Fetch] | None = None,
    hops: int = 0,
) -> Service:
    """A web server and what it answers: by path, or the same for every path."""
    by_path = pages if isinstance(pages, Mapping) else {"*": pages}
    return Service(
        name, version, command or f"/usr/sbin/{name}", user, by_path, fetches or {}, hops
    )
