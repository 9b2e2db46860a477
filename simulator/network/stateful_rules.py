"""Stateful rule groups as the API takes them, turned into the rules that a firewall decides by.

What is not simulated drops what it may concern, and its id says so: Suricata rules given as text, and
rule options that look into packets. An application protocol is taken to be on the ports that a rule
names, else on its usual one.
Sources: "StatefulRule", "RulesSourceList", "RuleVariables" (AWS Network Firewall API Reference);
"Stateful domain list rule groups in AWS Network Firewall".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulator.network.addresses import block
from simulator.network.firewall import DomainList, TupleRule
from simulator.network.ranges import PORTS, Ranges, Reader

Document = Mapping[str, Any]
Rule = TupleRule | DomainList

NOT_SIMULATED = "which the simulator does not simulate"
_SAYS_NOTHING = frozenset(
    ["sid", "rev", "gid", "msg", "metadata", "classtype", "reference", "priority"]
)
_FLOW = frozenset(["to_server", "from_client", "established", "not_established", "stateless"])
_TRANSPORT: Mapping[str, tuple[str, ...]] = {
    "IP": (),
    "TCP": ("tcp",),
    "UDP": ("udp",),
    "ICMP": ("icmp", "icmpv6"),
}
_USUAL: Mapping[str, tuple[tuple[str, ...], int]] = {
    "HTTP": (("tcp",), 80),
    "HTTP2": (("tcp",), 443),
    "QUIC": (("udp",), 443),
    "FTP": (("tcp",), 21),
    "TLS": (("tcp",), 443),
    "SMB": (("tcp",), 445),
    "DNS": (("tcp", "udp"), 53),
    "DCERPC": (("tcp",), 135),
    "SSH": (("tcp",), 22),
    "SMTP": (("tcp",), 25),
    "IMAP": (("tcp",), 143),
    "MSN": (("tcp",), 1863),
    "KRB5": (("tcp", "udp"), 88),
    "IKEV2": (("udp",), 500),
    "TFTP": (("udp",), 69),
    "NTP": (("udp",), 123),
    "DHCP": (("udp",), 67),
}


def variables(
    group: Document,
    inherited: Mapping[str, tuple[str, ...]],
    prefix_lists: Mapping[str, tuple[str, ...]],
) -> tuple[Reader, Reader]:
    """What reads a group's addresses and what reads its ports.

    Raises:
        ValueError: a variable's definition is none.
    """
    own = group.get("RuleVariables") or {}
    references = (group.get("ReferenceSets") or {}).get("IPSetReferences") or {}
    sets = {f"${name}": tuple(one["Definition"]) for name, one in _map(own, "IPSets")}
    addresses: dict[str, Ranges] = {
        f"@{name}": tuple(map(block, prefix_lists.get(last_part(one["ReferenceArn"]), ())))
        for name, one in references.items()
    }
    for name, definition in {**inherited, **sets}.items():
        addresses[name] = Reader(False, addresses).listed(definition)
    away = Reader.without(Reader(False, {}).everything, addresses.get("$HOME_NET", ()))
    addresses.setdefault("$EXTERNAL_NET", away)
    ports: dict[str, Ranges] = {}
    for name, one in _map(own, "PortSets"):
        ports[f"${name}"] = Reader(True, ports).listed(one.get("Definition") or ())
    return Reader(False, addresses), Reader(True, ports)


def stateful_rules(
    arn: str, group: Document, addresses: Reader, ports: Reader
) -> Iterator[tuple[int, Rule]]:
    """Rules with their priority within their action."""
    name, source = last_part(arn), group["RulesSource"]
    if "RulesString" in source:
        text = f"rule group {name} holds Suricata rules, {NOT_SIMULATED}"
        yield 0, TupleRule("drop", id=text)
    listed = source.get("RulesSourceList")
    if listed and listed["GeneratedRulesType"] != "ALERTLIST":
        usual = {"HTTP_HOST": 80, "TLS_SNI": 443}
        yield (
            0,
            DomainList(
                listed["GeneratedRulesType"] == "ALLOWLIST",
                tuple(listed["Targets"]),
                frozenset(usual[each] for each in listed["TargetTypes"]),
                f"rule group {name}",
                addresses.read("$HOME_NET"),
            ),
        )
    for rule in source.get("StatefulRules") or ():
        said = f"rule group {name}, sid {setting(rule, 'sid')}"
        rank = setting(rule, "priority")
        one = tuple_rule(rule, said, addresses, ports)
        yield int(rank) if rank.isdigit() else 3, one


def tuple_rule(rule: Document, name: str, addresses: Reader, ports: Reader) -> TupleRule:
    """A standard stateful rule.

    Raises:
        ValueError: its header names what is no address, port or variable.
    """
    header, options = rule["Header"], rule["RuleOptions"]
    protocols, reached = _protocol(header["Protocol"], ports.read(header["DestinationPort"]))
    taken, strange = str(rule["Action"]).lower(), next(_strange(options), "")
    if strange and taken != "alert":
        taken, name = "drop", f"{name} uses {strange}, {NOT_SIMULATED}"
    return TupleRule(
        taken,
        frozenset(protocols),
        addresses.read(header["Source"]),
        addresses.read(header["Destination"]),
        ports.read(header["SourcePort"]),
        reached,
        name,
        header["Direction"] == "ANY",
    )


def _protocol(name: str, ports: Ranges) -> tuple[tuple[str, ...], Ranges]:
    if name in _TRANSPORT:
        return _TRANSPORT[name], ports
    protocols, usual = _USUAL[name]
    return protocols, ((usual, usual),) if ports == PORTS else ports


def _strange(options: Iterable[Document]) -> Iterator[str]:
    """Keywords that a first packet's 5-tuple doesn't tell about."""
    for option in options:
        keyword = str(option["Keyword"]).partition(":")[0].strip()
        if keyword == "flow":
            said = {part.strip() for each in _settings(option) for part in each.split(",")}
            if said <= _FLOW:
                continue
        if keyword not in _SAYS_NOTHING:
            yield keyword


def _settings(option: Document) -> list[str]:
    _, colon, value = str(option["Keyword"]).partition(":")
    return (
        [value.strip()] if colon else [str(each).strip() for each in option.get("Settings") or ()]
    )


def setting(rule: Document, keyword: str) -> str:
    """What a stateful rule sets a keyword to; empty where it doesn't."""
    for option in rule["RuleOptions"]:
        if str(option["Keyword"]).partition(":")[0].strip() == keyword:
            return next(iter(_settings(option)), "")
    return ""


def _map(variables: Document, name: str) -> Iterable[tuple[str, Any]]:
    return (variables.get(name) or {}).items()


def last_part(arn: str) -> str:
    """The name in an ARN."""
    return arn.rpartition("/")[2]
