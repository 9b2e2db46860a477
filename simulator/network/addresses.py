"""Addresses as numbers: IPv4 and IPv6 on one line, so that a range of either is two numbers.

IPv4 addresses are the numbers below 2**32, IPv6 addresses those from there on. What that leaves out,
::/96, holds nobody's address.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

Block = tuple[int, int]
"""The first and the last address of a CIDR block."""

FIRST_V6 = 1 << 32


@lru_cache(maxsize=65536)
def parsed(text: str) -> int | None:
    """An address as a number; None for what is no address, but an id or a name."""
    try:
        return int(ipaddress.ip_address(text))
    except ValueError:
        return None


def number(text: str) -> int:
    """An address as a number.

    Raises:
        ValueError: it is none.
    """
    found = parsed(text)
    if found is None:
        raise ValueError(f"{text!r} is not an address.")
    return found


@lru_cache(maxsize=65536)
def text(address: int) -> str:
    """The address that a number stands for."""
    if address < FIRST_V6:
        return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"
    return str(ipaddress.IPv6Address(address))


@lru_cache(maxsize=65536)
def block(cidr: str) -> Block:
    """The ends of a CIDR block. Bits set beyond the mask don't count, as in EC2.

    Raises:
        ValueError: it is none.
    """
    network = ipaddress.ip_network(cidr, strict=False)
    first, last = int(network.network_address), int(network.broadcast_address)
    return (first, last) if network.version == 4 else (max(first, FIRST_V6), last)


def prefix_length(cidr: str) -> int:
    """The number behind the slash."""
    return ipaddress.ip_network(cidr, strict=False).prefixlen


def overlap(one: Block, other: Block) -> bool:
    """Whether two blocks share an address."""
    return one[0] <= other[1] and other[0] <= one[1]


_PRIVATE = tuple(
    block(cidr)
    for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8")
) + tuple(block(cidr) for cidr in ("100.64.0.0/10", "fc00::/7", "fe80::/10"))


def is_private(address: int) -> bool:
    """Whether the internet has no way to an address (RFC 1918, 6598, 3927, 4193, 4291)."""
    return any(first <= address <= last for first, last in _PRIVATE)
