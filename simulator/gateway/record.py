"""record: every call leaves a CloudTrail record in the account it was made to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from simulator.account import last_used
from simulator.account.account import Account
from simulator.account.chance import letters_of, uuid_of
from simulator.gateway.call import Call
from simulator.gateway.caller import CallerType
from simulator.telemetry import cloudtrail, delivery, log_stream, server_access
from simulator.telemetry.insights import watch


def record(call: Call, accounts: Mapping[str, Account]) -> None:
    """Write the call down for the account called into, and for the caller's own.

    A signature that proved nobody leaves no record: AWS can't say whose it would be.
    """
    assert call.outcome is not None
    if call.service == "s3":
        server_access.note(call, accounts)
    unproved = call.signature is not None and call.caller.type is CallerType.ANONYMOUS
    if call.account is None or unproved:
        return
    home = accounts.get(call.caller.account_id)
    withheld = home is not None and _kept_from_owner(call)
    abroad = home is not None and home is not call.account
    if (abroad and not withheld) or call.caller.type is CallerType.AWS_SERVICE:
        call.shared_event_id = _uuid(call.account, "shared event")
    call.event_id = event_id(home if home is not None and withheld else call.account)
    call.account.verdicts.keep(call)
    if not withheld:
        call.account.records.append(cloudtrail.record(call))
        if call.account.world.awake:
            call.account.world.stir()
    if home is None:
        return
    last_used.note(home, call)
    if home is not call.account:
        call.event_id = event_id(home)
        home.records.append(cloudtrail.record(call, recipient=home.id))


def _kept_from_owner(call: Call) -> bool:
    """Who is refused a key of another account leaves no record there.

    Source: "Logging AWS KMS API calls with AWS CloudTrail".
    """
    assert call.account is not None
    assert call.outcome is not None
    foreign = call.account.id != call.caller.account_id
    return call.service == "kms" and foreign and call.outcome.error_code == "AccessDeniedException"


def event_id(account: Account) -> str:
    """The id of the account's next record."""
    return _uuid(account, "event")


def request_id(account: Account, service: str) -> str:
    """The id of the account's next call; S3 has a form of its own."""
    if service == "s3":
        return letters_of(_of_next_record(account, "request"))
    return _uuid(account, "request")


def _uuid(account: Account, what: str) -> str:
    return uuid_of(_of_next_record(account, what))


def _of_next_record(account: Account, what: str) -> str:
    """From the account's seed and the number of its records, so that it can be graded again."""
    return f"{what}/{account.world.seed}/{account.id}/{len(account.records)}"


def deliver(account: Account, now: datetime, call: Call | None = None) -> None:
    """Deliver logs that are due; given the call, only if it could tell the difference."""
    if call is None or delivery.looks(call):
        delivery.flush(account.world, now)
        watch.flush(account.world, now)
    if call is None or log_stream.looks(call):
        log_stream.flush(account.world, now)
