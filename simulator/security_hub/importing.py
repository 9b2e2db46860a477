"""What a finding must be to be imported, and what an update may say.

Sources: "BatchImportFindings for finding providers", "Required top-level ASFF attributes",
"BatchUpdateFindings" (AWS Security Hub User Guide and API Reference).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.gateway.errors import AwsError
from simulator.security_hub.filters import moment
from simulator.security_hub.finding import LABELS, stamp
from simulator.security_hub.intake import default_product
from simulator.security_hub.products import PRODUCTS

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.security_hub.state import Hub

_NEEDED: Final = (
    "SchemaVersion",
    "Id",
    "ProductArn",
    "GeneratorId",
    "AwsAccountId",
    "CreatedAt",
    "UpdatedAt",
    "Title",
    "Description",
    "Resources",
)
_TIMES: Final = ("CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt")
_LONGEST: Final = {"Id": 512, "Title": 256, "Description": 1024, "GeneratorId": 512}
_LARGEST: Final = 240 * 1024
_NAMESPACES: Final = (
    "Software and Configuration Checks",
    "TTPs",
    "Effects",
    "Unusual Behaviors",
    "Sensitive Data Identifications",
)
_CHOICES: Final = {
    "VerificationState": ("UNKNOWN", "TRUE_POSITIVE", "FALSE_POSITIVE", "BENIGN_POSITIVE"),
    "RecordState": ("ACTIVE", "ARCHIVED"),
}
_WORKFLOW: Final = ("NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED")


def fault(
    account: Account, region: str, hub: Hub, given: Mapping[str, Any]
) -> dict[str, str] | None:
    """What is wrong with a finding, as BatchImportFindings says it; None where nothing is."""
    product = str(given.get("ProductArn", ""))
    if product not in {default_product(account, region), *hub.products}:
        return _fault("InvalidAccess", f"Account is not allowed to import findings for {product}.")
    if product.startswith(f"arn:aws:securityhub:{region}::product/aws/"):
        return _fault("InvalidAccess", f"Only the provider imports findings for {product}.")
    for name in _NEEDED:
        if given.get(name) in (None, "", []):
            return _invalid(f"finding.{name} is required")
    if given["AwsAccountId"] != account.id:
        return _fault(
            "InvalidAccess", f"Account {account.id} can't import findings for another account."
        )
    if given["SchemaVersion"] != "2018-10-08":
        return _invalid("finding.SchemaVersion should be equal to one of the allowed values")
    if "Severity" not in given and "Severity" not in (given.get("FindingProviderFields") or {}):
        return _invalid("finding should have required property 'Severity'")
    return _shape(given)


def _shape(given: Mapping[str, Any]) -> dict[str, str] | None:
    for name in _TIMES:
        if name in given and not _is_time(given[name]):
            return _invalid(f"finding.{name} should match format date-time")
    for name, most in _LONGEST.items():
        if len(given[name]) > most:
            return _invalid(f"finding.{name} should NOT be longer than {most} characters")
    if len(given["Resources"]) > 32:
        return _invalid("finding.Resources should NOT have more than 32 items")
    for resource in given["Resources"]:
        if not resource.get("Type") or not resource.get("Id"):
            return _invalid("finding.Resources should have required properties Type and Id")
    for kind in given.get("Types") or ():
        if kind.partition("/")[0] not in _NAMESPACES:
            return _invalid("finding.Types should match an allowed namespace")
    for name, allowed in _CHOICES.items():
        if given.get(name, allowed[0]) not in allowed:
            return _invalid(f"finding.{name} should be equal to one of the allowed values")
    label = (given.get("Severity") or {}).get("Label", "LOW")
    if label not in LABELS:
        return _invalid("finding.Severity.Label should be equal to one of the allowed values")
    if len(json.dumps(given, default=str)) > _LARGEST:
        return _invalid("finding should NOT be larger than 240 KB")
    return None


def completed(given: Mapping[str, Any], region: str, now: datetime) -> dict[str, Any]:
    """A provider's finding with what Security Hub adds: of a partner's it knows the names."""
    product = next((one for one in PRODUCTS if one.arn(region) == given["ProductArn"]), None)
    names = {"ProductName": "Default", "CompanyName": "Personal", **given}
    if product is not None:
        names |= {"ProductName": product.name, "CompanyName": product.company}
    return {
        **names,
        "Region": given.get("Region") or region,
        "ProcessedAt": stamp(now),
    }


def check_update(update: Mapping[str, Any]) -> None:
    """Raises AwsError: InvalidInputException for what BatchUpdateFindings can't take."""
    status = (update.get("Workflow") or {}).get("Status", "NEW")
    if status not in _WORKFLOW:
        raise _refused(f"Invalid parameter 'Workflow.Status': '{status}'")
    label = (update.get("Severity") or {}).get("Label", "LOW")
    if label not in LABELS:
        raise _refused(f"Invalid parameter 'Severity.Label': '{label}'")
    state = update.get("VerificationState", "UNKNOWN")
    if state not in _CHOICES["VerificationState"]:
        raise _refused(f"Invalid parameter 'VerificationState': '{state}'")
    for name in ("Confidence", "Criticality"):
        if not 0 <= int(update.get(name, 0)) <= 100:
            raise _refused(f"{name} must be between 0 and 100.")
    note = update.get("Note")
    if note is not None and not 1 <= len(note["Text"]) <= 512:
        raise _refused("Note.Text must have between 1 and 512 characters.")
    for kind in update.get("Types") or ():
        if kind.partition("/")[0] not in _NAMESPACES:
            raise _refused(f"Invalid parameter 'Types': '{kind}'")


def _is_time(text: Any) -> bool:
    try:
        moment(str(text))
    except ValueError:
        return False
    return "T" in str(text)


def _fault(code: str, message: str) -> dict[str, str]:
    return {"ErrorCode": code, "ErrorMessage": message}


def _invalid(message: str) -> dict[str, str]:
    return _fault("InvalidInput", message)


def _refused(message: str) -> AwsError:
    return AwsError("InvalidInputException", message)
