"""How much of what others sent is looked at, and one file of it."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Bounds:
    """Sizes are in bytes."""

    file: int = 50 * MIB
    """Of a notebook, or of a zip inside a zip."""
    code: int = 5 * MIB
    """Of a notebook's code cells together."""
    cells: int = 5000
    values: int = 4_000_000
    """Commas and brackets of a notebook's JSON: what it takes in memory follows from them."""
    unpacked: int = 4096 * MIB
    """Of one zip with all that is read of it."""
    unpacked_inside: int = 200 * MIB
    """The same, of a zip inside a zip."""
    directory: int = 8 * MIB
    """A zip's list of its files."""
    ratio: int = 200
    """How many times larger than its packed form a member may be, unless it is small."""
    small: int = 5 * MIB
    entries: int = 100_000
    notebooks: int = 10_000
    """Of one folder or zip right below the one that is looked at, with all in it."""
    notebooks_inside: int = 100
    """Of a zip inside a zip."""
    depth: int = 40
    name: int = 255
    """Bytes of one name."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file. `parts` are the names on the way to it, of folders and zips, as they really are.

    `content` is None where it is no notebook, or one with a `problem`. `changed` is the time of its
    last change in seconds; only times of the same kind can be compared.
    """

    parts: tuple[str, ...]
    content: bytes | None = None
    problem: str = ""
    changed: int = 0

    @property
    def is_notebook(self) -> bool:
        return self.parts[-1].lower().endswith(".ipynb")

    @property
    def is_zip(self) -> bool:
        return self.parts[-1].lower().endswith(".zip")


def mib(size: int) -> str:
    """A size in words."""
    return f"{size / MIB:,.0f} MB" if size >= 10 * MIB else f"{size / MIB:,.1f} MB"
