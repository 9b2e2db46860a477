"""A call to KMS that no client made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class HiddenCall:
    """One call that a service makes to KMS with the rights of its own caller."""

    operation: str
    key: str
    """Id, ARN or alias, as the resource or the request names it."""
    encryption_context: Mapping[str, str]
    params: Mapping[str, Any] = field(default_factory=dict)
    """Further parameters in boto3's shape."""
    account_id: str | None = None
    """Where a bare id or alias is looked for; None for the account called into."""
