"""What a learner waits for: the server, the account, the grade."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import click

from benchmarks.processes import drill_serve, until
from simulator import Lab
from simulator.notebook.client import Client

ROUNDS = 5


def serve_to_answer() -> float:
    """From `drill serve` to the first answer of the gateway."""
    began = time.perf_counter()
    with drill_serve() as served:
        until(served["endpoint"])
        return time.perf_counter() - began


def lab_to_ready(**environment: str) -> tuple[float, Any]:
    """From `Lab(…)` to an account that answers."""
    os.environ.update(environment)
    began = time.perf_counter()
    lab = Lab("iam-leaked-key")
    return time.perf_counter() - began, lab


def report() -> None:
    click.echo(f"What a learner waits for, s: median of {ROUNDS} (worst)")
    _line("drill serve to first answer", [serve_to_answer() for _ in range(ROUNDS)])
    embedded = []
    for _ in range(ROUNDS):
        seconds, lab = lab_to_ready()
        embedded.append(seconds)
        _forget()
    _line("Lab(…) to ready, embedded simulator", embedded)
    with drill_serve() as served:
        client = Client(served["control"], served["token"])
        started = [
            _timed(
                lambda number=number: client.post(
                    "/labs", {"scenario": "iam-leaked-key", "learner": str(number)}
                )
            )  # type: ignore[misc]
            for number in range(ROUNDS)
        ]
    _line("Lab(…) to ready, simulator running", started)
    _, lab = lab_to_ready()
    _line("lab.check()", [_timed(lab.check) for _ in range(ROUNDS)])
    _line("lab.trail()", [_timed(lab.trail) for _ in range(ROUNDS)])
    _line("lab.reset()", [_timed(lab.reset) for _ in range(ROUNDS)])


def _timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _forget() -> None:
    """End the embedded simulator, so that the next Lab starts one."""
    from simulator import lab

    for child in lab._embedded.values():
        child.process.kill()
        child.process.wait()
    lab._embedded.clear()


def _line(what: str, seconds: list[float]) -> None:
    click.echo(f"{what:40}{statistics.median(seconds):8.2f} ({max(seconds):.2f})")
