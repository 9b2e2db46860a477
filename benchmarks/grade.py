"""An evening's grading: `drill grade`, nbval with xdist and nbgrader on the same submissions."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import click

from benchmarks import graders
from tools.evening.evening import MIX, Kind, evening

CELL_SECONDS = 15
"""For each cell, in every grader: so many that an endless loop doesn't decide the comparison."""
NAMES = ("drill", "nbval", "nbgrader")


def report(submissions: int, nbgrader: str, only: tuple[str, ...] = NAMES) -> None:
    """Print a line for each grader.

    The attacks that would harm this machine run in the sandbox of `drill grade` alone. For the
    others an endless loop stands in their place, which costs each the same limit.
    """
    compared: dict[str, graders.Grader] = {"drill": graders.drill, "nbval": graders.nbval}
    if nbgrader:
        compared["nbgrader"] = partial(graders.nbgrader, program=nbgrader)
    else:
        click.echo("nbgrader is left out: name its program with --nbgrader.")
    click.echo(
        f"{submissions} submissions ({', '.join(f'{share} % {kind}' for kind, share in MIX.items())}),"
        f" {graders.JOBS} processes, {CELL_SECONDS} s a cell"
    )
    best = 0.0
    for name in NAMES[::-1]:
        if name not in compared or name not in only:
            continue
        given = list(evening(submissions, meek=name != "drill"))
        with tempfile.TemporaryDirectory(prefix="evening-") as folder:
            graded = compared[name](Path(folder).resolve(), given, CELL_SECONDS)
        took, hostile = graded.footprint, sum(each.kind is Kind.HOSTILE for each in given)
        rate = 60 * len(given) / took.seconds
        solved = {each.path for each in given if each.kind is Kind.SOLVED}
        click.echo(
            f"{name:9}{rate:7.1f} a minute  {took.seconds:6.0f} s  {took.cpu / len(given):5.2f} CPU s each"
            f"  {took.memory / 2**20:6.0f} MiB  solved {len(solved & graded.full)} of {len(solved)}"
            f"  hostile survived {graders.survived(graded, given)} of {hostile}"
            f"  no result {len(graded.none)}"
        )
        if name == "drill" and best:
            click.echo(f"{rate / best:.1f} times the better of the others")
        best = max(best, rate) if name != "drill" else best
