"""`userIdentity`: who made a call, as CloudTrail shows it.

Source: "CloudTrail userIdentity element" of the AWS documentation.
"""

from __future__ import annotations

import re
from typing import Any, Final

from simulator.gateway.caller import Caller, CallerType, Session
from simulator.telemetry.cloudtrail.times import instant

_INSTANCE_SESSION: Final = re.compile(r"i-[0-9a-f]{8,17}\Z")


def user_identity(caller: Caller, recipient: str, invoked_by: str | None = None) -> dict[str, Any]:
    """The identity of `caller` in the record that account `recipient` receives.

    A caller of another account is shown without its ARN and key, as type AWSAccount.
    `invoked_by` is the AWS service that makes the call on the caller's behalf.
    """
    if caller.type is CallerType.AWS_SERVICE:
        return {"type": "AWSService", "invokedBy": caller.principal_id}
    if caller.type is CallerType.IDENTITY_CENTER_USER:
        identity: dict[str, Any] = {
            "type": caller.type.value,
            "accountId": caller.account_id,
            "onBehalfOf": {"userId": caller.principal_id, "identityStoreArn": caller.arn},
        }
        if caller.credential_id is not None:
            identity["credentialId"] = caller.credential_id
        return identity
    if caller.type is CallerType.ANONYMOUS:
        return {
            "type": "AWSAccount",
            "principalId": "",
            "accountId": "ANONYMOUS_PRINCIPAL",
        }
    if recipient and caller.account_id != recipient:
        identity = {
            "type": "AWSAccount",
            "principalId": caller.principal_id,
            "accountId": caller.account_id,
        }
    else:
        identity = _own(caller)
    if invoked_by is not None:
        identity["invokedBy"] = invoked_by
    return identity


def federated_identity(kind: str, result: dict[str, Any]) -> dict[str, Any]:
    """Who asked for AssumeRoleWithWebIdentity ("WebIdentityUser") or …WithSAML ("SAMLUser").

    `result` is the operation's response in boto3's shape.
    """
    if kind == "SAMLUser":
        name = result.get("Subject", "")
        provider = result.get("NameQualifier", "")
        return {
            "type": kind,
            "principalId": f"{provider}:{name}",
            "userName": name,
            "identityProvider": provider,
        }
    name = result.get("SubjectFromWebIdentityToken", "")
    provider = result.get("Provider", "")
    return {
        "type": kind,
        "principalId": f"{provider}:{result.get('Audience', '')}:{name}",
        "userName": name,
        "identityProvider": provider,
    }


def _own(caller: Caller) -> dict[str, Any]:
    identity: dict[str, Any] = {
        "type": caller.type.value,
        "principalId": caller.principal_id,
        "arn": caller.arn,
        "accountId": caller.account_id,
    }
    if caller.access_key_id is not None:
        identity["accessKeyId"] = caller.access_key_id
    if caller.type in {CallerType.IAM_USER, CallerType.ROOT} and caller.user_name is not None:
        identity["userName"] = caller.user_name
    if caller.session is not None:
        identity["sessionContext"] = _session_context(caller, caller.session)
    return identity


def _session_context(caller: Caller, session: Session) -> dict[str, Any]:
    context: dict[str, Any] = {}
    if caller.issuer_arn is not None:
        context["sessionIssuer"] = {
            "type": _issuer_type(caller),
            "principalId": caller.issuer_id or "",
            "arn": caller.issuer_arn,
            "accountId": caller.account_id,
            "userName": caller.issuer_name or caller.issuer_arn.rpartition("/")[2],
        }
    if session.web_identity is not None:
        context["webIdFederationData"] = dict(session.web_identity)
    context["attributes"] = {
        "creationDate": instant(session.issued),
        "mfaAuthenticated": "true" if session.mfa else "false",
    }
    if session.source_identity is not None:
        context["sourceIdentity"] = session.source_identity
    if caller.type is CallerType.ASSUMED_ROLE and _INSTANCE_SESSION.match(session.name):
        context["ec2RoleDelivery"] = session.context.get("ec2:RoleDelivery", "2.0")
    return context


def _issuer_type(caller: Caller) -> str:
    if caller.type is CallerType.ASSUMED_ROLE:
        return "Role"
    return "Root" if (caller.issuer_arn or "").endswith(":root") else "IAMUser"
