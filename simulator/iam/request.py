"""What is asked: one principal, one action, one resource and what is known about the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """One authorization question. An API call that needs several actions asks several."""

    principal: str | None
    """ARN of a user, role session, federated user or root; a service ("cloudtrail.amazonaws.com");
    a web or SAML identity provider; None for an anonymous caller."""
    action: str
    """"s3:GetObject"; case does not matter."""
    resource: str
    """ARN, or "*"."""
    resource_account: str | None = None
    """Twelve digits. None takes the account in the resource's ARN, else the principal's."""
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    """Condition keys, whose case does not matter. Nothing is read from this machine: a policy
    on aws:CurrentTime needs it here."""
    wildcard_only: bool = False
    """The action takes no resource, so that only statements about "*" speak of it."""
    federated_by: str | None = None
    """ARN of the IAM user who made a federated user's session, where it is known."""
