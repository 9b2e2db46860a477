"""Invitations of accounts into an organization.

Source: "Managing account invitations with AWS Organizations". An invitation is good for 15 days.
"""

from __future__ import annotations

import string
from datetime import timedelta
from typing import Any

from simulator.account.organization import organization_state
from simulator.backends.moto import generator
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services import organization_members as members

_GOOD_FOR = timedelta(days=15)
_OPEN = {"REQUESTED", "OPEN"}


def of(state: Any) -> dict[str, dict[str, Any]]:
    """The invitations of an organization, by handshake id."""
    found: dict[str, dict[str, Any]] = state.__dict__.setdefault("handshakes", {})
    return found


def invite(state: Any, call: Call) -> Result:
    """Raises AwsError: the target is a member already, or was invited and hasn't answered."""
    assert call.account is not None
    invited = call.params["Target"]["Id"]
    if any(one.id == invited for one in state.accounts):
        raise AwsError(
            "DuplicateAccountException", "That account is already present in the organization."
        )
    if any(one["State"] in _OPEN and _account_of(one) == invited for one in of(state).values()):
        raise AwsError(
            "DuplicateHandshakeException",
            "A handshake with the same action and target already exists.",
        )
    marks = string.ascii_lowercase + string.digits
    identifier = f"h-{''.join(generator().choices(marks, k=32))}"
    organization_id, management = state.org.id, state.account_id
    handshake = {
        "Id": identifier,
        "Arn": f"arn:aws:organizations::{management}:handshake/{organization_id}/invite/{identifier}",
        "Parties": [
            {"Id": organization_id.removeprefix("o-"), "Type": "ORGANIZATION"},
            {"Id": invited, "Type": "ACCOUNT"},
        ],
        "State": "OPEN",
        "RequestedTimestamp": call.time,
        "ExpirationTimestamp": call.time + _GOOD_FOR,
        "Action": "INVITE",
        "Resources": [
            {"Type": "ORGANIZATION", "Value": organization_id},
            {"Type": "ACCOUNT", "Value": invited},
        ],
    }
    of(state)[identifier] = handshake
    return {"Handshake": dict(handshake)}


@operation
def accept_handshake(call: Call, backend: Backend) -> Result:
    """By the invited account, which is in the organization's root from then on."""
    assert call.account is not None
    if call.account.id in call.account.world.memberships:
        raise AwsError(
            "HandshakeConstraintViolationException",
            "The account is already a member of an organization.",
            400,
        )
    answer = settle(call, "ACCEPTED")
    members.admit(_state_of(call), call.account, call)
    return answer


@operation
def decline_handshake(call: Call, backend: Backend) -> Result:
    """By the invited account."""
    return settle(call, "DECLINED")


@operation
def describe_handshake(call: Call, backend: Backend) -> Result:
    """For either party."""
    return {"Handshake": dict(_find(call))}


@operation
def list_handshakes_for_account(call: Call, backend: Backend) -> Result:
    """The invitations that the calling account received."""
    assert call.account is not None
    wanted = call.account.id
    listed = (one for state in _states(call) for one in of(state).values())
    return {"Handshakes": [dict(one) for one in listed if _account_of(one) == wanted]}


def settle(call: Call, outcome: str) -> Result:
    """Raises AwsError: HandshakeAlreadyInStateException, InvalidHandshakeTransitionException."""
    handshake = _find(call)
    if handshake["State"] == outcome:
        raise AwsError(
            "HandshakeAlreadyInStateException",
            "The specified handshake is already in the requested state.",
        )
    if handshake["State"] not in _OPEN or call.time >= handshake["ExpirationTimestamp"]:
        raise AwsError(
            "InvalidHandshakeTransitionException",
            "You can't perform the operation on the handshake in its current state.",
        )
    handshake["State"] = outcome
    return {"Handshake": dict(handshake)}


def _find(call: Call) -> dict[str, Any]:
    """The handshake a call names, if the calling account is a party to it."""
    assert call.account is not None
    found = of(_state_of(call))[call.params["HandshakeId"]]
    party = {_account_of(found), found["Arn"].split(":")[4]}
    receiving = call.operation in {"AcceptHandshake", "DeclineHandshake"}
    if call.account.id not in ({_account_of(found)} if receiving else party):
        raise AwsError(
            "AccessDeniedException", "You don't have permissions to access this resource."
        )
    return found


def _state_of(call: Call) -> Any:
    for state in _states(call):
        if call.params["HandshakeId"] in of(state):
            return state
    raise AwsError(
        "HandshakeNotFoundException",
        "We can't find a handshake with the HandshakeId that you specified.",
    )


def _states(call: Call) -> list[Any]:
    assert call.account is not None
    managements = sorted(set(call.account.world.memberships.values()))
    return [organization_state(each) for each in managements]


def _account_of(handshake: dict[str, Any]) -> str:
    return str(handshake["Parties"][1]["Id"])
