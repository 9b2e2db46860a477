"""VPC Reachability Analyzer: whether a path is there, decided by the network of the account.

An analysis is done as soon as it is started. Transit gateways, VPC endpoint services and other
places that the network doesn't model are refused as ends of a path.
Sources: "How Reachability Analyzer works", "Reachability Analyzer explanation codes" (VPC
Reachability Analyzer), "CreateNetworkInsightsPath" (Amazon EC2 API Reference).
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.network.insights.components import Terms, backward, forward
from simulator.network.insights.explanations import explain
from simulator.network.insights.search import Question, fits, port_of, search
from simulator.network.packet import Path
from simulator.network.survey import survey
from simulator.services import Backend, Result, operation
from simulator.services.ec2_insights_state import Item, dry, found, kept, listed, made

_ENDS = ("i-", "eni-", "igw-", "vgw-")
_TYPES = {
    "i": "instance",
    "eni": "network-interface",
    "igw": "internet-gateway",
    "vgw": "vpn-gateway",
}


@operation
def create_network_insights_path(call: Call, backend: Backend) -> Result:
    """From a source to a destination, either by id or by ARN."""
    dry(call)
    params = call.params
    ends = {name: _end(call, params.get(name)) for name in ("Source", "Destination")}
    filters = params.get("FilterAtSource") or {}
    if not ends["Destination"] and not (
        params.get("DestinationIp") or filters.get("DestinationAddress")
    ):
        raise AwsError("MissingParameter", "The request must contain the parameter Destination")
    item: Item = {"CreatedDate": call.time, "Protocol": str(params["Protocol"]).lower()}
    for name, value in ends.items():
        if value:
            item |= {name: value, f"{name}Arn": _arn(call, value)}
    same = ("SourceIp", "DestinationIp", "DestinationPort", "FilterAtSource", "FilterAtDestination")
    item |= {name: params[name] for name in same if params.get(name) is not None}
    return {"NetworkInsightsPath": made(call, "nip", item)}


@operation
def describe_network_insights_paths(call: Call, backend: Backend) -> Result:
    """By ids, or by what they lead from and to."""
    fields = {"source": "Source", "destination": "Destination", "protocol": "Protocol"}
    filters = {name: _field(field) for name, field in fields.items()}
    return {"NetworkInsightsPaths": [dict(one) for one in listed(call, "nip", filters)]}


@operation
def delete_network_insights_path(call: Call, backend: Backend) -> Result:
    """Its analyses have to go first."""
    dry(call)
    name = str(call.params["NetworkInsightsPathId"])
    found(call, "nip", name)
    if any(one["NetworkInsightsPathId"] == name for one in kept(call, "nia").values()):
        raise AwsError(
            "AnalysisExistsForNetworkInsightsPath",
            f"Analyses exist for the network insights path {name}. Delete them first.",
        )
    del kept(call, "nip")[name]
    return {"NetworkInsightsPathId": name}


@operation
def start_network_insights_analysis(call: Call, backend: Backend) -> Result:
    """It is shown as running, and succeeds at once."""
    dry(call)
    if call.params.get("FilterInArns") or call.params.get("FilterOutArns"):
        raise AwsError(
            "UnsupportedOperation",
            "Analyses with intermediate components to include or exclude are not simulated.",
        )
    path = found(call, "nip", str(call.params["NetworkInsightsPathId"]))
    item = {
        "NetworkInsightsPathId": path["NetworkInsightsPathId"],
        "StartDate": call.time,
        "Status": "succeeded",
        **_analyzed(call, path),
    }
    shown = dict(made(call, "nia", item))
    hidden = ("NetworkPathFound", "ForwardPathComponents", "ReturnPathComponents", "Explanations")
    for name in hidden:
        shown.pop(name, None)
    return {"NetworkInsightsAnalysis": {**shown, "Status": "running"}}


@operation
def describe_network_insights_analyses(call: Call, backend: Backend) -> Result:
    """By ids, by path, or by outcome."""
    filters = {
        "path-found": lambda one: str(one["NetworkPathFound"]).lower(),
        "status": _field("Status"),
    }
    path = call.params.get("NetworkInsightsPathId")
    analyses = [
        dict(one)
        for one in listed(call, "nia", filters)
        if path is None or one["NetworkInsightsPathId"] == path
    ]
    return {"NetworkInsightsAnalyses": analyses}


@operation
def delete_network_insights_analysis(call: Call, backend: Backend) -> Result:
    """One analysis."""
    dry(call)
    name = str(call.params["NetworkInsightsAnalysisId"])
    found(call, "nia", name)
    del kept(call, "nia")[name]
    return {"NetworkInsightsAnalysisId": name}


def _analyzed(call: Call, item: Item) -> Item:
    assert call.account is not None
    plan = survey(call.account)
    question = _question(item)
    source = port_of(plan, question.source)
    path = search(plan, question)
    if path is None:
        return {"NetworkPathFound": False, "Explanations": [_nowhere()]}
    terms = Terms(plan, call.account.id, call.region)
    if path.answered and fits(path, question):
        return {
            "NetworkPathFound": True,
            "ForwardPathComponents": forward(terms, path, source),
            "ReturnPathComponents": backward(terms, path, source),
        }
    return {"NetworkPathFound": False, "Explanations": [_why(terms, path, source)]}


def _why(terms: Terms, path: Path, source: Any) -> Item:
    return explain(terms, path, source) or _nowhere()


def _nowhere() -> Item:
    """The packet gets somewhere, but not by the gateway that was named."""
    return {"ExplanationCode": "NO_POSSIBLE_DESTINATION"}


def _question(item: Item) -> Question:
    filters = item.get("FilterAtSource") or {}
    wanted = filters.get("DestinationPortRange") or {}
    port = item.get("DestinationPort")
    ports = ((int(port), int(port)),) if port is not None else ()
    if wanted:
        ports = ((int(wanted.get("FromPort", 0)), int(wanted.get("ToPort", 65535))),)
    sent_from = (filters.get("SourcePortRange") or {}).get("FromPort")
    return Question(
        item["Source"],
        item.get("Destination", ""),
        item["Protocol"],
        ports,
        int(sent_from) if sent_from else 49_152,
        item.get("SourceIp") or filters.get("SourceAddress") or "",
        item.get("DestinationIp") or filters.get("DestinationAddress") or "",
    )


def _end(call: Call, given: Any) -> str:
    """The id of an end of a path, which must be there."""
    if not given:
        return ""
    assert call.account is not None
    name = str(given).rpartition("/")[2]
    if not name.startswith(_ENDS):
        raise AwsError(
            "UnsupportedOperation", f"Paths from or to {name} are not simulated in this account."
        )
    plan = survey(call.account)
    gateways = {one.id for one in plan.network.internet_gateways}
    gateways |= {one.id for one in plan.network.private_gateways}
    if port_of(plan, name) is None and name not in gateways:
        raise AwsError("InvalidParameterValue", f"The resource {name} does not exist")
    return name


def _arn(call: Call, name: str) -> str:
    assert call.account is not None
    kind = _TYPES[name.partition("-")[0]]
    return f"arn:aws:ec2:{call.region}:{call.account.id}:{kind}/{name}"


def _field(name: str) -> Any:
    return lambda item: str(item.get(name, ""))
