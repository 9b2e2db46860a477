"""AWS Security Hub: what an update would set, and whose findings are imported, as condition keys.

Sources: "Actions, resources, and condition keys for AWS Security Hub" (Service Authorization
Reference), "Configuring access to BatchUpdateFindings" (AWS Security Hub User Guide).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.iam.actions.needed import ContextValue, Needed, Request

_PATH = "securityhub:ASFFSyntaxPath/"


def update(call: Request) -> tuple[Needed, ...]:
    """A key for each field that the call sets, such as …/Workflow.Status."""
    context: dict[str, ContextValue] = {}
    for name, value in call.params.items():
        if name != "FindingIdentifiers":
            for path, found in _leaves(name, value):
                context[f"{_PATH}{path}"] = found
    return (call.need("securityhub:BatchUpdateFindings", "*", context),)


def imported(call: Request) -> tuple[Needed, ...]:
    """On each product, with the accounts that the findings are about."""
    accounts: dict[str, list[str]] = {}
    for finding in call.params.get("Findings") or ():
        listed = accounts.setdefault(str(finding.get("ProductArn", "*")), [])
        number = str(finding.get("AwsAccountId", ""))
        if number not in listed:
            listed.append(number)
    return tuple(
        call.need(
            "securityhub:BatchImportFindings", product, {"securityhub:TargetAccount": tuple(about)}
        )
        for product, about in accounts.items()
    ) or (call.need("securityhub:BatchImportFindings", "*"),)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, ContextValue]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(f"{path}.{name}", each)
    elif isinstance(value, list):
        merged: dict[str, list[str]] = {}
        for each in value:
            for name, found in _leaves(path, each):
                merged.setdefault(name, []).extend([found] if isinstance(found, str) else found)
        yield from ((name, tuple(found)) for name, found in merged.items())
    else:
        yield path, str(value)


OPERATIONS: Mapping[str, Any] = {"BatchImportFindings": imported, "BatchUpdateFindings": update}
