"""`drill solve`: a solution's notebook, run on a seed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from simulator import catalogue
from simulator.answers.whose import seed_meant, seed_options


@click.command()
@click.argument("scenario_id", metavar="ID")
@seed_options
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the notebook is written as it ran.  [default: ID-seed-N.ipynb]",
)
def solve(
    scenario_id: str, seed: int | None, roster: Path | None, learner: str | None, out: Path | None
) -> None:
    """Run the solution's notebook on a seed, write it as it ran, and say its points.

    For the instructor: it is full of answers. Fails unless it earns every point.
    """
    from simulator.answers import solution
    from simulator.labs import text
    from simulator.widgets.results import Results

    play, number = catalogue.load(scenario_id), seed_meant(seed, roster, learner)
    into = out or Path(f"{play.id}-seed-{number}.ipynb")
    solved = solution.solve(solution.found(play.id), number)
    into.parent.mkdir(parents=True, exist_ok=True)
    into.write_text(text(solved.page), encoding="utf-8")
    checks = [judgement.explained() for judgement in solved.judgements]
    click.echo(str(Results({**solved.score.explained(), "checks": checks, "hint_cost": 0})))
    for said in solved.failed:
        click.echo(f"✘ {said}")
    click.echo(f"Seed {number}, as it ran: {into}")
    sys.exit(0 if solved.complete else 1)
