"""What a command and everything that it started took: time, CPU, memory. Linux alone."""

from __future__ import annotations

import ctypes
import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_TICK = 0.5
"""Seconds between two looks at the memory, at least."""
_REST = 50
"""How many times as long as a look took the next one waits: a look at twenty processes takes a tenth
of a second, and what looks every half second competes with what it measures."""
_BUSY = (0, 1, 2, 5, 6)
"""In the first line of /proc/stat: user, nice, system, irq, softirq. Source: proc_stat(5)."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """`seconds` of the clock, `cpu` seconds of the machine, `memory` the peak in bytes.

    What the machine did beside is counted: processes that end with their PID namespace tell nobody
    how long they computed. Memory that processes share is counted once (PSS). `output` is what it
    printed at last.
    """

    seconds: float
    cpu: float
    memory: int
    status: int
    output: str


def measured(
    commands: Sequence[Sequence[str]], *, folder: Path, environ: Mapping[str, str], patience: float
) -> Footprint:
    """Run commands at the same time and wait for all, and for whatever they leave running.

    What still runs when they have ended, or after `patience` seconds, is ended.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, began = _cpu(), time.monotonic()
    peak, done = [0], threading.Event()
    watch = threading.Thread(target=_watch, args=(peak, done))
    watch.start()
    logs = [folder / f"benchmark-{number}.log" for number in range(len(commands))]
    running = [
        _start(command, log, folder, environ) for command, log in zip(commands, logs, strict=True)
    ]
    status = 0
    for process in running:
        try:
            left = max(0.1, began + patience - time.monotonic())
            status = max(status, abs(process.wait(timeout=left)))
        except subprocess.TimeoutExpired:
            status = 124
    seconds = time.monotonic() - began
    done.set()
    watch.join()
    _end_all()
    output = "".join(log.read_text(errors="replace")[-20_000:] for log in logs)
    return Footprint(seconds, _cpu() - before, peak[0], status, output)


def _start(
    command: Sequence[str], log: Path, folder: Path, environ: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            list(command),
            cwd=folder,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _watch(peak: list[int], done: threading.Event) -> None:
    rest = _TICK
    while not done.wait(rest):
        began = time.monotonic()
        peak[0] = max(peak[0], sum(map(_memory, descendants())))
        rest = max(_TICK, _REST * (time.monotonic() - began))


def _cpu() -> float:
    """Seconds that the machine's processors have been busy."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    return sum(int(fields[each]) for each in _BUSY) / os.sysconf("SC_CLK_TCK")


def descendants() -> set[int]:
    """The processes below this one."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {os.getpid()}


def _memory(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _end_all() -> None:
    """End what is left, and wait until it is gone."""
    while left := descendants():
        for pid in left:
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                continue
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                continue
        except ChildProcessError:
            pass
        time.sleep(0.05)
