"""The load balancers of one Region, read from the backend's state of Elastic Load Balancing.

The backend gives a load balancer no network interfaces. Here it has one in each of its subnets,
with addresses that follow from its ARN; its name leads to the first, as `simulator.network.dns` has
it. Only a listener's default action counts: which rule an HTTP
request meets is not a question about packets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.network.addresses import block, number, text
from simulator.network.balancers import node_address
from simulator.network.balancing import Listener, LoadBalancer, Target
from simulator.network.model import Interface, Network, Subnet

_RESERVED = 4
"""The first addresses of a subnet, which AWS keeps for itself."""


def load_balancers(state: Any, network: Network, default_groups: Mapping[str, str]) -> Network:
    """The load balancers, their interfaces and their names, for adding to `network`.

    `default_groups` are the VPCs' default security groups: an Application Load Balancer that was
    given none has that one ("Security groups for your Application Load Balancer").
    """
    taken = {number(one) for each in network.interfaces for one in each.addresses}
    subnets = {subnet.id: subnet for subnet in network.subnets}
    interfaces: list[Interface] = []
    names, by_arn = {}, {}
    for balancer in state.load_balancers.values():
        known = [one.id for one in balancer.subnets if one.id in subnets]
        groups = tuple(balancer.security_groups or ())
        if not groups and balancer.type == "application":
            groups = tuple(filter(None, [default_groups.get(balancer.vpc_id)]))
        own = [
            _interface(
                balancer,
                subnets[name],
                groups,
                taken,
                f"{balancer.arn}/{name}" if place else balancer.arn,
            )
            for place, name in enumerate(known)
        ]
        interfaces += own
        by_arn[balancer.arn] = own
        outside = balancer.scheme != "internal"
        names[balancer.dns_name] = tuple(
            next(iter(one.public.values())) if outside else one.addresses[0] for one in own[:1]
        )
    addresses = {
        one.instance: one.addresses[0] for one in reversed(network.interfaces) if one.instance
    } | {arn: own[0].addresses[0] for arn, own in by_arn.items() if own}
    balancers = [
        LoadBalancer(
            balancer.arn,
            tuple(one.id for one in by_arn[balancer.arn]),
            tuple(_listeners(state, balancer, addresses)),
            _preserves_client(state, balancer),
            balancer.type == "network",
        )
        for balancer in state.load_balancers.values()
    ]
    return Network(interfaces=tuple(interfaces), load_balancers=tuple(balancers), names=names)


def _interface(
    balancer: Any, subnet: Subnet, groups: tuple[str, ...], taken: set[int], node: str
) -> Interface:
    digest = hashlib.sha256(f"{balancer.arn}/{subnet.id}".encode()).hexdigest()
    first, last = block(subnet.blocks[0])
    room = last - first - _RESERVED
    start = int(digest[:8], 16)
    free = (first + _RESERVED + (start + step) % room for step in range(room))
    address = next(one for one in free if one not in taken)
    taken.add(address)
    outside = balancer.scheme != "internal"
    return Interface(
        id=f"eni-{digest[12:29]}",
        subnet=subnet.id,
        addresses=(text(address),),
        groups=groups,
        public={text(address): node_address(node)} if outside else {},
    )


def _listeners(state: Any, balancer: Any, addresses: dict[str, str]) -> Iterator[Listener]:
    for listener in balancer.listeners.values():
        groups = [
            state.target_groups[arn]
            for action in listener.default_actions
            for arn in forwarded_to(action)
            if arn in state.target_groups
        ]
        instances = [one for one in groups if one.target_type != "lambda"]
        targets = tuple(target for one in instances for target in _targets(state, one, addresses))
        protocols = {"UDP": ("udp",), "TCP_UDP": ("tcp", "udp")}
        for protocol in protocols.get(listener.protocol, ("tcp",)):
            yield Listener(protocol, int(listener.port), targets, forwards=bool(instances))


def forwarded_to(action: Any) -> list[str]:
    """The ARNs of the target groups that an action of the backend's sends requests to."""
    if action.type != "forward":
        return []
    single = action.data.get("TargetGroupArn")
    several = action.data.get("ForwardConfig", {}).get("TargetGroups", ())
    weighted = [one["TargetGroupArn"] for one in several if int(one.get("Weight", 1)) > 0]
    return weighted or ([single] if single else [])


def _targets(state: Any, group: Any, addresses: dict[str, str]) -> Iterator[Target]:
    for target in group.targets.values():
        health = group.health_for({"Id": target["Id"]}, group.ec2_backend)
        address = addresses.get(target["Id"], target["Id"])
        if not address.startswith(("i-", "arn:")):
            yield Target(address, int(target["Port"]), health.status)


def _preserves_client(state: Any, balancer: Any) -> bool:
    """Source: "Client IP preservation": on by default for instances, and for UDP."""
    if balancer.type != "network":
        return False
    for group in state.target_groups.values():
        if balancer.arn in group.load_balancer_arns:
            default = group.target_type == "instance" or str(group.protocol).endswith("UDP")
            said = group.attributes.get("preserve_client_ip.enabled")
            return bool(default) if said is None else str(said).lower() == "true"
    return False
