"""Files that are there whole or not at all."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path

from simulator.gradebook.plain import cell

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By this Excel knows that a file is UTF-8."""


def put(path: Path, text: str) -> Path:
    """Write a file in one go. One that holds the same already is left as it is."""
    content = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == content:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def table(rows: Iterable[Iterable[object]], *, bom: bool = True) -> str:
    """Rows as CSV (RFC 4180), no cell of it a formula."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerows([cell(value) for value in row] for row in rows)
    return (BOM if bom else "") + out.getvalue()
