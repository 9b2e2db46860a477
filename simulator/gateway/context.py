"""The condition context that every request has ("AWS global condition context keys")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.account import mfa, organization
from simulator.account.resource_policies import bucket_of, bucket_owner
from simulator.account.state import state_of
from simulator.gateway import kms
from simulator.gateway.call import Call
from simulator.gateway.caller import Caller, CallerType
from simulator.telemetry.cloudtrail.times import instant

if TYPE_CHECKING:
    from simulator.account.world import World

_PRINCIPAL_TYPE = {
    CallerType.ROOT: "Account",
    CallerType.IAM_USER: "User",
    CallerType.ASSUMED_ROLE: "AssumedRole",
    CallerType.FEDERATED_USER: "FederatedUser",
    CallerType.ANONYMOUS: "Anonymous",
    CallerType.AWS_SERVICE: "Service",
}
_GLOBAL_ENDPOINT = {"iam", "sts", "organizations", "route53", "cloudfront", "shield", "account"}

_CALLED_VIA = {
    "aoss",
    "athena",
    "backup",
    "cloud9",
    "cloudformation",
    "databrew",
    "dataexchange",
    "dynamodb",
    "imagebuilder",
    "kms",
    "mgn",
    "nimble",
    "omics",
    "ram",
    "robomaker",
    "servicecatalog-appregistry",
    "sqlworkbench",
    "ssm-guiconnect",
}
"""The services that aws:CalledVia names; aws:ViaAWSService tells of all."""


def global_context(call: Call) -> dict[str, str | list[str]]:
    """Global condition keys of a call. A key that AWS would leave out is absent."""
    caller, now = call.caller, call.time
    context: dict[str, str | list[str]] = {
        "aws:CurrentTime": instant(now),
        "aws:EpochTime": str(int(now.timestamp())),
        "aws:SecureTransport": "true" if call.tls else "false",
        "aws:UserAgent": call.user_agent,
        "aws:RequestedRegion": _region(call),
        "aws:PrincipalType": _PRINCIPAL_TYPE[caller.type],
        "aws:PrincipalIsAWSService": str(caller.type is CallerType.AWS_SERVICE).lower(),
        "aws:ViaAWSService": "true" if call.invoked_by else "false",
    }
    world = call.account.world if call.account is not None else None
    if world is not None and world.memberships:
        context |= organization.principal_context(world, caller.account_id)
    if caller.type is CallerType.AWS_SERVICE:
        context |= _on_behalf_of(caller, world)
    elif call.invoked_by is not None:
        context |= _forwarded(call.invoked_by, caller)
    else:
        context |= network_context(call)
    if referer := call.headers.get("Referer"):
        context["aws:Referer"] = referer
    if caller.type not in {CallerType.ANONYMOUS, CallerType.AWS_SERVICE}:
        context["aws:PrincipalAccount"] = caller.account_id
        context["aws:PrincipalArn"] = _principal_arn(call)
        context["aws:userid"] = caller.principal_id
    if caller.type is CallerType.IAM_USER and caller.user_name:
        context["aws:username"] = caller.user_name
        context |= _tags_of_user(caller)
    if call.account is not None:
        context["aws:ResourceAccount"] = call.account.id
    if caller.session is not None:
        context |= _session_context(call)
    if call.service == "kms":
        context |= kms.context(call)
    if mfa.presented(call):
        context |= {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "0"}
    return context


def network_context(call: Call) -> dict[str, str]:
    """Where a call comes from: an address of the internet, or a VPC and its endpoint."""
    if call.endpoint is None:
        return {"aws:SourceIp": call.source_ip}
    return {**call.endpoint.context, "aws:VpcSourceIp": call.source_ip}


def _forwarded(service: str, caller: Caller) -> dict[str, str | list[str]]:
    """A call that a service makes with the caller's rights: always with temporary credentials."""
    context: dict[str, str | list[str]] = {}
    if service.removesuffix(".amazonaws.com") in _CALLED_VIA:
        context |= {
            "aws:CalledVia": [service],
            "aws:CalledViaFirst": service,
            "aws:CalledViaLast": service,
        }
    if caller.session is None:
        context["aws:MultiFactorAuthPresent"] = "false"
    return context


def _region(call: Call) -> str:
    """Services with one endpoint are always called in us-east-1; STS has one a region too.

    A client of STS that signs for a region calls that region's endpoint.
    """
    if call.service == "sts":
        return "us-east-1" if call.region in {"", "aws-global"} else call.region
    return "us-east-1" if call.service in _GLOBAL_ENDPOINT else call.region


def _on_behalf_of(caller: Caller, world: World | None) -> dict[str, str | list[str]]:
    """A service's name, and the resource for which it calls, where `issuer_arn` says so."""
    name = caller.arn
    context: dict[str, str | list[str]] = {
        "aws:PrincipalServiceName": name,
        "aws:PrincipalServiceNamesList": [name],
    }
    if caller.issuer_arn:
        context["aws:SourceArn"] = caller.issuer_arn
        owner = caller.issuer_arn.split(":")[4]
        if caller.issuer_arn.startswith("arn:aws:s3:::"):
            owner = bucket_owner(bucket_of(caller.issuer_arn)) or ""
        if owner:
            context["aws:SourceAccount"] = owner
        if owner and world is not None and world.memberships:
            context |= organization.source_context(world, owner)
    return context


def _principal_arn(call: Call) -> str:
    """The role, not its session, for a role session."""
    caller = call.caller
    if caller.type is CallerType.ASSUMED_ROLE and caller.issuer_arn:
        return caller.issuer_arn
    return caller.arn


def _tags_of_user(caller: Caller) -> dict[str, str]:
    """aws:PrincipalTag/… of an IAM user as it is tagged now; GetSessionToken changes nothing."""
    iam = state_of("iam", caller.account_id)
    tags = iam.tagger.tags.get(caller.arn) if iam is not None else None
    return {f"aws:PrincipalTag/{key}": value for key, value in (tags or {}).items()}


def _session_context(call: Call) -> dict[str, str | list[str]]:
    session = call.caller.session
    assert session is not None
    context: dict[str, str | list[str]] = {
        "aws:TokenIssueTime": instant(session.issued),
        "aws:MultiFactorAuthPresent": str(session.mfa).lower(),
    }
    if session.mfa:
        context["aws:MultiFactorAuthAge"] = str(int((call.time - session.issued).total_seconds()))
    if session.source_identity:
        context["aws:SourceIdentity"] = session.source_identity
    if session.web_identity:
        context["aws:FederatedProvider"] = session.web_identity["federatedProvider"]
    for key, value in session.tags.items():
        context[f"aws:PrincipalTag/{key}"] = value
    return context | session.context
