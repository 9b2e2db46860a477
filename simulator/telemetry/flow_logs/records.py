"""Records out of pieces: one for each flow, interface and aggregation interval.

Sources: "Flow log records", "Flow log record examples" (Amazon VPC User Guide).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from simulator.telemetry.flow_logs.fields import version_of
from simulator.telemetry.flow_logs.piece import Piece, Place, Stream, read

CAPACITY: Final = 10_000
"""Flows of an interface in an interval; what is beyond is one SKIPDATA. AWS doesn't tell its own."""
Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Record:
    """A line, where and when it is of. `start` is Unix seconds."""

    interface: str
    start: int
    text: str


def records(lines: Iterable[str], fields: tuple[str, ...], account_id: str) -> list[Record]:
    """The records that pieces make, oldest first."""
    found: dict[tuple[Place, Window], dict[Stream, Piece]] = {}
    skipped: set[tuple[Place, Window]] = set()
    for piece in map(read, lines):
        key = piece.place, piece.window
        flows = found.setdefault(key, {})
        if piece.stream is None:
            continue
        known = flows.get(piece.stream)
        if known is not None:
            flows[piece.stream] = _together(known, piece)
        elif len(flows) < CAPACITY:
            flows[piece.stream] = piece
        else:
            skipped.add(key)
    made = list(_made(found, skipped, fields, account_id))
    return sorted(made, key=lambda record: (record.start, record.interface))


def _made(
    found: dict[tuple[Place, Window], dict[Stream, Piece]],
    skipped: set[tuple[Place, Window]],
    fields: tuple[str, ...],
    account_id: str,
) -> Iterator[Record]:
    for (place, window), flows in found.items():
        for piece in flows.values():
            yield Record(place.interface, piece.start, _line(piece, fields, account_id))
        if not flows or (place, window) in skipped:
            status = "SKIPDATA" if flows else "NODATA"
            text = _empty(place, window, status, fields, account_id)
            yield Record(place.interface, window[0], text)


def _together(one: Piece, other: Piece) -> Piece:
    return one._replace(
        packets=one.packets + other.packets,
        bytes=one.bytes + other.bytes,
        start=min(one.start, other.start),
        end=max(one.end, other.end),
        flags=one.flags | other.flags,
    )


def _line(piece: Piece, fields: tuple[str, ...], account_id: str) -> str:
    place, stream = piece.place, piece.stream
    assert stream is not None
    told = {
        "version": version_of(fields),
        "account-id": account_id,
        "interface-id": place.interface,
        "srcaddr": stream.source,
        "dstaddr": stream.destination,
        "srcport": stream.source_port,
        "dstport": stream.port,
        "protocol": stream.protocol,
        "packets": piece.packets,
        "bytes": piece.bytes,
        "start": piece.start,
        "end": piece.end,
        "action": stream.action,
        "log-status": "OK",
        "vpc-id": place.vpc,
        "subnet-id": place.subnet,
        "instance-id": place.instance,
        "tcp-flags": piece.flags,
        "type": "IPv6" if ":" in stream.source else "IPv4",
        "pkt-srcaddr": stream.packet_source,
        "pkt-dstaddr": stream.packet_destination,
        "region": place.region,
        "az-id": place.zone,
        "pkt-src-aws-service": stream.source_service,
        "pkt-dst-aws-service": stream.destination_service,
        "flow-direction": stream.direction,
        "traffic-path": stream.path,
    }
    return " ".join(str(told.get(name, "-")) for name in fields)


def _empty(
    place: Place, window: Window, status: str, fields: tuple[str, ...], account_id: str
) -> str:
    told = {
        "version": version_of(fields),
        "account-id": account_id,
        "interface-id": place.interface,
        "start": window[0],
        "end": window[1] - 1,
        "log-status": status,
    }
    return " ".join(str(told.get(name, "-")) for name in fields)
