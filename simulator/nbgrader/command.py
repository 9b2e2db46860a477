"""`drill nbgrader`: the labs as assignments of an nbgrader course."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from simulator import catalogue
from simulator.errors import DrillError, did_you_mean
from simulator.grading.result import Result

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def nbgrader() -> None:
    """The labs as assignments of an nbgrader course, graded by verdicts: docs/nbgrader.md."""


@nbgrader.command()
@click.argument("course", type=_FOLDER)
@click.argument("scenario_ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--token", default="", help="Whoever has no learner token of their own gets this one's account."
)
def source(course: Path, scenario_ids: tuple[str, ...], token: str) -> None:
    """Write labs into COURSE/source, all or these: `nbgrader generate_assignment` takes them."""
    from simulator.labs import read, solutions, text
    from simulator.nbgrader.source import possible, source_of

    known = solutions(Path.cwd())
    for unknown in sorted(set(scenario_ids) - set(known)):
        raise DrillError(f"There is no lab {unknown!r}.{did_you_mean(unknown, known)}")
    for name in scenario_ids or known:
        play = catalogue.load(name)
        path = course / "source" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text(source_of(read(known[name]), play, token)), encoding="utf-8")
        click.echo(f"{path}: {sum(possible(play).values())} points")


@nbgrader.command()
@click.argument("course", type=_FOLDER)
@click.argument("out", type=_FOLDER)
def points(course: Path, out: Path) -> None:
    """Enter what `drill grade COURSE/submitted --out OUT` found into the course's gradebook."""
    from simulator.nbgrader.points import enter, unreadable

    results = list(_results(out))
    graded = {(each.learner, each.lab) for each in results}
    more = unreadable(course, {each.lab for each in results})
    results += [each for each in more if (each.learner, each.lab) not in graded]
    entered = list(enter(course, results))
    left = [each for each in entered if each.said]
    for each in left:
        click.echo(f"{each.learner}, {each.lab}: {each.said}", err=True)
    click.echo(f"{len(entered) - len(left)} of {len(entered)} results are in the gradebook.")
    if left:
        raise click.exceptions.Exit(1)


def _results(out: Path) -> Iterator[Result]:
    paths = sorted((out / "results").glob("*/*.json"))
    if not paths:
        raise DrillError(f"{out} holds no results: `drill grade` writes them there.")
    for path in paths:
        try:
            yield Result.of_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise DrillError(f"{path} is no result: grade again. ({error})") from error
