"""Firewall endpoints: VPC endpoints that Network Firewall makes in the subnets of a firewall.

Source: "Firewalls and firewall endpoints in AWS Network Firewall".
"""

from __future__ import annotations

from typing import Any

from simulator.account.state import state_of
from simulator.gateway.call import Call
from simulator.network.firewall_state import Item
from simulator.services.network_firewall.rule_groups import references
from simulator.services.network_firewall.state import drawn, invalid, kept_of


def subnets_of(call: Call, vpc: str, mappings: list[Item], others: list[Item]) -> None:
    """Check the subnets of a firewall: of its VPC, and one in each Availability Zone.

    Raises:
        AwsError: InvalidRequestException.
    """
    taken = {str(_subnet(call, vpc, one).availability_zone) for one in others}
    for mapping in mappings:
        zone = str(_subnet(call, vpc, mapping).availability_zone)
        if zone in taken:
            raise invalid(
                f"Only one subnet can be specified in an Availability Zone, and {zone} has one",
                mapping["SubnetId"],
            )
        taken.add(zone)


def open_endpoint(call: Call, item: Item, subnet: str) -> None:
    """Make the endpoint of a firewall in a subnet."""
    from moto.ec2.models.vpcs import VPCEndPoint

    kind: Any = VPCEndPoint
    state, told = _ec2(call), item["told"]
    name = f"vpce-{drawn(call, 'endpoint', 68)}"
    made = kind(
        state,
        name,
        told["VpcId"],
        f"com.amazonaws.vpce.{call.region}.vpce-svc-{drawn(call, 'service', 68)}",
        "GatewayLoadBalancer",
        None,
        [],
        [subnet],
        tags={"AWSNetworkFirewallManaged": "true", "Firewall": told["FirewallArn"]},
    )
    state.vpc_end_points[name] = made
    item["endpoints"][subnet] = name


def close_endpoint(call: Call, item: Item, subnet: str) -> None:
    """Take it away. Routes that lead to it are black holes from now on."""
    _ec2(call).vpc_end_points.pop(item["endpoints"].pop(subnet), None)


def status(call: Call, item: Item) -> dict[str, Any]:
    """The FirewallStatus: all endpoints are ready and know the latest rules."""
    kept, vpc = kept_of(call), item["told"]["VpcId"]
    name = item["told"]["FirewallPolicyArn"]
    policy = kept.policies[name]
    config = {name: _synced(policy)}
    for arn in references(policy["document"]):
        if arn in kept.rule_groups:
            config[arn] = _synced(kept.rule_groups[arn])
    return {
        "Status": "READY",
        "ConfigurationSyncStateSummary": "IN_SYNC",
        "SyncStates": {
            str(_subnet(call, vpc, {"SubnetId": subnet}).availability_zone): {
                "Attachment": {"SubnetId": subnet, "EndpointId": endpoint, "Status": "READY"},
                "Config": config,
            }
            for subnet, endpoint in item["endpoints"].items()
        },
    }


def _synced(item: Item) -> dict[str, str]:
    return {"SyncStatus": "IN_SYNC", "UpdateToken": item["token"]}


def _ec2(call: Call) -> Any:
    assert call.account is not None
    return state_of("ec2", call.account.id, call.region)


def _subnet(call: Call, vpc: str, mapping: Item) -> Any:
    state, name = _ec2(call), mapping["SubnetId"]
    if state is None or vpc not in state.vpcs:
        raise invalid("VPC does not exist", vpc)
    found = next((zone[name] for zone in state.subnets.values() if name in zone), None)
    if found is None or found.vpc_id != vpc:
        raise invalid(f"Subnet does not exist in {vpc}", name)
    return found
