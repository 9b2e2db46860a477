"""A DNS query from an instance, or from elsewhere in a VPC, to the VPC's resolver.

Sources: "What is Amazon Route 53 VPC Resolver?", "How Route 53 Resolver DNS Firewall works", "Rule
actions in DNS Firewall" (Amazon Route 53 Developer Guide).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.account.account import Account
from simulator.account.state import states_of
from simulator.account.world import World
from simulator.errors import ScenarioError
from simulator.guardduty import taps
from simulator.network import dns, dns_firewall
from simulator.network.dns import Answer, Record
from simulator.telemetry import resolver_queries


@dataclass(frozen=True, slots=True)
class Source:
    """Who asks: an address in a VPC of an account; of an instance, its id."""

    account: Account
    region: str
    vpc: str
    address: str
    instance: str | None = None


def ask(
    world: World, name: str, *, kind: str = "A", vpc: str | None = None, instance: str | None = None
) -> Answer:
    """What the resolver of the VPC answers. Query logs of the VPC tell of it.

    DNS Firewall rules of the VPC come first. Nothing is answered from a cache: each query is logged.

    Raises:
        ScenarioError: there is no such VPC or instance.
    """
    source = _source(world, vpc, instance)
    wanted = dns.bare(name)
    verdict = dns_firewall.judge(source.account, source.region, source.vpc, wanted, kind)
    if verdict is not None and verdict.blocks:
        answer = _blocked(verdict)
    else:
        answer = dns.resolve(world, wanted, kind, source.vpc)
    number = world.internet.count()
    query = resolver_queries.Query(source, wanted, kind, answer, verdict, world.clock.now(), number)
    resolver_queries.note(query)
    taps.note_query(world, query)
    return answer


def _blocked(verdict: dns_firewall.Verdict) -> Answer:
    """NODATA is an answer without records; OVERRIDE is a CNAME."""
    if verdict.response == "OVERRIDE":
        return Answer("NOERROR", (Record(verdict.override, "CNAME"),))
    return Answer("NXDOMAIN" if verdict.response == "NXDOMAIN" else "NOERROR")


def _source(world: World, vpc: str | None, instance: str | None) -> Source:
    for account in world.accounts.values():
        for state in states_of("ec2", account.id):
            region = str(state.region_name)
            found = _instance(state, instance)
            if found is not None:
                address = str(found.private_ip_address)
                return Source(account, region, str(found.vpc_id), address, instance)
            if instance is None and vpc in state.vpcs:
                network = str(state.vpcs[vpc].cidr_block)
                return Source(account, region, str(vpc), _inside(network))
    raise ScenarioError(f"There is no {instance or vpc} that could ask for a name.")


def _instance(state: Any, name: str | None) -> Any:
    return None if name is None else state.get_instance_by_id(name)


def _inside(network: str) -> str:
    import ipaddress

    return str(ipaddress.ip_network(network)[10])
