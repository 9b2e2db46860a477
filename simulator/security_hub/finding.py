"""A finding as Security Hub keeps it: its ASFF, who changed what in it, and its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

Asff = Mapping[str, Any]
Key = tuple[str, str]
"""ProductArn and Id."""
LABELS: Final = {"INFORMATIONAL": 0, "LOW": 1, "MEDIUM": 40, "HIGH": 70, "CRITICAL": 90}
"""Normalized severity by label. Source: "Severity" (AWS Security Hub API Reference)."""
_HISTORY: Final = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a finding's history. `source` is such as ("BATCH_UPDATE_FINDINGS", ARN)."""

    time: datetime
    source: tuple[str, str]
    updates: tuple[tuple[str, Any, Any], ...] = ()
    """Field, what it was, what it is."""
    created: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """`asff` is never changed. `own` are the fields that the customer or a rule has set."""

    asff: Asff
    own: frozenset[str] = frozenset()
    history: tuple[Change, ...] = ()

    @property
    def key(self) -> Key:
        return self.asff["ProductArn"], self.asff["Id"]

    def changed(
        self,
        fields: Mapping[str, Any],
        time: datetime,
        source: tuple[str, str],
        *,
        own: bool = False,
    ) -> Finding:
        """The finding with other fields, if any of them is other, and the change in its history."""
        updates = tuple(
            (name, self.asff.get(name), value)
            for name, value in fields.items()
            if self.asff.get(name) != value
        )
        kept = self.own | set(fields) if own else self.own
        if not updates:
            return replace(self, own=kept)
        return Finding(
            {**self.asff, **fields},
            kept,
            (*self.history, Change(time, source, updates))[-_HISTORY:],
        )


def label_of(normalized: int) -> str:
    """The label of a normalized severity. Source: "Severity" (AWS Security Hub API Reference)."""
    if normalized >= 90:
        return "CRITICAL"
    if normalized >= 70:
        return "HIGH"
    if normalized >= 40:
        return "MEDIUM"
    return "LOW" if normalized >= 1 else "INFORMATIONAL"


def severity(given: Mapping[str, Any]) -> dict[str, Any]:
    """A severity with both its label and its number; the label decides where both are given."""
    label = given.get("Label") or label_of(int(given.get("Normalized", 0)))
    return {**given, "Label": label, "Normalized": LABELS[label]}


def product_arn(region: str, name: str = "securityhub") -> str:
    """The ARN of one of AWS's own products."""
    return f"arn:aws:securityhub:{region}::product/aws/{name}"


def stamp(time: datetime) -> str:
    """A time as control findings have it."""
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z"
