"""Moments of a lab that the learner kept, to go back to and try another way.

All of the account goes back: state, time, records, what everybody does next, what was submitted.
Hints that were taken and accusations that were made stay: else a moment could be used to learn an
answer for nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator import moment
from simulator.errors import BadSubmission, did_you_mean
from simulator.grading.standing import Standing, stand, tally, times

if TYPE_CHECKING:
    from simulator.drill import Drill
    from simulator.moment import Moment

MOST = 10
LEFT = "before-restore"
"""What a restore keeps of the way that it leaves. It is not one of the `MOST`."""
_NAME = re.compile(r"[\w .:-]{1,60}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A moment by its name, and how the response stood."""

    name: str
    standing: Standing
    moment: Moment


def keep(drill: Drill, name: str) -> dict[str, Any]:
    """Keep the drill as it is now. One of that name is replaced.

    Raises:
        BadSubmission: a name that can't be, or one too many.
    """
    name, kept = name.strip(), drill.checkpoints
    if not _NAME.fullmatch(name):
        raise BadSubmission(
            "A checkpoint's name has 1 to 60 letters, digits, spaces, and any of - _ . : in it, "
            f"which {name[:80]!r} has not."
        )
    if name == LEFT:
        raise BadSubmission(
            f"{LEFT!r} is what lab.restore keeps of the way it leaves: name another."
        )
    others = [one for one in kept if one not in {name, LEFT}]
    if len(others) >= MOST:
        oldest = others[0]
        raise BadSubmission(
            f"A lab keeps {MOST} checkpoints, and has them. The oldest is {oldest!r}: to let it go, "
            f"keep this moment in its place, lab.checkpoint({oldest!r})."
        )
    replaced = kept.pop(name, None)
    kept[name] = _now(drill, name)
    return {
        "kept": told(drill, kept[name]),
        "replaced": replaced and told(drill, replaced),
        "left": MOST - len(others) - 1,
    }


def restore(drill: Drill, name: str) -> dict[str, Any]:
    """Go back to a checkpoint. The way that is left is kept as `LEFT`, in place of the one before.

    Raises:
        BadSubmission: there is none of that name.
    """
    kept = drill.checkpoints
    if name not in kept:
        known = ", ".join(map(repr, kept)) or "none"
        raise BadSubmission(
            f"There is no checkpoint {name!r}; there is {known}.{did_you_mean(name, kept)}"
        )
    there, here = kept[name], _now(drill, LEFT)
    kept.pop(LEFT, None)
    kept[LEFT] = here
    moment.go_back(drill, there.moment)
    return {"left": told(drill, here), "restored": told(drill, there)}


def told(drill: Drill, checkpoint: Checkpoint) -> dict[str, Any]:
    """A checkpoint for the learner: its time, and its score as it counts today."""
    return _told(drill, checkpoint.name, checkpoint.standing)


def _told(drill: Drill, name: str, standing: Standing) -> dict[str, Any]:
    return {
        "name": name,
        "at": standing.at.isoformat(timespec="seconds"),
        **tally(drill, standing).explained(),
        "times": times(drill, standing),
    }


def listed(drill: Drill) -> dict[str, Any]:
    """All of them, in the order in which they were kept, and how the response stands now."""
    return {
        "checkpoints": [told(drill, one) for one in drill.checkpoints.values()],
        "here": _told(drill, "", stand(drill)),
    }


def _now(drill: Drill, name: str) -> Checkpoint:
    standing = stand(drill)
    drill.reached = dict(standing.reached)
    return Checkpoint(name, standing, moment.save(drill))
