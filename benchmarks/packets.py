"""What becomes of 100,000 packets in a network of three peered VPCs, answer included."""

from __future__ import annotations

import random
import statistics
import time

import click

from simulator.network.balancing import Listener, LoadBalancer, Target
from simulator.network.model import (
    AclEntry,
    Interface,
    InternetGateway,
    NatGateway,
    Network,
    NetworkAcl,
    Peering,
    Permission,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
    Vpc,
)
from simulator.network.packet import Packet
from simulator.network.plan import plan
from simulator.network.reach import decide

VPCS = "abc"
PORTS = (22, 53, 80, 443, 3306, 5432, 6379, 8080, 8443, 9200)


def network() -> Network:
    """Three VPCs of four subnets, 60 interfaces, 30 security groups of 10 inbound rules."""
    return Network(
        vpcs=tuple(Vpc(f"vpc-{name}", (f"10.{at}.0.0/16",)) for at, name in enumerate(VPCS)),
        subnets=tuple(
            Subnet(
                f"subnet-{name}{zone}",
                f"vpc-{name}",
                (f"10.{at}.{zone}.0/24",),
                f"rtb-{name}{'public' if zone < 2 else 'private'}",
                f"acl-{name}",
            )
            for at, name in enumerate(VPCS)
            for zone in range(4)
        ),
        interfaces=tuple(_interfaces()),
        groups=tuple(_group(number) for number in range(30)),
        acls=tuple(_acl(name) for name in VPCS),
        route_tables=tuple(table for name in VPCS for table in _tables(name)),
        internet_gateways=tuple(InternetGateway(f"igw-{name}", f"vpc-{name}") for name in VPCS),
        nat_gateways=tuple(NatGateway(f"nat-{name}", f"eni-nat-{name}") for name in VPCS),
        peerings=(Peering("pcx-ab", "vpc-a", "vpc-b"), Peering("pcx-bc", "vpc-b", "vpc-c")),
        load_balancers=(
            LoadBalancer(
                "alb",
                ("eni-alb",),
                (Listener("tcp", 443, (Target("10.0.2.11", 443), Target("10.0.3.11", 443))),),
            ),
        ),
        names={"www.example.com": ("203.0.113.250",)},
    )


def _interfaces() -> list[Interface]:
    made = [
        Interface(
            f"eni-{name}{zone}{host}",
            f"subnet-{name}{zone}",
            (f"10.{at}.{zone}.{10 + host}",),
            (f"sg-{10 * at + zone * 2 + host % 3}", f"sg-{10 * at + 9}"),
            {f"10.{at}.{zone}.{10 + host}": f"203.0.113.{at * 40 + zone * 10 + host}"}
            if zone < 2
            else {},
        )
        for at, name in enumerate(VPCS)
        for zone in range(4)
        for host in range(5)
    ]
    made[0] = Interface(
        "eni-alb", "subnet-a0", ("10.0.0.250",), ("sg-0",), {"10.0.0.250": "203.0.113.250"}
    )
    made += [
        Interface(
            f"eni-nat-{name}",
            f"subnet-{name}0",
            (f"10.{at}.0.200",),
            (),
            {f"10.{at}.0.200": f"203.0.113.{at * 40 + 9}"},
        )
        for at, name in enumerate(VPCS)
    ]
    return made


def _group(number: int) -> SecurityGroup:
    vpc = number // 10
    peers = (
        "10.0.0.0/8",
        f"sg-{10 * vpc + (number + 1) % 10}",
        f"sg-{10 * vpc + (number + 3) % 10}",
        f"198.51.100.{number * 8}/29",
        "0.0.0.0/0" if number % 3 == 0 else "192.0.2.0/24",
    )
    rules = tuple(
        Permission("tcp", peers[(number + at) % 5], port, port, f"sgr-{number}-{at}")
        for at, port in enumerate(PORTS)
    )
    return SecurityGroup(
        f"sg-{number}", f"vpc-{VPCS[vpc]}", rules, (Permission("-1", "0.0.0.0/0"),)
    )


def _acl(name: str) -> NetworkAcl:
    entries = (
        AclEntry(50, False, "tcp", "198.51.100.128/25"),
        AclEntry(60, False, "tcp", "0.0.0.0/0", 23, 23),
        AclEntry(100, True, "tcp", "10.0.0.0/8"),
        AclEntry(110, True, "tcp", "0.0.0.0/0", 443, 443),
        AclEntry(120, True, "tcp", "0.0.0.0/0", 22, 80),
        AclEntry(130, True, "-1", "0.0.0.0/0", 1024, 65535),
    )
    return NetworkAcl(f"acl-{name}", entries, entries)


def _tables(name: str) -> tuple[RouteTable, RouteTable]:
    ways = {"a": "pcx-ab", "b": "pcx-ab", "c": "pcx-bc"}
    others = tuple(
        Route(f"10.{at}.0.0/16", "pcx-bc" if {name, other} == {"b", "c"} else ways[name])
        for at, other in enumerate(VPCS)
        if other != name
    )
    return (
        RouteTable(f"rtb-{name}public", (*others, Route("0.0.0.0/0", f"igw-{name}"))),
        RouteTable(f"rtb-{name}private", (*others, Route("0.0.0.0/0", f"nat-{name}"))),
    )


def packets(known: Network, count: int, seed: int = 7) -> list[Packet]:
    """Half of them within the network, the others from the internet or to it."""
    rng = random.Random(seed)
    inside = [one.id for one in known.interfaces if one.groups]
    public = [*(outer for one in known.interfaces for outer in one.public.values())]

    def outside() -> str:
        return f"198.51.{rng.randrange(100, 104)}.{rng.randrange(256)}"

    ways = (
        lambda: (rng.choice(inside), rng.choice(inside)),
        lambda: (rng.choice(inside), rng.choice(inside)),
        lambda: (outside(), rng.choice([*public, "www.example.com"])),
        lambda: (rng.choice(inside), outside()),
    )
    return [
        Packet(*ways[at % 4](), rng.choice(PORTS), source_port=rng.randrange(1024, 65536))
        for at in range(count)
    ]


def report(count: int = 100_000) -> None:
    """Time a decision, over blocks of a thousand packets."""
    known = network()
    began = time.perf_counter()
    compiled = plan(known)
    built = (time.perf_counter() - began) * 1_000
    sent = packets(known, count)
    answered, times = 0, []
    for first in range(0, count, 1_000):
        began = time.perf_counter()
        for packet in sent[first : first + 1_000]:
            answered += decide(compiled, packet).answered
        times.append((time.perf_counter() - began) * 1_000)
    click.echo(f"{count:,} packets, 60 interfaces, 300 inbound rules; compiled in {built:.1f} ms")
    click.echo(
        f"µs a packet with its answer: {statistics.median(times):.1f} "
        f"(95th percentile of blocks {statistics.quantiles(times, n=20)[-1]:.1f}); "
        f"{answered:,} were answered"
    )
