"""The AWS access portal: what a signed-in user may take, and the credentials for it.

Source: "IAM Identity Center Portal API Reference".
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from simulator.account import identity_center
from simulator.account.account import Account
from simulator.account.minting import credentials, mint_role
from simulator.account.organization import organization_state
from simulator.account.principal_policies import iam_state
from simulator.gateway.call import Call
from simulator.gateway.caller import Session
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation


@operation
def list_accounts(call: Call, backend: Backend) -> Result:
    """The accounts in which the user is assigned something."""
    management = _management(call)
    mine = {one.target_id for one in _assignments(call)}
    shown = (one for one in organization_state(management.id).accounts if one.id in mine)
    return {
        "accountList": [
            {"accountId": one.id, "accountName": one.name, "emailAddress": one.email}
            for one in shown
        ]
    }


@operation
def list_account_roles(call: Call, backend: Backend) -> Result:
    """The permission sets that the user is assigned in an account."""
    account_id = call.params["accountId"]
    mine = {one.permission_set_arn for one in _assignments(call) if one.target_id == account_id}
    names = (one.name for one in _sets(call) if one.permission_set_arn in mine)
    return {"roleList": [{"roleName": name, "accountId": account_id} for name in names]}


@operation
def get_role_credentials(call: Call, backend: Backend) -> Result:
    """A session of the permission set's role, under the user's name.

    Raises:
        AwsError: ForbiddenException where the user isn't assigned it.
    """
    account_id, name = call.params["accountId"], call.params["roleName"]
    management = _management(call)
    wanted = {one.permission_set_arn for one in _sets(call) if one.name == name}
    for assignment in _assignments(call):
        arn = assignment.permission_set_arn
        if arn not in wanted or assignment.target_id != account_id:
            continue
        held = identity_center.provisioned(management)[arn, account_id]
        account = management.world.accounts[account_id]
        if account.closed:
            continue
        ends = call.time + timedelta(seconds=held["seconds"])
        session = Session(issued=call.time, expires=ends, name=call.caller.user_name or "")
        role = iam_state(account_id).roles[held["role_id"]]
        minted = credentials(mint_role(account, role, session))
        return {
            "roleCredentials": {
                "accessKeyId": minted["AccessKeyId"],
                "secretAccessKey": minted["SecretAccessKey"],
                "sessionToken": minted["SessionToken"],
                "expiration": int(ends.timestamp() * 1000),
            }
        }
    raise AwsError("ForbiddenException", "No access", 403)


@operation
def logout(call: Call, backend: Backend) -> Result:
    """The token is good for nothing any more. Sessions that it made go on."""
    state = identity_center.center_of(_management(call))
    state.__dict__.setdefault("signed_out", set()).add(call.params["accessToken"])
    return {}


def _management(call: Call) -> Account:
    assert call.account is not None
    return call.account


def _assignments(call: Call) -> list[Any]:
    return list(identity_center.assignments_of(_management(call), call.caller.principal_id))


def _sets(call: Call) -> list[Any]:
    return list(identity_center.center_of(_management(call)).permission_sets)
