"""DNS Firewall's domain lists.

Source: "DNS Firewall domain lists" (Amazon Route 53 Developer Guide).
"""

from __future__ import annotations

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.route53resolver.firewall_state import firewall_of, found, named, shown

_KIND = "Firewall domain list"


@operation
def create_firewall_domain_list(call: Call, backend: Backend) -> Result:
    """An empty list."""
    made = {**named(call, "firewall-domain-list", "rslvr-fdl"), "Domains": []}
    firewall_of(call).lists[made["Id"]] = made
    return {"FirewallDomainList": shown(made)}


@operation
def update_firewall_domains(call: Call, backend: Backend) -> Result:
    """ADD, REMOVE or REPLACE."""
    name, what = call.params["FirewallDomainListId"], call.params["Operation"]
    kept = found(firewall_of(call).lists, _KIND, name)
    given = [f"{domain.rstrip('.').lower()}." for domain in call.params["Domains"]]
    if what == "ADD":
        kept["Domains"] = list(dict.fromkeys([*kept["Domains"], *given]))
    elif what == "REMOVE":
        kept["Domains"] = [domain for domain in kept["Domains"] if domain not in given]
    else:
        kept["Domains"] = list(dict.fromkeys(given))
    return {"Id": name, "Name": kept["Name"], "Status": "COMPLETE", "StatusMessage": "Updated"}


@operation
def list_firewall_domains(call: Call, backend: Backend) -> Result:
    """All domains of a list."""
    kept = found(firewall_of(call).lists, _KIND, call.params["FirewallDomainListId"])
    return {"Domains": list(kept["Domains"])}


@operation
def get_firewall_domain_list(call: Call, backend: Backend) -> Result:
    """One list."""
    kept = found(firewall_of(call).lists, _KIND, call.params["FirewallDomainListId"])
    return {"FirewallDomainList": shown(kept)}


@operation
def list_firewall_domain_lists(call: Call, backend: Backend) -> Result:
    """All lists."""
    fields = ("Id", "Arn", "Name", "CreatorRequestId")
    kept = firewall_of(call).lists.values()
    return {"FirewallDomainLists": [{field: each[field] for field in fields} for each in kept]}


@operation
def delete_firewall_domain_list(call: Call, backend: Backend) -> Result:
    """A list that no rule uses."""
    firewall, name = firewall_of(call), call.params["FirewallDomainListId"]
    kept = found(firewall.lists, _KIND, name)
    rules = [rule for group in firewall.groups.values() for rule in group["Rules"]]
    if any(rule["FirewallDomainListId"] == name for rule in rules):
        raise AwsError(
            "ConflictException",
            f"[RSLVR-02005] The firewall domain list {name} is used by a firewall rule.",
        )
    del firewall.lists[name]
    return {"FirewallDomainList": {**shown(kept), "Status": "DELETING"}}
