"""The resources that an analyzer has looked at, and the wish that it look again.

Source: "ListAnalyzedResources", "GetAnalyzedResource", "StartResourceScan" (IAM Access Analyzer API
Reference).
"""

from __future__ import annotations

from dataclasses import replace

from simulator.access_analyzer import state
from simulator.access_analyzer.asked import account_of, by_arn, missing, page
from simulator.access_analyzer.filters import invalid
from simulator.access_analyzer.state import Analyzer, Exposure
from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation


@operation
def list_analyzed_resources(call: Call, backend: Backend) -> Result:
    """All that were looked at, or those of one type."""
    kind = call.params.get("resourceType")
    held = _external(by_arn(call)).resources
    listed = [one for _, one in sorted(held.items()) if kind in (None, one.kind)]
    shown, rest = page(call, listed)
    return {
        "analyzedResources": [
            {
                "resourceArn": one.arn,
                "resourceOwnerAccount": one.owner,
                "resourceType": one.kind,
            }
            for one in shown
        ]
    } | rest


@operation
def get_analyzed_resource(call: Call, backend: Backend) -> Result:
    """What was found about one resource.

    Raises:
        AwsError: ResourceNotFoundException.
    """
    analyzer, arn = _external(by_arn(call)), str(call.params["resourceArn"])
    looked = analyzer.resources.get(arn)
    if looked is None:
        raise missing("Resource", arn, "AnalyzedResource")
    about = [one for one in analyzer.findings.values() if one.about.resource == arn]
    open_ones = [
        one.about for one in about if one.status != "RESOLVED" and isinstance(one.about, Exposure)
    ]
    shown: Result = {
        "resourceArn": arn,
        "resourceType": looked.kind,
        "resourceOwnerAccount": looked.owner,
        "createdAt": looked.created,
        "analyzedAt": looked.analyzed,
        "updatedAt": max((one.updated for one in about), default=looked.updated),
        "isPublic": any(one.public for one in open_ones),
    }
    if open_ones:
        shown["actions"] = sorted({action for one in open_ones for action in one.actions})
        shown["sharedVia"] = sorted({source for one in open_ones for source in one.sources})
    if about:
        statuses = {one.status for one in about}
        ranked = ("ACTIVE", "ARCHIVED", "RESOLVED")
        shown["status"] = next(each for each in ranked if each in statuses)
    return {"resource": shown}


@operation
def start_resource_scan(call: Call, backend: Backend) -> Result:
    """The resource is looked at again soon.

    Raises:
        AwsError: ValidationException.
    """
    analyzer, arn = _external(by_arn(call)), str(call.params["resourceArn"])
    if not arn.startswith("arn:"):
        raise invalid(f"Invalid resource ARN: {arn}")
    changed = replace(analyzer, asked=(*analyzer.asked, arn))
    state.put(account_of(call), call.region, changed)
    return {}


def _external(analyzer: Analyzer) -> Analyzer:
    if analyzer.type not in state.EXTERNAL:
        raise invalid("This operation doesn't support unused access analyzers.")
    return analyzer
