"""AWS's evaluation logic over all policies that speak of a request.

Source: "How AWS enforcement code logic evaluates requests to allow or deny access",
"Cross-account policy evaluation logic", "Permissions boundaries for IAM entities".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from simulator.iam.decision import Decision, Layer, Result
from simulator.iam.policy import Policy, Statement
from simulator.iam.principals import SERVICE_LINKED_ROLE, Kind, Reach
from simulator.iam.public import is_public
from simulator.iam.request import Request
from simulator.iam.scope import Scope, scope

_ALWAYS_ALLOWED = {"sts:getcalleridentity"}
_OWN_SESSION = "sts:getsessiontoken"
_NOT_FOR_ROOT = "sts:assumerole"
_OWN_BUCKET_POLICY = {"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"}


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Every policy that has a say in a request."""

    identity: tuple[Policy, ...] = ()
    """Of a user and the groups it is in, or of a role."""
    boundaries: tuple[Policy, ...] = ()
    """All of them must allow."""
    session: tuple[Policy, ...] | None = None
    """Passed when the session was made: one of them must allow. None: there were none."""
    resource: Policy | None = None
    grants: tuple[Policy, ...] = ()
    """What the resource grants beside its policy, put as statements: S3 ACLs, KMS grants."""
    scps: tuple[tuple[Policy, ...], ...] = ()
    """Of the caller's account, one tuple a level of the organization; empty: no organization."""
    rcps: tuple[tuple[Policy, ...], ...] = ()
    """Of the resource's account; RCPFullAWSAccess is implied at every level."""
    endpoint: tuple[Policy, ...] = ()
    """Of the VPC endpoint the request came through: one of them must allow."""
    block_public_access: bool = False
    """RestrictPublicBuckets is on for the bucket or its account."""


def evaluate(request: Request, policies: PolicySet) -> Decision:
    """Decide one request. Pure: nothing is read but the arguments."""
    return judge(scope(request, bool(policies.boundaries)), policies)


def judge(asked: Scope, policies: PolicySet) -> Decision:
    """Decide a request that is already taken apart."""
    kind = asked.who.kind
    if asked.action in _ALWAYS_ALLOWED and kind is not Kind.ANONYMOUS:
        return _allowed(Layer.IDENTITY, f"{asked.action} needs no permission")
    for layer, statement in denials(asked, policies):
        return _denied(asked, layer, statement)
    if asked.action == _OWN_SESSION and kind in {Kind.USER, Kind.ROOT}:
        return _allowed(Layer.IDENTITY, f"{asked.action} needs no permission")
    for level, scps in enumerate(scps_on(asked, policies)):
        if _attached_allow(asked, scps) is None:
            return _silent(Layer.SCP, f"at level {level} of the organization")
    if policies.endpoint and _resource_allow(asked, policies.endpoint)[0] is Reach.NONE:
        return _silent(Layer.ENDPOINT, "of the endpoint the request came through")
    guards = policies.grants if policies.resource is None else (policies.resource, *policies.grants)
    reach, granted_by = _resource_allow(asked, guards)
    decision = _grant(asked, policies, reach, granted_by)
    if decision.allowed and _blocked_as_public(asked, policies):
        text = (
            f"block public access is on and {_named(policies.resource)} is public, so that only"
            " the bucket owner's account and AWS services have access"
        )
        return Decision(Result.EXPLICITLY_DENIED, Layer.BLOCK_PUBLIC_ACCESS, text)
    return decision


def denials(asked: Scope, policies: PolicySet) -> Iterator[tuple[Layer, Statement]]:
    """Every Deny statement that applies, in the order in which AWS would name them."""
    who = asked.who
    for scps in scps_on(asked, policies):
        yield from _attached_denials(asked, Layer.SCP, scps)
    if not beyond_rcps(asked):
        for rcps in policies.rcps:
            yield from _resource_denials(asked, Layer.RCP, rcps)
    if policies.resource is not None and not keeps_own_policy(asked):
        yield from _resource_denials(asked, Layer.RESOURCE, (policies.resource,))
    yield from _resource_denials(asked, Layer.ENDPOINT, policies.endpoint)
    if who.in_iam:
        yield from _attached_denials(asked, Layer.BOUNDARY, policies.boundaries)
    if who.in_iam or who.kind is Kind.ROOT:
        yield from _attached_denials(asked, Layer.SESSION, policies.session or ())
    if who.in_iam:
        yield from _attached_denials(asked, Layer.IDENTITY, policies.identity)


def _grant(
    asked: Scope, policies: PolicySet, reach: Reach, granted_by: Statement | None
) -> Decision:
    """Decide what is left when nothing denies and the organization does not object."""
    who = asked.who
    if who.account is None or who.kind is Kind.IDENTITY_PROVIDER:
        return _by_resource(granted_by)
    if who.kind is Kind.ROOT and asked.action == _NOT_FOR_ROOT:
        text = "the root user cannot assume a role"
        return Decision(Result.IMPLICITLY_DENIED, Layer.IDENTITY, text)
    own_side = _own_side(asked, policies)
    if not asked.same_account:
        return own_side if not own_side.allowed else _by_resource(granted_by)
    if reach is Reach.DIRECT:
        return _by_resource(granted_by)
    if reach is Reach.ENTITY:
        limit = _limit(asked, policies)
        return limit or _by_resource(granted_by)
    if asked.resource_decides and reach is Reach.NONE:
        return _by_resource(None)
    return own_side


