"""What an account keeps of AWS Network Firewall in one Region, beside the backend's state of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ATTRIBUTE = "simulator_network_firewall"
"""Where it is kept, among the attributes of the backend's state."""

Item = dict[str, Any]


@dataclass
class Kept:
    """Everything by ARN. Documents are as the API takes them."""

    rule_groups: dict[str, Item] = field(default_factory=dict)
    """Each with "document" (its RuleGroup), "told" (its RuleGroupResponse) and "token"."""
    policies: dict[str, Item] = field(default_factory=dict)
    """Each with "document" (its FirewallPolicy), "told" (its response) and "token"."""
    firewalls: dict[str, Item] = field(default_factory=dict)
    """Each with "told" (its Firewall), "token" and "endpoints": endpoint ids by subnet."""
    made: int = 0
    """How many ids and tokens were given out."""
