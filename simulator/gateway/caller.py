"""Who makes a call, as proved by its signature."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class CallerType(StrEnum):
    """CloudTrail's `userIdentity.type` values."""

    ROOT = "Root"
    IAM_USER = "IAMUser"
    ASSUMED_ROLE = "AssumedRole"
    FEDERATED_USER = "FederatedUser"
    IDENTITY_CENTER_USER = "IdentityCenterUser"
    AWS_SERVICE = "AWSService"
    ANONYMOUS = "AWSAccount"


@dataclass(frozen=True, slots=True)
class Session:
    """Temporary credentials minted by STS. Times are aware UTC on the account's clock."""

    issued: datetime
    expires: datetime
    mfa: bool = False
    name: str = ""
    """The RoleSessionName or the federated user's name; empty for GetSessionToken."""
    policies: tuple[str, ...] = ()
    """Session policies: JSON documents."""
    policy_arns: tuple[str, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str | None = None
    web_identity: dict[str, Any] | None = None
    """{"federatedProvider", "attributes"} as CloudTrail's webIdFederationData shows them."""
    external_id: str | None = None
    console: bool = False
    """It began with a sign-in to the console, or with switching roles there."""
    context: dict[str, str] = field(default_factory=dict)
    """Condition keys that the credentials carry themselves, as those of an EC2 instance do:
    {"ec2:SourceInstanceARN", "ec2:RoleDelivery", "aws:Ec2InstanceSourceVpc", …}."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal and the credentials it proved.

    `arn` is the ARN a policy and CloudTrail show: a role session is
    `arn:aws:sts::…:assumed-role/Role/name`, with its role in `issuer_arn`.
    """

    type: CallerType
    account_id: str
    arn: str
    principal_id: str
    access_key_id: str | None = None
    user_name: str | None = None
    issuer_arn: str | None = None
    """The role, or for a federated user the IAM user, behind a session."""
    issuer_id: str | None = None
    issuer_name: str | None = None
    session: Session | None = None
    credential_id: str | None = None
    """Of the session of an IAM Identity Center user."""


ANONYMOUS = Caller(CallerType.ANONYMOUS, "ANONYMOUS_PRINCIPAL", "", "ANONYMOUS_PRINCIPAL")


def service_caller(service: str) -> Caller:
    """An AWS service acting in its own name, e.g. "cloudtrail.amazonaws.com"."""
    return Caller(CallerType.AWS_SERVICE, "", service, service)
