"""Firewall policies.

Sources: "Firewall policies in AWS Network Firewall", "FirewallPolicy" (AWS Network Firewall API
Reference).
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.network.firewall_state import Item
from simulator.services import Backend, Result, operation
from simulator.services.athena_paging import page
from simulator.services.network_firewall.policy_checks import check_policy
from simulator.services.network_firewall.rule_groups import references
from simulator.services.network_firewall.state import (
    arn,
    backend_of,
    check_new,
    check_token,
    found,
    in_use,
    kept_of,
    revised,
    tags_of,
    unique,
)


@operation
def create_firewall_policy(call: Call, backend: Backend) -> Result:
    """What firewalls do that are associated with it."""
    params, kept = call.params, kept_of(call)
    name = arn(call, "firewall-policy", params["FirewallPolicyName"])
    check_new(call, kept.policies, name)
    document = dict(params["FirewallPolicy"])
    check_policy(document, kept)
    told: dict[str, Any] = {
        "FirewallPolicyName": params["FirewallPolicyName"],
        "FirewallPolicyArn": name,
        "FirewallPolicyId": unique(call, "policy"),
        "FirewallPolicyStatus": "ACTIVE",
        "EncryptionConfiguration": params.get("EncryptionConfiguration")
        or {"KeyId": "AWS_OWNED_KMS_KEY", "Type": "AWS_OWNED_KMS_KEY"},
        "LastModifiedTime": call.time,
    }
    if params.get("Description") is not None:
        told["Description"] = params["Description"]
    item = {"document": document, "told": told, "token": unique(call, "token")}
    if not params.get("DryRun"):
        kept.policies[name] = item
        backend_of(call).tagger.tag_resource(name, params.get("Tags") or [])
    return _shown(call, item)


@operation
def update_firewall_policy(call: Call, backend: Backend) -> Result:
    """All of it is replaced; its firewalls follow."""
    item, kept = _found(call), kept_of(call)
    check_token(call, item)
    document, told = dict(call.params["FirewallPolicy"]), dict(item["told"])
    check_policy(document, kept, item["document"])
    return _shown(call, revised(call, item, document, told))


@operation
def describe_firewall_policy(call: Call, backend: Backend) -> Result:
    """The policy and what is known of it."""
    item = _found(call)
    return {**_shown(call, item), "FirewallPolicy": item["document"]}


@operation
def delete_firewall_policy(call: Call, backend: Backend) -> Result:
    """Not as long as a firewall uses it."""
    item = _found(call)
    name = item["told"]["FirewallPolicyArn"]
    if _users(call, name):
        raise in_use(name)
    told = _shown(call, item)["FirewallPolicyResponse"]
    del kept_of(call).policies[name]
    backend_of(call).tagger.delete_all_tags_for_resource(name)
    return {"FirewallPolicyResponse": {**told, "FirewallPolicyStatus": "DELETING"}}


@operation
def list_firewall_policies(call: Call, backend: Backend) -> Result:
    """Names and ARNs."""
    listed = [
        {"Name": each["told"]["FirewallPolicyName"], "Arn": name}
        for name, each in kept_of(call).policies.items()
    ]
    shown, more = page(call, listed, 100, 100)
    return {"FirewallPolicies": list(shown), **more}


def _found(call: Call) -> Item:
    return found(call, kept_of(call).policies, "FirewallPolicy", "firewall-policy")


def _users(call: Call, name: str) -> int:
    firewalls = kept_of(call).firewalls.values()
    return sum(each["told"]["FirewallPolicyArn"] == name for each in firewalls)


def _shown(call: Call, item: Item) -> Result:
    kept, told = kept_of(call), item["told"]
    used = {"STATELESS": 0, "STATEFUL": 0}
    for name in references(item["document"]):
        group = kept.rule_groups.get(name)
        if group is not None:
            used[group["told"]["Type"]] += group["told"]["Capacity"]
    return {
        "UpdateToken": item["token"],
        "FirewallPolicyResponse": {
            **told,
            "ConsumedStatelessRuleCapacity": used["STATELESS"],
            "ConsumedStatefulRuleCapacity": used["STATEFUL"],
            "NumberOfAssociations": _users(call, told["FirewallPolicyArn"]),
            "Tags": tags_of(call, told["FirewallPolicyArn"]),
        },
    }
