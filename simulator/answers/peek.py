"""`drill peek`: the answer key of a seed, for the instructor."""

from __future__ import annotations

import json
from pathlib import Path

import click

from simulator import catalogue
from simulator.answers.whose import seed_meant, seed_options


@click.command()
@click.argument("scenario_id", metavar="ID")
@seed_options
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, with every deed.")
def peek(
    scenario_id: str, seed: int | None, roster: Path | None, learner: str | None, as_json: bool
) -> None:
    """The answer key of a seed: for the instructor, who should not show it.

    What to submit, the adversary's course, what each check is worth, and what people get wrong.
    """
    from simulator.answers.key import key
    from simulator.answers.told import text

    told = key(catalogue.load(scenario_id), seed_meant(seed, roster, learner))
    click.echo(json.dumps(told, indent=2, default=str) if as_json else text(told))
