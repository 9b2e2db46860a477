"""The labs' notebooks as learners get them."""

from __future__ import annotations

import functools
from pathlib import Path

from simulator import catalogue
from simulator.errors import DrillError

FOLDER = Path(__file__).parents[1] / "labs"
"""In the repository; where the simulator is installed without it, `labs` where one is."""


@functools.cache
def handouts() -> dict[str, Path]:
    """Every lab's notebook, by its scenario's id."""
    known = set(catalogue.ids())
    folders = [Path("labs").resolve(), FOLDER]
    found = (path for folder in folders for path in sorted(folder.glob("*/*.ipynb")))
    return {path.stem: path for path in found if path.stem in known}


def handout(lab: str) -> str:
    """The JSON text of a lab's notebook.

    Raises:
        DrillError: this installation has none for it.
    """
    path = handouts().get(lab)
    if path is None:
        raise DrillError(
            f"There is no notebook of the lab {lab!r} in {FOLDER}, nor in the folder labs here: run "
            "`make labs` in the repository."
        )
    return path.read_text(encoding="utf-8")
