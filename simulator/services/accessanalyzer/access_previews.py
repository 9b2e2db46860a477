"""Access previews.

Source: "CreateAccessPreview", "GetAccessPreview", "ListAccessPreviews", "ListAccessPreviewFindings"
(IAM Access Analyzer API Reference); "Monitor IAM Access Analyzer with Amazon EventBridge". A preview is
complete as it is made; events about previews are not simulated.
"""

from __future__ import annotations

import random
from dataclasses import replace

from simulator.access_analyzer import state
from simulator.access_analyzer.asked import account_of, by_arn, missing, page
from simulator.access_analyzer.exposure import exposures
from simulator.access_analyzer.filters import check, invalid, matches
from simulator.access_analyzer.previews import SUPPORTED, Preview, configured
from simulator.access_analyzer.state import Analyzer, Exposure, Finding
from simulator.access_analyzer.zone import zone_of
from simulator.account.chance import drawn_uuid
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.iam.policy import MalformedPolicy
from simulator.services import Backend, Result, operation
from simulator.services.accessanalyzer.findings import access


@operation
def create_access_preview(call: Call, backend: Backend) -> Result:
    """What findings a resource would have, configured as told.

    Raises:
        AwsError: ValidationException; some resource types are not simulated.
    """
    account, analyzer = account_of(call), by_arn(call)
    if analyzer.type not in state.EXTERNAL:
        raise invalid("Access previews need an analyzer of external access.")
    configurations = call.params["configurations"]
    if len(configurations) != 1:
        raise invalid("An access preview has the configuration of exactly one resource.")
    ((arn, configuration),) = configurations.items()
    for kind in configuration:
        if kind not in SUPPORTED:
            raise AwsError.not_simulated("accessanalyzer", f"CreateAccessPreview of {kind}")
    try:
        resource = configured(account.world, account.id, call.region, arn, configuration)
    except MalformedPolicy:
        resource = None
    kept = state.of(account, call.region)
    number = f"{account.world.seed}/{account.id}/{call.region}/{len(kept.previews)}"
    name = drawn_uuid(random.Random(f"access preview/{number}"))
    made = Preview(name, analyzer.arn, configurations, call.time, resource)
    state.keep(account, call.region, replace(kept, previews={**kept.previews, name: made}))
    return {"id": name}


@operation
def get_access_preview(call: Call, backend: Backend) -> Result:
    """One preview with its configuration."""
    preview = _preview(call, by_arn(call))
    return {"accessPreview": _shown(preview) | {"configurations": dict(preview.configurations)}}


@operation
def list_access_previews(call: Call, backend: Backend) -> Result:
    """The previews of an analyzer."""
    analyzer = by_arn(call)
    kept = state.of(account_of(call), call.region).previews.values()
    shown, rest = page(call, [one for one in kept if one.analyzer == analyzer.arn])
    return {"accessPreviews": [_shown(one) for one in shown]} | rest


@operation
def list_access_preview_findings(call: Call, backend: Backend) -> Result:
    """The findings there would be, and which of them there are.

    Raises:
        AwsError: ConflictException where the preview failed.
    """
    analyzer = by_arn(call)
    preview = _preview(call, analyzer)
    if preview.resource is None:
        details = {"resourceId": preview.id, "resourceType": "AccessPreview"}
        raise AwsError("ConflictException", "The access preview failed", 409, details)
    criteria = call.params.get("filter", {})
    check(criteria)
    zone = zone_of(account_of(call).world, account_of(call), analyzer)
    known = {
        each.about: each
        for each in analyzer.findings.values()
        if each.about.resource == preview.resource.arn and isinstance(each.about, Exposure)
    }
    findings = [
        (_found(preview, about, number), known.get(about))
        for number, about in enumerate(exposures(preview.resource, zone))
    ]
    listed = [each for each in findings if matches(each[0], criteria)]
    shown, rest = page(call, listed)
    return {"findings": [_compared(*each) for each in shown]} | rest


def _preview(call: Call, analyzer: Analyzer) -> Preview:
    name = str(call.params["accessPreviewId"])
    found = state.of(account_of(call), call.region).previews.get(name)
    if not isinstance(found, Preview) or found.analyzer != analyzer.arn:
        raise missing("Access preview", name, "AccessPreview")
    return found


def _shown(preview: Preview) -> Result:
    shown: Result = {
        "id": preview.id,
        "analyzerArn": preview.analyzer,
        "createdAt": preview.created,
        "status": "COMPLETED" if preview.resource is not None else "FAILED",
    }
    if preview.resource is None:
        shown["statusReason"] = {"code": "INVALID_CONFIGURATION"}
    return shown


def _found(preview: Preview, about: Exposure, number: int) -> Finding:
    name = drawn_uuid(random.Random(f"access preview finding/{preview.id}/{number}"))
    return Finding(name, about, "ACTIVE", *[preview.created] * 3)


def _compared(found: Finding, before: Finding | None) -> Result:
    about = found.about
    assert isinstance(about, Exposure)
    shown: Result = {
        "id": found.id,
        "resource": about.resource,
        "resourceType": about.kind,
        "resourceOwnerAccount": about.owner,
        "createdAt": found.created,
        "status": "ACTIVE",
        "changeType": "NEW" if before is None else "UNCHANGED",
        **access(about),
    }
    if before is not None:
        shown |= {"existingFindingId": before.id, "existingFindingStatus": before.status}
        shown["changeType"] = "UNCHANGED" if before.status == "ACTIVE" else "CHANGED"
    return shown
