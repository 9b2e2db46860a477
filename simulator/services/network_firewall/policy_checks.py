"""What Network Firewall demands of a firewall policy.

Sources: "FirewallPolicy", "StatefulRuleGroupReference", "StatefulEngineOptions" (AWS Network Firewall
API Reference), "Managing evaluation order for Suricata compatible rules in AWS Network Firewall".
"""

from __future__ import annotations

from typing import Any

from simulator.network.firewall_rules import is_strict
from simulator.network.firewall_state import Kept
from simulator.network.ranges import Reader
from simulator.services.network_firewall.rule_checks import check_actions
from simulator.services.network_firewall.state import invalid

_LESS, _FULL = "StatelessRuleGroupReferences", "StatefulRuleGroupReferences"
_UNKNOWN = ("TLSInspectionConfigurationArn", "Route53ResolvedIPValidation")
_DEFAULTS = frozenset(
    f"aws:{verb}_{what}"
    for verb in ("drop", "alert")
    for what in ("strict", "established", "established_app_layer")
)


def check_policy(
    document: dict[str, Any], kept: Kept, before: dict[str, Any] | None = None
) -> None:
    """Whether a policy may be so; `before` is what it was until now.

    Raises:
        AwsError: InvalidRequestException.
    """
    for name in _UNKNOWN:
        if document.get(name):
            raise invalid(f"{name} is not simulated")
    custom = {one["ActionName"] for one in document.get("StatelessCustomActions") or ()}
    for name in ("StatelessDefaultActions", "StatelessFragmentDefaultActions"):
        check_actions(document[name], custom, name)
    strict = is_strict(document.get("StatefulEngineOptions"))
    if before is not None and is_strict(before.get("StatefulEngineOptions")) is not strict:
        raise invalid("The rule order of a firewall policy can't be changed", "RuleOrder")
    defaults = document.get("StatefulDefaultActions") or []
    if defaults and not strict:
        raise invalid("StatefulDefaultActions is only valid with STRICT_ORDER", defaults)
    for action in defaults:
        if action not in _DEFAULTS:
            raise invalid("parameter is invalid", action, "StatefulDefaultActions")
    if sum(":drop" in action for action in defaults) > 1:
        raise invalid("Only one drop action can be provided", defaults)
    named = (document.get("PolicyVariables") or {}).get("RuleVariables") or {}
    for name, one in named.items():
        try:
            Reader(False, {}).listed(one["Definition"])
        except ValueError as error:
            raise invalid("parameter is invalid", error, f"PolicyVariables.{name}") from None
    _check_references(document, kept, _LESS, "STATELESS", True)
    _check_references(document, kept, _FULL, "STATEFUL", strict)
    for reference in document.get(_FULL) or ():
        group = kept.rule_groups.get(reference["ResourceArn"])
        options = group["document"].get("StatefulRuleOptions") if group else None
        if group and is_strict(options) is not strict:
            order = "STRICT_ORDER" if is_strict(options) else "DEFAULT_ACTION_ORDER"
            text = "Rule order of the rule group must match that of the firewall policy"
            raise invalid(text, order, reference["ResourceArn"])


def _check_references(
    document: dict[str, Any], kept: Kept, field: str, kind: str, ordered: bool
) -> None:
    arns: set[str] = set()
    priorities: set[int] = set()
    for place, reference in enumerate(document.get(field) or ()):
        arn, priority = str(reference["ResourceArn"]), reference.get("Priority")
        context = f"{field}[{place}]"
        managed = kind == "STATEFUL" and ":aws-managed:stateful-rulegroup/" in arn
        if f":{kind.lower()}-rulegroup/" not in arn:
            raise invalid("rule group ARN is of incorrect entity type", arn)
        if (arn not in kept.rule_groups and not managed) or arn in arns:
            raise invalid("rule group ARN is not valid or is used twice", arn, context)
        arns.add(arn)
        if not ordered and priority is not None:
            raise invalid(
                "Priority cannot be provided", priority, f"{context}[Priority={priority}]"
            )
        if ordered and (priority is None or priority in priorities):
            raise invalid("Priority must be provided and unique", priority, context)
        if ordered:
            priorities.add(int(priority or 0))
