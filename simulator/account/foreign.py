"""Accounts beside the learner's: a partner's, or one that an adversary has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.credentials import Credentials

from simulator.account import transport
from simulator.account.world import World
from simulator.gateway.app import Gateway
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.origin import Origin

_EVERYTHING = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
)


def user_of(gateway: Gateway, world: World, account_id: str, user: str) -> Mapping[str, Any]:
    """Keys of an IAM user that may do anything its own account permits.

    The account is opened, if there is none of that id in this world yet.

    Raises:
        CannotServe: another world of the same gateway has an account of that id.
    """
    account = world.accounts.get(account_id) or world.open_account(account_id)
    root = Caller(CallerType.ROOT, account.id, f"arn:aws:iam::{account.id}:root", account.id)
    origin = Origin("127.0.0.1", "founding", vouched=root, account_id=account.id, recorded=False)
    session = transport.session(
        gateway.respond, lambda: origin, Credentials("-", "-"), account.region
    )
    iam = session.client("iam", endpoint_url=transport.ENDPOINT)
    iam.create_user(UserName=user)
    iam.put_user_policy(UserName=user, PolicyName="everything", PolicyDocument=_EVERYTHING)
    keys: Mapping[str, Any] = iam.create_access_key(UserName=user)["AccessKey"]
    return keys
