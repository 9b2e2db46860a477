"""What a submitted notebook shows of how it came about: the material of the integrity signals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellTrace:
    """One code cell as it was handed in. `index` counts all cells of the notebook, from 0.

    `code` is a digest of its code without comments and layout, empty for a cell without code; `size`
    is how many characters that code has. `handed_out` says that the lab itself has this code.
    """

    index: int
    code: str
    size: int
    handed_out: bool
    count: int | None
    """Its execution count."""
    outputs: bool
    """Whether it has any."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What there is to see in one submission, beside what its account says."""

    learner: str
    lab: str
    cells: tuple[CellTrace, ...]
    words: frozenset[str] = frozenset()
    """Words of the code that the lab doesn't hand out: names, addresses, ids."""
    shown: frozenset[str] = frozenset()
    """Account ids and access key ids in its outputs."""
    claims: tuple[tuple[int, int], ...] = ()
    """Each "38 of 54 points" that its outputs show, in order."""
    missing: int = 0
    """How many code cells the lab hands out that it hasn't got any more, changed or not."""

    @property
    def own(self) -> tuple[CellTrace, ...]:
        """The cells whose code is the learner's."""
        return tuple(each for each in self.cells if each.code and not each.handed_out)