def _own_side(asked: Scope, policies: PolicySet) -> Decision:
    """What the caller's own account says: identity-based policies and what limits them."""
    who = asked.who
    if who.kind is Kind.ROOT:
        limit = _session_limit(asked, policies)
        return limit or _allowed(Layer.IDENTITY, "the root user has full access to its account")
    granted_by = _attached_allow(asked, policies.identity)
    if granted_by is None:
        return _silent(Layer.IDENTITY, "of the caller")
    limit = _limit(asked, policies)
    return limit or _allowed(Layer.IDENTITY, f"{granted_by.label} allows it")


def _limit(asked: Scope, policies: PolicySet) -> Decision | None:
    """The boundary or session policy that does not allow the request, if any."""
    for boundary in policies.boundaries:
        if _attached_allow(asked, (boundary,)) is None:
            return _silent(Layer.BOUNDARY, f"that is set on the caller ({_named(boundary)})")
    return _session_limit(asked, policies)


def _session_limit(asked: Scope, policies: PolicySet) -> Decision | None:
    """A federated user's session without session policies has no permissions of its own."""
    session = policies.session
    if session is None:
        federated = asked.who.kind is Kind.FEDERATED_USER
        return _silent(Layer.SESSION, "of the federated user") if federated else None
    if _attached_allow(asked, session) is None:
        return _silent(Layer.SESSION, "of the session")
    return None


def scps_on(asked: Scope, policies: PolicySet) -> tuple[tuple[Policy, ...], ...]:
    """SCPs limit users, roles and root of member accounts, save service-linked roles."""
    limited = asked.who.in_iam or asked.who.kind is Kind.ROOT
    return policies.scps if limited and not asked.who.service_linked else ()


def beyond_rcps(asked: Scope) -> bool:
    """ "Resource control policies (RCPs)": resources and entities not restricted by RCPs."""
    to_service_linked = asked.service == "sts" and SERVICE_LINKED_ROLE in asked.resource
    return asked.who.service_linked or to_service_linked or asked.action == "kms:retiregrant"


def keeps_own_policy(asked: Scope) -> bool:
    """Root can mend a bucket policy of its account that locks it out ("PutBucketPolicy")."""
    return asked.who.kind is Kind.ROOT and asked.same_account and asked.action in _OWN_BUCKET_POLICY


def _blocked_as_public(asked: Scope, policies: PolicySet) -> bool:
    if not policies.block_public_access or policies.resource is None or asked.service != "s3":
        return False
    inside = asked.same_account or asked.who.kind is Kind.SERVICE
    return not inside and is_public(policies.resource)


def _attached_allow(asked: Scope, policies: Sequence[Policy]) -> Statement | None:
    for policy in policies:
        for statement in policy.allows(asked.action):
            if statement.attached_applies(asked):
                return statement
    return None


def _resource_allow(asked: Scope, policies: Iterable[Policy]) -> tuple[Reach, Statement | None]:
    best, by = Reach.NONE, None
    for policy in policies:
        for statement in policy.allows(asked.action):
            reach = statement.resource_reach(asked)
            if reach > best:
                best, by = reach, statement
    return best, by


def _attached_denials(
    asked: Scope, layer: Layer, policies: Iterable[Policy]
) -> Iterator[tuple[Layer, Statement]]:
    for policy in policies:
        for statement in policy.denies(asked.action):
            if statement.attached_applies(asked):
                yield layer, statement


def _resource_denials(
    asked: Scope, layer: Layer, policies: Iterable[Policy]
) -> Iterator[tuple[Layer, Statement]]:
    for policy in policies:
        for statement in policy.denies(asked.action):
            if statement.resource_reach(asked) is not Reach.NONE:
                yield layer, statement


def _by_resource(granted_by: Statement | None) -> Decision:
    if granted_by is None:
        return _silent(Layer.RESOURCE, "of the resource")
    return _allowed(Layer.RESOURCE, f"{granted_by.label} allows it")


def _allowed(layer: Layer, text: str) -> Decision:
    return Decision(Result.ALLOWED, layer, f"{layer.value}: {text}")


def _silent(layer: Layer, whose: str) -> Decision:
    return Decision(Result.IMPLICITLY_DENIED, layer, f"no {layer.value} {whose} allows it")


def _denied(asked: Scope, layer: Layer, statement: Statement) -> Decision:
    text = f"{layer.value}: {statement.label} denies it"
    if unknown := statement.unknown_conditions(asked):
        operators = ", ".join(f"{one.written} on {one.key}" for one in unknown)
        text += f", because its condition cannot be judged ({operators}) and so counts as met"
    arn = statement.policy if statement.policy.startswith("arn:") else ""
    return Decision(Result.EXPLICITLY_DENIED, layer, text, arn)


def _named(policy: Policy | None) -> str:
    return f'policy "{policy.name}"' if policy is not None and policy.name else "the policy"
