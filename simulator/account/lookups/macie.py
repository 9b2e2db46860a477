"""Macie's resources: their tags."""

from __future__ import annotations

from typing import Any

from simulator.account.lookups.arns import Arn


def tags(state: Any, arn: Arn) -> Any:
    """Tags of a job, a custom data identifier, an allow list or a filter."""
    return state.__dict__.get("tags_by_arn", {}).get(arn.text)
