"""What an API call needs, and what it is worked out from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

ContextValue = str | tuple[str, ...]


class Unmapped(Exception):
    """The call's permissions are not known, so it must be refused."""

    def __init__(self, service: str, operation: str, why: str) -> None:
        super().__init__(f"{service}:{operation} is not simulated: {why}")
        self.service = service
        self.operation = operation


@dataclass(frozen=True, slots=True)
class Needed:
    """One action on one resource that a policy must allow."""

    action: str
    """"s3:GetObject"."""
    resource: str
    """A full ARN; "*" for an action that takes no resource or a call that names none."""
    context: Mapping[str, ContextValue] = field(default_factory=dict)
    """Condition keys that follow from the call's parameters or the resource's own state."""
    wildcard_only: bool = False
    """The action takes no resource: only `"Resource": "*"` can grant it."""
    resource_account: str | None = None
    """The account that the resource's ARN names; None for the account called into."""


class Lookup(Protocol):
    """State that a call's parameters only point at. Every method may answer None."""

    def caller_user(self) -> str | None:
        """ARN of the IAM user that calls, for IAM calls that leave UserName out."""

    def iam_path(self, kind: str, name: str) -> str | None:
        """Path ("/ci/") of a "user", "group", "role", "policy", "instance-profile"… by name."""

    def instance_profile_role(self, name_or_arn: str) -> str | None:
        """ARN of the role inside an instance profile."""

    def access_key_user(self, access_key_id: str) -> str | None:
        """ARN of the IAM user that owns an access key of this account."""

    def kms_key(self, alias: str) -> str | None:
        """Key ARN behind "alias/name", an alias ARN or a grant token."""

    def kms_key_of_ciphertext(self, blob: bytes) -> str | None:
        """Key ARN under which a ciphertext was encrypted."""

    def secret_arn(self, name_or_arn: str) -> str | None:
        """Full ARN, with its random suffix, of a secret by name or partial ARN."""

    def resource_arn(self, service: str, kind: str, name: str) -> str | None:
        """Full ARN of a resource whose ARN has parts that its name does not show.

        E.g. ("elbv2", "loadbalancer", "web"), ("ec2", "security-group", "web").
        """

    def ec2_template(self, id_or_name: str, version: str) -> Mapping[str, Any] | None:
        """LaunchTemplateData of a launch template's version."""

    def tags(self, arn: str) -> Mapping[str, str] | None:
        """Tags that a resource bears now."""

    def attributes(self, arn: str) -> Mapping[str, ContextValue] | None:
        """Service condition keys that describe a resource as it is now.

        E.g. {"ec2:InstanceType": "t3.micro"} or {"iam:PermissionsBoundary": ARN}.
        """


@dataclass(frozen=True, slots=True)
class Request:
    """One API call, as the rules see it. `params` has boto3's shape."""

    service: str
    operation: str
    params: Mapping[str, Any]
    account_id: str
    region: str
    lookup: Lookup | None = None
    now: datetime | None = None
    """The account's time, aware UTC; None leaves out the keys that are reckoned from it."""

    def arn(self, service: str, rest: str) -> str:
        """ARN of a regional resource of this account."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{rest}"

    def unmapped(self, why: str) -> Unmapped:
        """The error that refuses this call."""
        return Unmapped(self.service, self.operation, why)

    def need(
        self,
        action: str,
        resource: str,
        context: Mapping[str, ContextValue] | None = None,
        *,
        wildcard_only: bool = False,
    ) -> Needed:
        """One need, with its resource's account worked out from the ARN."""
        return Needed(
            action,
            resource,
            {} if context is None else context,
            wildcard_only,
            foreign_account(resource, self.account_id),
        )


def foreign_account(arn: str, account_id: str) -> str | None:
    """The account in an ARN where it is another than `account_id`."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return None
    owner = parts[4]
    return owner if owner != account_id and len(owner) == 12 and owner.isdigit() else None
