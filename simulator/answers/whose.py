"""Which seed an instructor means: a number, or that of a learner in the roster."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from simulator.errors import DrillError, did_you_mean
from simulator.roster import read

Command = Callable[..., Any]


def seed_options(command: Command) -> Command:
    """--seed, or --roster and --learner: what `seed_of` takes."""
    for option in (
        click.option(
            "--learner", metavar="NAME", help="Whose seed: a name or token of the roster."
        ),
        click.option(
            "--roster",
            type=click.Path(path_type=Path),
            envvar="DRILL_ROSTER",
            help="The roster.csv that `drill assign` wrote.",
        ),
        click.option("--seed", type=click.IntRange(0), help="The seed.  [default: 0]"),
    ):
        command = option(command)
    return command


def seed_meant(seed: int | None, roster: Path | None, learner: str | None) -> int:
    """The seed that the options name.

    Raises:
        DrillError: they name none, or two, or a learner whom the roster doesn't have.
    """
    if learner is None:
        return seed or 0
    if seed is not None:
        raise DrillError("Give either --seed, or --learner with --roster: not both.")
    if roster is None:
        raise DrillError(f"Whose seed {learner!r} has is in the roster: name it with --roster.")
    members = read(roster)
    member = members.of_learner(learner) or members.of_token(learner)
    if member is None:
        near = did_you_mean(learner, [each.learner for each in members])
        raise DrillError(f"{roster} has no learner {learner!r}.{near}")
    return member.seed
