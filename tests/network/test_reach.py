"""Each kind of hop both ways: where a packet gets to, where its answer does, and what stops either.

Every row names the rule of AWS that it follows, by the title of the page that documents it.
"""

from dataclasses import replace
from typing import Any

import pytest

from simulator.network.addresses import block
from simulator.network.balancing import Listener, LoadBalancer, Target
from simulator.network.firewall import DomainList, Firewall, FirewallPolicy, TupleRule
from simulator.network.model import (
    AclEntry,
    InternetGateway,
    NatGateway,
    Network,
    NetworkAcl,
    Peering,
    Permission,
    Route,
    RouteTable,
    Vpc,
)
from simulator.network.packet import Kind, Packet, Path
from simulator.network.plan import plan
from simulator.network.reach import decide

HOME = "198.51.100.7"
STRANGER = "198.51.101.7"
OUT = "198.51.100.99"


def path(network: Network, *args: Any, **more: Any) -> Path:
    return decide(plan(network), Packet(*args, **more))


def swapped(network: Network, field: str, *new: Any) -> Network:
    """The network with objects put in place of those with the same ids, or added."""
    ids = {one.id for one in new}
    kept = tuple(one for one in getattr(network, field) if one.id not in ids)
    return replace(network, **{field: kept + new})


def changed(network: Network, field: str, name: str, **values: Any) -> Network:
    """The network with some values of one object changed."""
    old = next(one for one in getattr(network, field) if one.id == name)
    return swapped(network, field, replace(old, **values))


WORKS = [
    pytest.param((HOME, "i-web", 443), "eni-web", id="Security group rules: from 0.0.0.0/0"),
    pytest.param((HOME, "203.0.113.10", 22), "eni-web", id="Security group rules: from a block"),
    pytest.param(
        ("2001:db8:ffff::1", "2001:db8:a:1::10", 443), "eni-web", id="Security group rules: IPv6"
    ),
    pytest.param(("i-web", "i-app", 8443), "eni-app", id="Security group referencing"),
    pytest.param(("i-b", "i-data", 5432), "eni-data", id="Reference peer security groups"),
    pytest.param(("i-app", "i-b", 443), "eni-b", id="VPC peering basics: routes on both sides"),
    pytest.param(("i-app", OUT, 443), "internet", id="NAT gateways: out to the internet"),
    pytest.param(("i-web", OUT, 443), "internet", id="Internet gateways: with a public address"),
    pytest.param(("i-app", "2001:db8:ffff::1", 443), "internet", id="Egress-only gateways: out"),
    pytest.param(
        ("i-data", "s3.us-east-1.amazonaws.com", 443),
        "com.amazonaws.us-east-1.s3",
        id="Gateway endpoints",
    ),
    pytest.param(
        ("i-app", "ssm.us-east-1.amazonaws.com", 443), "eni-ssm", id="Interface endpoints: DNS"
    ),
    pytest.param((HOME, "www.example.com", 80), "eni-alb", id="Load balancers: healthy target"),
    pytest.param((HOME, "i-seen", 443), "eni-seen", id="Network Firewall: routed both ways"),
    pytest.param(("i-seen", OUT, 443), "internet", id="Network Firewall: out"),
    pytest.param(("i-web", "i-web2", 443), "eni-web2", id="Network ACL basics: within a subnet"),
]


@pytest.mark.parametrize(("sent", "reached"), WORKS)
def test_it_gets_there_and_the_answer_comes_back(
    company: Network, sent: tuple[Any, ...], reached: str
) -> None:
    found = path(company, *sent)
    assert (found.delivered, found.answered, found.reached) == (True, True, reached), found.why


@pytest.mark.parametrize(("number", "name"), [("6", "tcp"), ("17", "udp"), ("TCP", "tcp")])
def test_a_protocol_may_be_given_by_its_number(company: Network, number: str, name: str) -> None:
    by_number = path(company, HOME, "i-web", 443, number)
    by_name = path(company, HOME, "i-web", 443, name)
    assert by_number.hops == by_name.hops


