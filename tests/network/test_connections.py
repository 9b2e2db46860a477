"""Connections that go on after the rules that let them in have gone."""

from dataclasses import replace

import pytest

from simulator.network.connections import opened
from simulator.network.model import Network, Permission, SecurityGroup
from simulator.network.packet import Packet, Path
from simulator.network.plan import Plan, plan
from simulator.network.reach import decide
from simulator.network.tracking import Flow, FlowKey, prune, remember

HOUR = 3600.0
SSH = Packet("198.51.100.7", "i-web", 22, time=1_000_000.0)
HTTPS = replace(SSH, port=443)
EVERYONE_OUT = (Permission("-1", "0.0.0.0/0"),)


def quarantined(company: Network, *inbound: Permission) -> Plan:
    """The same network after the instance's groups were exchanged for one with these rules."""
    interfaces = tuple(
        replace(one, groups=("sg-none",)) if one.id == "eni-web" else one
        for one in company.interfaces
    )
    group = SecurityGroup("sg-none", "vpc-a", inbound)
    return plan(replace(company, interfaces=interfaces, groups=(*company.groups, group)))


def flows_of(known: Plan, packet: Packet) -> dict[FlowKey, Flow]:
    return remember({}, opened(known, decide(known, packet)))


def later(known: Plan, packet: Packet, flows: dict[FlowKey, Flow], seconds: float) -> Path:
    return decide(known, replace(packet, time=packet.time + seconds), flows)


def test_a_tracked_connection_survives_a_change_of_groups(company: Network) -> None:
    """ "Amazon EC2 security group connection tracking"."""
    before, after = plan(company), quarantined(company)
    flows = flows_of(before, SSH)
    assert not decide(after, SSH).delivered
    found = later(after, SSH, flows, HOUR)
    assert found.answered
    assert "opened at 1970-01-12T13:46:40" in found.request[2].why


def test_it_does_not_let_other_connections_in(company: Network) -> None:
    after, flows = quarantined(company), flows_of(plan(company), SSH)
    for other in (
        replace(SSH, source_port=50000),
        replace(SSH, source="198.51.100.8"),
        replace(SSH, port=443),
        replace(SSH, protocol="udp"),
    ):
        assert not later(after, other, flows, HOUR).delivered


def test_an_untracked_connection_ends_with_its_rule(company: Network) -> None:
    """HTTPS is open to 0.0.0.0/0, and everything may go out: not tracked."""
    before = plan(company)
    assert not flows_of(before, HTTPS)
    assert not later(quarantined(company), HTTPS, flows_of(before, HTTPS), HOUR).delivered


TRACKED = [
    pytest.param("0.0.0.0/0", EVERYONE_OUT, False, id="everybody in, everything out"),
    pytest.param("128.0.0.0/1", EVERYONE_OUT, True, id="half of everybody in"),
    pytest.param("0.0.0.0/0", (), True, id="nothing out"),
    pytest.param("0.0.0.0/0", (Permission("tcp", "0.0.0.0/0", 443, 443),), True, id="a port out"),
    pytest.param("0.0.0.0/0", (Permission("tcp", "0.0.0.0/0", 0, 65535),), False, id="all of TCP"),
    pytest.param("0.0.0.0/0", (Permission("udp", "0.0.0.0/0", 0, 65535),), True, id="all of UDP"),
    pytest.param("0.0.0.0/0", (Permission("-1", "::/0"),), True, id="all IPv6 out"),
]


@pytest.mark.parametrize(("source", "outbound", "tracked"), TRACKED)
def test_what_is_tracked_follows_from_the_rules_both_ways(
    company: Network, source: str, outbound: tuple[Permission, ...], tracked: bool
) -> None:
    """The page's section *Untracked connections*."""
    group = SecurityGroup("sg-web", "vpc-a", (Permission("tcp", source, 443, 443),), outbound)
    others = tuple(one for one in company.groups if one.id != "sg-web")
    known = plan(replace(company, groups=(*others, group)))
    assert bool(flows_of(known, HTTPS)) is tracked


def test_what_goes_by_a_nat_gateway_is_tracked_anyhow(company: Network) -> None:
    """The page's section *Automatically tracked connections*."""
    anything = (Permission("tcp", "0.0.0.0/0", 0, 65535),)
    groups = (
        SecurityGroup("sg-web", "vpc-a", anything, anything),
        SecurityGroup("sg-app", "vpc-a", anything, anything),
    )
    known = plan(replace(company, groups=groups))
    by_nat = flows_of(known, Packet("i-app", "198.51.100.9", 443))
    assert {key.interface for key in by_nat} == {"eni-app"}
    assert not flows_of(known, Packet("i-web", "198.51.100.9", 443))


TIMEOUTS = [
    pytest.param("tcp", 432_000, id="TCP, established: five days"),
    pytest.param("udp", 180, id="UDP stream: three minutes"),
]


@pytest.mark.parametrize(("protocol", "seconds"), TIMEOUTS)
def test_an_idle_connection_is_forgotten(company: Network, protocol: str, seconds: int) -> None:
    """ "ConnectionTrackingConfiguration"."""
    group = SecurityGroup("sg-web", "vpc-a", (Permission(protocol, "198.51.100.0/24", 53, 53),))
    others = tuple(one for one in company.groups if one.id != "sg-web")
    packet = replace(SSH, protocol=protocol, port=53)
    flows = flows_of(plan(replace(company, groups=(*others, group))), packet)
    after = quarantined(company)
    assert later(after, packet, flows, seconds).delivered
    assert not later(after, packet, flows, seconds + 1).delivered
    assert prune(flows, packet.time + seconds) == flows
    assert prune(flows, packet.time + seconds + 1) == {}


def test_each_packet_keeps_its_connection_alive(company: Network) -> None:
    before, after = plan(company), quarantined(company)
    flows, packet = flows_of(before, SSH), SSH
    for _ in range(3):
        packet = replace(packet, time=packet.time + 400_000)
        found = decide(after, packet, flows)
        assert found.answered
        flows = remember(flows, opened(after, found, flows))
    assert {flow.opened for flow in flows.values()} == {SSH.time}
    assert {flow.seen for flow in flows.values()} == {packet.time}


def test_a_network_acl_ends_tracked_connections_at_once(company: Network) -> None:
    """The page: "you can use a network ACL for your subnet"."""
    flows = flows_of(plan(company), SSH)
    closed = tuple(replace(one, inbound=()) if one.id == "acl-web" else one for one in company.acls)
    assert not later(plan(replace(company, acls=closed)), SSH, flows, 1).delivered
