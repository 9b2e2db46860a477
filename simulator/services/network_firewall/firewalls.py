"""Firewalls, which are ready as soon as they are made.

Sources: "CreateFirewall", "DeleteFirewall", "AssociateSubnets", "Firewall" (AWS Network Firewall API
Reference).
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.network.firewall_state import Item
from simulator.services import Backend, Result, operation
from simulator.services.network_firewall.endpoints import (
    close_endpoint,
    open_endpoint,
    status,
    subnets_of,
)
from simulator.services.network_firewall.state import (
    arn,
    backend_of,
    check_new,
    check_token,
    found,
    invalid,
    kept_of,
    missing,
    not_simulated,
    tags_of,
    unique,
)

_PROTECTIONS = ("DeleteProtection", "SubnetChangeProtection", "FirewallPolicyChangeProtection")
_OTHER_WAYS = ("TransitGatewayId", "AvailabilityZoneMappings", "IgwFirewallConfiguration")


@operation
def create_firewall(call: Call, backend: Backend) -> Result:
    """It gets an endpoint in each subnet, and is protected unless the call says otherwise."""
    not_simulated(call, *_OTHER_WAYS, "ProxySettings", "NatGatewayCreateMappings")
    params, kept = call.params, kept_of(call)
    name = arn(call, "firewall", params["FirewallName"])
    check_new(call, kept.firewalls, name)
    policy, vpc = params.get("FirewallPolicyArn"), params.get("VpcId")
    mappings = list(params.get("SubnetMappings") or ())
    if not policy or not vpc or not mappings:
        raise invalid("FirewallPolicyArn, VpcId and SubnetMappings must be provided")
    _check_policy(call, policy)
    subnets_of(call, vpc, mappings, [])
    backend()
    told: dict[str, Any] = {
        "FirewallName": params["FirewallName"],
        "FirewallArn": name,
        "FirewallPolicyArn": policy,
        "VpcId": vpc,
        "SubnetMappings": [_mapping(one) for one in mappings],
        **{field: params.get(field) is not False for field in _PROTECTIONS},
        "FirewallId": unique(call, "firewall"),
        "EncryptionConfiguration": params.get("EncryptionConfiguration")
        or {"KeyId": "AWS_OWNED_KMS_KEY", "Type": "AWS_OWNED_KMS_KEY"},
    }
    if params.get("Description") is not None:
        told["Description"] = params["Description"]
    item: Item = {"told": told, "token": unique(call, "token"), "endpoints": {}}
    kept.firewalls[name] = item
    for mapping in mappings:
        open_endpoint(call, item, mapping["SubnetId"])
    pending = {"Status": "PROVISIONING", "ConfigurationSyncStateSummary": "PENDING"}
    return {"Firewall": _shown(call, item), "FirewallStatus": pending}


@operation
def describe_firewall(call: Call, backend: Backend) -> Result:
    """The firewall, and its endpoints by Availability Zone."""
    item = _found(call)
    return {
        "UpdateToken": item["token"],
        "Firewall": _shown(call, item),
        "FirewallStatus": status(call, item),
    }


@operation
def delete_firewall(call: Call, backend: Backend) -> Result:
    """Its protection and its logging have to be off."""
    item = _found(call)
    told, name = item["told"], item["told"]["FirewallArn"]
    if told["DeleteProtection"]:
        raise _refused(f"Unable to delete the firewall because delete protection is on: {name}")
    logging = backend_of(call).firewalls[name].logging_configs or {}
    if logging.get("LogDestinationConfigs"):
        raise _refused(
            f"Unable to delete the firewall because it has a logging configuration: {name}"
        )
    firewall, shown = _shown(call, item), {**status(call, item), "Status": "DELETING"}
    for subnet in list(item["endpoints"]):
        close_endpoint(call, item, subnet)
    del kept_of(call).firewalls[name], backend_of(call).firewalls[name]
    backend_of(call).tagger.delete_all_tags_for_resource(name)
    return {"Firewall": firewall, "FirewallStatus": shown}


@operation
def associate_firewall_policy(call: Call, backend: Backend) -> Result:
    """The firewall does what another policy says."""
    item = _found(call)
    check_token(call, item)
    policy = call.params["FirewallPolicyArn"]
    _check_policy(call, policy)
    _check_protection(item, "FirewallPolicyChangeProtection")
    return _changed(call, item, "FirewallPolicyArn", policy)


@operation
def associate_subnets(call: Call, backend: Backend) -> Result:
    """Further endpoints, in other Availability Zones."""
    not_simulated(call, "NatGatewayCreateMappings")
    item = _found(call)
    check_token(call, item)
    _check_protection(item, "SubnetChangeProtection")
    known, added = item["told"]["SubnetMappings"], list(call.params["SubnetMappings"])
    subnets_of(call, item["told"]["VpcId"], added, known)
    for mapping in added:
        open_endpoint(call, item, mapping["SubnetId"])
    return _changed(call, item, "SubnetMappings", [*known, *map(_mapping, added)])


@operation
def disassociate_subnets(call: Call, backend: Backend) -> Result:
    """Their endpoints go; the last one has to stay."""
    item = _found(call)
    check_token(call, item)
    _check_protection(item, "SubnetChangeProtection")
    gone = set(call.params["SubnetIds"])
    strange = sorted(gone - set(item["endpoints"]))
    if strange:
        raise invalid("Subnet is not associated with the firewall", strange[0])
    if gone == set(item["endpoints"]):
        raise invalid("A firewall needs at least one subnet", "SubnetIds")
    for subnet in sorted(gone):
        close_endpoint(call, item, subnet)
    left = [one for one in item["told"]["SubnetMappings"] if one["SubnetId"] not in gone]
    return _changed(call, item, "SubnetMappings", left)


@operation
def update_firewall_delete_protection(call: Call, backend: Backend) -> Result:
    """Whether it can be deleted."""
    return _set(call, "DeleteProtection")


@operation
def update_subnet_change_protection(call: Call, backend: Backend) -> Result:
    """Whether its subnets can change."""
    return _set(call, "SubnetChangeProtection")


@operation
def update_firewall_policy_change_protection(call: Call, backend: Backend) -> Result:
    """Whether its policy can be exchanged for another."""
    return _set(call, "FirewallPolicyChangeProtection")


@operation
def update_firewall_description(call: Call, backend: Backend) -> Result:
    """What it is for."""
    return _set(call, "Description")


def _set(call: Call, field: str) -> Result:
    item = _found(call)
    check_token(call, item)
    return _changed(call, item, field, call.params.get(field))


def _changed(call: Call, item: Item, field: str, value: Any) -> Result:
    item["told"] = {name: each for name, each in item["told"].items() if name != field}
    if value is not None:
        item["told"][field] = value
    item["token"] = unique(call, "token")
    names = ("FirewallArn", "FirewallName", field)
    told = {name: item["told"][name] for name in names if name in item["told"]}
    return {**told, "UpdateToken": item["token"]}


def _found(call: Call) -> Item:
    return found(call, kept_of(call).firewalls, "Firewall", "firewall")


def _shown(call: Call, item: Item) -> Item:
    return {**item["told"], "Tags": tags_of(call, item["told"]["FirewallArn"])}


def _mapping(mapping: Item) -> Item:
    return {"IPAddressType": "IPV4", **mapping}


def _check_policy(call: Call, policy: str) -> None:
    if policy not in kept_of(call).policies:
        raise (
            missing()
            if ":firewall-policy/" in policy
            else invalid("firewall policy ARN is of incorrect entity type", policy)
        )


def _check_protection(item: Item, field: str) -> None:
    if item["told"][field]:
        name = item["told"]["FirewallArn"]
        raise _refused(f"Unable to change the firewall because {field} is on: {name}")


def _refused(text: str) -> AwsError:
    return AwsError("InvalidOperationException", text)
