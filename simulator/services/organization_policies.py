"""Service and resource control policies: what their documents must look like, and their quotas.

Sources: "SCP syntax", "RCP syntax", "Quotas and service limits for AWS Organizations" (2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.account.organization import RCP, SCP
from simulator.gateway.errors import AwsError
from simulator.iam.policy import MalformedPolicy, Policy

_NO_MORE = "You have attached the maximum number of policies to the specified target."
_LAST = (
    "You cannot remove the last policy attached to the specified target. You must have at least one "
    "attached at all times."
)


@dataclass(frozen=True, slots=True)
class Quota:
    """`size` counts the characters of a document, `attached` the policies directly on a target."""

    size: int
    attached: int


QUOTAS = {SCP: Quota(10_240, 10), RCP: Quota(5_120, 5)}
DEFAULTS = {SCP: "p-FullAWSAccess", RCP: "p-RCPFullAWSAccess"}
"""What is attached everywhere when a policy type is enabled."""


def check(kind: str, content: str) -> None:
    """Refuse a document that a policy of type `kind` can't have; other types aren't looked at.

    Raises:
        AwsError: MalformedPolicyDocumentException or ConstraintViolationException.
    """
    if kind not in QUOTAS:
        return
    if len(content) > QUOTAS[kind].size:
        raise violation("You have exceeded the maximum policy size.")
    try:
        policy = Policy.parse(content)
        if policy.version != "2012-10-17":
            raise MalformedPolicy("Version")
        for statement in policy.statements:
            _fits(kind, statement.written)
        if kind == SCP:
            policy.check_identity_based()
    except MalformedPolicy as error:
        raise AwsError(
            "MalformedPolicyDocumentException",
            "The provided policy document does not meet the requirements of the specified policy "
            "type.",
        ) from error


def _fits(kind: str, statement: Mapping[str, Any]) -> None:
    """An RCP of a customer denies, to everybody, and says of which services."""
    if kind != RCP:
        return
    actions = statement.get("Action", "*")
    wanted = (
        statement["Effect"] == "Deny",
        statement.get("Principal") == "*",
        "*" not in ([actions] if isinstance(actions, str) else actions),
        "Resource" in statement or "NotResource" in statement,
    )
    if not all(wanted):
        raise MalformedPolicy("Statement")


def check_attachable(policy: Any, target: Any) -> None:
    """Raises AwsError: the policy is on the target already, or there is no room for it."""
    if policy in target.attached_policies:
        raise AwsError(
            "DuplicatePolicyAttachmentException",
            "The specified policy is already attached to the specified target.",
        )
    quota = QUOTAS.get(policy.type)
    if quota is not None and _count(policy, target) >= quota.attached:
        raise violation(_NO_MORE)


def check_detachable(policy: Any, target: Any) -> None:
    """Raises AwsError: it isn't attached, it is the last SCP, or the RCP that always is there."""
    if policy not in target.attached_policies:
        raise AwsError(
            "PolicyNotAttachedException",
            "This policy is not attached to the specified target.",
        )
    if policy.id == DEFAULTS[RCP] or (policy.type == SCP and _count(policy, target) == 1):
        raise violation(_LAST)


def violation(text: str) -> AwsError:
    """A quota or a rule of Organizations stands against the call."""
    return AwsError("ConstraintViolationException", text)


def _count(policy: Any, target: Any) -> int:
    return sum(each.type == policy.type for each in target.attached_policies)


def attach_everywhere(state: Any, policy_id: str) -> None:
    """What enabling a policy type does with its default policy."""
    policy = state.get_policy_by_id(policy_id)
    for target in (*state.ou, *state.accounts):
        if policy not in target.attached_policies:
            target.attached_policies.append(policy)
            policy.attachments.append(target)


def detach_everywhere(state: Any, kind: str) -> None:
    """What disabling a policy type does ("Disabling a policy type")."""
    for target in (*state.ou, *state.accounts):
        target.attached_policies = [one for one in target.attached_policies if one.type != kind]
    for policy in state.policies:
        if policy.type == kind:
            policy.attachments = []
