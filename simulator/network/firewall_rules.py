"""The rules of a firewall policy as the API takes them, turned into what the firewall decides by.

What is not simulated stops what it may concern, and its id says so: Suricata rules given as text,
managed rule groups, and rule options that look into packets.
An application protocol is taken to be on the ports that a rule names, else on its usual one.
Sources: "StatefulRule", "MatchAttributes", "RulesSourceList" (AWS Network Firewall API Reference);
"Managing evaluation order for Suricata compatible rules in AWS Network Firewall"; "Stateful domain
list rule groups in AWS Network Firewall".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulator.network.addresses import block
from simulator.network.firewall import DomainList, FirewallPolicy, TupleRule
from simulator.network.packet import protocol_name
from simulator.network.ranges import PORTS, Ranges, Reader

Document = Mapping[str, Any]
Rule = TupleRule | DomainList

ACTIONS = {"aws:pass": "pass", "aws:drop": "drop", "aws:forward_to_sfe": "forward"}
_NOT_SIMULATED = "which the simulator does not simulate"
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


def compiled(
    policy: Document,
    groups: Mapping[str, Document],
    home: tuple[str, ...],
    prefix_lists: Mapping[str, tuple[str, ...]],
) -> FirewallPolicy:
    """A policy with the rule groups it refers to, by ARN; `home` is the blocks of the VPC."""
    strict = is_strict(policy.get("StatefulEngineOptions"))
    named = (policy.get("PolicyVariables") or {}).get("RuleVariables") or {}
    own = {f"${name}": tuple(each["Definition"]) for name, each in named.items()}
    stateful: list[tuple[int, Rule]] = []
    for reference in _by_priority(policy.get("StatefulRuleGroupReferences")):
        arn, override = str(reference["ResourceArn"]), reference.get("Override") or {}
        if arn in groups:
            known = variables(groups[arn], {"$HOME_NET": home, **own}, prefix_lists)
            stateful += _stateful(arn, groups[arn], *known)
        elif override.get("Action") != "DROP_TO_ALERT":
            text = f"{arn} is a managed rule group, {_NOT_SIMULATED}"
            stateful.append((0, TupleRule("drop", id=text)))
    if not strict:
        stateful.sort(key=lambda one: one[0])
    drops = [each for each in policy.get("StatefulDefaultActions") or () if ":drop" in each]
    return FirewallPolicy(
        stateless=tuple(
            rule
            for reference in _by_priority(policy.get("StatelessRuleGroupReferences"))
            for rule in _stateless(reference["ResourceArn"], groups[reference["ResourceArn"]])
        ),
        stateless_default=action(policy["StatelessDefaultActions"]),
        stateful=tuple(rule for _, rule in stateful),
        strict=strict,
        stateful_default="drop" if strict and drops else "pass",
    )


def is_strict(options: Document | None) -> bool:
    """Whether engine or rule options ask for strict order."""
    return (options or {}).get("RuleOrder") == "STRICT_ORDER"


def action(actions: Iterable[str]) -> str:
    """The one among stateless actions that is not a custom one."""
    return next(ACTIONS[each] for each in actions if each in ACTIONS)


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
        f"@{name}": tuple(map(block, prefix_lists.get(_last(one["ReferenceArn"]), ())))
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


def tuple_rule(rule: Document, name: str, addresses: Reader, ports: Reader) -> TupleRule:
    """A standard stateful rule.

    Raises:
        ValueError: its header names what is no address, port or variable.
    """
    header, options = rule["Header"], rule["RuleOptions"]
    protocols, reached = _protocol(header["Protocol"], ports.read(header["DestinationPort"]))
    taken, strange = str(rule["Action"]).lower(), next(_strange(options), "")
    if strange and taken != "alert":
        taken, name = "drop", f"{name} uses {strange}, {_NOT_SIMULATED}"
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


def _stateful(
    arn: str, group: Document, addresses: Reader, ports: Reader
) -> Iterator[tuple[int, Rule]]:
    """Rules with their priority within their action."""
    name, source = _last(arn), group["RulesSource"]
    if "RulesString" in source:
        text = f"rule group {name} holds Suricata rules, {_NOT_SIMULATED}"
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


def _stateless(arn: str, group: Document) -> Iterator[TupleRule]:
    rules = group["RulesSource"]["StatelessRulesAndCustomActions"]["StatelessRules"]
    for rule in sorted(rules, key=lambda one: int(one["Priority"])):
        found = rule["RuleDefinition"]
        match = found["MatchAttributes"]
        yield TupleRule(
            action(found["Actions"]),
            frozenset(protocol_name(str(each)) for each in match.get("Protocols") or ()),
            _blocks(match.get("Sources")),
            _blocks(match.get("Destinations")),
            _spans(match.get("SourcePorts")),
            _spans(match.get("DestinationPorts")),
            f"rule group {_last(arn)}, priority {rule['Priority']}",
            opens=_has_flags(match, {"SYN"}),
            answers=_has_flags(match, {"SYN", "ACK"}),
        )


def _has_flags(match: Document, flags: set[str]) -> bool:
    """Whether a packet with these TCP flags is one that a rule asks for."""
    fields = match.get("TCPFlags") or ()
    return not fields or any(
        set(one["Flags"]) == (flags & set(one["Masks"]) if one.get("Masks") else flags)
        for one in fields
    )


def _blocks(addresses: Iterable[Document] | None) -> Ranges:
    given = tuple(block(one["AddressDefinition"]) for one in addresses or ())
    return given or Reader(False, {}).everything


def _spans(ports: Iterable[Document] | None) -> Ranges:
    return tuple((int(one["FromPort"]), int(one["ToPort"])) for one in ports or ()) or PORTS


def _by_priority(references: Iterable[Document] | None) -> list[Document]:
    return sorted(references or (), key=lambda one: int(one.get("Priority") or 0))


def _map(variables: Document, name: str) -> Iterable[tuple[str, Any]]:
    return (variables.get(name) or {}).items()


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]
