"""Security Token Service: it owns every session that it mints."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from simulator.account import mfa, organization
from simulator.account.account import Account, account_id_of
from simulator.account.minting import credentials, mint, mint_role
from simulator.account.principal_policies import iam_state
from simulator.account.verdicts import asked
from simulator.gateway.call import Call
from simulator.gateway.caller import Caller, CallerType, Session
from simulator.gateway.context import network_context
from simulator.gateway.errors import AwsError
from simulator.iam.actions.context import tags_of
from simulator.iam.evaluate import PolicySet, evaluate
from simulator.iam.policy import Policy
from simulator.iam.request import Request
from simulator.services import Backend, Result, operation
from simulator.services.session_limits import (
    check_session,
    duration,
    packed_size,
    role_duration,
    session_tags,
)
from simulator.services.web_identity import Claims, read_token


@operation
def get_caller_identity(call: Call, backend: Backend) -> Result:
    """Who calls. It needs no permission."""
    caller = call.caller
    return {"UserId": caller.principal_id, "Account": caller.account_id, "Arn": caller.arn}


@operation
def get_access_key_info(call: Call, backend: Backend) -> Result:
    """The account that a key id names, whether or not the key exists."""
    return {"Account": account_id_of(call.params["AccessKeyId"])}


@operation
def assume_role(call: Call, backend: Backend) -> Result:
    """The trust policy was judged by the gateway; here the role becomes a session.

    A role of another account is assumed there, so that both accounts have a record of it.
    """
    role, account = _role(call)
    before = call.caller.session
    check_session(call)
    session = _session(call, role)
    if before is not None and before.source_identity and session.source_identity is None:
        session = _with(session, source_identity=before.source_identity)
    if account is not call.account:
        call.enter(account)
    return _role_answer(call, account, role, session)


@operation
def assume_role_with_web_identity(call: Call, backend: Backend) -> Result:
    """A token of an OpenID Connect provider that the account trusts becomes a role session.

    Raises:
        AwsError: InvalidIdentityToken, ExpiredTokenException, AccessDenied.
    """
    role, account = _role(call)
    claims = read_token(call, account)
    provider = f"arn:aws:iam::{account.id}:oidc-provider/{claims.issuer}"
    context = {f"{claims.issuer}:{key}": value for key, value in claims.values.items()}
    request = Request(
        principal=provider,
        action="sts:AssumeRoleWithWebIdentity",
        resource=role.arn,
        resource_account=account.id,
        context={**context, "aws:FederatedProvider": provider, **network_context(call)},
    )
    policies = PolicySet(
        resource=Policy.parse(role.assume_role_policy_document, "trust policy"),
        rcps=organization.rcps(account.world, account.id, "sts:AssumeRoleWithWebIdentity"),
        endpoint=() if call.endpoint is None else (call.endpoint.policy,),
    )
    decision = evaluate(request, policies)
    call.asked.append(asked(request, policies, decision))
    if not decision.allowed:
        raise AwsError(
            "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403
        )
    session = _with(
        _session(call, role),
        web_identity={"federatedProvider": provider, "attributes": {}},
    )
    answer = _role_answer(call, account, role, session)
    return answer | _web_identity_facts(claims, provider)


@operation
def get_session_token(call: Call, backend: Backend) -> Result:
    """A session of the IAM user itself, with MFA where a code was given."""
    caller = call.caller
    seconds = duration(call, default=43200, longest=129600)
    ends = call.time + timedelta(seconds=seconds)
    session = Session(issued=call.time, expires=ends, mfa=mfa.presented(call))
    minted = mint(
        _account(call),
        lambda key: Caller(
            CallerType.IAM_USER,
            caller.account_id,
            caller.arn,
            caller.principal_id,
            key,
            caller.user_name,
            session=session,
        ),
    )
    return {"Credentials": credentials(minted)}


@operation
def get_federation_token(call: Call, backend: Backend) -> Result:
    """Credentials of a named federated user, with at most the rights of the IAM user."""
    caller, name = call.caller, call.params["Name"]
    check_session(call)
    seconds = duration(call, default=43200, longest=129600)
    session = Session(
        issued=call.time,
        expires=call.time + timedelta(seconds=seconds),
        name=name,
        tags=session_tags(_tags_of_user(caller), _passed_tags(call), {}),
        **_session_policies(call),
    )
    arn = f"arn:aws:sts::{caller.account_id}:federated-user/{name}"
    percent = packed_size(session)
    minted = mint(
        _account(call),
        lambda key: Caller(
            CallerType.FEDERATED_USER,
            caller.account_id,
            arn,
            f"{caller.account_id}:{name}",
            key,
            issuer_arn=caller.arn,
            issuer_id=caller.principal_id,
            issuer_name=caller.user_name,
            session=session,
        ),
    )
    return {
        "Credentials": credentials(minted),
        "FederatedUser": {"FederatedUserId": f"{caller.account_id}:{name}", "Arn": arn},
        "PackedPolicySize": percent,
    }


def _account(call: Call) -> Account:
    assert call.account is not None
    return call.account


def _role(call: Call) -> tuple[Any, Account]:
    arn = call.params["RoleArn"]
    parts = arn.split(":")
    owner = parts[4] if len(parts) == 6 else ""
    world = _account(call).world
    if owner in world.accounts and not world.accounts[owner].closed:
        for role in iam_state(owner).roles.values():
            if role.arn == arn:
                return role, world.accounts[owner]
    who = call.caller.arn or "anonymous"
    raise AwsError(
        "AccessDenied",
        f"User: {who} is not authorized to perform: sts:{call.operation} on resource: {arn}",
        403,
    )


def _tags_of_user(caller: Caller) -> dict[str, str]:
    return tags_of(iam_state(caller.account_id).tagger.tags.get(caller.arn))


def _passed_tags(call: Call) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in call.params.get("Tags", [])}


def _session(call: Call, role: Any) -> Session:
    seconds = role_duration(call, int(role.max_session_duration or 3600))
    before = call.caller.session
    inherited = (
        {key: before.tags[key] for key in before.transitive_tag_keys if key in before.tags}
        if before
        else {}
    )
    return Session(
        issued=call.time,
        expires=call.time + timedelta(seconds=seconds),
        mfa=mfa.presented(call) or bool(before and before.mfa),
        name=call.params["RoleSessionName"],
        tags=session_tags(tags_of(role.tags), _passed_tags(call), inherited),
        transitive_tag_keys=(*call.params.get("TransitiveTagKeys", ()), *inherited),
        source_identity=call.params.get("SourceIdentity"),
        external_id=call.params.get("ExternalId"),
        **_session_policies(call),
    )


def _with(session: Session, **changes: Any) -> Session:
    from dataclasses import replace

    return replace(session, **changes)


def _session_policies(call: Call) -> dict[str, Any]:
    """The policies passed in. The gateway has refused a malformed one."""
    document = call.params.get("Policy")
    return {
        "policies": (document,) if document else (),
        "policy_arns": tuple(each["arn"] for each in call.params.get("PolicyArns", ())),
    }


def _role_answer(call: Call, account: Account, role: Any, session: Session) -> Result:
    percent = packed_size(session)
    minted = mint_role(account, role, session)
    answer: Result = {
        "Credentials": credentials(minted),
        "AssumedRoleUser": {
            "AssumedRoleId": minted.caller.principal_id,
            "Arn": minted.caller.arn,
        },
    }
    if session.policies or session.policy_arns or session.tags:
        answer["PackedPolicySize"] = percent
    if session.source_identity:
        answer["SourceIdentity"] = session.source_identity
    return answer


def _web_identity_facts(claims: Claims, provider: str) -> Result:
    return {
        "SubjectFromWebIdentityToken": claims.values.get("sub", ""),
        "Provider": provider,
        "Audience": claims.values.get("aud", ""),
    }
