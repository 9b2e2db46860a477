"""Whether a connection is made is decided elsewhere; here is where that is plugged in."""

from __future__ import annotations

import functools
from typing import Protocol

from simulator.account.world import World


class Reaches(Protocol):
    """Set as `World.reaches`; without one, every connection is made.

    One that has a `send`, called alike, makes connections by it as well, so that they leave traces.
    """

    def __call__(self, source: str, destination: str, port: int) -> str:
        """Why a TCP connection is not made; empty if it is.

        `source` is an instance's id or an address; `destination` an address, an instance's id or a
        host name, as of a service's endpoint.
        """


def connect(world: World, source: str, destination: str, port: int, url: str) -> None:
    """Make a connection.

    Raises:
        ConnectTimeoutError: packets or their answers are dropped on the way.
    """
    from botocore.exceptions import ConnectTimeoutError

    send = getattr(world.reaches, "send", None)
    failed = (send or functools.partial(unreachable, world))(source, destination, port)
    if failed:
        raise ConnectTimeoutError(endpoint_url=url)


def unreachable(world: World, source: str, destination: str, port: int) -> str:
    """Why a connection is not made; empty if it is."""
    return "" if world.reaches is None else world.reaches(source, destination, port)