def test_a_ping_is_answered_by_an_echo_reply(company: Network) -> None:
    """ "Security group rules": ICMP rules have a type; the network ACL sees the reply's."""
    assert path(company, HOME, "i-web", protocol="icmp").answered
    assert not path(company, HOME, "i-web", protocol="icmp", icmp=(13, 0)).delivered
    echo = AclEntry(100, True, "icmp", "0.0.0.0/0", 8, -1)
    reply = replace(echo, from_port=0)
    one_way = swapped(company, "acls", NetworkAcl("acl-web", (echo,), (echo,)))
    both = swapped(company, "acls", NetworkAcl("acl-web", (echo,), (reply,)))
    asked = (HOME, "i-web")
    assert path(one_way, *asked, protocol="icmp").delivered
    assert not path(one_way, *asked, protocol="icmp").answered
    assert path(both, *asked, protocol="icmp").answered


def test_the_companys_own_network_reaches_what_a_prefix_list_names(company: Network) -> None:
    """ "Prefix lists", "Virtual private gateway": by the VPN, with a route back."""
    sent = ("192.168.7.5", "i-data", 5432)
    assert path(company, *sent, via="vgw-a").answered
    assert not path(company, "192.168.9.5", "i-data", 5432, via="vgw-a").delivered
    table = RouteTable("rtb-data", ())
    deaf = path(swapped(company, "route_tables", table), *sent, via="vgw-a")
    assert (deaf.delivered, deaf.answered) == (True, False)
    assert deaf.stopped_at is not None
    assert deaf.stopped_at.kind is Kind.ROUTE_TABLE


STOPPED = [
    pytest.param(
        (STRANGER, "i-web", 22), False, Kind.SECURITY_GROUP, "sg-web", id="Security group rules"
    ),
    pytest.param((STRANGER, "i-app", 8443), False, Kind.INTERNET, "10.0.2.10", id="No address"),
    pytest.param(
        ("i-app", "203.0.113.10", 8080), False, Kind.SECURITY_GROUP, "sg-web",
        id="Security group referencing: by private addresses alone",
    ),
    pytest.param(
        ("i-data", OUT, 443), False, Kind.SECURITY_GROUP, "sg-data", id="Outbound rules"
    ),
    pytest.param(
        ("i-web2", OUT, 443), False, Kind.INTERNET_GATEWAY, "igw-a",
        id="Internet gateways: without a public address",
    ),
    pytest.param(
        (HOME, "203.0.113.5", 443), False, Kind.NAT_GATEWAY, "nat-a",
        id="NAT gateways: no connections from outside",
    ),
    pytest.param(
        ("i-app", "10.0.1.5", 443), False, Kind.NAT_GATEWAY, "nat-a", id="NAT gateways: no target"
    ),
    pytest.param(
        ("i-app", "i-c", 443), False, Kind.PEERING, "pcx-ab", id="VPC peering is not transitive"
    ),
    pytest.param(
        ("i-b", OUT, 443), False, Kind.PEERING, "pcx-ab",
        id="VPC peering limitations: no internet gateway of the peer's",
    ),
    pytest.param(
        ("i-web", "i-b", 443), False, Kind.INTERNET, "igw-a",
        id="VPC peering: a subnet whose table has no route",
    ),
    pytest.param(
        ("i-web", "10.0.1.77", 443), False, Kind.DESTINATION, "10.0.1.77", id="Nobody there"
    ),
    pytest.param(
        ("i-web", "nowhere.example.com", 443), False, Kind.RESOLVER, "nowhere.example.com",
        id="A name that nobody knows",
    ),
    pytest.param(
        (HOME, "www.example.com", 8081), False, Kind.SECURITY_GROUP, "sg-alb", id="ALB's group"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "delivered", "kind", "component"), STOPPED)
def test_it_is_stopped_and_the_path_says_where(
    company: Network, sent: tuple[Any, ...], delivered: bool, kind: Kind, component: str
) -> None:
    found = path(company, *sent)
    stopped = found.stopped_at
    assert stopped is not None
    assert (found.delivered, found.answered) == (delivered, False)
    assert (stopped.kind, stopped.component) == (kind, component), stopped.why


def acl(*entries: AclEntry, out: tuple[AclEntry, ...] | None = None) -> NetworkAcl:
    everything = (AclEntry(100, True, "-1", "0.0.0.0/0"),)
    return NetworkAcl("acl-web", entries or everything, everything if out is None else out)


