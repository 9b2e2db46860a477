"""Functions that are subscribed to a topic of Amazon SNS: invoked a moment after the message.

Sources: "Invoking Lambda functions with Amazon SNS notifications" (AWS Lambda Developer Guide),
"Fanout to Lambda functions" (Amazon SNS Developer Guide).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.account.state import state_of
from simulator.backends.moto_sns import NOTED
from simulator.reactions.reactions import wake

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.gateway.call import Call

_KEY: Final = ("sns", "")
_SNS: Final = "sns.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message for one subscribed function."""

    topic: str
    function: str
    subscription: str
    message: str
    message_id: str
    subject: str | None
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """The event that the function gets. The signature is no real one."""
        told: dict[str, Any] = {
            "SignatureVersion": "1",
            "Timestamp": f"{self.at:%Y-%m-%dT%H:%M:%S}.{self.at.microsecond // 1000:03}Z",
            "Signature": "EXAMPLE",
            "SigningCertUrl": "EXAMPLE",
            "MessageId": self.message_id,
            "Message": self.message,
            "MessageAttributes": {},
            "Type": "Notification",
            "UnsubscribeUrl": "EXAMPLE",
            "TopicArn": self.topic,
            "Subject": self.subject,
        }
        record = {
            "EventSource": "aws:sns",
            "EventVersion": "1.0",
            "EventSubscriptionArn": self.subscription,
            "Sns": told,
        }
        return {"Records": [record]}


def note(call: Call) -> None:
    """What the call's topic has to invoke is invoked at the next look."""
    assert call.account is not None
    arn = str(call.params.get("TopicArn") or call.params.get("TargetArn") or "")
    state = state_of("sns", call.account.id, call.region)
    topic = state.topics.get(arn) if state is not None else None
    noted = topic.__dict__.pop(NOTED, ()) if topic is not None else ()
    if noted:
        notices = tuple(
            Notice(arn, function, subscription, message, number, subject, call.time)
            for function, subscription, message, number, subject in noted
        )
        kept = call.account.services.get(_KEY, ())
        call.account.services[_KEY] = (*kept, *notices)
        wake(call.account.world, "api calls")


def deliver(account: Account) -> bool:
    """Invoke what is due; whether there was anything. The caller has the world's turn."""
    due = account.services.get(_KEY, ())
    if due:
        account.services[_KEY] = ()
    for notice in due:
        _invoke(account, notice)
    return bool(due)


def _invoke(account: Account, notice: Notice) -> None:
    """As far as the function's policy lets SNS, on behalf of the topic."""
    from simulator.gateway import service_role
    from simulator.gateway.caller import service_caller
    from simulator.gateway.errors import AwsError

    parts = notice.function.split(":")
    owner = account.world.accounts.get(parts[4]) if len(parts) > 6 else None
    if owner is None:
        return
    region, name = parts[3], parts[6]
    state = state_of("lambda", owner.id, region)
    if state is None or name not in state._lambdas._functions:
        return
    caller, asked = replace(service_caller(_SNS), issuer_arn=notice.topic), {"FunctionName": name}
    try:
        service_role.check(owner, caller, "lambda", "Invoke", asked, region)
        service_role.write_down(owner, caller, _SNS, "lambda", "Invoke", asked, region)
        runner = owner.world.functions
        if runner is not None and runner.account is owner and runner.runs(name, region):
            runner.run(name, region, notice.as_json())
    except AwsError:
        return
