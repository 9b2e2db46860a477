"""An alarm's state changes: its history tells, EventBridge is told, and its actions are done."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.account.chance import drawn_uuid
from simulator.alarms import state as states
from simulator.alarms import words
from simulator.alarms.alarm import Alarm, State, keep
from simulator.alarms.publish import publish
from simulator.alarms.state import HistoryItem
from simulator.reactions.event import Event

if TYPE_CHECKING:
    from simulator.account.account import Account

_SOURCE = "aws.cloudwatch"
_CHANGE = "CloudWatch Alarm State Change"
_CONFIGURATION = "CloudWatch Alarm Configuration Change"
_MOST_HISTORY = 2000


def enter(
    account: Account,
    region: str,
    alarm: Alarm,
    value: str,
    reason: str,
    data: str | None,
    at: datetime,
) -> Alarm:
    """Put an alarm into a state, with all that comes of it, and return it as it is then."""
    before = alarm.state
    since = before.since if value == before.value else at
    changed = replace(alarm, state=State(value, reason, data, at, since))
    keep(account, region, changed)
    if value == before.value:
        return changed
    told = {"version": "1.0", "oldState": _told(before), "newState": _told(changed.state)}
    summary = f"Alarm updated from {before.value} to {value}"
    note(account, region, changed, at, "StateUpdate", summary, told)
    tell(account, region, changed, at, _CHANGE, words.change(changed, before))
    if changed.actions_enabled:
        _act(account, region, changed, before, at)
    return changed


def configured(
    account: Account, region: str, alarm: Alarm, at: datetime, before: Alarm | None
) -> None:
    """An alarm was created, or updated if there was one before."""
    what = "Update" if before else "Create"
    summary = f'Alarm "{alarm.name}" {"updated" if before else "created"}'
    detail = words.configured(alarm, what.lower(), before)
    told = {"version": "1.0", "type": what, f"{what.lower()}dAlarm": _settings(alarm)}
    note(account, region, alarm, at, "ConfigurationUpdate", summary, told)
    tell(account, region, alarm, at, _CONFIGURATION, detail)


def deleted(account: Account, region: str, alarm: Alarm, at: datetime) -> None:
    """An alarm is no more; its history stays."""
    told = {"version": "1.0", "type": "Delete", "deletedAlarm": _settings(alarm)}
    summary = f'Alarm "{alarm.name}" deleted'
    note(account, region, alarm, at, "ConfigurationUpdate", summary, told)
    tell(account, region, alarm, at, _CONFIGURATION, words.configured(alarm, "delete"))


def note(
    account: Account,
    region: str,
    alarm: Alarm,
    at: datetime,
    kind: str,
    summary: str,
    told: dict[str, Any],
) -> None:
    """Write a line into the alarm's history."""
    data = json.dumps(told, separators=(",", ":"))
    item = HistoryItem(alarm.name, alarm.kind, at, kind, summary, data)
    kept = states.of(account, region)
    states.keep(account, region, replace(kept, history=(*kept.history, item)[-_MOST_HISTORY:]))


def tell(
    account: Account, region: str, alarm: Alarm, at: datetime, what: str, detail: dict[str, Any]
) -> None:
    """Let EventBridge know, when services catch up next."""
    kept = states.of(account, region)
    chance = random.Random(f"alarm event/{account.world.seed}/{account.id}/{region}/{kept.told}")
    event = Event(account.id, region, at, _SOURCE, what, detail, drawn_uuid(chance), (alarm.arn,))
    states.keep(account, region, replace(kept, untold=(*kept.untold, event), told=kept.told + 1))


def _act(account: Account, region: str, alarm: Alarm, before: State, at: datetime) -> None:
    for arn in alarm.actions(alarm.state.value):
        if not arn.startswith("arn:aws:sns:"):
            why = "This kind of action is not simulated in this training account."
            error: str | None = why
        else:
            with account.world.clock.pinned(at):
                error = publish(
                    account,
                    alarm.arn,
                    arn,
                    words.subject(alarm, region),
                    words.notification(account, region, alarm, before),
                )
        told: dict[str, Any] = {
            "actionState": "Failed" if error else "Succeeded",
            "stateUpdateTimestamp": int(at.timestamp() * 1000),
            "notificationResource": arn,
        }
        summary = f"Successfully executed action {arn}"
        if error:
            summary = f'Failed to execute action {arn}. Received error: "{error}"'
            told["error"] = error
        note(account, region, alarm, at, "Action", summary, told)


def _told(state: State) -> dict[str, Any]:
    told: dict[str, Any] = {"stateValue": state.value, "stateReason": state.reason}
    if state.data:
        told["stateReasonData"] = json.loads(state.data)
    return told


def _settings(alarm: Alarm) -> dict[str, Any]:
    """The settings as the history has them: names begin with a small letter."""
    own = {"alarmArn": alarm.arn, "stateValue": alarm.state.value}
    return {**own, **{_small(key): value for key, value in alarm.settings.items() if key != "Tags"}}


def _small(key: str) -> str:
    return key.replace("OK", "ok", 1) if key.startswith("OK") else key[0].lower() + key[1:]
