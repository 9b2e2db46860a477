"""authorize: every action that a call needs is decided by the policy engine."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.account import s3_access
from simulator.account.account import Account
from simulator.account.bearing import about_owner, bearing, owner_of
from simulator.account.lookup import AccountLookup
from simulator.account.mfa import check_mfa
from simulator.account.principal_policies import policies_of
from simulator.account.resource_policies import bucket_of, bucket_owner
from simulator.account.verdicts import asked
from simulator.gateway import kms, portal, service_linked
from simulator.gateway.call import Call
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.chaining import inherited
from simulator.gateway.context import global_context
from simulator.gateway.crossing import cross
from simulator.gateway.endpoint import pass_through
from simulator.gateway.errors import AwsError, missing_token
from simulator.gateway.identify import unknown_key
from simulator.gateway.s3_context import check_expected_owner, request_context
from simulator.iam.actions import Needed, Unmapped, needed
from simulator.iam.evaluate import PolicySet, evaluate
from simulator.iam.request import Request


def authorize(call: Call, protocol: str, accounts: Mapping[str, Account]) -> None:
    """Let the call pass, or refuse it. Sets `call.account` for an anonymous caller.

    Raises:
        AwsError: AccessDenied in the wording of the service, or a call that isn't mapped to
            IAM actions, which is refused too.
    """
    if call.service in {"s3", "s3control"}:
        find_bucket_account(call, accounts)
    elif call.service == "kms":
        kms.enter(call)
    elif call.operation == "AssumeRoleWithWebIdentity":
        _find_role_account(call, accounts)
        pass_through(call)
        return
    elif call.service == "sso":
        portal.admit(call, accounts)
        return
    if call.account is None:
        raise missing_token(protocol)
    if call.vpc_endpoints:
        pass_through(call)
    if call.caller.type is CallerType.ROOT and call.caller.access_key_id is None:
        return
    _refuse_by_session_kind(call, protocol)
    check_mfa(call)
    lookup = AccountLookup(call.account.id, call.region, call.caller, call.account.world.accounts)
    try:
        wanted = needed(
            call.service,
            call.operation,
            call.params,
            account_id=call.account.id,
            region=call.region,
            lookup=lookup,
        )
    except Unmapped as error:
        raise AwsError.not_simulated(call.service, call.operation) from error
    own = policies_of(call.caller)
    context = global_context(call)
    if call.service in {"s3", "s3control"}:
        check_expected_owner(call)
    if call.service == "s3":
        context |= request_context(call)
        wanted = (*wanted, *s3_access.hidden(wanted))
    for need in (*wanted, *inherited(call, wanted), *service_linked.needs(call)):
        decide(call, need, own, context, protocol)
    cross(call, wanted)


def decide(
    call: Call,
    need: Needed,
    own: PolicySet,
    context: Mapping[str, str | list[str]],
    protocol: str,
) -> None:
    """Let one need of a call pass, or refuse it. Sets `call.decision`.

    Raises:
        AwsError: AccessDenied in the wording of the service.
    """
    owner = owner_of(need, call)
    if need.resource.startswith(s3_access.ARN):
        context = {**context, **s3_access.account_context(need)}
    request = Request(
        principal=call.caller.arn or None,
        action=need.action,
        resource=need.resource,
        resource_account=owner,
        context={**context, **about_owner(call, owner), **need.context},
        wildcard_only=need.wildcard_only,
        federated_by=(
            call.caller.issuer_arn if call.caller.type is CallerType.FEDERATED_USER else None
        ),
    )
    policies = bearing(call, need, own, owner)
    call.decision = evaluate(request, policies)
    call.asked.append(asked(request, policies, call.decision))
    if not call.decision.allowed:
        raise denied(call, need, protocol)


def denied(call: Call, need: Needed, protocol: str) -> AwsError:
    """The refusal in the form each kind of service gives it.

    S3 tells nothing about buckets of other accounts ("Troubleshoot access denied (403 Forbidden)
    errors in Amazon S3").
    """
    assert call.decision is not None
    label = _label(call.caller)
    text = call.decision.message(label, need.action, need.resource)
    foreign = call.service == "s3" and owner_of(need, call) != call.caller.account_id
    if foreign or call.caller.type is CallerType.ANONYMOUS:
        text = "Access Denied"
    text = kms.concealed(call.caller, need, call.decision, owner_of(need, call)) or text
    if protocol == "ec2":
        return AwsError(
            "UnauthorizedOperation",
            f"You are not authorized to perform this operation. {text}",
            403,
        )
    if protocol == "json":
        return AwsError("AccessDeniedException", text, 400)
    if protocol == "rest-json":
        return AwsError("AccessDeniedException", text, 403)
    return AwsError("AccessDenied", text, 403)


def _label(caller: Caller) -> str:
    return caller.arn or "anonymous"


def find_bucket_account(call: Call, accounts: Mapping[str, Account]) -> None:
    """S3 acts in the account that owns the bucket, whoever calls.

    Bucket names are global. A bucket of another learner's world is there and can't be touched.
    """
    owner = bucket_owner(bucket_of(str(call.params.get("Bucket", ""))))
    near = accounts if call.account is None else call.account.world.accounts
    if owner is not None and owner in near and call.operation != "CreateBucket":
        call.enter(near[owner])
    elif call.account is None:
        if call.operation == "ListBuckets":
            raise AwsError("AccessDenied", "Access Denied", 403)
        raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404)


def _find_role_account(call: Call, accounts: Mapping[str, Account]) -> None:
    """A web identity calls into the role's account; STS judges the trust policy with the token."""
    owner = (call.params.get("RoleArn", "").split(":") + [""] * 5)[4]
    if owner not in accounts:
        raise AwsError("AccessDenied", f"Not authorized to perform sts:{call.operation}", 403)
    call.enter(accounts[owner])


def _refuse_by_session_kind(call: Call, protocol: str) -> None:
    """What temporary credentials can't do whatever their policies say.

    Source: "Compare AWS STS credentials" in the IAM User Guide.
    """
    caller = call.caller
    if caller.session is None or caller.type is CallerType.ASSUMED_ROLE:
        if call.operation in {"GetSessionToken", "GetFederationToken"} and caller.session:
            raise AwsError(
                "AccessDenied", f"Cannot call {call.operation} with session credentials", 403
            )
        return
    if call.service == "iam" and (
        caller.type is CallerType.FEDERATED_USER
        or not (caller.session.mfa or caller.session.console)
    ):
        raise unknown_key("iam", protocol)
    allowed = {"GetCallerIdentity"}
    if caller.type is CallerType.IAM_USER:
        allowed.add("AssumeRole")
    if call.service == "sts" and call.operation not in allowed:
        raise AwsError(
            "AccessDenied", f"Cannot call {call.operation} with session credentials", 403
        )