HTTPS = AclEntry(100, True, "tcp", "0.0.0.0/0", 443, 443)
EPHEMERAL = AclEntry(100, True, "tcp", "0.0.0.0/0", 1024, 65535)
ACLS = [
    pytest.param(acl(HTTPS, out=(EPHEMERAL,)), True, True, "", id="Ephemeral ports allowed"),
    pytest.param(acl(HTTPS, out=()), True, False, "*", id="Ephemeral ports forgotten"),
    pytest.param(
        acl(HTTPS, out=(replace(EPHEMERAL, to_port=32767),)), True, False, "*", id="Half of them"
    ),
    pytest.param(
        acl(HTTPS, AclEntry(90, False, "tcp", "198.51.100.0/24", 443, 443)), False, False, "90",
        id="The lowest number decides",
    ),
    pytest.param(
        acl(HTTPS, AclEntry(110, False, "tcp", "198.51.100.0/24", 443, 443)), True, True, "",
        id="A later deny is never read",
    ),
    pytest.param(acl(replace(HTTPS, protocol="udp")), False, False, "*", id="Another protocol"),
    pytest.param(acl(replace(HTTPS, cidr="::/0")), False, False, "*", id="IPv6 is not IPv4"),
    pytest.param(NetworkAcl("acl-web"), False, False, "*", id="A new network ACL denies all"),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "delivered", "answered", "rule"), ACLS)
def test_a_network_acl_decides_by_number_and_knows_no_connections(
    company: Network, entries: NetworkAcl, delivered: bool, answered: bool, rule: str
) -> None:
    """ "Network ACL rules", "Ephemeral ports"."""
    found = path(swapped(company, "acls", entries), HOME, "i-web", 443)
    assert (found.delivered, found.answered) == (delivered, answered)
    stopped = found.stopped_at
    assert (stopped.rule if stopped else "") == rule
    if delivered and not answered:
        assert "stateless" in found.why
        assert "49152" in found.why


def test_within_a_subnet_no_network_acl_is_asked(company: Network) -> None:
    """ "Network ACL basics"."""
    closed = swapped(company, "acls", NetworkAcl("acl-web"))
    found = path(closed, "i-web", "i-web2", 443)
    assert found.answered
    assert Kind.ACL not in {hop.kind for hop in found.hops}


def test_a_nat_gateways_subnet_needs_ephemeral_ports_as_well(company: Network) -> None:
    """ "NAT gateway basics": it uses ports 1024-65535; its subnet's network ACL sees them."""
    closed = swapped(company, "acls", acl(replace(EPHEMERAL, cidr="10.0.0.0/16"), HTTPS))
    found = path(closed, "i-app", OUT, 443)
    assert (found.delivered, found.answered) == (True, False)
    assert found.stopped_at is not None
    assert found.stopped_at.component == "acl-web"
    passages = [one for one in found.passages if one.interface == "eni-nat"]
    assert [one.accepted for one in passages] == [True, True, False]


