"""Changes of a firewall: its policy, its subnets, and what protects both.

Sources: "AssociateFirewallPolicy", "AssociateSubnets", "UpdateFirewallDeleteProtection" (AWS Network
Firewall API Reference).
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.network.firewall_state import Item
from simulator.services import Backend, Result, operation
from simulator.services.network_firewall.endpoints import close_endpoint, open_endpoint, subnets_of
from simulator.services.network_firewall.firewalls import (
    check_policy_there,
    firewall_of,
    mapping_of,
    refused,
)
from simulator.services.network_firewall.state import check_token, invalid, not_simulated, unique


@operation
def associate_firewall_policy(call: Call, backend: Backend) -> Result:
    """The firewall does what another policy says."""
    item = firewall_of(call)
    check_token(call, item)
    policy = call.params["FirewallPolicyArn"]
    check_policy_there(call, policy)
    _check_protection(item, "FirewallPolicyChangeProtection")
    return _changed(call, item, "FirewallPolicyArn", policy)


@operation
def associate_subnets(call: Call, backend: Backend) -> Result:
    """Further endpoints, in other Availability Zones."""
    not_simulated(call, "NatGatewayCreateMappings")
    item = firewall_of(call)
    check_token(call, item)
    _check_protection(item, "SubnetChangeProtection")
    known, added = item["told"]["SubnetMappings"], list(call.params["SubnetMappings"])
    subnets_of(call, item["told"]["VpcId"], added, known)
    for mapping in added:
        open_endpoint(call, item, mapping["SubnetId"])
    return _changed(call, item, "SubnetMappings", [*known, *map(mapping_of, added)])


@operation
def disassociate_subnets(call: Call, backend: Backend) -> Result:
    """Their endpoints go; the last one has to stay."""
    item = firewall_of(call)
    check_token(call, item)
    _check_protection(item, "SubnetChangeProtection")
    gone = set(call.params["SubnetIds"])
    strange = sorted(gone - set(item["endpoints"]))
    if strange:
        raise invalid("Subnet is not associated with the firewall", strange[0])
    if gone == set(item["endpoints"]):
        raise invalid("A firewall needs at least one subnet", "SubnetIds")
    for subnet in sorted(gone):
        close_endpoint(call, item, subnet)
    left = [one for one in item["told"]["SubnetMappings"] if one["SubnetId"] not in gone]
    return _changed(call, item, "SubnetMappings", left)


@operation
def update_firewall_delete_protection(call: Call, backend: Backend) -> Result:
    """Whether it can be deleted."""
    return _set(call, "DeleteProtection")


@operation
def update_subnet_change_protection(call: Call, backend: Backend) -> Result:
    """Whether its subnets can change."""
    return _set(call, "SubnetChangeProtection")


@operation
def update_firewall_policy_change_protection(call: Call, backend: Backend) -> Result:
    """Whether its policy can be exchanged for another."""
    return _set(call, "FirewallPolicyChangeProtection")


@operation
def update_firewall_description(call: Call, backend: Backend) -> Result:
    """What it is for."""
    return _set(call, "Description")


def _set(call: Call, field: str) -> Result:
    item = firewall_of(call)
    check_token(call, item)
    return _changed(call, item, field, call.params.get(field))


def _changed(call: Call, item: Item, field: str, value: Any) -> Result:
    item["told"] = {name: each for name, each in item["told"].items() if name != field}
    if value is not None:
        item["told"][field] = value
    item["token"] = unique(call, "token")
    names = ("FirewallArn", "FirewallName", field)
    told = {name: item["told"][name] for name in names if name in item["told"]}
    return {**told, "UpdateToken": item["token"]}


def _check_protection(item: Item, field: str) -> None:
    if item["told"][field]:
        name = item["told"]["FirewallArn"]
        raise refused(f"Unable to change the firewall because {field} is on: {name}")
