"""What holds of every set of rules and every packet."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.network.model import AclEntry, Network, NetworkAcl, Permission, SecurityGroup
from simulator.network.packet import Packet, Path
from simulator.network.plan import plan
from simulator.network.reach import decide

PORTS = st.sampled_from([22, 80, 443, 5432, 8080, 8443])
PROTOCOLS = st.sampled_from(["tcp", "udp", "icmp", "-1", "47"])
BLOCKS = ["0.0.0.0/0", "::/0", "10.0.0.0/16", "10.0.1.0/24", "10.1.0.0/16", "198.51.100.0/24"]
GROUPS = ["sg-web", "sg-app", "sg-data", "sg-b", "sg-alb"]
SENDERS = ["i-web", "i-web2", "i-app", "i-data", "i-b", "198.51.100.7", "203.0.114.1"]
RECEIVERS = [*SENDERS[:5], "203.0.113.10", "www.example.com", "203.0.113.5"]


@st.composite
def permissions(draw: st.DrawFn) -> Permission:
    protocol = draw(PROTOCOLS)
    port = draw(PORTS) if protocol in {"tcp", "udp"} else -1
    top = draw(st.sampled_from([port, 65535])) if port >= 0 else -1
    peer = draw(st.sampled_from([*BLOCKS, *GROUPS, "pl-office"]))
    return Permission(protocol, peer, port, top)


@st.composite
def groups(draw: st.DrawFn) -> tuple[SecurityGroup, ...]:
    rules = st.lists(permissions(), max_size=4).map(tuple)
    vpcs = dict.fromkeys(GROUPS, "vpc-a") | {"sg-b": "vpc-b"}
    return tuple(SecurityGroup(name, vpcs[name], draw(rules), draw(rules)) for name in GROUPS)


@st.composite
def acls(draw: st.DrawFn) -> tuple[NetworkAcl, ...]:
    entries = st.builds(
        AclEntry,
        st.integers(1, 500),
        st.booleans(),
        st.sampled_from(["tcp", "-1", "udp"]),
        st.sampled_from(["0.0.0.0/0", "10.0.0.0/16", "198.51.100.0/24", "::/0"]),
        st.sampled_from([-1, 443, 1024]),
        st.just(65535),
    )
    listed = st.lists(entries, max_size=4, unique_by=lambda entry: entry.number).map(tuple)
    names = ("acl-web", "acl-app", "acl-data", "acl-open", "acl-b")
    return tuple(NetworkAcl(name, draw(listed), draw(listed)) for name in names)


@st.composite
def packets(draw: st.DrawFn) -> Packet:
    protocol = draw(st.sampled_from(["tcp", "udp", "icmp", "47"]))
    return Packet(
        draw(st.sampled_from(SENDERS)),
        draw(st.sampled_from(RECEIVERS)),
        draw(PORTS),
        protocol,
        draw(st.sampled_from([1024, 40000, 65535])),
    )


def fate(network: Network, packet: Packet) -> tuple[bool, bool]:
    found = decide(plan(network), packet)
    return found.delivered, found.answered


def never_more(less: tuple[bool, bool], more: tuple[bool, bool]) -> bool:
    return all(map(lambda one, other: one <= other, less, more))


@given(drawn=st.data(), rules=groups(), packet=packets())
def test_taking_a_rule_from_a_group_never_delivers_more(
    company: Network, drawn: st.DataObject, rules: tuple[SecurityGroup, ...], packet: Packet
) -> None:
    """And adding one never less, which is the same read backwards."""
    index = drawn.draw(st.integers(0, len(rules) - 1))
    side = drawn.draw(st.sampled_from(["inbound", "outbound"]))
    added = (*getattr(rules[index], side), drawn.draw(permissions()))
    wider = list(rules)
    wider[index] = replace(rules[index], **{side: added})  # type: ignore[arg-type]
    narrow, wide = replace(company, groups=rules), replace(company, groups=tuple(wider))
    assert never_more(fate(narrow, packet), fate(wide, packet))


@given(drawn=st.data(), entries=acls(), packet=packets())
def test_taking_an_allow_from_a_network_acl_never_delivers_more(
    company: Network, drawn: st.DataObject, entries: tuple[NetworkAcl, ...], packet: Packet
) -> None:
    index = drawn.draw(st.integers(0, len(entries) - 1))
    side = drawn.draw(st.sampled_from(["inbound", "outbound"]))
    known: tuple[AclEntry, ...] = getattr(entries[index], side)
    allow = AclEntry(drawn.draw(st.integers(501, 900)), True, "-1", "0.0.0.0/0")
    if known and drawn.draw(st.booleans()):
        allow = replace(allow, number=0)
    wider = list(entries)
    wider[index] = replace(entries[index], **{side: (*known, allow)})  # type: ignore[arg-type]
    narrow, wide = replace(company, acls=entries), replace(company, acls=tuple(wider))
    assert never_more(fate(narrow, packet), fate(wide, packet))


@given(client=st.integers(1024, 65535), last=st.integers(0, 65535))
def test_without_the_clients_port_a_network_acl_drops_the_answer(
    company: Network, client: int, last: int
) -> None:
    inbound = (AclEntry(100, True, "tcp", "0.0.0.0/0", 443, 443),)
    outbound = (AclEntry(100, True, "tcp", "0.0.0.0/0", 0, last),)
    acl = NetworkAcl("acl-web", inbound, outbound)
    others = tuple(one for one in company.acls if one.id != "acl-web")
    network = replace(company, acls=(*others, acl))
    packet = Packet("198.51.100.7", "i-web", 443, source_port=client)
    assert fate(network, packet) == (True, client <= last)


@given(rules=groups(), entries=acls(), packet=packets())
def test_a_path_follows_from_network_and_packet_alone(
    company: Network,
    rules: tuple[SecurityGroup, ...],
    entries: tuple[NetworkAcl, ...],
    packet: Packet,
) -> None:
    network = replace(company, groups=rules, acls=entries)
    known = plan(network)

    def told(path: Path) -> Any:
        return [path.hops, path.passages, path.delivered, path.answered, path.reached]

    assert told(decide(known, packet)) == told(decide(plan(network), packet))
    assert told(decide(known, packet)) == told(decide(known, packet))


@given(rules=groups(), packet=packets())
def test_a_path_ends_where_something_stops_it_and_nowhere_else(
    company: Network, rules: tuple[SecurityGroup, ...], packet: Packet
) -> None:
    found = decide(plan(replace(company, groups=rules)), packet)
    stopped = [hop for hop in found.hops if not hop.passed]
    assert len(stopped) == (0 if found.answered else 1)
    assert found.answered <= found.delivered
    if stopped:
        assert stopped[0] == found.stopped_at
        assert stopped[0].why.endswith(".")


@given(rules=groups(), packet=packets())
def test_a_reference_to_a_group_is_as_good_as_its_members_addresses(
    company: Network, rules: tuple[SecurityGroup, ...], packet: Packet
) -> None:
    """ "Security group referencing": private addresses of the group's interfaces."""
    members = {
        name: [
            address for one in company.interfaces if name in one.groups for address in one.addresses
        ]
        for name in GROUPS
    }

    def listed(rule: Permission) -> list[Permission]:
        if rule.peer not in members:
            return [rule]
        return [
            replace(rule, peer=f"{address}/{128 if ':' in address else 32}")
            for address in members[rule.peer]
        ]

    spelled = tuple(
        replace(
            group,
            inbound=tuple(one for rule in group.inbound for one in listed(rule)),
            outbound=tuple(one for rule in group.outbound for one in listed(rule)),
        )
        for group in rules
    )
    by_name, by_address = replace(company, groups=rules), replace(company, groups=spelled)
    assert fate(by_name, packet) == fate(by_address, packet)
