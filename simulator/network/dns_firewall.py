"""What DNS Firewall says of a query.

Sources: "How Route 53 Resolver DNS Firewall works", "Rule actions in DNS Firewall", "DNS Firewall
domain lists" (Amazon Route 53 Developer Guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.account.account import Account
from simulator.account.state import state_of

ATTRIBUTE = "dns_firewall"
"""Where the backend's state of Route 53 Resolver keeps the firewall's."""


@dataclass(slots=True)
class Firewall:
    """What an account has set up in a region: plain data in boto3's shape, by id.

    `lists` are domain lists with their "Domains", `groups` rule groups with their "Rules",
    `associations` tie groups to VPCs.
    """

    lists: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    associations: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rule that a query met: its action ("ALLOW", "ALERT", "BLOCK") and how it is blocked."""

    action: str
    group_id: str
    list_id: str
    response: str = ""
    override: str = ""

    @property
    def blocks(self) -> bool:
        return self.action == "BLOCK"


def judge(account: Account, region: str, vpc: str, name: str, kind: str) -> Verdict | None:
    """The first rule that fits, by the priorities of group and rule; None for none."""
    state = state_of("route53resolver", account.id, region)
    kept: Firewall | None = state.__dict__.get(ATTRIBUTE) if state is not None else None
    if kept is None:
        return None
    tied = [each for each in kept.associations.values() if each["VpcId"] == vpc]
    for association in sorted(tied, key=lambda each: each["Priority"]):
        group = kept.groups.get(association["FirewallRuleGroupId"])
        rules = group["Rules"] if group is not None else ()
        for rule in sorted(rules, key=lambda each: each["Priority"]):
            if _fits(rule, kept, name, kind):
                return _verdict(rule)
    return None


def _fits(rule: Mapping[str, Any], kept: Firewall, name: str, kind: str) -> bool:
    if rule.get("Qtype") not in {None, "", kind}:
        return False
    domains = kept.lists.get(rule["FirewallDomainListId"], {}).get("Domains", ())
    return any(_covers(domain, name) for domain in domains)


def _covers(domain: str, name: str) -> bool:
    """`*.example.com` is every name below, `*` all names."""
    wanted = domain.rstrip(".").lower()
    if wanted == "*":
        return True
    if wanted.startswith("*."):
        return name.endswith(wanted[1:])
    return name == wanted


def _verdict(rule: Mapping[str, Any]) -> Verdict:
    return Verdict(
        str(rule["Action"]),
        str(rule["FirewallRuleGroupId"]),
        str(rule["FirewallDomainListId"]),
        str(rule.get("BlockResponse") or ""),
        str(rule.get("BlockOverrideDomain") or ""),
    )
