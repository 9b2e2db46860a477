"""AWS Identity and Access Management.

Source: "Actions, resources, and condition keys for AWS Identity and Access Management (IAM)"
(Service Authorization Reference) and the API reference's pages of UpdateUser, UpdateGroup
and UpdateServerCertificate on renaming.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from simulator.iam.actions.needed import Needed, Request
from simulator.iam.actions.resources import Builder

_CREATING = frozenset(
    {
        "CreateGroup",
        "CreateInstanceProfile",
        "CreatePolicy",
        "CreateRole",
        "CreateServiceLinkedRole",
        "CreateUser",
        "CreateVirtualMFADevice",
        "UploadServerCertificate",
    }
)
"""What makes the entity that it names. CreateAccessKey, for one, names a user that is there."""


def with_path(kind: str, call: Request, name: str) -> str:
    """ARN of an IAM entity: its path is a parameter when it is created, else looked up."""
    if name.startswith("arn:"):
        return name
    if call.operation in _CREATING:
        path = call.params.get("Path")
    else:
        path = call.lookup.iam_path(kind, name) if call.lookup is not None else None
    return f"arn:aws:iam::{call.account_id}:{kind}{path or '/'}{name}"


def caller(call: Request) -> str:
    """The user that IAM means where UserName is left out: the one that calls."""
    own = call.lookup.caller_user() if call.lookup is not None else None
    return own or f"arn:aws:iam::{call.account_id}:user/*"


def oidc_provider(call: Request, url: str) -> str:
    """ARN of an OpenID Connect provider by its ARN or URL."""
    if url.startswith("arn:"):
        return url
    host = url.removeprefix("https://").rstrip("/")
    return f"arn:aws:iam::{call.account_id}:oidc-provider/{host}"


def linked_role(call: Request, value: str) -> str:
    """ARN of a service-linked role by its service's name or by its deletion task."""
    name = value.removeprefix("task/aws-service-role/")
    parts = name.split("/")
    role = parts[1] if len(parts) > 2 else "*"
    return f"arn:aws:iam::{call.account_id}:role/aws-service-role/{parts[0]}/{role}"


def key_owner(call: Request, access_key_id: str) -> str:
    """ARN of the user that has an access key."""
    owner = call.lookup.access_key_user(access_key_id) if call.lookup is not None else None
    return owner or f"arn:aws:iam::{call.account_id}:user/*"


def renamed(kind: str, old: str, new: str, call: Request) -> tuple[Needed, ...]:
    """An update that may rename: allowed on the present and on the new name."""
    action = f"iam:{call.operation}"
    present = call.params.get(old)
    arn = with_path(kind, call, str(present)) if present else caller(call)
    path, name = call.params.get("NewPath"), call.params.get(new)
    needs = [call.need(action, arn)]
    if path or name:
        tail = arn.split(f":{kind}", 1)[1]
        folder, _, last = tail.rpartition("/")
        target = f"arn:aws:iam::{call.account_id}:{kind}{path or folder + '/'}{name or last}"
        needs.append(call.need(action, target))
    return tuple(needs)


def finish(call: Request, needs: tuple[Needed, ...]) -> tuple[Needed, ...]:
    """Leave iam:PermissionsBoundary to the actions that AWS has it for."""
    if call.operation in _BOUNDED:
        return needs
    return tuple(
        replace(need, context={k: v for k, v in need.context.items() if k != _BOUNDARY_KEY})
        if _BOUNDARY_KEY in need.context
        else need
        for need in needs
    )


_BOUNDARY_KEY = "iam:PermissionsBoundary"
_BOUNDED = frozenset(
    {
        "AttachRolePolicy",
        "AttachUserPolicy",
        "CreateRole",
        "CreateUser",
        "DeleteRole",
        "DeleteRolePermissionsBoundary",
        "DeleteRolePolicy",
        "DeleteUserPermissionsBoundary",
        "DeleteUserPolicy",
        "DetachRolePolicy",
        "DetachUserPolicy",
        "GetRole",
        "PutRolePermissionsBoundary",
        "PutRolePolicy",
        "PutUserPermissionsBoundary",
        "PutUserPolicy",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
        "UpdateRoleDescription",
    }
)


def _paths(*kinds: str) -> dict[str, Builder]:
    return {kind: partial(with_path, kind) for kind in kinds}


