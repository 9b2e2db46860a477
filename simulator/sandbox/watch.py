"""How much the processes of a kernel use together, from /proc. Source: the manual page proc(5)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.grading.job import Limits

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK = os.sysconf("SC_CLK_TCK")
_STEP = 16 * 2**20
"""How far the simple sum may grow until memory is counted properly, which takes longer."""
_MOST_FILES = 8192
"""Of all processes together: each may be a socket with a buffer that counts as nobody's memory."""


class Use(NamedTuple):
    """What one process uses: resident pages, clock ticks of processor time, open files."""

    pid: int
    parent: int
    pages: int
    ticks: int
    files: int


_MUCH = 3.0
"""Seconds of processor time: twice what solving a lab takes."""
_LATER = 10
"""How nice whatever has used so much must be to all others."""


@dataclass(slots=True)
class Watch:
    """Of one kernel with all the processes that descend from it."""

    limits: Limits
    peak: int = 0
    """Bytes."""
    _rough: int = -(2 * _STEP)
    _asked: bool = False
    _later: set[int] = field(default_factory=set)
    """The processes that give way."""

    def look(self, family: list[Use], seconds: float) -> str:
        """Why it has to end, in a sentence, or nothing. It has been running for `seconds`."""
        if len(family) > self.limits.processes:
            return f"The notebook started more than {self.limits.processes} processes."
        if sum(each.files for each in family) > _MOST_FILES:
            return f"The notebook opened more than {_MOST_FILES} files at once."
        used = sum(each.ticks for each in family) / _TICK
        if used > self.limits.seconds:
            return f"The notebook used more than {self.limits.seconds} seconds of processor time."
        if used > _MUCH:
            self._later |= give_way(each.pid for each in family if each.pid not in self._later)
        if seconds > self.limits.seconds:
            return f"The notebook ran for more than {self.limits.seconds} seconds."
        return ""

    def to_count(self, family: list[Use]) -> list[int]:
        """The processes whose memory is to be counted now, if it is: to be told when it was.

        The simple sum is never too small. Where it is above the limit it is counted on and on: what
        processes have in common becomes each one's own, as they write to it, and the sum stays.
        """
        rough = sum(each.pages for each in family) * _PAGE
        if self._asked or rough <= min(self._rough + _STEP, self.limits.memory):
            self._rough = min(self._rough, rough)
            return []
        self._asked, self._rough = True, rough
        return [each.pid for each in family]

    def counted(self, memory: int) -> str:
        """Why it has to end, having so many bytes, or nothing."""
        self._asked = False
        self.peak = max(self.peak, memory)
        if memory > self.limits.memory:
            most = self.limits.memory // 2**20
            return f"The notebook used more than {most} MiB of memory."
        return ""


def give_way(pids: Iterable[int]) -> set[int]:
    """Have others' submissions go first from now on; which of the processes were told.

    Where Linux groups the processes of a session, being nice is a matter of the session: sched(7).
    It lets one of them be told every 0.1 s.
    """
    told = set()
    for pid in pids:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, _LATER)
            theirs = os.getsid(pid) != os.getsid(0)
            if theirs and os.path.exists(f"/proc/{pid}/autogroup"):
                with open(f"/proc/{pid}/autogroup", "w", encoding="ascii") as file:
                    file.write(f"{_LATER}")
            told.add(pid)
    return told


def families(heads: set[int]) -> dict[int, list[Use]]:
    """Of each process in `heads` itself and its descendants; nothing where there is no /proc."""
    found: dict[int, list[Use]] = {head: [] for head in heads}
    told = {each.pid: each for each in _processes()}
    for each in told.values():
        above: Use | None = each
        for _ in range(len(told)):  # they change while they are read: a circle is possible
            if above is None or above.pid in heads:
                break
            above = told.get(above.parent)
        if above is not None and above.pid in heads:
            found[above.pid].append(each)
    return found


def _processes() -> Iterator[Use]:
    names = os.listdir("/proc") if os.path.isdir("/proc") else []
    for name in filter(str.isdigit, names):
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                told = file.read().rpartition(b")")[2].split()
            files = os.stat(f"/proc/{name}/fd").st_size  # since Linux 6.2; 0 before
        except OSError:
            continue
        if told[0] != b"Z":
            ticks = sum(map(int, told[11:15]))
            yield Use(int(name), int(told[1]), int(told[21]), ticks, files)
