"""The cells of a submitted notebook, as text: nothing else of it is believed."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.grading.found import opened

MOST_BYTES = 20 * 2**20
MOST_CELLS = 2000


@dataclass(frozen=True, slots=True)
class Submitted:
    """A cell: its place among all of the notebook's cells, and the grade_id that it claims."""

    index: int
    kind: str
    source: str
    grade_id: str


def cells(path: Path) -> list[Submitted]:
    """The code and Markdown cells of a file; none where it is no notebook that can be read."""
    try:
        page = json.loads(content(path, MOST_BYTES) or b"")
        return [
            Submitted(index, cell["cell_type"], _joined(cell["source"]), _claimed(cell))
            for index, cell in enumerate(page["cells"][:MOST_CELLS])
            if cell["cell_type"] in ("code", "markdown")
        ]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []


def content(path: Path, most: int) -> bytes | None:
    """Of a plain file that isn't too long; a link, which may lead anywhere, is not followed."""
    try:
        with opened(path) as file:
            about = os.fstat(file.fileno())
            plain = stat.S_ISREG(about.st_mode) and about.st_size <= most
            return file.read(most) if plain else None
    except OSError:
        return None


def _joined(source: Any) -> str:
    joined = source if isinstance(source, str) else "".join(source)
    return joined.encode("utf-8", "replace").decode()


def _claimed(cell: Mapping[str, Any]) -> str:
    try:
        name = cell["metadata"]["nbgrader"]["grade_id"]
    except (KeyError, TypeError):
        return ""
    return name if isinstance(name, str) else ""
