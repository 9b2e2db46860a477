"""Functions of an account that do something: a scenario says what, schedules and people start them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from simulator.account.account import Account
from simulator.account.state import state_of, states_of
from simulator.casting import steps
from simulator.errors import ScenarioError
from simulator.events import bus, dead_letters, delivery
from simulator.functions import execution, scheduled
from simulator.functions.schedule import times
from simulator.gateway import service_role
from simulator.gateway.caller import service_caller
from simulator.gateway.errors import AwsError
from simulator.gateway.origin import Origin

if TYPE_CHECKING:
    from simulator.account.principal import Principal
    from simulator.drill import Drill

_LOOK = timedelta(minutes=15)
"""How far ahead schedules are looked at."""
_EVENTS = "events.amazonaws.com"


class Functions:
    """What a scenario asks for as `functions`."""

    def __init__(self, drill: Drill) -> None:
        self._drill, self.account = drill, drill.account
        self._keys: dict[str, dict[str, Any]] = {}
        """What each function runs with, by its principal's name."""

    def equip(self, function_name: str, act: Callable[..., Any], region: str | None = None) -> None:
        """Say what the code of a function does, wherever the same code is deployed.

        The act is played whenever the function is invoked. What it asks for as `function` is a
        principal with a session of the execution role, as `event` what it is invoked with; what it
        returns are facts.

        Raises:
            ScenarioError: there is no such function.
        """
        region = region or self.account.region
        found = _function(self.account, function_name, region)
        if found is None:
            raise ScenarioError(f"There is no function {function_name} in {region} to equip.")
        self.account.functions.code[found.code_sha_256] = act
        self._principal(found)
        if not self._drill.timeline.awaits(self._look):
            self._look()

    def runs(self, function_name: str, region: str | None = None) -> bool:
        """Whether the function's code, as it is now, does anything here."""
        found = _function(self.account, function_name, region or self.account.region)
        return found is not None and found.code_sha_256 in self.account.functions.code

    def run(
        self, function_name: str, region: str | None = None, event: Any = None
    ) -> dict[str, Any]:
        """Run the function now; {"FunctionError": …, "Payload": text}, the error only if it failed.

        `event` is what it is invoked with, of JSON; its act may ask for it as `event`.

        Raises:
            AwsError: Lambda can't take the function's role.
        """
        region = region or self.account.region
        found = _function(self.account, function_name, region)
        act = self.account.functions.code.get(found.code_sha_256) if found is not None else None
        if found is None or act is None:
            return {"Payload": "null"}
        who = self._principal(found)
        with self._drill.gateway.turn(self.account.world):
            self._keys[who.name] = execution.session(self.account, found, region)
        who.sign_in()
        try:
            for step in steps(self._drill.perform(act, function=who, event=event)):
                with suppress(ClientError, BotoCoreError):
                    step()
        except (ClientError, BotoCoreError) as error:
            said = {"errorMessage": str(error), "errorType": type(error).__name__}
            return {"FunctionError": "Unhandled", "Payload": json.dumps(said)}
        return {"Payload": "null"}

    def start(self, rule_arn: str, region: str) -> None:
        """What an enabled rule does when it is due: tell each of its targets."""
        rule = next((one for one in _rules(self.account, region) if one.arn == rule_arn), None)
        if rule is None:
            return
        event = scheduled.event(self.account, rule_arn, region).as_json()
        for each in tuple(bus.deliveries(self.account, rule, event)):
            if ":function:" in each.target["Arn"]:
                self._invoke(each, region)
            else:
                with self._drill.gateway.turn(self.account.world):
                    delivery.attempt(self.account, each)

    def start_all(self) -> None:
        """Every enabled schedule, as if it were due now."""
        for region in self._regions():
            for rule in list(_rules(self.account, region)):
                self.start(rule.arn, region)

    def _invoke(self, due: delivery.Delivery, region: str) -> None:
        name = str(due.target["Arn"]).split(":function:")[1].split(":")[0]
        if not self.runs(name, region):
            return
        caller = replace(service_caller(_EVENTS), issuer_arn=due.rule_arn)
        asked = {"FunctionName": name}
        try:
            event = json.loads(due.body)
        except ValueError:
            return
        with suppress(AwsError):
            with self._drill.gateway.turn(self.account.world):
                try:
                    service_role.check(self.account, caller, "lambda", "Invoke", asked, region)
                except AwsError as error:
                    dead_letters.send(self.account, due, delivery.reason(error), None)
                    return
                service_role.write_down(
                    self.account, caller, _EVENTS, "lambda", "Invoke", asked, region
                )
            self.run(name, region, event)

    def _look(self) -> None:
        """See which schedules will be due soon."""
        timeline, now = self._drill.timeline, self.account.world.clock.now()
        timeline.at(now + _LOOK, self._look)
        for region in self._regions():
            for rule in _rules(self.account, region):
                key = (str(rule.arn), str(rule.scheduled_expression))
                anchor = self.account.functions.anchors.setdefault(key, now)
                for due in times(key[1], anchor, now, now + _LOOK):
                    timeline.at(due, self._turn(key, region, due))

    def _turn(self, key: tuple[str, str], region: str, due: datetime) -> Callable[[], None]:
        """A rule's turn, if it still has that schedule then."""

        def act() -> None:
            arn, expression = key
            kept = self.account.functions
            here = {rule.arn: rule.scheduled_expression for rule in _rules(self.account, region)}
            if here.get(arn) == expression and kept.ran.get(arn) != due:
                kept.ran[arn] = due
                self.start(arn, region)

        return act

    def _regions(self) -> list[str]:
        return sorted({state.region_name for state in states_of("events", self.account.id)})

    def _principal(self, function: Any) -> Principal:
        """Who a function is when it runs: one for each, with a chance of its own."""
        name = f"function {function.function_name}"
        if name not in self._drill.principals:
            self._drill.principals[name] = self._drill.computed(
                name,
                Origin(_address(name, self.account.world.seed), _agent(function)),
                lambda: self._keys[name],
            )
        return self._drill.principals[name]


def _function(account: Account, name: str, region: str) -> Any:
    """moto's function; None if there is none."""
    state = state_of("lambda", account.id, region)
    held = state._lambdas._functions.get(name.rpartition(":function:")[2]) if state else None
    return held["latest"] if held else None


def _rules(account: Account, region: str) -> Iterator[Any]:
    """Enabled rules with a schedule: they are on the default bus alone."""
    state = state_of("events", account.id, region)
    held = state.event_buses.get("default") if state is not None else None
    for rule in list(held.rules.values()) if held is not None else ():
        if rule.scheduled_expression and rule.state in {"ENABLED", bus.WITH_READS}:
            yield rule


def _address(name: str, seed: int) -> str:
    """An address of AWS's own: of a block for benchmarks (RFC 2544) that nobody else has."""
    rng = random.Random(f"address/{seed}/{name}")
    return f"198.18.{rng.randint(64, 67)}.{rng.randint(2, 250)}"


def _agent(function: Any) -> str:
    runtime = str(function.run_time)
    version = runtime.removeprefix("python")
    return (
        f"Boto3/1.34.145 md/Botocore#1.34.145 ua/2.0 os/linux#5.10.227 md/arch#x86_64 "
        f"lang/python#{version}.8 md/pyimpl#CPython exec-env/AWS_Lambda_{runtime} "
        "cfg/retry-mode#legacy Botocore/1.34.145"
    )
