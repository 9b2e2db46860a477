"""EC2 tells EventBridge of every state that an instance enters.

Source: "State change events for your instances" (Amazon EC2 User Guide). The backend takes both
steps of a change at once; both are told of, at the time of the call behind it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.account.chance import drawn_uuid
from simulator.account.state import states_of
from simulator.reactions.event import Event

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.account.world import World

_KEY: Final = ("instance states", "")
_VIA: Final = {"running": "pending", "stopped": "stopping", "terminated": "shutting-down"}


@dataclass(frozen=True, slots=True)
class Seen:
    """`states` by Region and instance, as of the record at `cursor`; never changed."""

    cursor: int
    states: Mapping[tuple[str, str], str]


def begin(account: Account) -> None:
    """The states as they are now are nothing new, if they aren't followed already."""
    if _KEY not in account.services:
        account.services[_KEY] = Seen(len(account.records), _states(account))


def observe(world: World, until: datetime) -> Iterable[Event]:
    """What instances came to since the last look."""
    return [event for account in world.accounts.values() for event in _changes(account, until)]


def _changes(account: Account, until: datetime) -> Iterator[Event]:
    seen: Seen = account.services.get(_KEY) or Seen(0, {})
    end = len(account.records)
    if end == seen.cursor:
        return
    records = account.records[seen.cursor : end]
    now = seen.states if all(one["readOnly"] for one in records) else _states(account)
    account.services[_KEY] = Seen(end, now)
    if now == seen.states:
        return
    times = dict(_times(records))
    for (region, name), state in now.items():
        at = times.get(name, until)
        for place, step in enumerate(_steps(seen.states.get((region, name)), state)):
            yield _event(account, region, name, step, at, f"{end}/{place}")


def _states(account: Account) -> dict[tuple[str, str], str]:
    return {
        (state.region_name, instance.id): str(instance.state)
        for state in states_of("ec2", account.id)
        for reservation in state.reservations.values()
        for instance in reservation.instances
    }


def _steps(before: str | None, now: str) -> list[str]:
    """The states that an instance went through: a new one has been launched first."""
    if before == now:
        return []
    path = [_VIA[now], now] if now in _VIA else [now]
    if before is None and now not in {"pending", "running"}:
        path = ["pending", "running", *path]
    return path[1:] if path[0] == before else path


def _times(records: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, datetime]]:
    """When instances were called upon to change."""
    for record in records:
        answer = record.get("responseElements")
        if record["eventSource"] == "ec2.amazonaws.com" and isinstance(answer, Mapping):
            for item in (answer.get("instancesSet") or {}).get("items") or ():
                yield str(item.get("instanceId")), datetime.fromisoformat(record["eventTime"])


def _event(
    account: Account, region: str, name: str, state: str, at: datetime, number: str
) -> Event:
    chance = random.Random(f"instance/{account.world.seed}/{account.id}/{name}/{state}/{number}")
    return Event(
        account=account.id,
        region=region,
        time=at,
        source="aws.ec2",
        detail_type="EC2 Instance State-change Notification",
        detail={"instance-id": name, "state": state},
        id=drawn_uuid(chance),
        resources=(f"arn:aws:ec2:{region}:{account.id}:instance/{name}",),
    )
