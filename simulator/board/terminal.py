"""The board in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.durations import spoken

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

_COLOURS = {
    "stuck": "bold red",
    "away": "yellow",
    "working": "blue",
    "done": "green",
    "not begun": "dim",
}
_REST = 66
"""What all columns but the first two need."""
_LEAST = 6
_SIGNS = {"stuck": "!", "away": "○", "working": "▶", "done": "✔"}


def drawn(board: Mapping[str, Any], width: int, names: bool = True) -> RenderableType:
    """The board as rich draws it in so many columns. Nothing in a name is markup, or a terminal's command."""
    from rich.console import Group

    rows = board["rows"]
    parts: list[RenderableType] = [_counts(board)]
    if rows:
        parts.append(_table(rows, width, names))
    if board["absent"]:
        parts.append(_absent(board, names))
    parts.append(_legend(board))
    return Group(*parts)


def _counts(board: Mapping[str, Any]) -> Text:
    from rich.text import Text

    many = [
        (f"{count} {state}", _COLOURS[state]) for state, count in board["counts"].items() if count
    ]
    if not board["rows"]:
        many.append(("nobody has begun a lab yet", ""))
    return Text("  ").join(Text(said, style) for said, style in many)


def _table(rows: list[Mapping[str, Any]], width: int, names: bool) -> RenderableType:
    from rich.box import SIMPLE_HEAD
    from rich.table import Column, Table
    from rich.text import Text

    lab = min(max(_LEAST, (width - _REST) // 3), 16)
    name = min(max(_LEAST, width - _REST - lab), 28)
    headings = ("points", "progress", "active", "hints", "accused", "outage")
    table = Table(
        Column("learner", no_wrap=True, width=name),
        Column("lab", no_wrap=True, width=lab),
        Column("state", no_wrap=True, min_width=9),
        Column("phases", no_wrap=True, min_width=6),
        *(Column(name, justify="right", no_wrap=True, min_width=len(name)) for name in headings),
        box=SIMPLE_HEAD,
        padding=0,
        show_edge=False,
    )
    for row in rows:
        colour = _COLOURS[row["state"]]
        points = "-" if row["points"] is None else str(row["points"])
        late = colour if row["state"] == "stuck" else ""
        out = f"{row['outage_minutes']} min" if row["outage_minutes"] else ""
        table.add_row(
            Text(_name(row, names)),
            Text(row["lab"], "dim"),
            Text(f"{_SIGNS[row['state']]} {row['state']}", colour),
            _phases(row["phases"]),
            f"{points}/{row['possible']}",
            Text(_ago(row["progress"]), late),
            _ago(row["idle"]),
            str(row["hints"] or ""),
            str(row["accusations"] or ""),
            Text(f"{out or '0 min'}!", "bold red") if row["out_now"] else out,
        )
    return table


def _phases(phases: Mapping[str, bool]) -> Text:
    """The initials of the phases that are done; a dot for one that is open."""
    from rich.text import Text

    said = Text()
    for phase, done in phases.items():
        said.append(phase[0].upper() if done else "·", "bold green" if done else "dim")
    return said


def _absent(board: Mapping[str, Any], names: bool) -> Text:
    from rich.text import Text

    absent = [_name(each, names) for each in board["absent"]]
    return Text(f"Not begun, {len(absent)} of {board['learners']}: {', '.join(absent)}")


def _legend(board: Mapping[str, Any]) -> Text:
    from rich.text import Text

    return Text(
        f"Stuck: at work, and for {board['stuck_minutes']} min no new phase done and no further check "
        f"held. Away: nothing asked for {board['away_minutes']} min. Points: the last check's. An outage "
        "with ! goes on.",
        "dim",
    )


def _name(one: Mapping[str, Any], names: bool) -> str:
    return str(one["name"]) if names else f"Learner {one['number']}"


def _ago(seconds: float) -> str:
    if seconds < 60:
        return "now"
    said = spoken(timedelta(seconds=seconds))
    return said.removesuffix(" min") if " h " in said else said
