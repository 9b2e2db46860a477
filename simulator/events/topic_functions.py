"""Functions that are subscribed to a topic of Amazon SNS: invoked a moment after the message.

Sources: "Invoking Lambda functions with Amazon SNS notifications" (AWS Lambda Developer Guide),
"Fanout to Lambda functions" (Amazon SNS Developer Guide).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.account.state import state_of
from simulator.reactions.reactions import wake
from simulator.topics import queues
from simulator.topics.envelope import envelope
from simulator.topics.queues import SNS

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.backends.moto_sns import Notice

_KEY: Final = ("sns", "")


def note(account: Account, notice: Notice, at: datetime) -> None:
    """The function is invoked at the next look; `at` is when the message was published."""
    account.services[_KEY] = (*account.services.get(_KEY, ()), (notice, at))
    wake(account.world, "api calls")


def deliver(account: Account) -> bool:
    """Invoke what is due; whether there was anything. The caller has the world's turn."""
    due = account.services.get(_KEY, ())
    if due:
        account.services[_KEY] = ()
    for notice, at in due:
        if not _invoke(account, notice, at):
            queues.give_up(account, notice, at)
    return bool(due)


def _invoke(account: Account, notice: Notice, at: datetime) -> bool:
    """As far as the function's policy lets SNS, on behalf of the topic; whether it was taken."""
    from simulator.gateway import service_role
    from simulator.gateway.caller import service_caller
    from simulator.gateway.errors import AwsError

    parts = notice.endpoint.split(":")
    owner = account.world.accounts.get(parts[4]) if len(parts) > 6 else None
    if owner is None:
        return False
    region, name = parts[3], parts[6]
    state = state_of("lambda", owner.id, region)
    if state is None or name not in state._lambdas._functions:
        return False
    caller, asked = replace(service_caller(SNS), issuer_arn=notice.topic), {"FunctionName": name}
    try:
        service_role.check(owner, caller, "lambda", "Invoke", asked, region)
    except AwsError:
        return False
    service_role.write_down(owner, caller, SNS, "lambda", "Invoke", asked, region)
    runner = owner.world.functions
    if runner is not None and runner.account is owner and runner.runs(name, region):
        with suppress(AwsError):
            runner.run(name, region, _event(account, notice, at))
    return True


def _event(account: Account, notice: Notice, at: datetime) -> dict[str, Any]:
    """What the function gets."""
    told = envelope(notice, account.world.seed, at)
    told["SigningCertUrl"] = told.pop("SigningCertURL", None)
    told["UnsubscribeUrl"] = told.pop("UnsubscribeURL")
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": notice.subscription,
        "Sns": {"Subject": None, "MessageAttributes": {}, **told},
    }
    return {"Records": [record]}
