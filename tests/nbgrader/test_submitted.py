"""A submitted notebook's cells are read as text, whatever the file is."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from simulator.nbgrader.submitted import MOST_BYTES, MOST_CELLS, Submitted, cells


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lab.ipynb"


def code(source: Any, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": []}


def test_cells_keep_their_places_and_claims(path: Path) -> None:
    page = [
        {"cell_type": "raw", "source": "x", "metadata": {}},
        code(["a\n", "b"], nbgrader={"grade_id": "leak"}),
        {"cell_type": "markdown", "source": "text", "metadata": {}},
    ]
    path.write_text(json.dumps({"cells": page}))
    assert cells(path) == [
        Submitted(1, "code", "a\nb", "leak"),
        Submitted(2, "markdown", "text", ""),
    ]


@pytest.mark.parametrize("metadata", [None, [], {"nbgrader": 3}, {"nbgrader": {"grade_id": [1]}}])
def test_a_claim_that_is_no_name_is_none(path: Path, metadata: Any) -> None:
    path.write_text(json.dumps({"cells": [code("a") | {"metadata": metadata}]}))
    assert cells(path) == [Submitted(0, "code", "a", "")]


def test_half_a_character_is_replaced(path: Path) -> None:
    path.write_text('{"cells": [{"cell_type": "code", "source": "\\ud800"}]}')
    assert cells(path)[0].source == "?"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"cells": 7}',
        '{"cells": [7]}',
        '{"cells": [{"cell_type": []}]}',
        '{"cells": [{"cell_type": "code", "source": 7}]}',
        '{"cells": [{"cell_type": "code", "source": [7]}]}',
        '{"cells": ' + "[" * 100_000,
        "\0" * 100,
    ],
    ids=range(11),
)
def test_what_is_no_notebook_has_no_cells(path: Path, content: str) -> None:
    path.write_text(content)
    assert cells(path) == []


def test_bytes_that_are_no_text_have_no_cells(path: Path) -> None:
    path.write_bytes(b"\xff\xfe{")
    assert cells(path) == []


def test_a_link_and_a_pipe_are_not_read(path: Path, tmp_path: Path) -> None:
    whole = tmp_path / "other"
    whole.write_text(json.dumps({"cells": [code("a")]}))
    assert cells(whole)
    path.symlink_to(whole)
    assert cells(path) == []
    path.unlink()
    os.mkfifo(path)
    assert cells(path) == []
    assert cells(tmp_path) == []


def test_a_long_file_is_not_read_and_of_many_cells_the_first(path: Path) -> None:
    path.write_text(json.dumps({"cells": [code("a")] * (MOST_CELLS + 5)}))
    assert len(cells(path)) == MOST_CELLS
    with path.open("r+b") as file:
        file.truncate(MOST_BYTES + 1)
    assert cells(path) == []
