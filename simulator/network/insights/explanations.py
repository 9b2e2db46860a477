"""Why a path is not found, in the explanation codes of Reachability Analyzer.

Source: "Reachability Analyzer explanation codes" (VPC Reachability Analyzer).
"""

from __future__ import annotations

from typing import Any, Final

from simulator.network.insights.components import Terms, directed
from simulator.network.packet import Hop, Kind, Passage, Path
from simulator.network.plan import Port

_PLAIN: Final = {
    Kind.SOURCE: "BAD_STATE",
    Kind.RESOLVER: "NO_POSSIBLE_DESTINATION",
    Kind.EGRESS_ONLY_GATEWAY: "NO_POSSIBLE_DESTINATION",
    Kind.ENDPOINT: "NO_POSSIBLE_DESTINATION",
    Kind.PRIVATE_GATEWAY: "NO_POSSIBLE_DESTINATION",
    Kind.FIREWALL: "FIREWALL_RULES_RESTRICTION",
    Kind.APPLIANCE: "ENI_SOURCE_DEST_CHECK_RESTRICTION",
}
_PEERING: Final = {"is not active": "BAD_STATE", "does not belong": "NO_POSSIBLE_DESTINATION"}
_NAT: Final = {
    "is not available": "BAD_STATE",
    "is in another VPC": "NGW_REQUIRES_SOURCE_IN_VPC",
    "carries": "PROTOCOL_RESTRICTION",
}
_BALANCER: Final = {
    "is not active": "BAD_STATE",
    "has no target": "ELBV2_LISTENER_HAS_NO_TG",
    "has no listener": "ELBV2_LISTENERS_MISMATCH",
}


def explain(terms: Terms, path: Path, source: Port | None) -> dict[str, Any] | None:
    """The first component that stops a path; None if none does."""
    found = _stop(path, source)
    if found is None:
        return None
    hop, egress, leg = found
    port = _where(terms, path, leg, egress, source)
    told: dict[str, Any] = {"Direction": "egress" if egress else "ingress"}
    if port is not None:
        told |= {"Vpc": terms.component(port.edge.vpc), "Subnet": terms.component(port.edge.id)}
    if hop.kind is Kind.SECURITY_GROUP:
        return {**told, **_groups(terms, hop, egress, port)}
    if hop.kind is Kind.ACL:
        rule = terms.acl_rule(hop.component, hop.rule, egress)
        acl = terms.component(hop.component)
        return {**told, "ExplanationCode": "SUBNET_ACL_RESTRICTION", "Acl": acl, "AclRule": rule}
    if hop.kind is Kind.ROUTE_TABLE:
        return {**told, **_route(terms, hop)}
    code = _code(hop, path.request[:1] == (hop,) and source is None)
    told["ExplanationCode"] = code
    if "-" in hop.component and not hop.component[0].isdigit():
        told["Component"] = terms.component(hop.component)
    if hop.kind is Kind.INTERNET_GATEWAY and hop.component.startswith("igw-"):
        told["InternetGateway"] = terms.component(hop.component)
    return told


def _stop(path: Path, source: Port | None) -> tuple[Hop, bool, tuple[Passage, ...]] | None:
    """Where it stops, and what the interfaces on that leg saw."""
    legs = [(path.request, source is not None, path.request_passages)]
    if path.onward is not None:
        legs.append((path.onward.request, True, path.onward.request_passages))
        legs.append((path.onward.answer, True, path.onward.answer_passages))
    legs.append((path.answer, path.reached.startswith("eni-"), path.answer_passages))
    for hops, outward, seen in legs:
        for hop, egress in directed(hops, outward):
            if not hop.passed:
                return hop, egress, seen
    return None


def _where(
    terms: Terms, path: Path, seen: tuple[Passage, ...], egress: bool, source: Port | None
) -> Port | None:
    """The interface at which it stops: the last that saw it."""
    fitting = [one for one in seen if one.egress == egress]
    if fitting:
        return terms.plan.ports[fitting[-1].interface]
    return source if egress and seen is path.request_passages else None


def _groups(terms: Terms, hop: Hop, egress: bool, port: Port | None) -> dict[str, Any]:
    names = [name for name in hop.component.split(", ") if name.startswith("sg-")]
    known = [one for one in terms.plan.network.groups if one.id in names]
    rules = [rule for one in known for rule in (one.outbound if egress else one.inbound)]
    told: dict[str, Any] = {
        "ExplanationCode": "ENI_SG_RULES_MISMATCH" if rules or not names else "SG_HAS_NO_RULES",
        "SecurityGroups": [terms.component(name) for name in names],
    }
    if len(names) == 1:
        told["SecurityGroup"] = terms.component(names[0])
    if port is not None:
        told["NetworkInterface"] = terms.component(port.id)
    return told


def _route(terms: Terms, hop: Hop) -> dict[str, Any]:
    table = {"RouteTable": terms.component(hop.component)} if hop.component else {}
    if not hop.rule:
        return {**table, "ExplanationCode": "NO_ROUTE_TO_DESTINATION"}
    code = "NO_POSSIBLE_DESTINATION" if "not simulate" in hop.why else "BAD_STATE_ROUTE"
    return {**table, "ExplanationCode": code, "Component": terms.component(hop.rule)}


def _code(hop: Hop, entering: bool) -> str:
    why = hop.why
    if hop.kind is Kind.INTERNET_GATEWAY:
        if "has no public address" in why:
            return "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"
        return "BAD_STATE_ATTACHMENT" if "attached" in why else "NO_POSSIBLE_DESTINATION"
    if hop.kind is Kind.INTERNET:
        if entering:
            return "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"
        return "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"
    if hop.kind is Kind.DESTINATION:
        return "BAD_STATE" if "is stopped" in why else "NO_POSSIBLE_DESTINATION"
    tables = {
        Kind.PEERING: (_PEERING, "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"),
        Kind.NAT_GATEWAY: (_NAT, "NO_POSSIBLE_DESTINATION"),
        Kind.LOAD_BALANCER: (_BALANCER, "ELBV2_LISTENERS_MISMATCH"),
    }
    if hop.kind not in tables:
        return _PLAIN.get(hop.kind, "NO_POSSIBLE_DESTINATION")
    table, otherwise = tables[hop.kind]
    return next((code for words, code in table.items() if words in why), otherwise)
