"""What a hostile notebook is, in the table."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from tools.evening.pages import page

START = """
from simulator import Lab

lab = Lab("@lab@")
"""
ENDLESS = """
while True:
    pass
"""
"""What stands for an attack that must not be run outside of a sandbox."""
GAINED = "gained = []"
HELD = 'assert gained, "held"'
"""The last line of an attack that can tell whether it got through: it passes where it did."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A row: what the notebook tries, how, and what may be seen of it.

    None gains a point. `ends` names the outcomes that may be seen; `said` is a pattern of what is
    said about it. The last cell of one that `tells` passes only where the attack got through.
    `harms` says why it is never run outside of a sandbox; there `ENDLESS` stands for it.
    """

    name: str
    tries: str
    cells: tuple[str, ...]
    ends: tuple[str, ...] = ("ran",)
    said: str = ""
    tells: bool = True
    harms: str = ""
    starts: bool = True
    patient: bool = False
    """It needs its time to get anywhere: it walks through a whole file system, or sends gigabytes."""
    endless: bool = False
    """Its last cell never ends by itself."""
    lab: str = ""
    """The one that it needs; empty for any."""

    def notebook(self, lab: str, *, meek: bool = False) -> dict[str, Any]:
        """The submission, for a lab; `meek` takes its harm out."""
        return page(self.sources(lab, meek=meek))

    def sources(self, lab: str, *, meek: bool = False) -> list[str]:
        cells = (ENDLESS,) if meek and self.harms else self.cells
        texts = (START, *cells) if self.starts else cells
        return [dedent(text).strip().replace("@lab@", lab) for text in texts]


def telling(name: str, tries: str, *cells: str, **more: Any) -> Attack:
    """An attack that keeps what it got in `gained`."""
    *before, last = cells
    return Attack(name, tries, (*before, f"{GAINED}\n{dedent(last).strip()}\n{HELD}"), **more)


def silent(name: str, tries: str, *cells: str, **more: Any) -> Attack:
    """An attack of which the account, the run's end and the neighbours tell."""
    return Attack(name, tries, cells, tells=False, **more)
