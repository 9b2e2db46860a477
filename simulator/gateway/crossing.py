"""A call on a resource of another account is carried out where the resource is.

Source: "Cross account resource access in IAM" (IAM User Guide). Amazon S3, whose names tell no
account, finds its own way.
"""

from __future__ import annotations

from simulator.account.bearing import owner_of
from simulator.gateway.call import Call
from simulator.iam.actions import Needed

_REACHABLE = frozenset(
    {
        "dynamodb",
        "ecr",
        "events",
        "glue",
        "kinesis",
        "lambda",
        "logs",
        "secretsmanager",
        "sns",
        "sqs",
    }
)
"""Services whose operations take the ARN or account of a resource elsewhere."""


def cross(call: Call, wanted: tuple[Needed, ...]) -> None:
    """Enter the account that all resources of an authorized call belong to."""
    if call.service not in _REACHABLE or call.account is None:
        return
    owners = {owner_of(need, call) for need in wanted if not need.action.startswith("iam:")}
    if len(owners) != 1:
        return
    owner, accounts = owners.pop(), call.account.world.accounts
    if owner != call.account.id and owner in accounts:
        call.enter(accounts[owner])
