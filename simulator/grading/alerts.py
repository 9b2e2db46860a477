"""What reached a queue when something happened, and why nothing did.

Reads the state of EventBridge, SQS and CloudTrail as it is: in a replay, which is undone. Source:
"AWS service events delivered via AWS CloudTrail" (Amazon EventBridge User Guide).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.events.api_calls import DETAIL_TYPES, event_of
from simulator.events.comparisons import InvalidPattern
from simulator.events.pattern import compiled

_SENDING: Final = frozenset({"SendMessage", "Publish", "PutEvents"})

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with a pattern, on a bus of a Region."""

    name: str
    bus: str
    pattern: str
    enabled: bool
    targets: tuple[str, ...]
    """ARNs."""

    def wants(self, event: Mapping[str, Any]) -> bool:
        """Whether the pattern matches, be the rule enabled or not."""
        try:
            return compiled(self.pattern).matches(event)
        except InvalidPattern:
            return False


def bodies(account: Account, region: str, queue: str) -> list[str] | None:
    """Every message in the queue, seen by nobody; None where there is no such queue."""
    state = state_of("sqs", account.id, region)
    held = state.queues.get(queue) if state is not None else None
    return None if held is None else [str(each.body) for each in held._messages]


def as_event(account: Account, record: Record) -> dict[str, Any]:
    """What EventBridge is told of a call or a sign-in."""
    return event_of(account, record, str(record["eventID"])).as_json()


def rules(account: Account, region: str) -> Iterator[Rule]:
    """Those that have a pattern, of all buses, the default bus first."""
    state = state_of("events", account.id, region)
    buses = state.event_buses if state is not None else {}
    for bus in sorted(buses, key=lambda name: (name != "default", name)):
        for rule in buses[bus].rules.values():
            if text := rule.event_pattern.dump():
                yield Rule(
                    str(rule.name),
                    bus,
                    text,
                    str(rule.state).startswith("ENABLED"),
                    tuple(str(each["Arn"]) for each in rule.targets),
                )


def silence(
    account: Account, record: Record, since: int, queue: str, known: Sequence[Record] = ()
) -> str:
    """Why nobody was told of `record`, in words that follow a colon.

    `since` is the place of the first of the account's records that may tell of an attempt to
    deliver; `known` are records of the same step as it was seen before; `queue` is an ARN.
    """
    region, event = record["awsRegion"], as_event(account, record)
    there = list(rules(account, region))
    wanting = [each for each in there if each.wants(event)]
    for rule in wanting:
        if rule.enabled and rule.bus == "default":
            return _undelivered(account, rule, since, queue)
    for rule in wanting:
        if rule.bus == "default":
            return f"the rule {rule.name}, which wants it, is disabled"
        return (
            f"the rule {rule.name} is on the bus {rule.bus}, and what AWS services tell comes to "
            "the default bus"
        )
    if not there:
        return f"there is no rule in {region}"
    for rule in there:
        if any(rule.wants({**event, "detail-type": kind}) for kind in DETAIL_TYPES.values()):
            return (
                f"the rule {rule.name} would want it, and asks for another detail-type than "
                f"{event['detail-type']!r}"
            )
    for rule in there:
        if any(rule.wants(as_event(account, each)) for each in known):
            return f"the rule {rule.name} wants it as it was that night, and not this one"
    return "no rule wants it"


def _undelivered(account: Account, rule: Rule, since: int, queue: str) -> str:
    if not rule.targets:
        return f"the rule {rule.name} wants it and has no target"
    for record in account.records[since:]:
        refused = record["eventName"] in _SENDING and "errorCode" in record
        if refused and record["userIdentity"].get("invokedBy"):
            who = record["userIdentity"]["invokedBy"]
            return (
                f"the rule {rule.name} wants it, and {who} was refused {record['eventName']} "
                f"({record['errorCode']}): read the policy of what it sends to"
            )
    gone = [arn for arn in rule.targets if _gone(account, arn)]
    if gone:
        return f"the rule {rule.name} wants it, and its target {gone[0]} does not exist"
    buses = [arn for arn in rule.targets if ":event-bus/" in arn]
    if buses:
        return (
            f"the rule {rule.name} sends it on to {buses[0]}: may it put events there, and does a "
            "rule there want them?"
        )
    if queue in rule.targets:
        return f"the rule {rule.name} wants it, and its target did not get it"
    return f"the rule {rule.name} wants it, and its target is not the team's: {rule.targets[0]}"


def _gone(account: Account, arn: str) -> bool:
    _, _, service, region, owner, name = arn.split(":", 5)
    state = state_of(service, account.id, region)
    if service not in {"sqs", "sns"} or owner != account.id:
        return False
    held = state.queues if service == "sqs" and state else state.topics if state else {}
    return (name if service == "sqs" else arn) not in held
