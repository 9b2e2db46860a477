"""Network interfaces that the backend gave an address outside of their subnet get one inside."""

from __future__ import annotations

import ipaddress
from typing import Any

_RESERVED_FIRST, _RESERVED_LAST = 4, 1
"""Addresses of a subnet that AWS keeps ("Subnet CIDR blocks")."""


def settle(interface: Any) -> str:
    """Give an interface of the backend's a free address of its subnet; which, follows from its id.

    One that is in the subnet already keeps its address. Returns the address.
    """
    subnet = interface.subnet
    network = ipaddress.IPv4Network(subnet.cidr_block)
    current = str(interface.private_ip_address)
    if ipaddress.IPv4Address(current) in network:
        return current
    taken = {
        one["PrivateIpAddress"]
        for other in subnet.ec2_backend.enis.values()
        if other.subnet.id == subnet.id
        for one in other.private_ip_addresses
    } | set(subnet._subnet_ips)
    room = network.num_addresses - _RESERVED_FIRST - _RESERVED_LAST
    start = int(interface.id[-8:], 16)
    offered = (str(network[_RESERVED_FIRST + (start + step) % room]) for step in range(room))
    address = next(one for one in offered if one not in taken)
    subnet.request_ip(address, interface)
    for one in interface.private_ip_addresses:
        if one["PrivateIpAddress"] == current:
            one["PrivateIpAddress"] = address
    interface.private_ip_address = address
    return address
