"""Notebooks as learners hand them in."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def page(sources: Iterable[str], token: str = "") -> dict[str, Any]:
    """A notebook of these code cells, as somebody leaves it who has run them one after another."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": number + 1,
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(sources)
    ]
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
            **({"drill": {"learner": token}} if token else {}),
        },
        "cells": cells,
    }


def handed_in(notebook: dict[str, Any], token: str) -> dict[str, Any]:
    """A copy with the learner's token and the counts of its run, and nothing that tells of a solution."""
    made = copy.deepcopy(notebook)
    for cell in made["cells"]:
        cell["metadata"] = {}
    made["metadata"]["drill"] = {"learner": token}
    for count, cell in enumerate(code(made), 1):
        cell["execution_count"] = count
    return made


def code(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Its code cells, in order."""
    return (cell for cell in notebook["cells"] if cell["cell_type"] == "code")


def first_check(notebook: dict[str, Any], phase: str) -> int:
    """The index of the cell that checks a phase."""
    return next(
        index
        for index, cell in enumerate(notebook["cells"])
        if source(cell).startswith(f'lab.check("{phase}")')
    )


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def solution(lab: str) -> dict[str, Any]:
    return copy.deepcopy(_read(f"solutions/*/{lab}.ipynb"))


def unsolved(lab: str) -> dict[str, Any]:
    return copy.deepcopy(_read(f"labs/*/{lab}.ipynb"))


def blank(lab: str, index: int) -> str:
    """What the lab has where its solution has this answer."""
    from simulator.labs import blanked

    return blanked(source(_read(f"solutions/*/{lab}.ipynb")["cells"][index]))


@cache
def _read(pattern: str) -> dict[str, Any]:
    (path,) = ROOT.glob(pattern)
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read
