"""Attacks on whoever opens the submission: files that are no notebooks, or more than that."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.evening.attacks.canary import LAB, canary
from tools.evening.pages import code

NAME = f"{LAB}.ipynb"


@dataclass(frozen=True, slots=True)
class FileAttack:
    """A row: `write` fills the learner's folder. `points` says whether it also earns the canary's."""

    name: str
    tries: str
    write: Callable[[Path], object]
    points: bool = False


def _text(text: str | bytes) -> Callable[[Path], object]:
    content = text.encode() if isinstance(text, str) else text
    return lambda folder: (folder / NAME).write_bytes(content)


def _changed(change: Callable[[dict], object]) -> Callable[[Path], object]:  # type: ignore[type-arg]
    def write(folder: Path) -> None:
        notebook = canary()
        change(notebook)
        (folder / NAME).write_text(json.dumps(notebook), encoding="utf-8")

    return write


def _all_cells(notebook: dict, **metadata: object) -> None:  # type: ignore[type-arg]
    for cell in code(notebook):
        cell["metadata"] = dict(metadata)


def _zip(fill: Callable[[zipfile.ZipFile], object]) -> Callable[[Path], object]:
    def write(folder: Path) -> None:
        with zipfile.ZipFile(folder / "work.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            fill(archive)

    return write


def _with_more(folder: Path) -> None:
    """An honest notebook among files that a Python or pytest started there would run."""
    (folder / NAME).write_text(json.dumps(canary()), encoding="utf-8")
    marks = "import pathlib; pathlib.Path(__file__).with_name('RAN').touch()"
    for name in ("conftest.py", "sitecustomize.py", "simulator.py", "usercustomize.py", "json.py"):
        (folder / name).write_text(marks)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --collect-only -p conftest\n")
    (folder / "nbval.cfg").write_text("[regex1]\nregex: .*\nreplace: x\n")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / NAME).write_text(json.dumps(canary()))


def _special(folder: Path) -> None:
    os.mkfifo(folder / NAME)
    os.symlink("/dev/zero", folder / "zero.ipynb")
    os.symlink("/etc/passwd", folder / "passwd.ipynb")
    os.symlink(folder, folder / "loop")
    os.symlink("../honest-first", folder / "neighbour")


def _slips(archive: zipfile.ZipFile) -> None:
    text = json.dumps(canary())
    for name in (
        f"../../{NAME}",
        f"/tmp/drill-test-slip/{NAME}",
        f"..\\..\\{NAME}",
        "a/../../b.ipynb",
    ):
        archive.writestr(name, text)


def _bomb(archive: zipfile.ZipFile) -> None:
    with archive.open(NAME, "w", force_zip64=True) as file:
        for _ in range(200):
            file.write(b" " * 2**22)


def _hollow(size: int) -> Callable[[dict], object]:  # type: ignore[type-arg]
    def change(notebook: dict) -> None:  # type: ignore[type-arg]
        output = {"output_type": "stream", "name": "stdout", "text": "x" * size}
        notebook["cells"][0]["outputs"] = [output]

    return change


def _many_cells(notebook: dict) -> None:  # type: ignore[type-arg]
    model = notebook["cells"][0]
    notebook["cells"] = [dict(model, id=f"c{n}", source="x = 1") for n in range(10_000)]


FILES = (
    FileAttack("empty-file", "Hands in nothing.", _text("")),
    FileAttack("corrupt-json", "Hands in half a notebook.", _text(json.dumps(canary())[:900])),
    FileAttack(
        "binary", "Hands in a picture.", _text(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 99)
    ),
    FileAttack("deep-json", "Nests lists until a parser's stack is gone.", _text("[" * 10**6)),
    FileAttack(
        "deep-metadata",
        "The same, within what is a notebook otherwise.",
        _text(
            json.dumps(canary()).replace(
                '"language_info"', '"deep": ' + "[" * 10**5 + "]" * 10**5 + ', "language_info"'
            )
        ),
    ),
    FileAttack("hundred-megabytes", "Hands in outputs of 100 MB.", _changed(_hollow(10**8))),
    FileAttack("many-cells", "Hands in 10,000 cells.", _changed(_many_cells)),
    FileAttack(
        "huge-numbers",
        "Hands in numbers of a million digits.",
        _text('{"nbformat": 4' + "9" * 10**6 + "}"),
    ),
    FileAttack(
        "wrong-shapes",
        "Hands in cells that are none.",
        _text(
            '{"nbformat": 4, "nbformat_minor": 5, "metadata": [], "cells": [5, null, {"cell_type": "code", "source": {"a": 1}}]}'
        ),
    ),
    FileAttack(
        "other-kernel",
        "Asks for a kernel of its own choice.",
        _changed(
            lambda page: page["metadata"].update(
                kernelspec={"name": "../../bash", "language": "bash", "display_name": "<b>"},
                language_info={"name": "bash", "file_extension": "../x"},
            )
        ),
        points=True,
    ),
    FileAttack(
        "nbval-tags",
        "Asks nbval to skip its cells, and to expect their errors.",
        _changed(
            lambda page: _all_cells(
                page,
                tags=[
                    "nbval-skip",
                    "raises-exception",
                    "nbval-raises-exception",
                    "nbval-check-output",
                ],
            )
        ),
        points=True,
    ),
    FileAttack(
        "surrogates",
        "Writes what can't be encoded into sources, ids and tokens.",
        _changed(
            lambda page: (
                page["cells"][1].update(source="x = '\ud800\\x00\u202e'", id="\ud800"),
                page["metadata"].update(drill={"learner": "\ud800../../x", "lab": ["a"]}),
            )
        ),
        points=True,
    ),
    FileAttack(
        "more-files",
        "Lays files beside it that pytest and Python would run.",
        _with_more,
        points=True,
    ),
    FileAttack(
        "special-files", "Hands in a pipe that nobody writes to, devices and links.", _special
    ),
    FileAttack("zip-slip", "Zips paths that lead out.", _zip(_slips)),
    FileAttack("zip-bomb", "Zips a gigabyte of blanks.", _zip(_bomb)),
)

NAMES = (
    "..",
    "=HYPERLINK(1)",
    "a\nb",
    "<script>alert(1)",
    "-rf",
    "con",
    "\u202egnp.exe",
    "x" * 250,
    "$(touch RAN)",
)
"""What learners call their folders; ".." is in the middle of a name, as no folder can be called so."""


def name(text: str) -> str:
    return f"a{text}b" if text == ".." else text
