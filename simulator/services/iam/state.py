"""What the operations of IAM share: the state, whom a call is about, and pages of a list."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from simulator.account.account import Account
from simulator.account.principal_policies import iam_state
from simulator.gateway.call import Call
from simulator.gateway.caller import CallerType
from simulator.gateway.errors import AwsError
from simulator.services import Result

Item = TypeVar("Item")

AWS_MANAGED = "arn:aws:iam::aws:policy/"
"""How the ARNs of the policies begin that AWS itself maintains."""


def account_of(call: Call) -> Account:
    """The account called into."""
    assert call.account is not None
    return call.account


def iam_of(call: Call) -> Any:
    """moto's IAM backend of the account called into."""
    return iam_state(account_of(call).id)


def user_of(call: Call) -> Any:
    """The user that a call names, or the one that calls.

    Raises:
        AwsError: NoSuchEntity; ValidationError where no user calls.
    """
    name = call.params.get("UserName")
    if name is None:
        if call.caller.type is not CallerType.IAM_USER:
            raise AwsError(
                "ValidationError", "Must specify userName when calling with non-User credentials"
            )
        name = call.caller.user_name
    user = iam_of(call).users.get(name)
    if user is None:
        raise missing(f"The user with name {name} cannot be found.")
    return user


def role_of(call: Call) -> Any:
    """The role that a call names.

    Raises:
        AwsError: NoSuchEntity.
    """
    name = call.params["RoleName"]
    role = next((role for role in iam_of(call).roles.values() if role.name == name), None)
    if role is None:
        raise missing(f"The role with name {name} cannot be found.")
    return role


def group_of(call: Call) -> Any:
    """The group that a call names.

    Raises:
        AwsError: NoSuchEntity.
    """
    name = call.params["GroupName"]
    group = iam_of(call).groups.get(name)
    if group is None:
        raise missing(f"The group with name {name} cannot be found.")
    return group


def policy_of(call: Call, arn: str) -> Any:
    """A managed policy, the account's own or AWS's.

    Raises:
        AwsError: NoSuchEntity.
    """
    policy = iam_of(call).managed_policies.get(arn)
    if policy is None:
        raise missing(f"Policy {arn} was not found.")
    return policy


def missing(text: str) -> AwsError:
    """The error for what does not exist."""
    return AwsError("NoSuchEntity", text, 404)


def conflict(text: str) -> AwsError:
    """The error for what can't be deleted yet."""
    return AwsError("DeleteConflict", text, 409)


def page(call: Call, items: Sequence[Item]) -> tuple[Sequence[Item], Result]:
    """The items that MaxItems (100 unless told) and Marker ask for, and what says if more follow.

    Raises:
        AwsError: ValidationError for a Marker that no answer gave.
    """
    begin = _position(call.params.get("Marker"))
    end = begin + int(call.params.get("MaxItems") or 100)
    if end >= len(items):
        return items[begin:], {"IsTruncated": False}
    marker = base64.b64encode(f"item/{end}".encode()).decode()
    return items[begin:end], {"IsTruncated": True, "Marker": marker}


def _position(marker: str | None) -> int:
    if marker is None:
        return 0
    try:
        return int(base64.b64decode(marker, validate=True).decode().removeprefix("item/"))
    except (binascii.Error, ValueError) as error:
        raise AwsError("ValidationError", "Invalid Marker.") from error
