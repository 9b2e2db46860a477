"""The rules of a firewall policy as the API takes them, turned into what the firewall decides by.

What is not simulated stops what it may concern, and its id says so. Stateful rules are read in
`stateful_rules`.
Sources: "FirewallPolicy", "MatchAttributes" (AWS Network Firewall API Reference); "Managing
evaluation order for Suricata compatible rules in AWS Network Firewall".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulator.network.addresses import block
from simulator.network.firewall import FirewallPolicy, TupleRule
from simulator.network.packet import protocol_name
from simulator.network.ranges import PORTS, Ranges, Reader
from simulator.network.stateful_rules import (
    NOT_SIMULATED,
    Rule,
    last_part,
    stateful_rules,
    variables,
)

Document = Mapping[str, Any]

ACTIONS = {"aws:pass": "pass", "aws:drop": "drop", "aws:forward_to_sfe": "forward"}


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
            stateful += stateful_rules(arn, groups[arn], *known)
        elif override.get("Action") != "DROP_TO_ALERT":
            text = f"{arn} is a managed rule group, {NOT_SIMULATED}"
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
            f"rule group {last_part(arn)}, priority {rule['Priority']}",
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
