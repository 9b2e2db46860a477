"""How much the processes of a kernel use together, from /proc. Source: the manual page proc(5)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

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
    _rough: int = -(2 * _STEP)
    _asked: bool = False

    def look(self, family: list[Use], seconds: float) -> str:
        """Why it has to end, in a sentence, or nothing. It has been running for `seconds`."""
        if len(family) > self.limits.processes:
            return f"The notebook started more than {self.limits.processes} processes."
        used = sum(ticks for _, _, ticks in family) / _TICK
        if used > self.limits.seconds:
            return f"The notebook used more than {self.limits.seconds} seconds of processor time."
        if seconds > self.limits.seconds:
            return f"The notebook ran for more than {self.limits.seconds} seconds."
        return ""

    def to_count(self, family: list[Use]) -> list[int]:
        """The processes whose memory is to be counted now, if it is: to be told when it was."""
        rough = sum(pages for _, pages, _ in family) * _PAGE
        if self._asked or abs(rough - self._rough) <= _STEP:
            return []
        self._asked, self._rough = True, rough
        return [pid for pid, _, _ in family]

    def counted(self, memory: int) -> str:
        """Why it has to end, having so many bytes, or nothing."""
        self._asked = False
        self.peak = max(self.peak, memory)
        if memory > self.limits.memory:
            most = self.limits.memory // 2**20
            return f"The notebook used more than {most} MiB of memory."
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
