"""Ports and ICMP types of rules, as one range of numbers.

An ICMP message of type t and code c counts as port 256·t + c.
"""

from __future__ import annotations

ALL = (0, 65535)
_WITH_PORTS = frozenset({"tcp", "udp"})
_ICMP = frozenset({"icmp", "icmpv6"})
COMMON = ("tcp", "udp", "icmp", "icmpv6")


def icmp_port(kind: int, code: int) -> int:
    """The number of an ICMP message."""
    return kind * 256 + code


def icmp_answer(port: int) -> int:
    """The number of what answers an ICMP message: an echo reply to an echo request."""
    kinds = {8: 0, 128: 129}
    return icmp_port(kinds.get(port >> 8, port >> 8), 0)


def port_range(protocol: str, low: int, high: int) -> tuple[int, int]:
    """What a rule's two port fields mean. Other protocols than TCP, UDP and ICMP have no ports."""
    if protocol in _WITH_PORTS:
        return (low, high) if low >= 0 else ALL
    if protocol not in _ICMP or low < 0:
        return ALL
    return (low * 256, low * 256 + 255) if high < 0 else (low * 256 + high, low * 256 + high)


def port_text(protocol: str, low: int, high: int) -> str:
    """A rule's protocol and ports, in words."""
    if protocol == "-1":
        return "all traffic"
    if protocol in _WITH_PORTS:
        if low < 0 or (low, high) == ALL:
            return f"all {protocol}"
        return f"{protocol} {low}" if low == high else f"{protocol} {low}-{high}"
    if protocol in _ICMP:
        code = "" if high < 0 else f" code {high}"
        return f"all {protocol}" if low < 0 else f"{protocol} type {low}{code}"
    return f"protocol {protocol}"
