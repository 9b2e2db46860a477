"""What Macie's operations share: the session, refusals, ids, pages."""

from __future__ import annotations

import base64
import binascii
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from simulator.account.chance import drawn_uuid
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.macie import state
from simulator.macie.state import Session

Item = TypeVar("Item")


def session_of(call: Call) -> Session:
    """Macie in the account and region called.

    Raises:
        AwsError: it is off.
    """
    assert call.account is not None
    session = state.of(call.account, call.region)
    if session is None:
        raise AwsError("AccessDeniedException", "Macie is not enabled.", 403)
    return session


def keep(call: Call, session: Session) -> None:
    """Replace the session; policies' conditions find its tags at the backend."""
    from moto.macie2.models import macie2_backends

    assert call.account is not None
    state.keep(call.account, call.region, session)
    kinds = (session.jobs, session.identifiers, session.allow_lists, session.filters)
    backend = macie2_backends[call.account.id][call.region]
    backend.__dict__["tags_by_arn"] = {
        one.arn: dict(one.tags) for kind in kinds for one in kind.values() if one.tags
    }


def invalid(why: str) -> AwsError:
    """ValidationException."""
    return AwsError("ValidationException", why)


def missing() -> AwsError:
    """ResourceNotFoundException, in the API reference's words."""
    text = "The request failed because the specified resource wasn't found."
    return AwsError("ResourceNotFoundException", text, 404)


def conflict(why: str) -> AwsError:
    """ConflictException."""
    return AwsError("ConflictException", why, 409)


def owned(kept: Mapping[str, Item], name: Any) -> Item:
    """The one of that id.

    Raises:
        AwsError: there is none.
    """
    if name not in kept:
        raise missing()
    return kept[str(name)]


def chance(call: Call, session: Session, what: str) -> random.Random:
    """What ids of the next thing made are drawn from."""
    assert call.account is not None
    where = f"{call.account.world.seed}/{call.account.id}/{call.region}"
    return random.Random(f"macie/{where}/{what}/{session.made + 1}")


def uuid(call: Call, session: Session, what: str) -> str:
    """A UUID."""
    return drawn_uuid(chance(call, session, what))


def arn(call: Call, kind: str, name: str) -> str:
    """The ARN of something of Macie's."""
    assert call.account is not None
    return f"arn:aws:macie2:{call.region}:{call.account.id}:{kind}/{name}"


def made_before(call: Call, session: Session) -> str | None:
    """The id of what was made with the call's client token."""
    token = call.params.get("clientToken")
    return session.tokens.get(f"{call.operation}/{token}") if token else None


def noted(call: Call, session: Session, name: str) -> Session:
    """The session, with one thing more made, and its client token."""
    token = call.params.get("clientToken")
    tokens = {**session.tokens, f"{call.operation}/{token}": name} if token else session.tokens
    return replace(session, made=session.made + 1, tokens=tokens)


def page(
    call: Call, items: Sequence[Item], size: int = 50, most: int = 50
) -> tuple[Sequence[Item], dict[str, str]]:
    """What fits on the page that the call asks for, and nextToken where there is more.

    Raises:
        AwsError: ValidationException.
    """
    size = int(call.params.get("maxResults") or size)
    if not 1 <= size <= most:
        raise invalid(f"maxResults must be between 1 and {most}")
    start = _place(call.params.get("nextToken"))
    shown = items[start : start + size]
    if start + size >= len(items):
        return shown, {}
    return shown, {"nextToken": base64.urlsafe_b64encode(f"at/{start + size}".encode()).decode()}


def _place(token: Any) -> int:
    if not token:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(str(token)).decode().partition("/")
        if word == "at" and number.isdecimal():
            return int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise invalid("nextToken is invalid")
