"""The wall around this process: Python asks before it connects, resolves a name or starts a program.

Its questions are in the Library Reference, "Audit events table". A hook can't be taken away again.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from simulator.errors import RealAwsRefused
from simulator.notebook import reach
from simulator.notebook.proxy import is_alias


def hook(event: str, arguments: tuple[Any, ...]) -> None:
    """For `sys.addaudithook`.

    Raises:
        RealAwsRefused: what is about to be done would leave this machine and its simulators.
    """
    if event in _HOSTS:
        host = _HOSTS[event](*arguments)
        if isinstance(host, bytes | bytearray):
            host = host.decode("ascii", "replace")
        if isinstance(host, str) and not reach.is_near(host):
            raise reach.refusal(f"a connection to {host}")
    elif event in _PROGRAMS:
        command, environment = _PROGRAMS[event](*arguments)
        if environment is not None and not _is_walled_in(environment):
            raise RealAwsRefused(
                f"Refused: {_name(command)} with an environment of its own, in which it could reach "
                "real AWS. Start from this notebook's: env={**os.environ, …}."
            )


def _host(endpoint: socket.socket, address: Any) -> Any:
    """The host of an address that can lead to another machine."""
    remote = endpoint.family in (socket.AF_INET, socket.AF_INET6)
    return address[0] if remote and isinstance(address, tuple) else None


_HOSTS: dict[str, Callable[..., Any]] = {
    "socket.getaddrinfo": lambda host, *_: host,
    "socket.gethostbyname": lambda host: host,
    "socket.gethostbyaddr": lambda host: host,
    "socket.getnameinfo": lambda address: address[0],
    "socket.connect": _host,
    "socket.sendto": _host,
    "socket.sendmsg": _host,
}
"""The host that an event is about, by event."""
_PROGRAMS: dict[str, Callable[..., tuple[Any, Any]]] = {
    "subprocess.Popen": lambda path, arguments, folder, environment: (arguments, environment),
    "os.posix_spawn": lambda path, arguments, environment: (arguments, environment),
}
"""The command and the environment that it gets (None: this process's own), by event."""


def _is_walled_in(environment: Mapping[Any, Any]) -> bool:
    """Whether a program with this environment gets no further than to a simulator."""
    plain = {os.fsdecode(name): os.fsdecode(value) for name, value in environment.items()}
    proxy = urlsplit(plain.get("https_proxy", ""))
    return proxy.netloc in reach.endpoints or is_alias(proxy.hostname)


def _name(command: Any) -> str:
    whole = isinstance(command, str | bytes | os.PathLike)
    return os.fsdecode(command if whole else next(iter(command), ""))
