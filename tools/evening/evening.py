"""A class's submissions, the same for the same number: what tests and benchmarks grade.

Of a hundred, 45 are solved, 30 are solved in part, 15 are broken and 10 are hostile. Labs take turns,
and so do the kinds within each of these; who handed in what is drawn by lot.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle
from pathlib import Path
from typing import Any

from simulator import roster
from simulator.roster import Member
from tools.evening import broken, honest
from tools.evening.attacks.table import BY_NAME
from tools.evening.pages import handed_in
from tools.evening.people import learners

LABS = ("iam-leaked-key", "s3-public-pii", "ec2-compromised")


class Kind(StrEnum):
    SOLVED = "solved"
    PARTIAL = "partial"
    BROKEN = "broken"
    HOSTILE = "hostile"


MIX = {Kind.SOLVED: 45, Kind.PARTIAL: 30, Kind.BROKEN: 15, Kind.HOSTILE: 10}
"""Of a hundred."""
HOSTILE = (
    *(
        "printed-verdict",
        "patched-lab",
        "endless-loop",
        "kernel-exit",
        "fork-bomb",
        "ten-gigabytes",
    ),
    *("reads-answers", "network", "endless-output", "kill-all"),
)
"""The attacks of a class. The others have a test each, and most of them would show in no throughput."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One learner's notebook. `recipe` names how it was made, `harms` what it must not do outside."""

    member: Member
    lab: str
    kind: Kind
    recipe: str
    harms: str
    notebook: dict[str, Any]

    @property
    def path(self) -> str:
        """Below the folder of all submissions."""
        return f"{self.member.learner}/{self.lab}.ipynb"


def evening(
    count: int = 100,
    number: int = 0,
    labs: tuple[str, ...] = LABS,
    *,
    meek: bool = False,
    mix: dict[Kind, int] = MIX,
) -> Iterator[Submission]:
    """`count` submissions. With `meek`, what would do harm outside of a sandbox is an endless loop."""
    recipes = list(_recipes(count, labs, mix))
    random.Random(f"evening/{number}/order").shuffle(recipes)
    for member, (kind, lab, name) in zip(learners(count, number), recipes, strict=True):
        made, harms = _make(kind, lab, name, meek)
        notebook = handed_in(made, member.token)
        yield Submission(member, lab, kind, name, harms, notebook)


def write(folder: Path, submissions: Iterator[Submission]) -> list[Submission]:
    """Write `folder`/submissions/LEARNER/LAB.ipynb and `folder`/roster.csv; what was written."""
    written = []
    for each in submissions:
        path = folder / "submissions" / each.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(each.notebook, indent=1), encoding="utf-8")
        written.append(each)
    members = roster.Roster(each.member for each in written)
    (folder / "roster.csv").write_text(roster.text(members), encoding="utf-8")
    return written


def _recipes(
    count: int, labs: tuple[str, ...], mix: dict[Kind, int]
) -> Iterator[tuple[Kind, str, str]]:
    names = {
        Kind.SOLVED: [honest.solved.__name__],
        Kind.PARTIAL: [each.__name__ for each in honest.PARTIAL],
        Kind.BROKEN: [each.__name__ for each in broken.BROKEN],
        Kind.HOSTILE: list(HOSTILE),
    }
    turns = cycle(labs)
    for kind, share in _shares(count, mix).items():
        for _, name in zip(range(share), cycle(names[kind]), strict=False):
            yield kind, next(turns), name


def _shares(count: int, mix: dict[Kind, int]) -> dict[Kind, int]:
    """How many of each kind; what rounding leaves over are solved."""
    whole = sum(mix.values())
    shares = {kind: count * share // whole for kind, share in mix.items()}
    shares[Kind.SOLVED] += count - sum(shares.values())
    return shares


def _make(kind: Kind, lab: str, name: str, meek: bool) -> tuple[dict[str, Any], str]:
    if kind is Kind.HOSTILE:
        attack = BY_NAME[name]
        return attack.notebook(lab, meek=meek), attack.harms
    recipe: Callable[[str], dict[str, Any]] = getattr(
        broken if kind is Kind.BROKEN else honest, name
    )
    return recipe(lab), ""
