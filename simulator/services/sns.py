"""Amazon SNS: functions that are subscribed to a topic are invoked with its messages."""

from __future__ import annotations

from simulator.events import topic_functions
from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation


@operation
def publish(call: Call, backend: Backend) -> Result:
    """Send a message to all subscriptions ("Publish")."""
    answer = backend()
    topic_functions.note(call)
    return answer


@operation
def publish_batch(call: Call, backend: Backend) -> Result:
    """Send several messages ("PublishBatch")."""
    answer = backend()
    topic_functions.note(call)
    return answer
