"""Callers of the AWS access portal: proved by an access token instead of a signature."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.account import identity_center
from simulator.account.account import Account
from simulator.gateway.call import Call
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.errors import AwsError


def admit(call: Call, accounts: Mapping[str, Account]) -> None:
    """Set caller and account by the call's access token.

    Raises:
        AwsError: UnauthorizedException.
    """
    proved = identity_center.signed_in(call.params.get("accessToken", ""), accounts)
    if proved is None:
        raise AwsError("UnauthorizedException", "Session token not found or invalid", 401)
    management, user = proved
    store = identity_center.instance_of(management).identity_store_id
    call.enter(management)
    call.region = management.region
    call.caller = Caller(
        CallerType.IDENTITY_CENTER_USER,
        management.id,
        f"arn:aws:identitystore::{management.id}:identitystore/{store}",
        user.UserId,
        user_name=user.UserName,
        credential_id=identity_center.credential_id(management, call.params["accessToken"]),
    )
