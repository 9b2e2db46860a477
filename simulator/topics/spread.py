"""What was published to a topic goes to its subscriptions, whoever published it.

Source: "Amazon SNS message deduplication for FIFO topics" (Amazon SNS Developer Guide).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from simulator.account.state import state_of
from simulator.backends.moto_sns import Notice, take
from simulator.events import topic_functions
from simulator.topics import queues

if TYPE_CHECKING:
    from simulator.account.account import Account

_ACCEPTED: Final = "drill_accepted"
"""On a FIFO topic of moto's: deduplication ids, with the first message of each and its time."""
_INTERVAL: Final = timedelta(minutes=5)


def spread(account: Account, region: str, topic_arn: str, at: datetime) -> None:
    """Send on what the topic of `account` was given. The caller has the world's turn.

    Queues get it at once, functions a moment later.
    """
    topic = find(account, region, topic_arn)
    if topic is None:
        return
    for notice in tuple(_once(topic, at)):
        if notice.protocol == "sqs":
            queues.deliver(account, notice, at)
        else:
            topic_functions.note(account, notice, at)


def find(account: Account, region: str, topic_arn: str) -> Any:
    """moto's topic, or None."""
    state = state_of("sns", account.id, region)
    return state.topics.get(topic_arn) if state is not None else None


def _once(topic: Any, at: datetime) -> Iterator[Notice]:
    """What a FIFO topic was given again within five minutes is accepted, and not delivered."""
    for notice in take(topic):
        if not topic.fifo_topic:
            yield notice
            continue
        number = notice.deduplication or hashlib.sha256(notice.message.encode()).hexdigest()
        by_group = topic.__dict__.get("fifo_throughput_scope") == "MessageGroup"
        key = (notice.group if by_group else None, number)
        accepted = topic.__dict__.setdefault(_ACCEPTED, {})
        first, when = accepted.get(key, (notice.message_id, at))
        if at - when >= _INTERVAL:
            first, when = notice.message_id, at
        accepted[key] = (first, when)
        if first == notice.message_id:
            yield replace(notice, deduplication=number)
