"""An act played again on the account as it is now, and then undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from simulator.account.principal import Attempt
from simulator.casting import steps

if TYPE_CHECKING:
    from simulator.drill import Drill


class SimulatorFault(Exception):
    """A call of a replay was answered with a 5xx: neither a success nor a refusal."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it. `error` is the first refusal or failure that stopped the act."""

    attempts: tuple[Attempt, ...]
    error: str = ""
    returned: Any = None

    @property
    def denied(self) -> bool:
        """It tried, and nothing at all got through."""
        return bool(self.attempts) and not self.allowed

    @property
    def allowed(self) -> str:
        """The operations that got through, in words; empty for none."""
        return ", ".join(dict.fromkeys(each.operation for each in self.attempts if each.succeeded))

    @property
    def worked(self) -> bool:
        return not self.error


def replay(drill: Drill, act: Callable[..., Any], **more: Any) -> Replay:
    """Play `act` with the original principals and credentials. It leaves no trace.

    Raises:
        SimulatorFault: the simulator failed in a call, so that it shows nothing.
    """
    before = len(drill.journal)
    with drill.trial():
        error = ""
        returned: Any = None
        try:
            returned = drill.perform(act, **more)
            error = _try_each(steps(returned))
        except (ClientError, BotoCoreError) as stopped:
            error = str(stopped)
        except AssertionError as stopped:
            error = str(stopped) or f"{act.__name__} did not find what it expects"
        attempts = tuple(drill.journal[before:])
    broken = ", ".join(dict.fromkeys(each.operation for each in attempts if each.broke))
    if broken:
        raise SimulatorFault(f"the simulator could not carry out {broken} in {act.__name__}()")
    return Replay(attempts, error, returned)


def _try_each(tries: Iterable[Callable[[], Any]]) -> str:
    """Take every step; the first error, or nothing."""
    errors = []
    for step in tries:
        try:
            step()
        except (ClientError, BotoCoreError) as refused:
            errors.append(str(refused))
    return errors[0] if errors else ""
