"""State that decides which ARN a call is about: paths, aliases, instance profiles, tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.account import kms_keys
from simulator.account.principal_policies import iam_state
from simulator.gateway.caller import Caller, CallerType


@dataclass(frozen=True, slots=True)
class AccountLookup:
    """The look-ups that the action table may ask for (simulator.iam.actions.Lookup)."""

    account_id: str
    region: str
    caller: Caller

    def caller_user(self) -> str | None:
        return self.caller.arn if self.caller.type is CallerType.IAM_USER else None

    def iam_path(self, kind: str, name: str) -> str | None:
        iam = iam_state(self.account_id)
        if kind == "role":
            return next((role.path for role in iam.roles.values() if role.name == name), None)
        holders = {
            "user": iam.users,
            "group": iam.groups,
            "instance-profile": iam.instance_profiles,
        }
        found = holders.get(kind, {}).get(name)
        return found.path if found is not None else None

    def instance_profile_role(self, name_or_arn: str) -> str | None:
        name = name_or_arn.rsplit("/", 1)[-1]
        profile = iam_state(self.account_id).instance_profiles.get(name)
        return profile.roles[0].arn if profile is not None and profile.roles else None

    def access_key_user(self, access_key_id: str) -> str | None:
        iam = iam_state(self.account_id)
        key = iam.access_keys.get(access_key_id)
        user = iam.users.get(key.user_name) if key is not None else None
        return user.arn if user is not None else None

    def kms_key(self, alias: str) -> str | None:
        """The key behind an alias, or the key of a grant token."""
        if "alias/" not in alias:
            key = kms_keys.of_grant_token(alias, [self.account_id], self.region)
        else:
            key = kms_keys.named(alias, self.account_id, self.region)
        return str(key.arn) if key is not None else None

    def kms_key_of_ciphertext(self, blob: bytes) -> str | None:
        key = kms_keys.of_ciphertext(blob, [self.account_id], self.region)
        return str(key.arn) if key is not None else None

    def secret_arn(self, name_or_arn: str) -> str | None:
        from moto.secretsmanager.models import secretsmanager_backends

        secrets = secretsmanager_backends[self.account_id][self.region].secrets
        for secret in secrets.values():
            if name_or_arn in (secret.name, secret.arn) or secret.arn.startswith(f"{name_or_arn}-"):
                return str(secret.arn)
        return None

    def resource_arn(self, service: str, kind: str, name: str) -> str | None:
        return None

    def ec2_template(self, id_or_name: str, version: str) -> Mapping[str, Any] | None:
        return None

    def tags(self, arn: str) -> Mapping[str, str] | None:
        """Tags of IAM users, roles and KMS keys; other resources' are not looked up yet."""
        if arn.startswith("arn:aws:kms:"):
            key = kms_keys.named(arn, self.account_id, self.region)
            return kms_keys.tags(key) if key is not None else None
        if not arn.startswith(f"arn:aws:iam::{self.account_id}:"):
            return None
        kind, _, rest = arn.split(":", 5)[5].partition("/")
        name, iam = rest.rsplit("/", 1)[-1], iam_state(self.account_id)
        if kind == "role":
            role = next((role for role in iam.roles.values() if role.name == name), None)
            return _plain(role.tags) if role is not None else None
        if kind == "user" and name in iam.users:
            return {tag["Key"]: tag["Value"] for tag in iam.users[name].tags or ()}
        return None

    def attributes(self, arn: str) -> Mapping[str, str | tuple[str, ...]] | None:
        if arn.startswith("arn:aws:kms:"):
            key = kms_keys.named(arn, self.account_id, self.region)
            return kms_keys.attributes(key) if key is not None else None
        return None


def _plain(tags: Mapping[str, Any] | None) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in (tags or {}).values()}
