"""`python -m benchmarks`: this gateway beside plain moto_server, then the times a learner feels."""

from __future__ import annotations

import platform

import click

from benchmarks import calls, decisions, grade, packets, queries, recording, verifying, waits

PARTS = ["calls", "recording", "decisions", "packets", "waits", "verify", "queries", "grade"]


@click.command()
@click.option("--rounds", default=300, show_default=True, help="Calls of each kind on each server.")
@click.option("--only", type=click.Choice(PARTS), help="One part.")
@click.option(
    "--records", default=1_000_000, show_default=True, help="CloudTrail records to query."
)
@click.option("--submissions", default=20, show_default=True, help="Notebooks to grade.")
@click.option("--nbgrader", default="", help="nbgrader's program, in an environment of its own.")
@click.option(
    "--grader", type=click.Choice(grade.NAMES), multiple=True, default=grade.NAMES, help="These."
)
def main(
    rounds: int,
    only: str | None,
    records: int,
    submissions: int,
    nbgrader: str,
    grader: tuple[str, ...],
) -> None:
    """Compare, in one run, on this machine."""
    click.echo(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}\n")
    if only in {None, "calls"}:
        calls.report(rounds)
    if only in {None, "recording"}:
        recording.report(rounds)
    if only in {None, "decisions"}:
        decisions.report()
    if only in {None, "packets"}:
        packets.report()
    if only in {None, "waits"}:
        waits.report()
    if only in {None, "verify"}:
        verifying.report()
    if only in {None, "queries"}:
        queries.report(records)
    if only in {None, "grade"}:
        grade.report(submissions, nbgrader, grader)


if __name__ == "__main__":
    main()
