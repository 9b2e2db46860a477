"""What somebody sends to a port, and the connection that comes of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection that was made: from where to where. `closed`: it is over."""

    source: str
    """An address of the internet, or the id of an instance or interface."""
    destination: str
    """The address that was called, or the id."""
    port: int
    protocol: str
    source_port: int
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Talk:
    """What to send. Bytes count headers; what is None is as usual on the port."""

    protocol: str = "tcp"
    sent: int | None = None
    packets: int | None = None
    received: int | None = None
    seconds: float | None = None
    keep: bool = False
    """Leave the connection open, so that more can be sent over it."""
    over: Connection | None = None
    """A connection that is open already."""
