"""What Network Firewall demands of the rules in a rule group.

Sources: "RulesSource", "StatefulRule", "StatelessRule", "RulesSourceList" (AWS Network Firewall API
Reference), "Setting rule group capacity in AWS Network Firewall".
"""

from __future__ import annotations

import re
from math import prod
from typing import Any

from simulator.network.addresses import block
from simulator.network.firewall_rules import ACTIONS
from simulator.network.stateful_rules import setting, tuple_rule, variables
from simulator.services.network_firewall.state import invalid

_DOMAIN = re.compile(r"\.?[A-Za-z0-9_]([A-Za-z0-9_-]*)(\.[A-Za-z0-9_-]+)*")
_WRONG = "parameter is invalid"
_TYPES = {"TLS_SNI", "HTTP_HOST"}
_STATELESS = "StatelessRulesAndCustomActions"
_STATEFUL = ("RulesString", "RulesSourceList", "StatefulRules")
_HOME = {"$HOME_NET": ("10.0.0.0/8",)}
"""Stands for what the policy or the VPC will say."""


def check_rules(document: dict[str, Any], kind: str) -> None:
    """Whether a rule group of that type may hold these rules.

    Raises:
        AwsError: InvalidRequestException.
    """
    source = document["RulesSource"]
    given = [name for name in (*_STATEFUL, _STATELESS) if source.get(name)]
    if len(given) != 1:
        raise invalid("Exactly one kind of rules must be provided", "RulesSource")
    if (given[0] == _STATELESS) != (kind == "STATELESS"):
        raise invalid(f"{given[0]} is not valid for rule groups of type {kind}", given[0])
    if kind == "STATELESS":
        _check_stateless(source[_STATELESS], bool(document.get("StatefulRuleOptions")))
        return
    try:
        addresses, ports = variables(document, _HOME, {})
    except (ValueError, KeyError) as error:
        raise invalid(_WRONG, error, "RuleVariables") from None
    _check_list(source.get("RulesSourceList"))
    seen: set[str] = set()
    for place, rule in enumerate(source.get("StatefulRules") or ()):
        context = f"StatefulRules[{place}]"
        sid = setting(rule, "sid")
        if not sid.isdigit() or sid in seen:
            raise invalid("Each rule needs a sid of its own", sid, context)
        seen.add(sid)
        try:
            tuple_rule(rule, "", addresses, ports)
        except (ValueError, KeyError) as error:
            raise invalid(_WRONG, error, context) from None


def _check_list(listed: dict[str, Any] | None) -> None:
    if listed is None:
        return
    strange = [kind for kind in listed["TargetTypes"] if kind not in _TYPES]
    if strange or not listed["TargetTypes"] or not listed["Targets"]:
        raise invalid(_WRONG, *(strange[:1] or ["RulesSourceList"]))
    for target in listed["Targets"]:
        if not _DOMAIN.fullmatch(target):
            raise invalid(_WRONG, target, "RulesSourceList")


def _check_stateless(source: dict[str, Any], options: bool) -> None:
    if options:
        raise invalid("StatefulRuleOptions is not valid for rule groups of type STATELESS")
    custom = {one["ActionName"] for one in source.get("CustomActions") or ()}
    priorities: set[int] = set()
    for place, rule in enumerate(source["StatelessRules"]):
        context, priority = f"StatelessRules[{place}]", int(rule["Priority"])
        if not 1 <= priority <= 65535 or priority in priorities:
            raise invalid("Priority must be unique and between 1 and 65535", priority, context)
        priorities.add(priority)
        check_actions(rule["RuleDefinition"]["Actions"], custom, context)
        match = rule["RuleDefinition"]["MatchAttributes"]
        for one in (*(match.get("Sources") or ()), *(match.get("Destinations") or ())):
            try:
                block(one["AddressDefinition"])
            except ValueError:
                raise invalid(_WRONG, one["AddressDefinition"], context) from None


def check_actions(actions: list[str], custom: set[str], context: str) -> None:
    """Stateless actions are one standard action and any custom ones that are defined.

    Raises:
        AwsError: InvalidRequestException.
    """
    if sum(one in ACTIONS for one in actions) != 1:
        raise invalid("Exactly one standard action must be provided", actions, context)
    for one in actions:
        if one not in ACTIONS and one not in custom:
            raise invalid("custom action is not defined", one, context)


def capacity(document: dict[str, Any]) -> int:
    """Units: a stateful rule takes one, a stateless one the product of what it lists."""
    source = document["RulesSource"]
    if source.get(_STATELESS):
        return sum(_units(rule) for rule in source[_STATELESS]["StatelessRules"])
    listed = source.get("RulesSourceList")
    if listed:
        return len(listed["Targets"]) * len(listed["TargetTypes"])
    lines = str(source.get("RulesString") or "").splitlines()
    written = sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in lines)
    return written + len(source.get("StatefulRules") or ())


def _units(rule: dict[str, Any]) -> int:
    match = rule["RuleDefinition"]["MatchAttributes"]
    names = ("Protocols", "Sources", "SourcePorts", "Destinations", "DestinationPorts", "TCPFlags")
    return prod(len(match.get(name) or ()) or 1 for name in names)
