"""Rule groups.

Source: "Managing your own rule groups in AWS Network Firewall".
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.network.firewall_state import Item
from simulator.services import Backend, Result, operation
from simulator.services.athena_paging import page
from simulator.services.network_firewall.rule_checks import capacity, check_rules
from simulator.services.network_firewall.state import (
    arn,
    backend_of,
    check_new,
    check_token,
    found,
    in_use,
    invalid,
    kept_of,
    not_simulated,
    revised,
    tags_of,
    unique,
)

_KINDS = {"STATELESS": "stateless-rulegroup", "STATEFUL": "stateful-rulegroup"}
_NEWER = ("FirewallRuleGroup", "IpsRuleGroup")


@operation
def create_rule_group(call: Call, backend: Backend) -> Result:
    """Its capacity stays what it is now."""
    not_simulated(call, *_NEWER)
    params, kept = call.params, kept_of(call)
    name, kind = arn(call, _kind(call), params["RuleGroupName"]), str(params["Type"])
    check_new(call, kept.rule_groups, name)
    document = _document(call)
    needed = _checked(document, kind, int(params["Capacity"]))
    told: dict[str, Any] = {
        "RuleGroupArn": name,
        "RuleGroupName": params["RuleGroupName"],
        "RuleGroupId": unique(call, "rule group"),
        "Type": kind,
        "Capacity": int(params["Capacity"]),
        "RuleGroupStatus": "ACTIVE",
        "ConsumedCapacity": needed,
        "EncryptionConfiguration": params.get("EncryptionConfiguration")
        or {"KeyId": "AWS_OWNED_KMS_KEY", "Type": "AWS_OWNED_KMS_KEY"},
        "LastModifiedTime": call.time,
    }
    if params.get("Description") is not None:
        told["Description"] = params["Description"]
    item = {"document": document, "told": told, "token": unique(call, "token")}
    if not params.get("DryRun"):
        kept.rule_groups[name] = item
        backend_of(call).tagger.tag_resource(name, params.get("Tags") or [])
    return _shown(call, item)


@operation
def update_rule_group(call: Call, backend: Backend) -> Result:
    """All its rules are replaced; firewalls whose policy refers to it follow."""
    not_simulated(call, *_NEWER)
    item = _found(call)
    check_token(call, item)
    document, told = _document(call), dict(item["told"])
    told["ConsumedCapacity"] = _checked(document, told["Type"], told["Capacity"])
    return _shown(call, revised(call, item, document, told))


@operation
def describe_rule_group(call: Call, backend: Backend) -> Result:
    """The rules and what is known of the group."""
    item = _found(call)
    return {**_shown(call, item), "RuleGroup": item["document"]}


@operation
def delete_rule_group(call: Call, backend: Backend) -> Result:
    """Not as long as a policy refers to it."""
    item = _found(call)
    name = item["told"]["RuleGroupArn"]
    if _users(call, name):
        raise in_use(name)
    told = _shown(call, item)["RuleGroupResponse"]
    del kept_of(call).rule_groups[name]
    backend_of(call).tagger.delete_all_tags_for_resource(name)
    return {"RuleGroupResponse": {**told, "RuleGroupStatus": "DELETING"}}


@operation
def list_rule_groups(call: Call, backend: Backend) -> Result:
    """Those of the account. AWS's managed ones are not simulated, so none is listed."""
    managed, kind = call.params.get("Scope") == "MANAGED", call.params.get("Type")
    listed = [
        {"Name": each["told"]["RuleGroupName"], "Arn": name}
        for name, each in kept_of(call).rule_groups.items()
        if not managed and kind in {None, each["told"]["Type"]}
    ]
    shown, more = page(call, listed, 100, 100)
    return {"RuleGroups": list(shown), **more}


def references(document: Item) -> list[str]:
    """ARNs of the rule groups that a policy refers to."""
    kinds = ("StatelessRuleGroupReferences", "StatefulRuleGroupReferences")
    return [str(one["ResourceArn"]) for kind in kinds for one in document.get(kind) or ()]


def _users(call: Call, name: str) -> int:
    policies = kept_of(call).policies.values()
    return sum(name in references(each["document"]) for each in policies)


def _found(call: Call) -> Item:
    kind = "" if call.params.get("RuleGroupArn") else _kind(call)
    return found(call, kept_of(call).rule_groups, "RuleGroup", kind)


def _kind(call: Call) -> str:
    kind = call.params.get("Type")
    if not kind:
        raise invalid("Type must be provided with a rule group name")
    if kind not in _KINDS:
        raise invalid("Rule groups of this type are not simulated", kind)
    return _KINDS[str(kind)]


def _document(call: Call) -> Item:
    """The rules, or Suricata rules given as text."""
    given, text = call.params.get("RuleGroup"), call.params.get("Rules")
    if bool(given) == bool(text):
        raise invalid("You must provide either Rules or RuleGroup, and not both")
    return dict(given) if given else {"RulesSource": {"RulesString": text}}


def _checked(document: Item, kind: str, most: int) -> int:
    check_rules(document, kind)
    needed = capacity(document)
    if needed > most:
        text = f"Rule group needs a capacity of {needed}, which exceeds its capacity"
        raise invalid(text, most)
    return needed


def _shown(call: Call, item: Item) -> Result:
    name = item["told"]["RuleGroupArn"]
    told = {
        **item["told"],
        "NumberOfAssociations": _users(call, name),
        "Tags": tags_of(call, name),
    }
    return {"UpdateToken": item["token"], "RuleGroupResponse": told}
