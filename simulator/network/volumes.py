"""How much a connection carries, and for how long, where nobody says it: by chance, by protocol.

Bytes count IP and transport headers, as flow logs do.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from typing import NamedTuple

_PAYLOAD = 1_400
_HEADERS = 52
_HANDSHAKE = 4
"""Packets that open and close a TCP connection, in each direction."""
_ICMP = frozenset({"icmp", "icmpv6"})


class Load(NamedTuple):
    """What went one way."""

    packets: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Volume:
    """What a connection carried: from who opened it, back to it, in how many seconds."""

    sent: Load
    received: Load
    seconds: float = 0.0


_USUAL = {
    22: ((12, 20), (1_750, 2_950), (11, 18), (2_150, 3_400), (1.5, 6.0)),
    80: ((6, 12), (640, 1_900), (6, 16), (2_400, 16_000), (0.1, 2.0)),
    443: ((9, 18), (1_300, 3_200), (9, 22), (4_800, 24_000), (0.2, 3.0)),
    3389: ((9, 16), (1_500, 2_600), (8, 14), (1_900, 3_000), (1.0, 5.0)),
}
_OTHERS = ((6, 12), (420, 1_500), (5, 11), (420, 2_600), (0.1, 4.0))
"""Packets and bytes sent, packets and bytes received, seconds; each the least and the most."""


def unanswered(protocol: str, chance: random.Random) -> Volume:
    """Tries that nobody answers: some SYNs of 40 to 60 bytes, or a few datagrams."""
    tries = chance.choice((1, 1, 2, 3))
    size = chance.choice((40, 44, 52, 60)) if protocol == "tcp" else chance.randrange(48, 92)
    size = 84 if protocol in _ICMP else size
    back = Load(tries, tries * (60 if protocol == "tcp" else size))
    return Volume(Load(tries, tries * size), back, (0.0, 1.0, 3.0)[tries - 1])


def usual(protocol: str, port: int, chance: random.Random) -> Volume:
    """A connection as they are on that port: on 22, one attempt to log in."""
    if protocol in _ICMP:
        pings = chance.randint(1, 5)
        return Volume(Load(pings, 84 * pings), Load(pings, 84 * pings), float(pings - 1))
    if protocol != "tcp":
        sent, received = chance.randrange(56, 96), chance.randrange(72, 300)
        return Volume(Load(1, sent), Load(1, received), chance.uniform(0.0, 0.2))
    (*limits, seconds) = _USUAL.get(port, _OTHERS)
    amounts = [chance.randint(int(least), int(most)) for least, most in limits]
    return Volume(Load(*amounts[:2]), Load(*amounts[2:]), chance.uniform(*seconds))


def asked(
    usually: Volume,
    sent: int | None,
    packets: int | None,
    received: int | None,
    seconds: float | None,
) -> Volume:
    """`usually`, with what was asked for instead; the rest follows from that.

    `sent` and `received` are bytes, `packets` those sent.
    """
    volume = usually
    if received is not None:
        back = Load(_HANDSHAKE + math.ceil(received / _PAYLOAD), received)
        volume = replace(volume, received=back)
        if sent is None:
            count = packets or max(usually.sent.packets, back.packets // 2)
            volume = replace(volume, sent=Load(count, max(usually.sent.bytes, count * _HEADERS)))
    if sent is not None:
        count = packets or max(1, _HANDSHAKE + math.ceil(sent / _PAYLOAD))
        volume = replace(volume, sent=Load(count, sent))
        if received is None:
            count = max(usually.received.packets, count // 2)
            back = Load(count, max(usually.received.bytes, count * _HEADERS))
            volume = replace(volume, received=back)
    elif packets is not None and received is None:
        each = usually.sent.bytes / usually.sent.packets
        volume = replace(volume, sent=Load(packets, round(packets * each)))
    return volume if seconds is None else replace(volume, seconds=seconds)