BUILDERS: Mapping[str, Builder] = {
    **_paths("group", "instance-profile", "mfa", "policy", "role", "server-certificate", "user"),
    "access-key": key_owner,
    "linked-role": linked_role,
    "oidc-provider": oidc_provider,
}
ABSENT: Mapping[str, Callable[[Request], str]] = {"user": caller}
KINDS = {
    "access-key": "arn:aws:iam::{account}:user/{}",
    "linked-role": "arn:aws:iam::{account}:role/aws-service-role/{}",
}


def _created(kind: str, parameter: str, action: str, **more: Any) -> dict[str, Any]:
    return {"resources": [f"{kind}={parameter}"], "tags": "Tags", "tagging": action, **more}


_BOUNDARY = {_BOUNDARY_KEY: "PermissionsBoundary"}
_OIDC = ["oidc-provider=OpenIDConnectProviderArn"]
_CREDENTIAL = {"iam:ServiceSpecificCredentialServiceName": "ServiceName"}

OPERATIONS: Mapping[str, Any] = {
    "AddClientIDToOpenIDConnectProvider": _OIDC,
    "AddRoleToInstanceProfile": {
        "resources": ["instance-profile=InstanceProfileName"],
        "passes": {"RoleName": "ec2.amazonaws.com"},
    },
    "CreateInstanceProfile": _created(
        "instance-profile", "InstanceProfileName", "TagInstanceProfile"
    ),
    "CreateOpenIDConnectProvider": _created("oidc-provider", "Url", "TagOpenIDConnectProvider"),
    "CreatePolicy": _created("policy", "PolicyName", "TagPolicy"),
    "CreateRole": _created("role", "RoleName", "TagRole", keys=_BOUNDARY),
    "CreateSAMLProvider": _created("saml-provider", "Name", "TagSAMLProvider"),
    "CreateServiceLinkedRole": {
        "resources": ["linked-role=AWSServiceName"],
        "keys": {"iam:AWSServiceName": "AWSServiceName"},
    },
    "CreateServiceSpecificCredential": {
        "resources": ["user=UserName"],
        "keys": _CREDENTIAL | {"iam:ServiceSpecificCredentialAgeDays": "CredentialAgeDays"},
    },
    "CreateUser": _created("user", "UserName", "TagUser", keys=_BOUNDARY),
    "CreateVirtualMFADevice": _created("mfa", "VirtualMFADeviceName", "TagMFADevice"),
    "DeleteOpenIDConnectProvider": _OIDC,
    "DeleteVirtualMFADevice": ["mfa=SerialNumber"],
    "GenerateServiceLastAccessedDetails": ["user=Arn"],
    "GetAccessKeyLastUsed": ["access-key=AccessKeyId"],
    "GetContextKeysForPrincipalPolicy": ["user=PolicySourceArn"],
    "GetHumanReadableSummary": ["delegation-request=EntityArn"],
    "GetOpenIDConnectProvider": _OIDC,
    "GetRoleTemplateVersion": ["role-template=TemplateArn"],
    "GetServiceLinkedRoleDeletionStatus": ["linked-role=DeletionTaskId"],
    "ListMFADeviceTags": ["mfa=SerialNumber"],
    "ListMFADevices": ["user=UserName"],
    "ListOpenIDConnectProviderTags": _OIDC,
    "ListPoliciesGrantingServiceAccess": ["user=Arn"],
    "RemoveClientIDFromOpenIDConnectProvider": _OIDC,
    "SimulatePrincipalPolicy": ["user=PolicySourceArn"],
    "TagMFADevice": {"resources": ["mfa=SerialNumber"], "tags": "Tags"},
    "TagOpenIDConnectProvider": {"resources": _OIDC, "tags": "Tags"},
    "UntagMFADevice": {"resources": ["mfa=SerialNumber"], "untags": "TagKeys[]"},
    "UntagOpenIDConnectProvider": {"resources": _OIDC, "untags": "TagKeys[]"},
    "UpdateGroup": partial(renamed, "group", "GroupName", "NewGroupName"),
    "UpdateOpenIDConnectProviderThumbprint": _OIDC,
    "UpdateServerCertificate": partial(
        renamed, "server-certificate", "ServerCertificateName", "NewServerCertificateName"
    ),
    "UpdateUser": partial(renamed, "user", "UserName", "NewUserName"),
    "UploadServerCertificate": _created(
        "server-certificate", "ServerCertificateName", "TagServerCertificate"
    ),
}
