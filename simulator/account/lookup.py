"""State that decides which ARN a call is about: paths, aliases, instance profiles, tags."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.account import kms_keys
from simulator.account.lookups.arns import Arn, parse
from simulator.account.lookups.configuration import config_arn, config_tags
from simulator.account.lookups.ec2 import template_data
from simulator.account.lookups.table import ATTRIBUTES, GLOBAL, MOTO_NAME, NAMES, TAGS
from simulator.account.principal_policies import iam_state
from simulator.account.resource_policies import bucket_of, bucket_owner
from simulator.account.state import state_of
from simulator.gateway.caller import Caller, CallerType
from simulator.iam.actions.context import tags_of


@dataclass(frozen=True, slots=True)
class AccountLookup:
    """The look-ups that the action table may ask for (simulator.iam.actions.Lookup)."""

    account_id: str
    region: str
    caller: Caller
    neighbours: Collection[str] = ()
    """The accounts of the same world, whose resources a call may name."""

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
            "server-certificate": iam.certificates,
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
        if service == "config":
            return config_arn(self.neighbours, self.account_id, self.region, kind, name)
        find = NAMES.get(service)
        if find is None or "*" in name:
            return None
        holder = "organizations" if service == "account" else service
        state = state_of(holder, self.account_id, "aws" if holder in GLOBAL else self.region)
        return find(state, kind, name) if state is not None else None

    def ec2_template(self, id_or_name: str, version: str) -> Mapping[str, Any] | None:
        state = state_of("ec2", self.account_id, self.region)
        return template_data(state, id_or_name, version) if state is not None else None

    def tags(self, arn: str) -> Mapping[str, str] | None:
        """Tags of a resource of this account, or of another one in the same world."""
        if arn.startswith(f"arn:aws:config:{self.region}:{self.account_id}:"):
            return config_tags(self.neighbours, self.account_id, self.region, arn)
        found = self._state(arn, TAGS)
        return tags_of(TAGS[found[1].service](*found)) or None if found else None

    def attributes(self, arn: str) -> Mapping[str, str | tuple[str, ...]] | None:
        found = self._state(arn, ATTRIBUTES)
        return ATTRIBUTES[found[1].service](*found) if found else None

    def _state(self, text: str, known: Mapping[str, Any]) -> tuple[Any, Arn] | None:
        """The backend's state that an ARN points into, and the ARN taken apart."""
        arn = parse(text)
        if arn is None or arn.service not in known:
            return None
        owner = arn.account or self.account_id
        if arn.service == "s3":
            owner = bucket_owner(bucket_of(text)) or owner
        if owner != self.account_id and owner not in self.neighbours:
            return None
        region = "aws" if arn.service in GLOBAL else arn.region or self.region
        state = state_of(MOTO_NAME.get(arn.service, arn.service), owner, region)
        return None if state is None else (state, arn)
