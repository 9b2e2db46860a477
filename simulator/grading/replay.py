"""An act played again on the account as it is now, and then undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from simulator.account.principal import Attempt

if TYPE_CHECKING:
    from simulator.drill import Drill


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it. `error` is the first refusal or failure that stopped the act."""

    attempts: tuple[Attempt, ...]
    error: str = ""
    returned: Any = None

    @property
    def denied(self) -> bool:
        """Nothing at all got through."""
        return bool(self.error) and not any(attempt.succeeded for attempt in self.attempts)

    @property
    def worked(self) -> bool:
        return not self.error


def replay(drill: Drill, act: Callable[..., Any], **more: Any) -> Replay:
    """Play `act` with the original principals and credentials. It leaves no trace."""
    before = len(drill.journal)
    with drill.trial():
        error, returned = "", None
        try:
            returned = drill.perform(act, **more)
        except (ClientError, BotoCoreError) as stopped:
            error = str(stopped)
        except AssertionError as stopped:
            error = str(stopped) or f"{act.__name__} did not find what it expects"
        return Replay(tuple(drill.journal[before:]), error, returned)
