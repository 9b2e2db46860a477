"""`python -m benchmarks`: this gateway beside plain moto_server, then the times a learner feels."""

from __future__ import annotations

import platform

import click

from benchmarks import calls, decisions, packets, queries, recording, verifying, waits

PARTS = ["calls", "recording", "decisions", "packets", "waits", "verify", "queries"]


@click.command()
@click.option("--rounds", default=300, show_default=True, help="Calls of each kind on each server.")
@click.option("--only", type=click.Choice(PARTS), help="One part.")
@click.option(
    "--records", default=1_000_000, show_default=True, help="CloudTrail records to query."
)
def main(rounds: int, only: str | None, records: int) -> None:
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


if __name__ == "__main__":
    main()
