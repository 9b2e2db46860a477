"""OpenID Connect tokens of systems outside AWS, such as a CI service."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt

from simulator.account.account import Account
from simulator.account.principal_policies import iam_state
from simulator.account.world import World
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError


@dataclass(frozen=True, slots=True)
class Claims:
    """A verified token. `issuer` is the provider's URL without its scheme."""

    issuer: str
    values: dict[str, str]


def issue_token(world: World, issuer: str, subject: str, audience: str, **claims: str) -> str:
    """A token as the provider at `issuer` would sign it, good for five minutes."""
    now = world.clock.now()
    return jwt.encode(
        {
            **claims,
            "iss": f"https://{issuer}",
            "sub": subject,
            "aud": audience,
            "iat": now,
            "exp": now + timedelta(minutes=5),
        },
        _key(world, issuer),
        algorithm="HS256",
    )


def read_token(call: Call, account: Account) -> Claims:
    """The claims of the call's WebIdentityToken, checked against the account's providers.

    Raises:
        AwsError: InvalidIdentityToken or ExpiredTokenException, as STS words them.
    """
    token = call.params["WebIdentityToken"]
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        issuer = str(claims["iss"]).removeprefix("https://")
        jwt.decode(
            token,
            _key(account.world, issuer),
            algorithms=["HS256"],
            options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
        )
    except (jwt.InvalidTokenError, KeyError):
        raise AwsError(
            "InvalidIdentityToken",
            "The web identity token that was passed could not be validated by Amazon Web Services.",
        ) from None
    provider = iam_state(account.id).open_id_providers.get(
        f"arn:aws:iam::{account.id}:oidc-provider/{issuer}"
    )
    if provider is None:
        raise AwsError(
            "InvalidIdentityToken",
            f"No OpenIDConnect provider found in your account for https://{issuer}",
        )
    if claims["aud"] not in provider.client_id_list:
        raise AwsError("InvalidIdentityToken", "Incorrect token audience")
    if claims["exp"] < call.time.timestamp():
        raise AwsError("ExpiredTokenException", "Token expired: current date/time is past exp")
    return Claims(issuer, {key: str(value) for key, value in claims.items()})


def _key(world: World, issuer: str) -> str:
    """The provider's signing key. It stays in the simulator's process."""
    return hashlib.sha256(f"{world.secret}/{issuer}".encode()).hexdigest()
