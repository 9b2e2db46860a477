"""Firewalls, which are ready as soon as they are made.

Sources: "CreateFirewall", "DeleteFirewall", "Firewall" (AWS Network Firewall API
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
    check_policy_there(call, policy)
    subnets_of(call, vpc, mappings, [])
    backend()
    told: dict[str, Any] = {
        "FirewallName": params["FirewallName"],
        "FirewallArn": name,
        "FirewallPolicyArn": policy,
        "VpcId": vpc,
        "SubnetMappings": [mapping_of(one) for one in mappings],
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
    item = firewall_of(call)
    return {
        "UpdateToken": item["token"],
        "Firewall": _shown(call, item),
        "FirewallStatus": status(call, item),
    }


@operation
def delete_firewall(call: Call, backend: Backend) -> Result:
    """Its protection and its logging have to be off."""
    item = firewall_of(call)
    told, name = item["told"], item["told"]["FirewallArn"]
    if told["DeleteProtection"]:
        raise refused(f"Unable to delete the firewall because delete protection is on: {name}")
    logging = backend_of(call).firewalls[name].logging_configs or {}
    if logging.get("LogDestinationConfigs"):
        raise refused(
            f"Unable to delete the firewall because it has a logging configuration: {name}"
        )
    firewall, shown = _shown(call, item), {**status(call, item), "Status": "DELETING"}
    for subnet in list(item["endpoints"]):
        close_endpoint(call, item, subnet)
    del kept_of(call).firewalls[name], backend_of(call).firewalls[name]
    backend_of(call).tagger.delete_all_tags_for_resource(name)
    return {"Firewall": firewall, "FirewallStatus": shown}


def firewall_of(call: Call) -> Item:
    """The firewall that the call names.

    Raises:
        AwsError: ResourceNotFoundException.
    """
    return found(call, kept_of(call).firewalls, "Firewall", "firewall")


def _shown(call: Call, item: Item) -> Item:
    return {**item["told"], "Tags": tags_of(call, item["told"]["FirewallArn"])}


def mapping_of(mapping: Item) -> Item:
    """A subnet mapping as it is shown."""
    return {"IPAddressType": "IPV4", **mapping}


def check_policy_there(call: Call, policy: str) -> None:
    """A firewall needs a policy that exists.

    Raises:
        AwsError: ResourceNotFoundException, InvalidRequestException.
    """
    if policy not in kept_of(call).policies:
        raise (
            missing()
            if ":firewall-policy/" in policy
            else invalid("firewall policy ARN is of incorrect entity type", policy)
        )


def refused(text: str) -> AwsError:
    """The state that it is in does not allow it."""
    return AwsError("InvalidOperationException", text)
