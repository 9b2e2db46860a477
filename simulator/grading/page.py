"""A submitted notebook: parsed with bounds, and the clean copy of it that is run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from simulator.grading.bounds import Bounds, mib


class Unusable(Exception):
    """It can't be graded; the message, a sentence, says why."""


def parse(content: bytes, bounds: Bounds) -> Mapping[str, Any]:
    """The notebook in a file's bytes: a JSON object whose cells are known to be well-formed.

    Raises:
        Unusable: it is no such thing, or larger than the bounds.
    """
    if len(content) > bounds.file:
        raise Unusable(f"It is too large: {mib(len(content))}.")
    if not content.strip():
        raise Unusable("The file is empty.")
    if sum(content.count(each) for each in (b",", b"[", b"{")) > bounds.values:
        raise Unusable(f"It is too large: more than {bounds.values:,} values.")
    try:
        notebook = json.loads(content)
    except RecursionError:
        raise Unusable("It is nested too deeply to be a notebook.") from None
    except (ValueError, MemoryError) as error:
        raise Unusable(f"It is no valid JSON: {str(error)[:200]}.") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("nbformat"), int):
        raise Unusable("It is no notebook: it doesn't say which nbformat it has.")
    if notebook["nbformat"] < 4:
        raise Unusable(
            f"It is of nbformat {notebook['nbformat']}: open it in JupyterLab and save it again."
        )
    _cells_are_cells(notebook.get("cells"), bounds)
    return notebook


def _cells_are_cells(cells: Any, bounds: Bounds) -> None:
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise Unusable("It is no notebook: it has no list of cells.")
    if len(cells) > bounds.cells:
        raise Unusable(f"It has {len(cells):,} cells.")
    size = 0
    for number, cell in enumerate(cells, 1):
        text = cell.get("source", "")
        lines = text if isinstance(text, list) else [text]
        if not all(isinstance(line, str) for line in lines):
            raise Unusable(f"It is no notebook: cell {number} has no text.")
        if cell.get("cell_type") == "code":
            size += sum(map(len, lines))
    if size > bounds.code:
        raise Unusable(f"Its code is too long: {mib(size)}.")
    if not size:
        raise Unusable("It has no code.")


def source(cell: Mapping[str, Any]) -> str:
    """A cell's text; what can't be written as UTF-8 is replaced."""
    text = cell.get("source", "")
    whole = text if isinstance(text, str) else "".join(text)
    return whole.encode(errors="replace").decode()


def code_cells(notebook: Mapping[str, Any]) -> list[tuple[int, Mapping[str, Any]]]:
    """The code cells in order, each with its index among all cells, from 0."""
    every = enumerate(notebook["cells"])
    return [(index, cell) for index, cell in every if cell.get("cell_type") == "code"]


def clean(notebook: Mapping[str, Any]) -> tuple[str, tuple[int, ...]]:
    """The notebook's code and nothing else, and which cells of the original it is of.

    It is the JSON of a notebook of nbformat 4.5 that has no outputs and no metadata: no kernel, tag
    or widget of the learner's choice. Cells without code are left out. The same code gives the
    same text.
    """
    kept = [(index, text) for index, cell in code_cells(notebook) if (text := source(cell)).strip()]
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell-{index}",
            "metadata": {},
            "outputs": [],
            "source": text,
        }
        for index, text in kept
    ]
    page = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(page, sort_keys=True), tuple(index for index, _ in kept)
