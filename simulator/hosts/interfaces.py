"""network/interfaces/macs/…: an instance's interfaces ("Instance metadata categories")."""

from __future__ import annotations

from typing import Any

from simulator.hosts.machine import Machine


def interfaces(machine: Machine) -> dict[str, dict[str, Any]]:
    """By MAC address."""
    return {one.mac_address: _interface(machine, one) for one in machine.instance.nics.values()}


def _interface(machine: Machine, interface: Any) -> dict[str, Any]:
    vpc = machine.state.vpcs[interface.subnet.vpc_id]
    groups = interface.group_set
    found: dict[str, Any] = {
        "device-number": str(interface.device_index or 0),
        "interface-id": interface.id,
        "local-hostname": machine.instance.private_dns_name,
        "local-ipv4s": "\n".join(one["PrivateIpAddress"] for one in interface.private_ip_addresses),
        "mac": interface.mac_address,
        "owner-id": machine.account.id,
        "security-group-ids": "\n".join(group.id for group in groups),
        "security-groups": "\n".join(group.name for group in groups),
        "subnet-id": interface.subnet.id,
        "subnet-ipv4-cidr-block": interface.subnet.cidr_block,
        "vpc-id": vpc.id,
        "vpc-ipv4-cidr-block": vpc.cidr_block,
        "vpc-ipv4-cidr-blocks": vpc.cidr_block,
    }
    if interface.public_ip:
        found |= {
            "ipv4-associations": {interface.public_ip: str(interface.private_ip_address)},
            "public-hostname": machine.instance.public_dns_name,
            "public-ipv4s": interface.public_ip,
        }
    return found
