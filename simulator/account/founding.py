"""What every account has before its story begins: an administrators' role and the learner."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.credentials import Credentials

from simulator.account import transport
from simulator.account.account import Account
from simulator.gateway.app import Gateway
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.origin import Origin

ADMINISTRATORS = "PlatformAdministrator"
RESPONDER = "incident-responder"
_FULL_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"


@dataclass(frozen=True, slots=True)
class Learner:
    """The learner's own IAM user: an incident responder with every right."""

    arn: str
    access_key_id: str
    secret_access_key: str
    role_arn: str
    administrator: Callable[[], dict[str, Any]]
    """Mints a session of the administrators' role."""


def found(gateway: Gateway, account: Account) -> Learner:
    """Create both, unrecorded: they are older than the account's memory."""
    root = Caller(CallerType.ROOT, account.id, f"arn:aws:iam::{account.id}:root", account.id)
    origin = Origin("127.0.0.1", "founding", vouched=root, account_id=account.id, recorded=False)
    session = transport.session(
        gateway.respond, lambda: origin, Credentials("-", "-"), account.region
    )
    iam = session.client("iam", endpoint_url=transport.ENDPOINT)
    sts = session.client("sts", endpoint_url=transport.ENDPOINT)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role = iam.create_role(
        RoleName=ADMINISTRATORS,
        AssumeRolePolicyDocument=json.dumps(trust),
        MaxSessionDuration=43200,
    )["Role"]
    iam.attach_role_policy(RoleName=ADMINISTRATORS, PolicyArn=_FULL_ACCESS)
    user = iam.create_user(Path="/security/", UserName=RESPONDER)["User"]
    iam.attach_user_policy(UserName=RESPONDER, PolicyArn=_FULL_ACCESS)
    key = iam.create_access_key(UserName=RESPONDER)["AccessKey"]

    def administrator() -> dict[str, Any]:
        answer = sts.assume_role(
            RoleArn=role["Arn"], RoleSessionName="platform-team", DurationSeconds=43200
        )
        credentials: dict[str, Any] = answer["Credentials"]
        return credentials

    return Learner(
        user["Arn"], key["AccessKeyId"], key["SecretAccessKey"], role["Arn"], administrator
    )
