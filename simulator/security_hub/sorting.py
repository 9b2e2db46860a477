"""Findings in order. Source: "SortCriterion" (AWS Security Hub API Reference)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from simulator.security_hub.attributes import values
from simulator.security_hub.finding import LABELS

Asff = Mapping[str, Any]


def ordered(findings: Sequence[Asff], criteria: Sequence[Mapping[str, str]]) -> list[Asff]:
    """By the first criterion, among equals by the next one; the latest update first without any."""
    found = sorted(findings, key=lambda one: (one["ProductArn"], one["Id"]))
    wanted = criteria or ({"Field": "UpdatedAt", "SortOrder": "desc"},)
    for criterion in reversed(wanted):
        place = partial(_place, field=criterion.get("Field", "UpdatedAt"))
        found.sort(key=place, reverse=criterion.get("SortOrder", "asc") == "desc")
    return found


def _place(finding: Asff, field: str) -> tuple[int, float, str]:
    found = values(finding, field)
    if not found:
        return (0, 0.0, "")
    value = found[0]
    if isinstance(value, int | float):
        return (1, float(value), "")
    if field.replace(".", "") == "SeverityLabel":
        return (1, float(LABELS.get(str(value), 0)), "")
    return (1, 0.0, str(value))
