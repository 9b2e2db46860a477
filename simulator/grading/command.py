"""`drill grade`: a folder of submissions in, a gradebook out."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.errors import DrillError
from simulator.processors import cores

if TYPE_CHECKING:
    from simulator.grading.evening import Graded, Run
    from simulator.grading.job import Job
    from simulator.grading.result import Result
    from simulator.grading.store import Store

INTERRUPTED = 130
_SIGNS = {"ran": "✔", "stopped": "!", "timed out": "!", "not run": "✘", "error": "✘"}


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder for the gradebook. Run it again with the same one to grade what changed.",
)
@click.option(
    "--seed-file",
    metavar="CSV",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The roster that `drill assign` wrote: learners, tokens, seeds.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    default=cores,
    show_default="the machine's cores",
    help="Submissions to run at a time.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="Of a submission that names no learner.",
)
@click.option(
    "--at",
    metavar="TIME",
    default="",
    help="When learners arrive in their accounts, ISO 8601. [default: the hour of the first run]",
)
@click.option(
    "--timeout",
    type=click.IntRange(1),
    default=600,
    show_default=True,
    help="Seconds that one notebook may take.",
)
@click.option(
    "--cell-timeout",
    type=click.IntRange(1),
    default=120,
    show_default=True,
    help="Seconds that one cell may take.",
)
@click.option(
    "--memory",
    type=click.IntRange(256),
    default=2048,
    show_default=True,
    help="MiB that one notebook may use.",
)
@click.option(
    "--unsafe", is_flag=True, help="Run notebooks without a sandbox. They can do what you can."
)
@click.option(
    "--dask", metavar="URL", help="Grade on a Dask cluster, as tcp://10.0.0.5:8786: docs/scale.md."
)
def grade(
    folder: Path,
    out: Path,
    seed_file: Path | None,
    jobs: int,
    seed: int,
    at: str,
    timeout: int,
    cell_timeout: int,
    memory: int,
    unsafe: bool,
    dask: str | None,
) -> None:
    """Run submitted notebooks and write the gradebook.

    Each runs from a clean account with its learner's seed, in a sandbox. Points are the
    simulator's verdict on the account. A run that was interrupted goes on where it was; a
    submission is run again only when it, its seed or the grader has changed.
    """
    from simulator import roster as rosters
    from simulator.gradebook.write import write
    from simulator.grading import evening, submissions
    from simulator.grading.job import MIB, Limits
    from simulator.grading.jobs import jobs as jobs_of
    from simulator.grading.store import Store

    roster = rosters.read(seed_file) if seed_file else None
    limits = Limits(cell_seconds=cell_timeout, seconds=timeout, memory=memory * MIB)
    with _workers(jobs, unsafe, dask) as run:
        found = submissions.find(folder, roster)
        wanted = jobs_of(found, roster, seed, limits)
        store = Store(out)
        for each in (one for one in found if one.problem):
            click.echo(f"✘ {each.learner} {each.lab or each.source}: {each.problem}")
        results = _graded(wanted, store, run, evening.arrival(out, at))
    written = write(out, results, roster, found)
    for said in (*written.said, _counts(results, len(found) - len(wanted)), f"Gradebook: {out}"):
        click.echo(said)
    sys.exit(1 if any(each.outcome == "error" for each in results) else 0)


@contextmanager
def _workers(size: int, unsafe: bool, dask: str | None) -> Iterator[Run]:
    """Who grades: processes here, or the workers of a cluster."""
    from simulator.grading.crew import Crew
    from simulator.grading.scale import grade_on

    if not dask:
        with Crew(size, unsafe=unsafe) as crew:
            yield crew.results
    elif unsafe:
        raise DrillError(
            "A worker of a cluster says itself that it needs no sandbox: docs/scale.md."
        )
    else:
        yield partial(grade_on, dask)


def _graded(jobs: Sequence[Job], store: Store, run: Run, at: str) -> list[Result]:
    """Every result; Ctrl-C says how many there are, and ends the run."""
    from simulator.grading import evening

    results: list[Result] = []
    try:
        with _progress(len(jobs)) as tell:
            for each in evening.grade(jobs, store, run, at):
                results.append(each.result)
                tell(each)
    except KeyboardInterrupt:
        click.echo(
            f"Stopped: {len(results)} of {len(jobs)} are graded and kept. The same command goes on "
            "from there.",
            err=True,
        )
        sys.exit(INTERRUPTED)
    return results


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Graded], None]]:
    """A bar on a terminal, beside a line for each submission."""
    if not sys.stdout.isatty():
        yield lambda each: click.echo(line(each))
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(), transient=True) as bar:
        task = bar.add_task("", total=total)

        def tell(each: Graded) -> None:
            bar.console.print(line(each), markup=False, highlight=False)
            bar.advance(task)

        yield tell


def line(graded: Graded) -> str:
    """ "✔ ada iam-leaked-key 54/54"."""
    result = graded.result
    said = f" ({result.outcome}: {result.said})" if result.said else ""
    before = "" if graded.anew else " (as before)"
    points = f"{result.points}/{result.possible}"
    return f"{_SIGNS[result.outcome]} {result.learner} {result.lab} {points}{said}{before}"


def _counts(results: Sequence[Result], unusable: int) -> str:
    counted = Counter(str(each.outcome) for each in results)
    said = [f"{number} {what}" for what, number in counted.items()]
    said += [f"{unusable} that can't be graded"] if unusable else []
    return f"{len(results) + unusable} submissions: {', '.join(said) or 'none'}."
