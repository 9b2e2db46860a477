"""What one interface saw of one flow within one aggregation interval, kept until it is delivered."""

from __future__ import annotations

import json
from typing import NamedTuple

SYN, FIN, SYN_ACK = 2, 1, 18


class Place(NamedTuple):
    """Where an interface is. "-" for what doesn't apply."""

    interface: str
    vpc: str
    subnet: str
    instance: str
    region: str
    zone: str


class Stream(NamedTuple):
    """A flow, as the interface sees it: what makes records be one."""

    direction: str
    action: str
    protocol: int
    source: str
    destination: str
    source_port: int
    port: int
    packet_source: str
    packet_destination: str
    source_service: str
    destination_service: str
    path: str


class Piece(NamedTuple):
    """Part of a flow. Times are Unix seconds; `stream` is None where nothing was seen."""

    place: Place
    window: tuple[int, int]
    stream: Stream | None
    packets: int = 0
    bytes: int = 0
    start: int = 0
    end: int = 0
    flags: int = 0

    def text(self) -> str:
        return json.dumps(self, separators=(",", ":"))


def read(text: str) -> Piece:
    """A piece that was written as text."""
    place, window, stream, *amounts = json.loads(text)
    first, last = window
    return Piece(Place(*place), (first, last), Stream(*stream) if stream else None, *amounts)
