"""What an examiner has found out so far, line by line, so that it is known whatever ends it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from simulator.grading.result import Cell


class Ledger:
    """Writes a file that a `Found` is read from."""

    def __init__(self, path: Path) -> None:
        self._file: IO[str] = path.open("a", encoding="utf-8")

    def cell(self, cell: Cell) -> None:
        self._write({"cell": asdict(cell)})

    def end(self, said: str, late: bool, memory: int) -> None:
        """The notebook is over. `said` is empty when its last cell was reached."""
        self._write({"end": {"said": said, "late": late, "memory": memory}})

    def broke(self, what: str) -> None:
        """The examiner itself failed."""
        self._write({"broke": what})

    def _write(self, told: dict[str, Any]) -> None:
        self._file.write(json.dumps(told) + "\n")
        self._file.flush()


@dataclass(frozen=True, slots=True)
class Found:
    """What was written: `over` tells whether the notebook was."""

    cells: tuple[Cell, ...] = ()
    over: bool = False
    said: str = ""
    late: bool = False
    memory: int = 0
    broke: str = ""


def read(path: Path) -> Found:
    """What a ledger holds; a last line that was cut off counts for nothing."""
    cells: dict[int, Cell] = {}
    told: dict[str, Any] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            entry = json.loads(line)
        except ValueError:
            break
        if "cell" in entry:
            cell = Cell(**entry["cell"])
            cells[cell.index] = cell
        elif "end" in entry:
            told |= {"over": True, **entry["end"]}
        else:
            told["broke"] = str(entry["broke"])
    return Found(cells=tuple(cells.values()), **told)
