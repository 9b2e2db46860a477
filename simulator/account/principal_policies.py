"""The policies that bear on a caller, read from the account's IAM state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.gateway.caller import Caller, CallerType
from simulator.iam.evaluate import PolicySet
from simulator.iam.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def iam_state(account_id: str) -> Any:
    """moto's IAM backend of an account."""
    from moto.iam.models import iam_backends

    return iam_backends[account_id]["aws"]


def policies_of(caller: Caller) -> PolicySet:
    """Identity, boundary and session policies of a caller; empty for one without an account."""
    if caller.type in {CallerType.ANONYMOUS, CallerType.AWS_SERVICE, CallerType.ROOT}:
        return PolicySet()
    iam = iam_state(caller.account_id)
    if caller.type is CallerType.ASSUMED_ROLE:
        holder = iam.roles[caller.issuer_id]
        identity = tuple(own(holder))
    else:
        holder = iam.users[caller.issuer_name or caller.user_name]
        groups = [group for group in iam.groups.values() if holder in group.users]
        identity = tuple(policy for each in (holder, *groups) for policy in own(each))
    return PolicySet(
        identity=identity, boundaries=_boundary(iam, holder), session=_session(iam, caller)
    )


def own(holder: Any) -> Iterator[Policy]:
    """Inline and attached policies of a user, a group or a role."""
    for name, document in holder.policies.items():
        yield Policy.parse(document, name)
    yield from (_managed(policy) for policy in holder.managed_policies.values())


def _managed(policy: Any) -> Policy:
    document = next(
        v.document for v in policy.versions if v.version_id == policy.default_version_id
    )
    return Policy.parse(document, policy.arn)


def _boundary(iam: Any, holder: Any) -> tuple[Policy, ...]:
    arn = getattr(holder, "permissions_boundary_arn", None)
    return (_managed(iam.managed_policies[arn]),) if arn else ()


def _session(iam: Any, caller: Caller) -> tuple[Policy, ...] | None:
    """None where the session was made without one; a federated user then has no permissions.

    Source: "Permissions for GetFederationToken" in the IAM User Guide.
    """
    session = caller.session
    if session is None:
        return None
    policies = (
        *(Policy.parse(document, "session policy") for document in session.policies),
        *_known(iam, session.policy_arns),
    )
    if policies or session.policy_arns or caller.type is CallerType.FEDERATED_USER:
        return policies
    return None


def _known(iam: Any, arns: Iterable[str]) -> Iterator[Policy]:
    return (_managed(iam.managed_policies[arn]) for arn in arns if arn in iam.managed_policies)
