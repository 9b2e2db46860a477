"""How much the processes of a kernel use together, from /proc. Source: the manual page proc(5)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from simulator.grading.job import Limits

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK = os.sysconf("SC_CLK_TCK")
_STEP = 8 * 2**20
"""How far the simple sum may move until memory is counted properly, which takes longer."""


Use = tuple[int, int, int]
"""Of a process: its id, its resident pages, and its processor time in clock ticks."""


@dataclass(slots=True)
class Watch:
    """Of one kernel with all the processes that descend from it."""

    limits: Limits
    peak: int = 0
    """Bytes."""
    _seen: int = field(default=-(2 * _STEP))

    def look(self, family: list[Use], seconds: float) -> str:
        """Why it has to end, in a sentence, or nothing. It has been running for `seconds`."""
        if len(family) > self.limits.processes:
            return f"The notebook started more than {self.limits.processes} processes."
        rough = sum(pages for _, pages, _ in family) * _PAGE
        if abs(rough - self._seen) > _STEP:
            self._seen = rough
            self.peak = max(self.peak, sum(_memory(pid) for pid, _, _ in family))
        if self.peak > self.limits.memory:
            most = self.limits.memory // 2**20
            return f"The notebook used more than {most} MiB of memory."
        used = sum(ticks for _, _, ticks in family) / _TICK
        if used > self.limits.seconds:
            return f"The notebook used more than {self.limits.seconds} seconds of processor time."
        if seconds > self.limits.seconds:
            return f"The notebook ran for more than {self.limits.seconds} seconds."
        return ""


def families(heads: set[int]) -> dict[int, list[Use]]:
    """Of each process in `heads` itself and its descendants."""
    found: dict[int, list[Use]] = {head: [] for head in heads}
    parents: dict[int, int] = {}
    told: dict[int, Use] = {}
    for pid, parent, pages, ticks in _processes():
        parents[pid] = parent
        told[pid] = (pid, pages, ticks)
    for pid, about in told.items():
        head = pid
        while head not in heads and head in parents:
            head = parents[head]
        if head in heads:
            found[head].append(about)
    return found


def _processes() -> Iterator[tuple[int, int, int, int]]:
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                told = file.read().rpartition(b")")[2].split()
        except OSError:
            continue
        yield int(name), int(told[1]), int(told[21]), sum(map(int, told[11:15]))


def _memory(pid: int) -> int:
    """The proportional set size: what processes share is counted once among them."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
