"""IAM and AWS Organizations: tags and boundaries of users, roles and what goes with them."""

from __future__ import annotations

from typing import Any

from simulator.account.lookups.arns import Arn

_BY_ARN = {
    "oidc-provider": "open_id_providers",
    "policy": "managed_policies",
    "saml-provider": "saml_providers",
}
_BY_NAME = {"instance-profile": "instance_profiles", "server-certificate": "certificates"}


def iam_tags(iam: Any, arn: Arn) -> Any:
    """Tags of a user, role, policy, instance profile, identity provider or MFA device."""
    if arn.kind == "user":
        return iam.tagger.tags.get(arn.text)
    found = _entity(iam, arn)
    tags = getattr(found, "tags", None)
    if isinstance(tags, dict):
        return [
            tag if isinstance(tag, dict) else {"Key": k, "Value": tag} for k, tag in tags.items()
        ]
    return tags


def iam_attributes(iam: Any, arn: Arn) -> dict[str, str]:
    """iam:PermissionsBoundary of a user or role."""
    found = _entity(iam, arn)
    boundary = getattr(found, "permissions_boundary_arn", None)
    return {"iam:PermissionsBoundary": str(boundary)} if boundary else {}


def _entity(iam: Any, arn: Arn) -> Any:
    name = arn.name.rsplit("/", 1)[-1]
    if arn.kind == "role":
        return next((role for role in iam.roles.values() if role.name == name), None)
    if arn.kind == "user":
        return iam.users.get(name)
    if arn.kind in _BY_ARN:
        return getattr(iam, _BY_ARN[arn.kind]).get(arn.text)
    if arn.kind in _BY_NAME:
        return getattr(iam, _BY_NAME[arn.kind]).get(name)
    if arn.kind == "mfa":
        return iam.virtual_mfa_devices.get(arn.text)
    return None


def organizations_tags(state: Any, arn: Arn) -> Any:
    """Tags of an account, an organizational unit, a root or a policy."""
    identifier = arn.name.rsplit("/", 1)[-1]
    holders = (*state.accounts, *state.ou, *state.policies)
    return next((one.tags for one in holders if one.id == identifier), None)


def organizations_arn(state: Any, identifier: str) -> str | None:
    """The ARN of an account, an organizational unit, a root or a policy, by its id."""
    holders = (*state.accounts, *state.ou, *state.policies)
    found = next((one for one in holders if one.id == identifier), None)
    return str(found.arn) if found is not None else None


def account_arn(state: Any, account_id: str) -> str | None:
    """The ARN by which Account Management knows a member account."""
    arn = organizations_arn(state, account_id)
    return arn.replace(":organizations:", ":account:", 1) if arn else None