GATEWAYS = [
    pytest.param(
        "internet_gateways", InternetGateway("igw-a", ""), (HOME, "i-web", 443),
        Kind.INTERNET_GATEWAY, id="Internet gateways: detached",
    ),
    pytest.param(
        "internet_gateways", InternetGateway("igw-a", "vpc-b"), ("i-web", OUT, 443),
        Kind.INTERNET_GATEWAY, id="Internet gateways: another VPC's",
    ),
    pytest.param(
        "nat_gateways", NatGateway("nat-a", "eni-nat", available=False), ("i-app", OUT, 443),
        Kind.NAT_GATEWAY, id="NAT gateways: not available",
    ),
    pytest.param(
        "peerings", Peering("pcx-ab", "vpc-a", "vpc-b", active=False), ("i-app", "10.1.1.10", 443),
        Kind.PEERING, id="VPC peering: pending acceptance",
    ),
    pytest.param(
        "vpcs", Vpc("vpc-b", ("10.0.0.0/8",)), ("i-app", "10.1.1.10", 443), Kind.PEERING,
        id="VPC peering limitations: overlapping blocks",
    ),
    pytest.param(
        "route_tables", RouteTable("rtb-web", (Route("0.0.0.0/0", "igw-gone"),)),
        ("i-web", OUT, 443), Kind.ROUTE_TABLE, id="Route tables: a black hole",
    ),
    pytest.param(
        "route_tables", RouteTable("rtb-web", (Route("0.0.0.0/0", "tgw-1"),)),
        ("i-web", OUT, 443), Kind.ROUTE_TABLE, id="Transit gateways are not simulated",
    ),
    pytest.param(
        "route_tables", RouteTable("rtb-web", (Route("0.0.0.0/0", "nat-a"),)),
        ("i-app", OUT, 443), Kind.NAT_GATEWAY, id="NAT gateways: in a subnet that leads to itself",
    ),
    pytest.param(
        "firewalls", Firewall("vpce-fw", "subnet-fw"), ("i-seen", OUT, 443), Kind.FIREWALL,
        id="A firewall whose rules are not known",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("field", "new", "sent", "kind"), GATEWAYS)
def test_a_gateway_that_is_not_what_it_should_be_stops_it(
    company: Network, field: str, new: Any, sent: tuple[Any, ...], kind: Kind
) -> None:
    assert path(company, *sent).answered or "tgw" in str(new) or "igw" in str(new)
    found = path(swapped(company, field, new), *sent)
    assert not found.delivered
    assert found.stopped_at is not None
    assert found.stopped_at.kind is kind, found.why


ROUTES = [
    pytest.param((), "no route", id="Route tables: none fits"),
    pytest.param((Route("0.0.0.0/0", "nat-a"),), "igw-a", id="The answer leaves by a NAT gateway"),
]


@pytest.mark.parametrize(("routes", "why"), ROUTES)
def test_a_request_may_get_in_where_its_answer_does_not_get_out(
    company: Network, routes: tuple[Route, ...], why: str
) -> None:
    """ "Configure route tables": the internet gateway delivers, the subnet's table routes back."""
    found = path(
        swapped(company, "route_tables", RouteTable("rtb-web", routes)), HOME, "i-web", 443
    )
    assert (found.delivered, found.answered) == (True, False)
    assert why in found.why or "drops the answer" in found.why


def test_the_peer_needs_a_route_back(company: Network) -> None:
    """ "Update your route tables for a VPC peering connection"."""
    deaf = swapped(company, "route_tables", RouteTable("rtb-b", ()))
    found = path(deaf, "i-app", "i-b", 443)
    assert (found.delivered, found.answered) == (True, False)
    assert found.stopped_at is not None
    assert found.stopped_at.component == "rtb-b"


def test_the_longest_prefix_wins_then_static_then_prefix_list_then_propagated(
    company: Network,
) -> None:
    """ "How route priority works"."""
    lists = {"pl-out": ("198.51.100.0/24",), **company.prefix_lists}
    listed = replace(company, prefix_lists=lists)
    order = [
        Route("198.51.100.0/25", "igw-first"),
        Route("198.51.100.0/24", "igw-second"),
        Route("pl-out", "igw-third"),
        Route("198.51.100.0/24", "igw-fourth", propagated=True),
        Route("0.0.0.0/0", "igw-fifth"),
    ]
    for left in range(len(order)):
        table = RouteTable("rtb-web", tuple(reversed(order[left:])))
        found = path(swapped(listed, "route_tables", table), "i-web", HOME, 443)
        assert found.stopped_at is not None
        assert found.stopped_at.rule == order[left].target


def test_an_egress_only_gateway_lets_nothing_in(company: Network) -> None:
    """ "Enable outbound IPv6 traffic using an egress-only internet gateway"."""
    alone = replace(company, internet_gateways=())
    found = path(alone, "2001:db8:ffff::1", "2001:db8:a:2::10", 8443)
    assert found.stopped_at is not None
    assert found.stopped_at.component == "eigw-a"
    assert path(alone, "i-app", "2001:db8:ffff::1", 443).answered


def test_a_request_by_the_internet_gateway_is_not_answered_by_an_egress_only_one(
    company: Network,
) -> None:
    rule = Permission("tcp", "::/0", 8443, 8443)
    open_app = changed(company, "groups", "sg-app", inbound=(rule,))
    found = path(open_app, "2001:db8:ffff::1", "2001:db8:a:2::10", 8443)
    assert (found.delivered, found.answered) == (True, False)


def test_a_stopped_instance_neither_gets_nor_sends(company: Network) -> None:
    asleep = changed(company, "interfaces", "eni-web", running=False)
    assert path(asleep, HOME, "i-web", 443).why == "i-web is stopped."
    assert path(asleep, "i-web", OUT, 443).why == "i-web is stopped."


@pytest.mark.parametrize("address", ["169.254.169.254", "10.0.0.2", "169.254.169.253"])
def test_metadata_and_resolver_are_beyond_all_rules(company: Network, address: str) -> None:
    """ "Security group rules", Limitation; "Network ACL basics"."""
    closed = swapped(company, "acls", NetworkAcl("acl-data"))
    assert path(closed, "i-data", address, 80).answered


def test_the_firewall_decides_and_both_ways_must_lead_through_it(company: Network) -> None:
    """ "How AWS Network Firewall filters network traffic"; asymmetric routing is not supported."""
    bad = DomainList(False, (".bad.example",), id="no-bad")
    policy = FirewallPolicy(stateful=(bad,))
    guarded = swapped(company, "firewalls", Firewall("vpce-fw", "subnet-fw", policy))
    assert path(guarded, "i-seen", OUT, 443, host="good.example").answered
    stopped = path(guarded, "i-seen", OUT, 443, host="c2.bad.example")
    assert stopped.stopped_at is not None
    assert (stopped.stopped_at.kind, stopped.stopped_at.rule) == (Kind.FIREWALL, "no-bad")
    lopsided = changed(company, "internet_gateways", "igw-a", route_table="")
    found = path(lopsided, HOME, "i-seen", 443)
    assert (found.delivered, found.answered) == (True, False)
    assert "asymmetric" in found.why


def test_behind_a_middlebox_group_references_do_not_count(company: Network) -> None:
    """ "Security group referencing": the interfaces' addresses have to be named."""
    inspected = changed(
        company, "route_tables", "rtb-web", routes=(Route("10.0.2.0/24", "vpce-fw"),)
    )
    both = changed(
        inspected,
        "route_tables",
        "rtb-app",
        routes=(Route("10.0.1.0/24", "vpce-fw"), Route("0.0.0.0/0", "nat-a")),
    )
    found = path(both, "i-web", "i-app", 8443)
    assert found.stopped_at is not None
    assert found.stopped_at.component == "sg-app"
    by_block = Permission("tcp", "10.0.1.0/24", 8443, 8443)
    assert path(
        changed(both, "groups", "sg-app", inbound=(by_block,)), "i-web", "i-app", 8443
    ).answered


def test_an_appliance_forwards_once_its_check_is_off(company: Network) -> None:
    """ "NAT instances", "Disable source/destination checks"."""
    table = RouteTable("rtb-app", (Route("0.0.0.0/0", "eni-web"),))
    routed = swapped(company, "route_tables", table)
    sent = ("i-app", OUT, 443)
    rule = Permission("tcp", "10.0.2.0/24", 443, 443)
    groups = next(one for one in company.groups if one.id == "sg-web").inbound
    routed = changed(routed, "groups", "sg-web", inbound=(*groups, rule))
    assert "source/destination check" in path(routed, *sent).why
    off = changed(routed, "interfaces", "eni-web", source_dest_check=False)
    assert path(off, *sent).answered


def test_a_reference_to_a_group_in_another_region_lets_nothing_in(company: Network) -> None:
    """ "Update your security groups to reference peer security groups"."""
    assert path(company, "i-b", "i-data", 5432).delivered
    apart = changed(company, "vpcs", "vpc-b", region="eu-west-1")
    assert not path(apart, "i-b", "i-data", 5432).delivered


def balanced(company: Network, *targets: Target, **more: Any) -> Network:
    listeners = (Listener("tcp", 80, targets),)
    return swapped(
        company, "load_balancers", LoadBalancer("alb-a", ("eni-alb",), listeners, **more)
    )


def test_only_healthy_targets_get_traffic_unless_none_is(company: Network) -> None:
    """ "Health checks for your target groups": load balancers fail open."""
    one, two = Target("10.0.1.10", 8080), Target("10.0.1.11", 8080)
    sick = replace(two, state="unhealthy")

    def chosen(*targets: Target) -> set[str]:
        found = [
            path(balanced(company, *targets), HOME, "www.example.com", 80, source_port=port)
            for port in range(50000, 50004)
        ]
        assert all(each.answered for each in found)
        return {each.onward.reached for each in found if each.onward}

    assert chosen(one, two) == {"eni-web", "eni-web2"}
    assert chosen(one, sick) == {"eni-web"}
    assert chosen(replace(one, state="unhealthy"), sick) == {"eni-web", "eni-web2"}


def test_a_load_balancer_that_cannot_serve_says_why(company: Network) -> None:
    sent = (HOME, "www.example.com", 80)
    assert "no target" in path(balanced(company), *sent).why
    assert "no target" in path(balanced(company, Target("10.0.1.10", 8080, "unused")), *sent).why
    assert "not active" in path(balanced(company, active=False), *sent).why
    deaf = replace(company, load_balancers=(LoadBalancer("alb-a", ("eni-alb",)),))
    assert "no listener" in path(deaf, *sent).why
    itself = replace(
        company,
        load_balancers=(
            LoadBalancer("alb-a", ("eni-alb",), (Listener("tcp", 80, forwards=False),)),
        ),
    )
    assert path(itself, *sent).answered


def test_a_target_that_does_not_let_the_load_balancer_in_gets_nothing(company: Network) -> None:
    closed = changed(company, "groups", "sg-web", inbound=())
    found = path(closed, HOME, "www.example.com", 80)
    assert (found.delivered, found.answered) == (False, False)
    assert found.stopped_at is not None
    assert found.stopped_at.component == "sg-web"


def test_a_network_load_balancer_may_keep_the_clients_address(company: Network) -> None:
    """ "Client IP preservation": the target's rules see the client; references to its group hold."""
    target = Target("10.0.2.10", 8443)
    keeping = balanced(company, target, preserves_client=True, network=True)
    rule = Permission("tcp", HOME + "/32", 8443, 8443)
    seen = changed(keeping, "groups", "sg-app", inbound=(rule,))
    assert path(seen, HOME, "203.0.113.20", 80).answered
    assert not path(seen, STRANGER, "203.0.113.20", 80).delivered
    by_group = changed(
        keeping, "groups", "sg-app", inbound=(Permission("tcp", "sg-alb", 8443, 8443),)
    )
    assert path(by_group, STRANGER, "203.0.113.20", 80).answered


def test_a_public_address_of_another_vpc_is_reached_over_the_internet(company: Network) -> None:
    """Its groups see the public address, so references to the sender's group don't count."""
    found = path(company, "i-app", "203.0.113.10", 443)
    assert found.answered
    assert found.crossed == ("nat-a", "igw-a", "igw-a")


def test_over_a_public_address_a_reference_to_the_senders_group_does_not_count(
    company: Network,
) -> None:
    """ "Security group referencing": it stands for private addresses."""
    rule = Permission("tcp", "sg-web", 80, 80)
    known = changed(company, "groups", "sg-alb", inbound=(rule,))
    assert path(known, "i-web", "10.0.1.20", 80).answered
    assert not path(known, "i-web", "203.0.113.20", 80).delivered


def test_an_answer_by_another_gateway_does_not_arrive(company: Network) -> None:
    """From on-premises by the VPN; back, the subnet's table knows only the internet."""
    found = path(company, HOME, "10.0.1.10", 443, via="vgw-a")
    assert (found.delivered, found.answered) == (True, False)
    assert "by vgw-a" in found.why
    assert "by igw-a" in found.why


def test_what_each_interface_saw_is_what_its_flow_log_says(company: Network) -> None:
    """ "Flow log limitations": a NAT gateway's interface sees a packet under both addresses."""
    found = path(company, "i-app", OUT, 443)
    addresses = {"app": block("10.0.2.10/32")[0], "nat": block("10.0.1.5/32")[0]}
    assert [
        (one.interface, one.egress, one.accepted, one.source) for one in found.request_passages
    ] == [
        ("eni-app", True, True, addresses["app"]),
        ("eni-nat", False, True, addresses["app"]),
        ("eni-nat", True, True, addresses["nat"]),
    ]
    refused = path(company, STRANGER, "i-web", 22)
    assert [(one.interface, one.egress, one.accepted) for one in refused.passages] == [
        ("eni-web", False, False)
    ]


def test_the_firewalls_stateless_rules_come_first(company: Network) -> None:
    """ "How AWS Network Firewall filters network traffic"."""
    drop = TupleRule("drop", frozenset({"tcp"}), ports=((443, 443),), id="no-https")
    allow = TupleRule("pass", frozenset({"tcp"}), id="allow")
    for policy, passes in (
        (FirewallPolicy(stateless=(allow,), stateful=(drop,)), True),
        (FirewallPolicy(stateless=(drop, allow)), False),
        (FirewallPolicy(stateful=(drop, allow)), True),
        (FirewallPolicy(stateful=(drop, allow), strict=True), False),
        (FirewallPolicy(strict=True, stateful_default="drop"), False),
        (FirewallPolicy(stateless_default="drop"), False),
    ):
        guarded = swapped(company, "firewalls", Firewall("vpce-fw", "subnet-fw", policy))
        assert path(guarded, "i-seen", OUT, 443).answered is passes
