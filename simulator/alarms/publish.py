"""What CloudWatch publishes to a topic, in its own name.

The topic's policy decides, and the policy of the key that encrypts it. Sources: "Notifying users
on alarm changes" (Amazon CloudWatch User Guide); "Amazon SNS key management" (Amazon SNS Developer
Guide), also for what a policy of an encrypted topic's key must allow.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from simulator.account.chance import drawn_uuid
from simulator.account.principal_policies import policies_of
from simulator.account.state import state_of
from simulator.gateway import authorize, hidden
from simulator.gateway.call import Call
from simulator.gateway.caller import service_caller
from simulator.gateway.context import global_context
from simulator.gateway.errors import AwsError
from simulator.gateway.record import record
from simulator.iam.actions import needed
from simulator.topics.spread import spread

if TYPE_CHECKING:
    from simulator.account.account import Account

PRINCIPAL: Final = "cloudwatch.amazonaws.com"
_LONGEST_SUBJECT: Final = 100


def publish(
    account: Account, source_arn: str, topic_arn: str, subject: str, message: str
) -> str | None:
    """Publish, now; why it was refused, if it was.

    `source_arn` is the alarm's ARN.
    """
    _, _, _, region, owner, _ = topic_arn.split(":", 5)
    home = account.world.accounts.get(owner)
    state = state_of("sns", owner, region) if home is not None else None
    if home is None or state is None or topic_arn not in state.topics:
        return "Resource: topic does not exist"
    call = _call(account, home, source_arn, topic_arn, region)
    try:
        own = policies_of(call.caller)
        context = {**global_context(call), "aws:SourceOwner": account.id}
        for need in needed("sns", "Publish", call.params, account_id=owner, region=region):
            authorize.decide(call, need, own, context, "query")
    except AwsError:
        return (
            f"CloudWatch Alarms is not authorized to perform: SNS:Publish on resource: {topic_arn}"
            " because no resource-based policy allows the SNS:Publish action"
        )
    try:
        hidden.perform(call, {})
    except AwsError:
        return (
            "CloudWatch Alarms does not have authorization to access the SNS topic encryption key."
        )
    finally:
        for each in call.hidden:
            record(each, account.world.accounts)
    refused = _deliver(home, state, topic_arn, subject, message)
    if refused is None:
        spread(home, region, topic_arn, call.time)
    return refused


def _deliver(home: Account, state: Any, topic_arn: str, subject: str, message: str) -> str | None:
    from simulator.backends import moto_time

    with moto_time.serving(home.world.clock.now):
        try:
            state.publish(message, topic_arn, subject=subject[:_LONGEST_SUBJECT])
        except Exception as error:
            return str(error)
    return None


def _call(account: Account, home: Account, source_arn: str, topic_arn: str, region: str) -> Call:
    now = home.world.clock.now()
    number = len(home.records)
    chance = random.Random(f"alarm/{home.world.seed}/{source_arn}/{topic_arn}/{now}/{number}")
    call = Call(
        service="sns",
        event_source="sns.amazonaws.com",
        operation="Publish",
        params={"TopicArn": topic_arn},
        region=region,
        headers={},
        host=f"sns.{region}.amazonaws.com",
        source_ip=PRINCIPAL,
        user_agent=PRINCIPAL,
        request_id=drawn_uuid(chance),
        event_id="",
        time=now,
        tls=True,
        caller=replace(service_caller(PRINCIPAL), issuer_arn=source_arn),
    )
    call.account = home
    return call
