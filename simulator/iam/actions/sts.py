"""AWS Security Token Service.

Source: "Actions, resources, and condition keys for AWS Security Token Service" (Service
Authorization Reference), "IAM and AWS STS condition context keys" and "Pass session tags in
AWS STS" (IAM User Guide). The `sub` and `aud` of a token are the gateway's to add: only it
has verified the token.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.iam.actions.context import keys_of, request_tags, resource_tags, tags_of
from simulator.iam.actions.needed import ContextValue, Needed, Request

PREFIX = "sts"
Needs = tuple[Needed, ...]


def assume_role(call: Request) -> Needs:
    """AssumeRole… on the role, with sts:TagSession and its kin where the call asks for them."""
    role = str(call.params.get("RoleArn") or "*")
    keys = keys_of(
        call.params,
        {
            "sts:ExternalId": "ExternalId",
            "sts:RoleSessionName": "RoleSessionName",
            "sts:SourceIdentity": "SourceIdentity",
            "sts:TransitiveTagKeys": "TransitiveTagKeys[]",
            "sts:RequestContextProviders": "ProvidedContexts[].ProviderArn",
        },
    )
    keys |= request_tags(tags_of(call.params.get("Tags")))
    keys |= resource_tags(call.lookup, role, ("iam:ResourceTag/",))
    return tuple(call.need(action, role, keys) for action in _assuming(call))


def _assuming(call: Request) -> list[str]:
    actions = [f"sts:{call.operation}"]
    if call.params.get("Tags") or call.params.get("TransitiveTagKeys"):
        actions.append("sts:TagSession")
    if call.params.get("SourceIdentity"):
        actions.append("sts:SetSourceIdentity")
    if call.params.get("ProvidedContexts"):
        actions.append("sts:SetContext")
    return actions


def assume_root(call: Request) -> Needs:
    """AssumeRoot on the root user of a member account, given by id or ARN."""
    target = str(call.params.get("TargetPrincipal") or "*")
    arn = target if target.startswith("arn:") else f"arn:aws:iam::{target}:root"
    keys = keys_of(call.params, {"sts:TaskPolicyArn": "TaskPolicyArn.arn"})
    return (call.need("sts:AssumeRoot", arn, keys),)


def federation_token(call: Request) -> Needs:
    """GetFederationToken on the federated user that it names."""
    arn = f"arn:aws:sts::{call.account_id}:federated-user/{call.params.get('Name', '*')}"
    keys = request_tags(tags_of(call.params.get("Tags")))
    needs = [call.need("sts:GetFederationToken", arn, keys)]
    if keys:
        needs.append(call.need("sts:TagSession", arn, keys))
    return tuple(needs)


def web_identity_token(call: Request) -> Needs:
    """GetWebIdentityToken."""
    keys: dict[str, ContextValue] = keys_of(
        call.params,
        {
            "sts:DurationSeconds": "DurationSeconds",
            "sts:IdentityTokenAudience": "Audience[]",
            "sts:SigningAlgorithm": "SigningAlgorithm",
        },
    )
    tags = request_tags(tags_of(call.params.get("Tags")))
    needs = [call.need("sts:GetWebIdentityToken", "*", keys | tags, wildcard_only=True)]
    if tags:
        needs.append(call.need("sts:TagGetWebIdentityToken", "*", tags, wildcard_only=True))
    return tuple(needs)


def nothing(_: Request) -> Needs:
    """No permission is needed, and none can be denied."""
    return ()


def without_resource(call: Request) -> Needs:
    """An action that takes no resource."""
    return (call.need(f"sts:{call.operation}", "*", wildcard_only=True),)


OPERATIONS: dict[str, Callable[[Request], Needs]] = {
    "AssumeRole": assume_role,
    "AssumeRoleWithSAML": assume_role,
    "AssumeRoleWithWebIdentity": assume_role,
    "AssumeRoot": assume_root,
    "DecodeAuthorizationMessage": without_resource,
    "GetAccessKeyInfo": without_resource,
    "GetCallerIdentity": nothing,
    "GetDelegatedAccessToken": without_resource,
    "GetFederationToken": federation_token,
    "GetSessionToken": nothing,
    "GetWebIdentityToken": web_identity_token,
}
