"""Amazon EventBridge: what moto doesn't do, or does otherwise. It keeps buses, rules and targets.

Sources: "PutEvents", "PutRule", "PutTargets", "PutPermission", "TestEventPattern", "CreateArchive",
"StartReplay" (Amazon EventBridge API Reference).
"""

from __future__ import annotations

import json
from typing import Any

from simulator.account.state import state_of
from simulator.events import awake, entries, rule_check, target_check
from simulator.events.comparisons import InvalidPattern
from simulator.events.pattern import Pattern, compiled
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation

_FIELDS = ("id", "account", "source", "time", "region", "resources", "detail-type")
_STATEMENT = ("Effect", "Principal", "Action", "Resource")


@operation
def put_events(call: Call, backend: Backend) -> Result:
    """Take events in; rules see them a moment later.

    Raises:
        AwsError: ValidationException, for too many or too large entries.
    """
    return entries.put(call)


@operation
def put_rule(call: Call, backend: Backend) -> Result:
    """Rules with a pattern are followed from now on.

    Raises:
        AwsError: InvalidEventPatternException, ValidationException, or the backend's.
    """
    rule_check.check(call.params)
    text = call.params.get("EventPattern")
    if text:
        _pattern(text)
    answer = backend()
    if text:
        awake.begin(call)
    return answer


@operation
def list_rules(call: Call, backend: Backend) -> Result:
    """Rules whose names begin so, in pages.

    Raises:
        AwsError: ResourceNotFoundException, for a bus that isn't there.
    """
    prefix, size = call.params.get("NamePrefix") or "", call.params.get("Limit") or 100
    rules = [rule for name, rule in _bus(call).rules.items() if name.startswith(prefix)]
    token = str(call.params.get("NextToken") or "0")
    start = int(token) if token.isdecimal() else len(rules)
    listed = [rule.describe() for rule in rules[start : start + size]]
    more = {"NextToken": str(start + size)} if start + size < len(rules) else {}
    for rule in listed:
        del rule["CreatedBy"]
    return {"Rules": listed, **more}


@operation
def delete_event_bus(call: Call, backend: Backend) -> Result:
    """A bus with rules stays.

    Raises:
        AwsError: ValidationException.
    """
    assert call.account is not None
    state, name = state_of("events", call.account.id, call.region), call.params["Name"]
    held = state.event_buses.get(name) if state is not None else None
    if held is not None and name != "default" and held.rules:
        text = f"Event bus {name} can't be deleted since it has rules."
        raise AwsError("ValidationException", text)
    return backend()


@operation
def put_targets(call: Call, backend: Backend) -> Result:
    """Add targets of the kinds to which events are delivered here.

    Raises:
        AwsError: ValidationException, LimitExceededException, or a kind of target that is not
            simulated.
    """
    target_check.check(call)
    return backend()


@operation
def test_event_pattern(call: Call, backend: Backend) -> Result:
    """Whether an event, as JSON, matches.

    Raises:
        AwsError: InvalidEventPatternException, ValidationException.
    """
    pattern = _pattern(call.params["EventPattern"])
    try:
        event = json.loads(call.params["Event"])
    except ValueError as error:
        raise _not_valid("Event", "JSON syntax error in event.") from error
    if not isinstance(event, dict):
        raise _not_valid("Event", "Event must be a JSON object.")
    missing = next((name for name in _FIELDS if name not in event), None)
    if missing is not None:
        raise _not_valid("Event", f"The field {missing} is required.")
    return {"Result": pattern.matches(event)}


@operation
def put_permission(call: Call, backend: Backend) -> Result:
    """Let others use a bus: by one statement more, or by a policy in place of the former.

    Raises:
        AwsError: ValidationException, ResourceNotFoundException, or the backend's.
    """
    if not call.params.get("Policy"):
        answer = backend()
        held = _bus(call)._statements.get(call.params.get("StatementId"))
        if held is not None and call.params.get("Principal") == "*":
            held.principal = "*"
        return answer
    from moto.events.models import EventBusPolicyStatement

    held = _bus(call)
    written = json.loads(call.params["Policy"])["Statement"]
    statements = {}
    for place, each in enumerate(written if isinstance(written, list) else [written]):
        if missing := [name for name in _STATEMENT if name not in each]:
            raise AwsError("ValidationException", f"This policy lacks a {missing[0]}.")
        sid = each.get("Sid") or f"Statement{place}"
        statements[sid] = EventBusPolicyStatement.from_dict({**each, "Sid": sid})
    held._statements = statements
    return {}


@operation
def create_archive(call: Call, backend: Backend) -> Result:
    """Keep a bus's events from now on.

    Raises:
        AwsError: InvalidEventPatternException, or the backend's.
    """
    if call.params.get("EventPattern"):
        _pattern(call.params["EventPattern"])
    answer = backend()
    awake.begin(call)
    return answer


@operation
def update_archive(call: Call, backend: Backend) -> Result:
    """Another pattern must be a pattern.

    Raises:
        AwsError: InvalidEventPatternException, or the backend's.
    """
    if call.params.get("EventPattern"):
        _pattern(call.params["EventPattern"])
    return backend()


@operation
def start_replay(call: Call, backend: Backend) -> Result:
    """An archive's events of a time range arrive at their bus once more, with the replay's name.

    Raises:
        AwsError: the backend's.
    """
    answer = backend()
    entries.replay(call)
    return answer


def _pattern(text: str) -> Pattern:
    try:
        return compiled(text)
    except InvalidPattern as error:
        raise AwsError(
            "InvalidEventPatternException", f"Event pattern is not valid. Reason: {error}"
        ) from error


def _bus(call: Call) -> Any:
    assert call.account is not None
    from moto.events.models import events_backends

    name = (call.params.get("EventBusName") or "default").rpartition("event-bus/")[2]
    state = state_of("events", call.account.id, call.region)
    state = state or events_backends[call.account.id][call.region]
    if name not in state.event_buses:
        raise AwsError("ResourceNotFoundException", f"Event bus {name} does not exist.")
    return state.event_buses[name]


def _not_valid(name: str, why: str) -> AwsError:
    return AwsError("ValidationException", f"Parameter {name} is not valid. Reason: {why}")
