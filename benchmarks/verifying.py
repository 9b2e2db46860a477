"""What `drill verify` takes: a scenario set up, and every fix of it tried and judged."""

from __future__ import annotations

import time
from collections.abc import Callable

import click

from simulator import catalogue
from simulator.account import snapshot
from simulator.drill import Drill
from simulator.gateway.app import Gateway
from simulator.grading.judge import judge
from simulator.grading.verify import verify

TRIALS = 50


def report() -> None:
    click.echo("drill verify, CPU seconds a seed: all, of it set-up, a judgement, a trial (ms)")
    for name in catalogue.ids():
        play = catalogue.load(name)
        verify(play, 0)  # what is read once a process
        whole = _timed(lambda play=play: verify(play, 1))  # type: ignore[misc]
        began = time.process_time()
        drill = Drill(play, 1, Gateway())
        setup = time.process_time() - began
        judged = _timed(lambda drill=drill: judge(drill))  # type: ignore[misc]
        trial = _timed(lambda drill=drill: _try(drill)) / TRIALS  # type: ignore[misc]
        backends = len(snapshot.save(drill.world.accounts).states)
        drill.close()
        click.echo(
            f"{name:24}{whole:6.2f} {setup:6.2f} {judged:6.2f} {trial * 1000:6.1f}"
            f"  ({len(play.fixes)} fixes, {len(play.checks)} checks, {backends} backends)"
        )


def _try(drill: Drill) -> None:
    for _ in range(TRIALS):
        with drill.trial():
            pass


def _timed(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began
