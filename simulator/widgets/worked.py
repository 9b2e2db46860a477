"""What still worked when: the adversary's ways and the company's workloads, in the same columns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Any

_MOST = 12
"""So many columns; of more times the latest are shown."""
_CELLS = {
    ("ways", True): ("●", "bad", "still worked"),
    ("ways", False): ("○", "good", "refused"),
    ("workloads", True): ("✔", "good", "worked"),
    ("workloads", False): ("✘", "bad", "failed"),
}
LEGEND = (
    "● the adversary got through, ○ it was refused; ✔ the company's work was done, ✘ it failed."
)

Row = tuple[str, str, list[bool | None]]
"""Whose ("ways" or "workloads"), what, and whether it worked in each column; None: not tried."""


def matrix(worked: dict[str, Any]) -> tuple[list[str], list[Row]]:
    """Times, each the end of a column, and the rows. A column of any failure is a failure."""
    kinds = ("ways", "workloads")
    first = [time for row in worked["ways"] for time, *_ in row["tries"]]
    times = sorted(set(first or _all(worked["workloads"])))
    last = max([*times, *_all(worked["workloads"])], default="")
    if times and last > times[-1]:
        times.append(last)
    times = times[-_MOST:]
    rows: list[Row] = []
    for kind in kinds:
        for row in worked[kind]:
            cells = [
                _of(kind, [bool(ok) for time, ok, _ in row["tries"] if begin < time <= end])
                for begin, end in zip(["", *times], times, strict=False)
            ]
            rows.append((kind, row["name"], cells))
    return times, rows


def _of(kind: str, tries: list[bool]) -> bool | None:
    if not tries:
        return None
    return any(tries) if kind == "ways" else all(tries)


def _all(rows: Iterable[dict[str, Any]]) -> list[str]:
    return [time for row in rows for time, *_ in row["tries"]]


def html(worked: dict[str, Any]) -> str:
    """The matrix as a table; a sentence where nothing was tried."""
    times, rows = matrix(worked)
    if not rows or not times:
        return "<p>Nothing was tried since you arrived.</p>"
    heads = "".join(f"<th>{escape(each)}</th>" for each in _heads(times))
    body = "".join(
        f"<tr><td>{escape(name)}</td>{''.join(_cell(kind, each) for each in cells)}</tr>"
        for kind, name, cells in rows
    )
    return (
        f"<table class='checks worked'><tr><th>up to, UTC</th>{heads}</tr>{body}</table>"
        f"<p class='reason'>{LEGEND}</p>"
    )


def text(worked: dict[str, Any]) -> str:
    """The matrix in Markdown."""
    times, rows = matrix(worked)
    if not rows or not times:
        return "Nothing was tried since you arrived."
    lines = [f"| up to, UTC | {' | '.join(_heads(times))} |", f"|{'---|' * (1 + len(times))}"]
    for kind, name, cells in rows:
        marks = " | ".join("" if each is None else _CELLS[kind, each][0] for each in cells)
        lines.append(f"| {plain(name)} | {marks} |")
    return "\n".join([*lines, "", LEGEND])


def plain(value: str) -> str:
    """Text as it is in a cell of Markdown."""
    escaped = value.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
    for char in "*_`<[":
        escaped = escaped.replace(char, f"\\{char}")
    return escaped


def _cell(kind: str, worked: bool | None) -> str:
    if worked is None:
        return "<td></td>"
    mark, colour, said = _CELLS[kind, worked]
    return f"<td class='tick'><span class='{colour}' title='{said}' aria-label='{said}'>{mark}</span></td>"


def _heads(times: list[str]) -> list[str]:
    heads, day = [], ""
    for time in times:
        at = datetime.fromisoformat(time)
        new = f"{at:%d %b}" != day
        day = f"{at:%d %b}"
        heads.append(f"{at:%d %b %H:%M}" if new else f"{at:%H:%M}")
    return heads
