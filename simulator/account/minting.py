"""Temporary credentials: made up, kept by the account, handed out.

Chance is the world's own: whoever mints has the world's turn.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from simulator.account.account import Account, Minted
from simulator.backends.moto import generator
from simulator.gateway.caller import Caller, CallerType, Session


def mint(account: Account, caller: Callable[[str], Caller]) -> Minted:
    """New credentials of the account; `caller` makes the caller they prove from their key's id."""
    from moto.iam.utils import generate_access_key_id_from_account_id, random_alphanumeric

    key = generate_access_key_id_from_account_id(account.id, prefix="ASIA", total_length=20)
    token = base64.b64encode(b"\x15" + generator().randbytes(260)).decode()
    minted = Minted(random_alphanumeric(40), f"IQoJb3JpZ2luX2Vj{token}", caller(key))
    account.sessions[key] = minted
    return minted


def mint_role(account: Account, role: Any, session: Session) -> Minted:
    """Credentials of a role session. `role` is moto's."""
    arn = f"arn:aws:sts::{account.id}:assumed-role/{role.name}/{session.name}"
    return mint(
        account,
        lambda key: Caller(
            CallerType.ASSUMED_ROLE,
            account.id,
            arn,
            f"{role.id}:{session.name}",
            key,
            issuer_arn=role.arn,
            issuer_id=role.id,
            issuer_name=role.name,
            session=session,
        ),
    )


def credentials(minted: Minted) -> dict[str, Any]:
    """The Credentials of an STS answer."""
    session = minted.caller.session
    assert session is not None
    return {
        "AccessKeyId": minted.caller.access_key_id,
        "SecretAccessKey": minted.secret,
        "SessionToken": minted.token,
        "Expiration": session.expires.replace(microsecond=0),
    }
