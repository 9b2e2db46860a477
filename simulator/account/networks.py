"""Addresses of a drill: who calls from where. None of them exists on the internet."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Iterable

_BLOCKS = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/22", "198.19.64.0/22")
"""Reserved for documentation (RFC 5737) and benchmarks (RFC 2544)."""


def assign(names: Iterable[str], rng: random.Random) -> dict[str, ipaddress.IPv4Network]:
    """A network of 64 addresses for each name, drawn by chance."""
    pool = [
        part for block in _BLOCKS for part in ipaddress.IPv4Network(block).subnets(new_prefix=26)
    ]
    wanted = sorted(set(names))
    return dict(zip(wanted, rng.sample(pool, len(wanted)), strict=True))


def address(network: ipaddress.IPv4Network, rng: random.Random) -> str:
    """A host of the network."""
    return str(network[rng.randrange(2, network.num_addresses - 1)])
