"""What a Network Firewall policy does with connections, without a network around it."""

from dataclasses import replace

import pytest

from simulator.network.addresses import block, number
from simulator.network.firewall import Connection, DomainList, FirewallPolicy, TupleRule

WEB = Connection("tcp", number("10.0.0.5"), 50000, number("203.0.113.7"), 443, "www.example.com")
ALLOWED = DomainList(True, (".example.com", "aws.test"), id="allowed")
DENIED = DomainList(False, (".bad.test",), id="denied")

DOMAINS = [
    pytest.param(ALLOWED, "www.example.com", True, id="below a name with a dot"),
    pytest.param(ALLOWED, "example.com", True, id="the name itself"),
    pytest.param(ALLOWED, "WWW.Example.COM", True, id="whatever its case"),
    pytest.param(ALLOWED, "badexample.com", False, id="no part of a label"),
    pytest.param(ALLOWED, "aws.test", True, id="an exact name"),
    pytest.param(ALLOWED, "x.aws.test", False, id="below an exact name"),
    pytest.param(ALLOWED, "", False, id="no name at all"),
    pytest.param(DENIED, "c2.bad.test", False, id="denied"),
    pytest.param(DENIED, "good.test", True, id="not denied"),
]


@pytest.mark.parametrize(("listed", "host", "passes"), DOMAINS)
def test_a_domain_list_judges_by_the_name_in_the_handshake(
    listed: DomainList, host: str, passes: bool
) -> None:
    """ "Stateful domain list rule groups": an allow list denies what it does not name."""
    policy = FirewallPolicy(stateful=(listed,))
    assert policy.decide(replace(WEB, host=host))[0] is passes
    assert policy.decide(replace(WEB, host=host, port=22))[0]
    assert policy.decide(replace(WEB, host=host, protocol="udp"))[0]


RULES = [
    pytest.param(TupleRule("drop"), True, id="everything"),
    pytest.param(TupleRule("drop", frozenset({"udp"})), False, id="another protocol"),
    pytest.param(TupleRule("drop", sources=(block("10.0.0.0/24"),)), True, id="source"),
    pytest.param(TupleRule("drop", sources=(block("10.0.1.0/24"),)), False, id="another source"),
    pytest.param(TupleRule("drop", destinations=(block("203.0.113.7/32"),)), True, id="target"),
    pytest.param(TupleRule("drop", ports=((80, 80), (440, 450))), True, id="port range"),
    pytest.param(TupleRule("drop", ports=((80, 80),)), False, id="another port"),
    pytest.param(TupleRule("drop", source_ports=((1024, 65535),)), True, id="source port"),
    pytest.param(TupleRule("drop", sources=(block("203.0.113.0/24"),)), False, id="one way"),
    pytest.param(
        TupleRule("drop", sources=(block("203.0.113.0/24"),), any_direction=True), True, id="both"
    ),
    pytest.param(TupleRule("reject"), True, id="reject stops as well"),
    pytest.param(TupleRule("alert"), False, id="alert goes on"),
]


@pytest.mark.parametrize(("rule", "stops"), RULES)
def test_a_rule_describes_connections_by_their_five_tuple(rule: TupleRule, stops: bool) -> None:
    """ "Standard stateful rule groups"; "Standard stateless rule groups"."""
    named = replace(rule, id="it")
    passes, why = FirewallPolicy(stateful=(named,)).decide(WEB)
    assert passes is not stops
    assert (why == "it") is stops


def test_a_stateless_rule_may_leave_it_to_the_stateful_ones() -> None:
    """ "How AWS Network Firewall filters network traffic"."""
    forward, drop = TupleRule("forward", id="on"), TupleRule("drop", id="stateful")
    policy = FirewallPolicy((forward,), stateless_default="drop", stateful=(drop,))
    assert policy.decide(WEB) == (False, "stateful")
    assert policy.decide(replace(WEB, protocol="47")) == (False, "stateful")
    assert replace(policy, stateful=()).decide(WEB) == (True, "stateful default action")
