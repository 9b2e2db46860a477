"""What recording adds to a call: the simulator with CloudTrail and journal beside one without."""

from __future__ import annotations

import tempfile

import click

from benchmarks.calls import medians, prepared
from benchmarks.processes import drill_serve

_START = ("--start", "iam-leaked-key", "--seed", "1")


def report(rounds: int) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        drill_serve("--journal", folder, *_START) as recording,
        drill_serve(*_START, module="benchmarks.unrecorded") as silent,
    ):
        ours, theirs = (
            prepared(each["endpoint"], each["credentials"]) for each in (recording, silent)
        )
        click.echo(
            f"Median of {rounds} calls over HTTP, ms, with CloudTrail and journal or neither"
        )
        click.echo(f"{'':20}{'recorded':>10}{'not':>14}{'added':>8}")
        for name, call in ours.items():
            mine, plain = medians(call, theirs[name], rounds)
            click.echo(f"{name:20}{mine:10.2f}{plain:14.2f}{mine / plain - 1:8.1%}")
        click.echo("")
