"""The answer, and the words AWS puts it in.

Sources: "Troubleshoot access denied error messages"; "Enhanced access denied error messages with
policy ARNs" (AWS Security Blog).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple


class Result(StrEnum):
    """The three answers, as the policy simulator of the console and `drill decide` name them."""

    ALLOWED = "Allowed"
    IMPLICITLY_DENIED = "ImplicitlyDenied"
    EXPLICITLY_DENIED = "ExplicitlyDenied"


class Layer(StrEnum):
    """The kind of policy that decided."""

    IDENTITY = "identity-based policy"
    RESOURCE = "resource-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    SCP = "service control policy"
    RCP = "resource control policy"
    ENDPOINT = "VPC endpoint policy"
    BLOCK_PUBLIC_ACCESS = "block public access"


class Match(NamedTuple):
    """A statement that applied."""

    layer: Layer
    effect: str
    statement: str
    conditions: tuple[str, ...] = ()
    """Each condition that was met, with what it wanted and what the request had."""


class NearMiss(NamedTuple):
    """A statement that all but one of its elements would have made apply."""

    layer: Layer
    effect: str
    statement: str
    element: str
    """The one that did not match: "Action", "NotResource", "Condition Bool aws:SecureTransport"."""
    wanted: str
    found: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with its reason."""

    result: Result
    layer: Layer
    because: str
    """One sentence: the kind of policy, its name, the Sid or position of the statement."""
    policy_arn: str = ""
    """Of the denying policy, where its name is an ARN."""
    matched: tuple[Match, ...] = ()
    """The statements that applied, of the effect that decided. Only `explain` tells them."""
    near: tuple[NearMiss, ...] = ()
    """The statements that nearly applied. Only `explain` tells them."""

    @property
    def allowed(self) -> bool:
        """Whether the request may go on."""
        return self.result is Result.ALLOWED

    def as_json(self, explained: bool = False) -> dict[str, Any]:
        """The verdict as plain data; with what `explain` found if `explained`."""
        plain: dict[str, Any] = {
            "result": self.result.value,
            "layer": self.layer.value,
            "because": self.because,
        }
        if explained:
            plain["matched"] = [match._asdict() for match in self.matched]
            plain["near"] = [miss._asdict() for miss in self.near]
        return plain

    def message(self, principal_label: str, action: str, resource: str) -> str:
        """AWS's error message of a denial.

        `principal_label` is the caller's ARN; S3 alone puts the resource in quotation marks,
        and a request on "*" names none.
        """
        text = f"User: {principal_label} is not authorized to perform: {action}"
        if resource and resource != "*":
            quoted = f'"{resource}"' if action.lower().startswith("s3:") else resource
            text += f" on resource: {quoted}"
        return f"{text} {self._reason(action)}"

    def _reason(self, action: str) -> str:
        if self.layer is Layer.BLOCK_PUBLIC_ACCESS:
            return (
                "because public policies are restricted by the RestrictPublicBuckets setting"
                " in S3 Block Public Access"
            )
        trust = self.layer is Layer.RESOURCE and action.lower().startswith("sts:")
        kind = "role trust policy" if trust else self.layer.value
        if self.result is Result.EXPLICITLY_DENIED:
            article = "the" if trust else "an" if self.layer is Layer.IDENTITY else "a"
            told = f": {self.policy_arn}" if self.policy_arn else ""
            return f"with an explicit deny in {article} {kind}{told}"
        return f"because no {kind} allows the {action} action"
