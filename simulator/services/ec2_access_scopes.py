"""Network Access Analyzer: ways between internet gateways and network interfaces.

Other ends, and resources that a path has to go through, are refused as not simulated. An analysis
is done as soon as it is started. Sources: "How Network Access Analyzer works", "Getting started with
Network Access Analyzer using the AWS CLI" (Network Access Analyzer).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.network.insights.access import Scope, Way, ways
from simulator.network.insights.components import Terms, forward
from simulator.network.survey import survey
from simulator.services import Backend, Result, operation
from simulator.services.ec2_insights_state import Item, dry, found, kept, listed, made

_GATEWAY, _INTERFACE = "AWS::EC2::InternetGateway", "AWS::EC2::NetworkInterface"
_INSIDE = frozenset([_INTERFACE, "AWS::EC2::Instance"])
_CONTENT = ("MatchPaths", "ExcludePaths")


@operation
def create_network_insights_access_scope(call: Call, backend: Backend) -> Result:
    """What to look for, and what not to tell."""
    dry(call)
    content = {name: call.params[name] for name in _CONTENT if call.params.get(name)}
    for paths in content.values():
        for path in paths:
            _scopes(path)
    whole = made(
        call, "nis", {"CreatedDate": call.time, "UpdatedDate": call.time, "Content": content}
    )
    return {
        "NetworkInsightsAccessScope": _shown(whole),
        "NetworkInsightsAccessScopeContent": _content(whole),
    }


@operation
def describe_network_insights_access_scopes(call: Call, backend: Backend) -> Result:
    """By ids."""
    return {"NetworkInsightsAccessScopes": [_shown(one) for one in listed(call, "nis", {})]}


@operation
def get_network_insights_access_scope_content(call: Call, backend: Backend) -> Result:
    """What a scope looks for."""
    whole = found(call, "nis", str(call.params["NetworkInsightsAccessScopeId"]))
    return {"NetworkInsightsAccessScopeContent": _content(whole)}


@operation
def delete_network_insights_access_scope(call: Call, backend: Backend) -> Result:
    """Its analyses have to go first."""
    dry(call)
    name = str(call.params["NetworkInsightsAccessScopeId"])
    found(call, "nis", name)
    if any(one["NetworkInsightsAccessScopeId"] == name for one in kept(call, "nisa").values()):
        raise AwsError(
            "AnalysisExistsForNetworkInsightsAccessScope",
            f"Analyses exist for the Network Access Scope {name}. Delete them first.",
        )
    del kept(call, "nis")[name]
    return {"NetworkInsightsAccessScopeId": name}


@operation
def start_network_insights_access_scope_analysis(call: Call, backend: Backend) -> Result:
    """It is shown as running, and succeeds at once."""
    dry(call)
    assert call.account is not None
    scope = found(call, "nis", str(call.params["NetworkInsightsAccessScopeId"]))
    plan = survey(call.account)
    terms = Terms(plan, call.account.id, call.region)
    content = scope["Content"]
    excluded = tuple(one for path in content.get("ExcludePaths", ()) for one in _scopes(path))
    seen = [
        way
        for path in content.get("MatchPaths", ())
        for wanted in _scopes(path)
        for way in ways(plan, wanted, excluded)
    ]
    item = {
        "NetworkInsightsAccessScopeId": scope["NetworkInsightsAccessScopeId"],
        "Status": "succeeded",
        "StartDate": call.time,
        "EndDate": call.time,
        "FindingsFound": "true" if seen else "false",
        "AnalyzedEniCount": len(plan.ports),
        "Findings": [_finding(call, terms, way, place) for place, way in enumerate(seen)],
    }
    shown = _shown(made(call, "nisa", item))
    running = {name: shown[name] for name in shown if name not in {"FindingsFound", "EndDate"}}
    return {"NetworkInsightsAccessScopeAnalysis": {**running, "Status": "running"}}


@operation
def describe_network_insights_access_scope_analyses(call: Call, backend: Backend) -> Result:
    """By ids, or by scope."""
    scope = call.params.get("NetworkInsightsAccessScopeId")
    analyses = [
        _shown(one)
        for one in listed(call, "nisa", {})
        if scope is None or one["NetworkInsightsAccessScopeId"] == scope
    ]
    return {"NetworkInsightsAccessScopeAnalyses": analyses}


@operation
def get_network_insights_access_scope_analysis_findings(call: Call, backend: Backend) -> Result:
    """Page by page."""
    name = str(call.params["NetworkInsightsAccessScopeAnalysisId"])
    whole = found(call, "nisa", name)
    start, most = int(call.params.get("NextToken") or 0), int(call.params.get("MaxResults") or 100)
    told = [
        {
            "NetworkInsightsAccessScopeAnalysisId": name,
            "NetworkInsightsAccessScopeId": whole["NetworkInsightsAccessScopeId"],
            **finding,
        }
        for finding in whole["Findings"][start : start + most]
    ]
    further = start + most < len(whole["Findings"])
    return {
        "NetworkInsightsAccessScopeAnalysisId": name,
        "AnalysisStatus": whole["Status"],
        "AnalysisFindings": told,
        **({"NextToken": str(start + most)} if further else {}),
    }


@operation
def delete_network_insights_access_scope_analysis(call: Call, backend: Backend) -> Result:
    """One analysis."""
    dry(call)
    name = str(call.params["NetworkInsightsAccessScopeAnalysisId"])
    found(call, "nisa", name)
    del kept(call, "nisa")[name]
    return {"NetworkInsightsAccessScopeAnalysisId": name}


def _finding(call: Call, terms: Terms, way: Way, place: int) -> Item:
    assert call.account is not None
    chance = random.Random(f"finding/{call.account.world.seed}/{call.time}/{place}/{way.port.id}")
    source = way.port if way.path.packet.source == way.port.id else None
    return {
        "FindingId": f"AnalysisFinding-{chance.getrandbits(64):016x}",
        "FindingComponents": forward(terms, way.path, source),
    }


def _shown(whole: Item) -> Item:
    return {name: value for name, value in whole.items() if name not in {"Content", "Findings"}}


def _content(whole: Item) -> Item:
    name = "NetworkInsightsAccessScopeId"
    return {name: whole[name], **whole["Content"]}


def _scopes(path: Mapping[str, Any]) -> list[Scope]:
    """What a path of a scope means.

    Raises:
        AwsError: it isn't one between internet gateways and interfaces.
    """
    source, destination = (_resources(path.get(name) or {}) for name in ("Source", "Destination"))
    inward = _is_gateway(source) and not _is_gateway(destination)
    outward = _is_gateway(destination) and not _is_gateway(source)
    if path.get("ThroughResources") or not (inward or outward):
        raise AwsError(
            "UnsupportedOperation",
            "Only paths between internet gateways and network interfaces or instances are simulated "
            "in this account, without resources to go through.",
        )
    gateways, inside = (source, destination) if inward else (destination, source)
    header = _header(path)
    return [
        Scope(
            inward,
            frozenset(name for name in gateways if name != _GATEWAY),
            frozenset(name for name in inside if name not in _INSIDE),
            tuple(header.get("Protocols") or ("tcp", "udp")),
            tuple(_range(each) for each in header.get("DestinationPorts") or ()),
            tuple(header.get("SourceAddresses" if inward else "DestinationAddresses") or ()),
        )
    ]


def _resources(statement: Mapping[str, Any]) -> tuple[str, ...]:
    said = statement.get("ResourceStatement") or {}
    names = [str(each).rpartition("/")[2] for each in said.get("Resources") or ()]
    return (*(said.get("ResourceTypes") or ()), *names)


def _is_gateway(names: tuple[str, ...]) -> bool:
    """All of them are internet gateways; anything that is neither that nor an interface isn't known."""
    known = ("igw-", "i-", "eni-")
    if not names or any(
        name not in {_GATEWAY, *_INSIDE} and not name.startswith(known) for name in names
    ):
        raise AwsError(
            "UnsupportedOperation",
            f"Paths from or to {', '.join(names) or 'anywhere'} are not simulated in this account.",
        )
    return all(name == _GATEWAY or name.startswith("igw-") for name in names)


def _header(path: Mapping[str, Any]) -> dict[str, Any]:
    """The packets meant, said at either end."""
    whole: dict[str, Any] = {}
    for name in ("Source", "Destination"):
        whole |= (path.get(name) or {}).get("PacketHeaderStatement") or {}
    unknown = whole.keys() - {
        "Protocols",
        "DestinationPorts",
        "SourceAddresses",
        "DestinationAddresses",
    }
    if unknown:
        raise AwsError(
            "UnsupportedOperation", f"{', '.join(sorted(unknown))} of a scope is not simulated."
        )
    return whole


def _range(text: str) -> tuple[int, int]:
    low, _, high = str(text).partition("-")
    return int(low), int(high or low)
