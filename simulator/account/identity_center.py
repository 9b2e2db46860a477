"""IAM Identity Center of an organization: its instance, users, and who is assigned what.

Sources: "IAM Identity Center instances", "Manage permission sets", "AWS access portal".
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jwt

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.account.world import World

_SIGNED_IN_FOR = timedelta(hours=8)


def center_of(management: Account) -> Any:
    """moto's state of the organization's instance, in the management account's own region."""
    from moto.ssoadmin.models import ssoadmin_backends

    return ssoadmin_backends[management.id][management.region]


def instance_of(management: Account) -> Any:
    """The organization instance. It is there as soon as there is an organization.

    AWS has the console alone to enable it ("Enable IAM Identity Center").
    """
    return center_of(management).instances[0]


def directory_of(management: Account) -> Any:
    """Users, groups and memberships of the instance's identity store."""
    from moto.identitystore.models import IdentityStoreData, identitystore_backends

    stores = identitystore_backends[management.id][management.region].identity_stores
    return stores.setdefault(instance_of(management).identity_store_id, IdentityStoreData())


def provisioned(management: Account) -> dict[tuple[str, str], dict[str, Any]]:
    """What was last put into accounts: (permission set ARN, account id) → role_id, seconds."""
    found: dict[tuple[str, str], dict[str, Any]] = center_of(management).__dict__.setdefault(
        "provisioned", {}
    )
    return found


def assignments_of(management: Account, user_id: str) -> Iterator[Any]:
    """The assignments that a user has itself or by a group."""
    memberships = directory_of(management).group_memberships.values()
    groups = {one["GroupId"] for one in memberships if one["MemberId"]["UserId"] == user_id}
    for assignment in center_of(management).account_assignments:
        by_group = assignment.principal_type == "GROUP" and assignment.principal_id in groups
        if by_group or assignment.principal_id == user_id:
            yield assignment


def sign_in(management: Account, user_name: str) -> str:
    """The access token that a user gets who signs in to the access portal; good for eight hours.

    Raises:
        LookupError: the identity store has no such user.
    """
    users = directory_of(management).users.values()
    user = next((one for one in users if one.UserName == user_name), None)
    if user is None:
        raise LookupError(f"The identity store of account {management.id} has no {user_name!r}.")
    now = management.world.clock.now()
    claims = {"act": management.id, "sub": user.UserId, "iat": now, "exp": now + _SIGNED_IN_FOR}
    return jwt.encode(claims, _key(management.world), algorithm="HS256")


def signed_in(token: str, accounts: Mapping[str, Account]) -> tuple[Account, Any] | None:
    """The management account and the user that a token proves; None for no good token."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
        management = accounts[str(claims["act"])]
        jwt.decode(
            token,
            _key(management.world),
            algorithms=["HS256"],
            options={"verify_exp": False, "verify_iat": False},
        )
    except (jwt.InvalidTokenError, KeyError):
        return None
    user = directory_of(management).users.get(claims["sub"])
    expired = management.world.clock.now().timestamp() >= claims["exp"]
    out = token in center_of(management).__dict__.get("signed_out", ())
    return None if user is None or expired or out else (management, user)


def credential_id(management: Account, token: str) -> str:
    """What CloudTrail calls the session of an access token that is good."""
    claims = jwt.decode(token, options={"verify_signature": False})
    session = f"{claims['sub']}/{claims['iat']}"
    chance = random.Random(f"credential/{management.world.seed}/{session}")
    return base64.urlsafe_b64encode(chance.randbytes(42)).decode()


def _key(world: World) -> str:
    return f"{world.secret}/identity center"
