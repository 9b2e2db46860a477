"""What comes to an event bus, and which rules want it.

Sources: "Event buses in Amazon EventBridge", "Receiving read-only management events from AWS
services" (Amazon EventBridge User Guide).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from simulator.account.state import state_of
from simulator.events.comparisons import InvalidPattern
from simulator.events.pattern import compiled
from simulator.events.target_input import About, payload

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.account.world import World
    from simulator.events.delivery import Delivery
    from simulator.reactions.event import Event

WITH_READS: Final = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
_READING: Final = ("Describe", "Get", "List")
_NO_READS: Final = frozenset({"GetFederationToken", "GetSessionToken"})


def put(world: World, event: Event) -> None:
    """A service's event arrives at the default bus of its account and region."""
    account = world.accounts.get(event.account)
    if account is not None and state_of("events", account.id, event.region) is not None:
        arrive(account, event.region, "default", event.as_json())


def arrive(
    account: Account,
    region: str,
    bus: str,
    event: Mapping[str, Any],
    *,
    hops: int = 0,
    only: str | None = None,
) -> None:
    """An event arrives at a bus, and goes to all targets of the rules that want it.

    `only` names the one rule that is to see it. The caller has the world's turn.
    """
    from simulator.events.delivery import attempt

    for rule in tuple(_wanting(account, region, bus, event)):
        if only in {None, rule.name}:
            for each in deliveries(account, rule, event, hops):
                attempt(account, each)


def deliveries(
    account: Account, rule: Any, event: Mapping[str, Any], hops: int = 0
) -> Iterator[Delivery]:
    """One for each target of a rule; `rule` is moto's."""
    from simulator.events.delivery import Delivery
    from simulator.events.targets import BY_RULES_ROLE, kind

    arrived = account.world.clock.now()
    about = About(str(rule.arn), str(rule.name), arrived)
    for target in tuple(rule.targets):
        yield Delivery(
            rule_arn=about.rule_arn,
            rule_name=about.rule_name,
            rule_role=rule.role_arn if kind(str(target["Arn"])) in BY_RULES_ROLE else None,
            target=target,
            event=event,
            body=payload(target, event, about),
            arrived=arrived,
            hops=hops,
        )


def _wanting(account: Account, region: str, bus: str, event: Mapping[str, Any]) -> Iterator[Any]:
    state = state_of("events", account.id, region)
    held = state.event_buses.get(bus) if state is not None else None
    for rule in held.rules.values() if held is not None else ():
        text = rule.event_pattern.dump()
        sees = rule.state == WITH_READS or (rule.state == "ENABLED" and not _only_reads(event))
        if text and sees and _matches(text, event):
            yield rule


def _matches(text: str, event: Mapping[str, Any]) -> bool:
    try:
        return compiled(text).matches(event)
    except InvalidPattern:  # made by the backend itself, with no look at it
        return False


def _only_reads(event: Mapping[str, Any]) -> bool:
    """Whether this is a management event of CloudTrail that changed nothing, by its name."""
    detail = event["detail"]
    if event["detail-type"] != "AWS API Call via CloudTrail" or not detail.get("managementEvent"):
        return False
    name = str(detail.get("eventName"))
    return name.startswith(_READING) and name not in _NO_READS
