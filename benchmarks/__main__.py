"""`python -m benchmarks`: this gateway beside plain moto_server, then the times a learner feels."""

from __future__ import annotations

import platform

import click

from benchmarks import calls, waits


@click.command()
@click.option("--rounds", default=300, show_default=True, help="Calls of each kind on each server.")
@click.option("--only", type=click.Choice(["calls", "waits"]), help="One of the two parts.")
def main(rounds: int, only: str | None) -> None:
    """Compare, in one run, on this machine."""
    click.echo(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}\n")
    if only != "waits":
        calls.report(rounds)
    if only != "calls":
        waits.report()


if __name__ == "__main__":
    main()
