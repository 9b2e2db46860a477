"""What a notebook may reach: the simulators that its Labs were given, and this machine."""

from __future__ import annotations

import ipaddress
import socket

from simulator.errors import RealAwsRefused

LOCAL = ("127.0.0.1", "localhost", "::1")
endpoints: set[str] = set()
"""host:port of every simulated AWS that a Lab of this process was given."""
hosts: set[str] = set()
"""Machines that simulators run on, by name or address."""


def refusal(what: str) -> RealAwsRefused:
    """The error that names what was refused and what to do instead."""
    return RealAwsRefused(
        f"Refused: {what}. A notebook with a Lab reaches the simulated account at "
        f'{", ".join(sorted(endpoints))} and nothing else. Make clients as boto3.client("s3"), without '
        "endpoint_url or proxies; for anything on the internet, restart the kernel first."
    )


def is_near(host: str) -> bool:
    """Whether a name or address is this machine's or a simulator's."""
    host = host.lower()
    if host in {"", "localhost", socket.gethostname().lower(), *hosts}:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_unspecified or host in _addresses()


def _addresses() -> set[str]:
    """Where the simulators' hosts are now: a container may have moved."""
    found: set[str] = set()
    for host in hosts.difference(LOCAL):
        try:
            found.update(str(entry[4][0]) for entry in socket.getaddrinfo(host, None))
        except OSError:
            continue
    return found
