"""What a runbook is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, str]
Read = Callable[[str, str, dict[str, Any]], dict[str, Any]]
"""A reading call (botocore's service, operation, parameters), made by whoever acts."""


@dataclass(frozen=True, slots=True)
class Make:
    """A step's call. After one that may fail the runbook goes on, and has failed at its end."""

    step: str
    service: str
    operation: str
    params: dict[str, Any]
    may_fail: bool = False
