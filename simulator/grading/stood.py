"""How a response stood at one moment, so that the same moment is not judged twice.

A judgement follows from the account and from its time. All that happens in an account takes a turn
of its gateway, and the little that needs none is compared. So while there was no turn, but such as
were undone, and the account's clock shows the same time, the judgement would be the same. A clock
that runs never does; that of an account that is graded stands still between two requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.grading.standing import Standing, stand
from simulator.scenario import Phase

if TYPE_CHECKING:
    from simulator.drill import Drill


@dataclass(frozen=True, slots=True)
class Stood:
    """A standing, the gateway's last turn after it was judged, and what else it follows from.

    `phase` is the one it was judged by; None for all.
    """

    standing: Standing
    phase: Phase | None
    turn: int
    at: datetime
    told: Any


def stand_at_this_moment(drill: Drill, phase: Phase | None = None) -> Standing:
    """What `stand` says, judged unless this very moment was judged last, by no fewer checks."""
    known = drill.stood
    if known is None or known.phase not in {None, phase} or not _is_of_now(known, drill):
        at, told = drill.now(), _told(drill)
        known = drill.stood = Stood(stand(drill, phase), phase, drill.gateway.last_turn, at, told)
    return known.standing


@contextmanager
def still_standing(drill: Drill) -> Iterator[None]:
    """Something is kept inside, in one turn, that no judgement follows from.

    Has more than that happened, as what came due does, the standing is not known any more.
    """
    known, gateway = drill.stood, drill.gateway
    current, turns = known is not None and known.turn == gateway.last_turn, gateway.turns
    yield
    if known is not None and current and gateway.turns == turns + 1:
        drill.stood = replace(known, turn=gateway.last_turn)


def _is_of_now(known: Stood, drill: Drill) -> bool:
    same = known.turn == drill.gateway.last_turn and known.at == drill.now()
    return same and known.told == _told(drill)


def _told(drill: Drill) -> Any:
    """What may change without a turn: what was handed in and configured, and acts without a call."""
    settings = {name: dict(each) for name, each in drill.world.settings.items()}
    done = len(drill.deeds), drill.timeline.played
    return dict(drill.submission), settings, dict(drill.facts), done
