"""DNS Firewall's rule groups, their rules, and the VPCs that they apply to.

Sources: "DNS Firewall rule groups and rules", "Rule actions in DNS Firewall" (Amazon Route 53
Developer Guide).
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.route53resolver.firewall_state import firewall_of, found, named, shown

_GROUP, _TIE = "Firewall rule group", "Firewall rule group association"
_SETTINGS = (
    *("Name", "Priority", "Action", "BlockResponse", "BlockOverrideDomain"),
    *("BlockOverrideDnsType", "BlockOverrideTtl", "Qtype", "FirewallDomainRedirectionAction"),
)


@operation
def create_firewall_rule_group(call: Call, backend: Backend) -> Result:
    """A group without rules."""
    assert call.account is not None
    made = named(call, "firewall-rule-group", "rslvr-frg")
    made |= {"OwnerId": call.account.id, "ShareStatus": "NOT_SHARED", "Rules": []}
    firewall_of(call).groups[made["Id"]] = made
    return {"FirewallRuleGroup": shown(made)}


@operation
def get_firewall_rule_group(call: Call, backend: Backend) -> Result:
    """One group."""
    return {"FirewallRuleGroup": shown(_group(call))}


@operation
def list_firewall_rule_groups(call: Call, backend: Backend) -> Result:
    """All groups."""
    fields = ("Id", "Arn", "Name", "OwnerId", "CreatorRequestId", "ShareStatus")
    kept = firewall_of(call).groups.values()
    return {"FirewallRuleGroups": [{field: each[field] for field in fields} for each in kept]}


@operation
def delete_firewall_rule_group(call: Call, backend: Backend) -> Result:
    """A group that no VPC is associated with."""
    group = _group(call)
    ties = firewall_of(call).associations.values()
    if any(tie["FirewallRuleGroupId"] == group["Id"] for tie in ties):
        raise AwsError(
            "ConflictException",
            f"[RSLVR-02007] The firewall rule group {group['Id']} is associated with a VPC.",
        )
    del firewall_of(call).groups[group["Id"]]
    return {"FirewallRuleGroup": {**shown(group), "Status": "DELETING"}}


@operation
def create_firewall_rule(call: Call, backend: Backend) -> Result:
    """BLOCK takes a response; with OVERRIDE, the domain that is answered."""
    group, params = _group(call), call.params
    used = str(params.get("FirewallDomainListId") or "")
    found(firewall_of(call).lists, "Firewall domain list", used)
    if any(rule["Priority"] == params["Priority"] for rule in group["Rules"]):
        raise AwsError(
            "ConflictException",
            f"[RSLVR-02004] The priority {params['Priority']} is used by another rule of the group.",
        )
    rule = {name: params[name] for name in _SETTINGS if params.get(name) is not None}
    rule |= {"FirewallRuleGroupId": group["Id"], "FirewallDomainListId": used}
    _check(rule)
    group["Rules"].append(rule)
    return {"FirewallRule": dict(rule)}


@operation
def update_firewall_rule(call: Call, backend: Backend) -> Result:
    """The settings that are given change."""
    rule = _rule(call)
    changed = {name: call.params[name] for name in _SETTINGS if call.params.get(name) is not None}
    _check({**rule, **changed})
    rule |= changed
    return {"FirewallRule": dict(rule)}


@operation
def delete_firewall_rule(call: Call, backend: Backend) -> Result:
    """The rule for a domain list."""
    rule = _rule(call)
    _group(call)["Rules"].remove(rule)
    return {"FirewallRule": dict(rule)}


@operation
def list_firewall_rules(call: Call, backend: Backend) -> Result:
    """The rules of a group by their priority, all or those of one priority or action."""
    wanted = {name: call.params.get(name) for name in ("Priority", "Action")}
    kept = [
        dict(rule)
        for rule in sorted(_group(call)["Rules"], key=lambda each: each["Priority"])
        if all(value in {None, rule[name]} for name, value in wanted.items())
    ]
    return {"FirewallRules": kept}


@operation
def associate_firewall_rule_group(call: Call, backend: Backend) -> Result:
    """The group's rules apply to the VPC's queries from now on."""
    group, firewall, params = _group(call), firewall_of(call), call.params
    for tie in firewall.associations.values():
        if tie["VpcId"] == params["VpcId"] and params["Priority"] == tie["Priority"]:
            raise AwsError(
                "ConflictException",
                f"[RSLVR-02008] The priority {params['Priority']} is used by another rule group "
                "of the VPC.",
            )
    made = named(call, "firewall-rule-group-association", "rslvr-frgassoc")
    made |= {name: params[name] for name in ("VpcId", "Priority")}
    made |= {
        "FirewallRuleGroupId": group["Id"],
        "MutationProtection": params.get("MutationProtection") or "DISABLED",
    }
    firewall.associations[made["Id"]] = made
    return {"FirewallRuleGroupAssociation": dict(made)}


@operation
def disassociate_firewall_rule_group(call: Call, backend: Backend) -> Result:
    """They apply no more."""
    firewall, name = firewall_of(call), call.params["FirewallRuleGroupAssociationId"]
    tie = found(firewall.associations, _TIE, name)
    if tie["MutationProtection"] == "ENABLED":
        raise AwsError(
            "ValidationException",
            f"[RSLVR-02009] The association {name} is protected against changes.",
        )
    del firewall.associations[name]
    return {"FirewallRuleGroupAssociation": {**tie, "Status": "DELETING"}}


@operation
def get_firewall_rule_group_association(call: Call, backend: Backend) -> Result:
    """One association."""
    name = call.params["FirewallRuleGroupAssociationId"]
    kept = found(firewall_of(call).associations, _TIE, name)
    return {"FirewallRuleGroupAssociation": dict(kept)}


@operation
def list_firewall_rule_group_associations(call: Call, backend: Backend) -> Result:
    """All associations, or those of a group or a VPC."""
    wanted = {name: call.params.get(name) for name in ("FirewallRuleGroupId", "VpcId")}
    kept = [
        dict(tie)
        for tie in firewall_of(call).associations.values()
        if all(value in {None, tie[name]} for name, value in wanted.items())
    ]
    return {"FirewallRuleGroupAssociations": kept}


def _group(call: Call) -> dict[str, Any]:
    return found(firewall_of(call).groups, _GROUP, call.params["FirewallRuleGroupId"])


def _rule(call: Call) -> dict[str, Any]:
    used = call.params.get("FirewallDomainListId")
    rules = {
        rule["FirewallDomainListId"]: rule
        for rule in _group(call)["Rules"]
        if call.params.get("Qtype") in {None, rule.get("Qtype")}
    }
    return found(rules, "Firewall rule", str(used))


def _check(rule: dict[str, Any]) -> None:
    """What a BLOCK rule needs."""
    if rule["Action"] != "BLOCK":
        return
    if not rule.get("BlockResponse"):
        raise _invalid("BlockResponse is required for the action BLOCK.")
    needed = ("BlockOverrideDomain", "BlockOverrideDnsType", "BlockOverrideTtl")
    lacks = [name for name in needed if rule.get(name) is None]
    if rule["BlockResponse"] == "OVERRIDE" and lacks:
        raise _invalid(f"{lacks[0]} is required for the block response OVERRIDE.")


def _invalid(text: str) -> AwsError:
    return AwsError("ValidationException", f"[RSLVR-02025] {text}")
