"""AWS Network Firewall.

Source: "Actions, resources, and condition keys for AWS Network Firewall" (Service
Authorization Reference): a rule group's ARN says whether it is stateful.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.iam.actions.needed import Request


def rule_group(call: Request, name: str) -> str:
    """ARN of a rule group by its ARN, or by its name and type."""
    if name.startswith("arn:"):
        return name
    kind = str(call.params.get("Type") or "*").lower()
    return call.arn("network-firewall", f"{kind}-rulegroup/{name}")


BUILDERS = {"rule-group": rule_group}
KINDS = {"rule-group": ["arn:aws:network-firewall:{region}:{account}:*-rulegroup/{}", []]}
_GROUP = ["rule-group=RuleGroupArn|RuleGroupName"]
_FIREWALL = ["Firewall=FirewallArn|FirewallName"]
_POLICY = ["FirewallPolicy=FirewallPolicyArn|FirewallPolicyName"]
_ON_FIREWALL = [
    "AssociateAvailabilityZones",
    "AssociateSubnets",
    "DeleteFirewall",
    "DescribeFirewall",
    "DescribeLoggingConfiguration",
    "DisassociateAvailabilityZones",
    "DisassociateSubnets",
    "UpdateFirewallDeleteProtection",
    "UpdateFirewallDescription",
    "UpdateFirewallEncryptionConfiguration",
    "UpdateFirewallPolicyChangeProtection",
    "UpdateLoggingConfiguration",
    "UpdateSubnetChangeProtection",
]

OPERATIONS: Mapping[str, Any] = {
    **dict.fromkeys(_ON_FIREWALL, _FIREWALL),
    **dict.fromkeys(
        ("DeleteRuleGroup", "DescribeRuleGroup", "DescribeRuleGroupMetadata", "UpdateRuleGroup"),
        _GROUP,
    ),
    **dict.fromkeys(
        ("DeleteFirewallPolicy", "DescribeFirewallPolicy", "UpdateFirewallPolicy"), _POLICY
    ),
    "AssociateFirewallPolicy": [*_FIREWALL, "FirewallPolicy=FirewallPolicyArn"],
    "CreateFirewallPolicy": {
        "resources": [
            "FirewallPolicy=FirewallPolicyName",
            "?rule-group=FirewallPolicy.StatefulRuleGroupReferences[].ResourceArn",
            "?rule-group=FirewallPolicy.StatelessRuleGroupReferences[].ResourceArn",
        ],
        "tags": "Tags",
        "tagging": "TagResource",
    },
    "CreateRuleGroup": {
        "resources": ["rule-group=RuleGroupName"],
        "tags": "Tags",
        "tagging": "TagResource",
    },
    "DescribeRuleGroupSummary": _GROUP,
}
