"""Another event bus as a target, also of another account or Region.

An event that came from another bus goes no further. Sources: "Sending and receiving events between
AWS accounts", "… between AWS Regions", "… between event buses in the same account and Region"
(Amazon EventBridge User Guide).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.account.state import state_of
from simulator.events.delivery import Delivery, Undelivered

if TYPE_CHECKING:
    from simulator.account.account import Account


def send(account: Account, owner: Account, delivery: Delivery) -> None:
    """Let the event arrive at the bus, as it is.

    Without a role the bus's policy must let the account of the rule.

    Raises:
        Undelivered: no such bus, or the event has come from another one.
        AwsError: the sender may not put events on it.
    """
    from simulator.events import bus
    from simulator.events.targets import sender_of
    from simulator.gateway import service_role
    from simulator.gateway.caller import Caller, CallerType

    arn = str(delivery.target["Arn"])
    region, name = arn.split(":")[3], arn.split("event-bus/", 1)[1]
    if delivery.hops:
        raise Undelivered(
            "THIRD_ACCOUNT_HOP_DETECTED", "An event from another bus is not sent to a third one."
        )
    state = state_of("events", owner.id, region)
    if name != "default" and (state is None or name not in state.event_buses):
        raise Undelivered("NO_RESOURCE", f"Event bus {name} does not exist.")
    if delivery.role is None:
        root = f"arn:aws:iam::{account.id}:root"
        caller = Caller(CallerType.ROOT, account.id, root, account.id)
    else:
        caller = sender_of(account, delivery)
    event = delivery.event
    entry = {"EventBusName": arn, "Source": event["source"], "DetailType": event["detail-type"]}
    service_role.check(owner, caller, "events", "PutEvents", {"Entries": [entry]}, region)
    bus.arrive(owner, region, name, event, hops=1)
