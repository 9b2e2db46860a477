"""What is behind the firewall endpoints of a Region, read from the account's Network Firewall."""

from __future__ import annotations

from dataclasses import replace

from simulator.account.state import state_of
from simulator.network.firewall import Firewall
from simulator.network.firewall_rules import compiled
from simulator.network.firewall_state import ATTRIBUTE, Kept
from simulator.network.model import Network


def with_policies(network: Network, account_id: str, region: str) -> Network:
    """The network of a Region whose firewall endpoints decide by their firewall's policy."""
    state = state_of("network-firewall", account_id, region)
    kept: Kept | None = None if state is None else vars(state).get(ATTRIBUTE)
    if kept is None or not kept.firewalls:
        return network
    blocks = {vpc.id: vpc.blocks for vpc in network.vpcs}
    groups = {arn: each["document"] for arn, each in kept.rule_groups.items()}
    known = {}
    for firewall in kept.firewalls.values():
        told = firewall["told"]
        policy = compiled(
            kept.policies[told["FirewallPolicyArn"]]["document"],
            groups,
            blocks.get(told["VpcId"], ()),
            network.prefix_lists,
        )
        for subnet, name in firewall["endpoints"].items():
            known[name] = Firewall(name, subnet, policy)
    return replace(network, firewalls=tuple(known.get(one.id, one) for one in network.firewalls))
