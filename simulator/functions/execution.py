"""The session that Lambda takes of a function's execution role.

Sources: "Defining Lambda function permissions with an execution role", "Logging AWS Lambda API calls
using AWS CloudTrail".
"""

from __future__ import annotations

from typing import Any

from simulator.account.account import Account
from simulator.account.minting import credentials, mint_role
from simulator.account.principal_policies import iam_state
from simulator.gateway import service_role
from simulator.gateway.caller import service_caller

LAMBDA = "lambda.amazonaws.com"


def session(account: Account, function: Any, region: str) -> dict[str, Any]:
    """Credentials of the execution role for one run; `function` is moto's. The call is recorded.

    The caller has the world's turn.

    Raises:
        AwsError: there is no such role, or it doesn't trust Lambda.
    """
    name = str(function.function_name)
    taken = service_role.assume(
        account, LAMBDA, str(function.function_arn), str(function.role), name, region
    )
    assert taken.session is not None
    role = iam_state(account.id).roles[taken.issuer_id]
    keys = credentials(mint_role(account, role, taken.session))
    result = {
        "Credentials": {**keys, "Expiration": keys["Expiration"]},
        "AssumedRoleUser": {"AssumedRoleId": taken.principal_id, "Arn": taken.arn},
    }
    service_role.write_down(
        account,
        service_caller(LAMBDA),
        LAMBDA,
        "sts",
        "AssumeRole",
        {"RoleArn": str(function.role), "RoleSessionName": name},
        region,
        result,
    )
    return keys
