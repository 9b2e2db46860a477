"""Attacker, defender and company on one time axis, as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.widgets.axis import BREAK, Axis, axis
from simulator.widgets.chronicle import moments
from simulator.widgets.marks import Mark, marks
from simulator.widgets.svg import (
    HALO,
    LINE,
    Label,
    cut,
    line,
    overlap,
    staircase,
    svg,
    titled,
    wide,
    wrapped,
)
from simulator.widgets.words import span

WIDTH = 700.0
_LEFT, _RIGHT = 104.0, 690.0
_FAINT = "opacity='.65'"
_HIDDEN = "What the adversary did is filled in once your DETECT checks hold."


@dataclass(slots=True)
class Drawing:
    """What is drawn so far: lines and marks, over them labels; `y` is how far down."""

    axis: Axis
    y: float = 6.0
    parts: list[str] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def lane(self, name: str, y: float) -> None:
        """A lane's name at the left, in two lines at most, and its line."""
        lines = wrapped(name, _LEFT - 12)
        if len(lines) > 2:
            lines = [lines[0], cut(" ".join(lines[1:]), _LEFT - 12)]
        top = y + 4 - (len(lines) - 1) * LINE / 2
        for row, text in enumerate(lines):
            self.labels.append(Label(2, top + row * LINE, text, more="font-weight='600'"))
        for stretch in self.axis.stretches:
            self.parts.append(line(stretch.left, y, stretch.right, y, "opacity='.35'"))


def picture(report: dict[str, Any]) -> str:
    """The timeline of a report, as SVG."""
    drawing = layout(report)
    inside = [*drawing.parts, *(label.drawn() for label in drawing.labels)]
    title = "Timeline of the adversary, of you and of the company; the table below says the same"
    return svg(WIDTH, drawing.y, title, inside)


def layout(report: dict[str, Any]) -> Drawing:
    """The same with every label's place."""
    drawing = Drawing(axis(_times(report), _LEFT + 8, _RIGHT - 8))
    _moments(drawing, report)
    top = drawing.y
    _adversary(drawing, report)
    _learner(drawing, report)
    _company(drawing, report)
    _ticks(drawing)
    _verticals(drawing, report, top)
    return drawing


def _times(report: dict[str, Any]) -> Iterator[datetime]:
    attack = report["attack"] or {"deeds": []}
    given: list[str | None] = [*report["times"].values(), *report["phases"].values()]
    for deed in (*attack["deeds"], *report["response"]):
        given += [deed["first"], deed["last"]]
    for outage in report["outages"]:
        given += [outage["since"], outage["until"]]
    for row in report["worked"]["workloads"]:
        given += [time for time, *_ in row["tries"]]
    return (datetime.fromisoformat(each) for each in given if each)


def _moments(drawing: Drawing, report: dict[str, Any]) -> None:
    """Names of the moments above the lanes; those of one place are named together."""
    said: list[tuple[float, str]] = []
    for name, time in moments(report):
        x = drawing.axis.place(datetime.fromisoformat(time))
        if said and x - said[-1][0] < 3:
            said[-1] = (said[-1][0], f"{said[-1][1]}, {name}")
        else:
            said.append((x, name))
    placed = staircase([(x, wide(name)) for x, name in said], _LEFT, _RIGHT)
    rows = 1 + max((step.row for step in placed), default=0)
    drawing.y += rows * LINE + 4
    for (x, name), step in zip(said, placed, strict=True):
        y = drawing.y - 4 - step.row * LINE
        drawing.parts.append(line(x, y + 3, x, drawing.y, "opacity='.7' stroke-dasharray='3 3'"))
        drawing.labels.append(Label(step.x, y, name, more=f"font-style='italic' {HALO}"))


def _verticals(drawing: Drawing, report: dict[str, Any], top: float) -> None:
    dashes = "opacity='.5' stroke-dasharray='3 3'"
    lines = []
    for _, time in moments(report):
        x = drawing.axis.place(datetime.fromisoformat(time))
        lines.append(line(x, top, x, drawing.y - 30, dashes))
    drawing.parts[:0] = lines


def _adversary(drawing: Drawing, report: dict[str, Any]) -> None:
    """Above, what got through; below, what was refused."""
    if report["attack"] is None:
        drawing.lane("Adversary", drawing.y + 18)
        drawing.labels.append(Label(_LEFT + 12, drawing.y + 14, _HIDDEN, more=f"{_FAINT} {HALO}"))
        drawing.y += 40
        return
    deeds = report["attack"]["deeds"]
    through = marks([deed for deed in deeds if not deed["error"]], drawing.axis.place)
    refused = marks([deed for deed in deeds if deed["error"]], drawing.axis.place)
    y = _above(drawing, through)
    drawing.lane("Adversary", y)
    for mark in through:
        drawing.parts.append(titled(mark.told, *(_disc(x, y, "var(--bad)") for x in mark.dots)))
    drawing.y = y + 22
    if refused:
        drawing.lane("refused", drawing.y)
        for mark in refused:
            crosses = (_cross(x, drawing.y) for x in mark.dots)
            drawing.parts.append(titled(mark.told, *crosses))
        _below(drawing, refused)
    drawing.y += 6


def _learner(drawing: Drawing, report: dict[str, Any]) -> None:
    done = marks(report["response"], drawing.axis.place)
    y = _above(drawing, done)
    drawing.lane("You", y)
    for mark in done:
        refused = all(deed["error"] for deed in mark.deeds)
        shape = _cross if refused else _diamond if mark.operations == {"submitted"} else _square
        drawn = (shape(x, y) for x in mark.dots)
        drawing.parts.append(titled(mark.told, *drawn))
    if not done:
        drawing.labels.append(
            Label(_LEFT + 12, y - 6, "nothing changed yet", more=f"{_FAINT} {HALO}")
        )
    drawing.y = y + 20


def _company(drawing: Drawing, report: dict[str, Any]) -> None:
    rows = report["worked"]["workloads"]
    for row in rows:
        y = drawing.y + 10
        drawing.lane(row["name"], y)
        for time, worked, _ in row["tries"]:
            if worked:
                x = drawing.axis.place(datetime.fromisoformat(time))
                drawing.parts.append(
                    line(x, y - 4, x, y + 4, "stroke='var(--good)' stroke-width='1.5'")
                )
        for outage in report["outages"]:
            if outage["workload"] == row["name"]:
                _bar(drawing, outage, y, report["times"]["now"])
        drawing.y += 32
    drawing.y += 4


def _bar(drawing: Drawing, outage: dict[str, Any], y: float, now: str) -> None:
    begin = drawing.axis.place(datetime.fromisoformat(outage["since"]))
    end = drawing.axis.place(datetime.fromisoformat(outage["until"] or now))
    width = max(4.0, end - begin)
    drawing.parts.append(
        titled(
            f"{outage['workload']} out for {span(outage['minutes'])}: {outage['error']}",
            f"<rect x='{begin:.1f}' y='{y - 6}' width='{width:.1f}' height='12' rx='2' "
            "fill='var(--bad)' fill-opacity='.35' stroke='var(--bad)'/>",
        )
    )
    text = f"{span(outage['minutes'])} out"
    size = 10.0
    inside = width > wide(text, size) + 8
    x = begin + 4 if inside else min(end + 4, _RIGHT - wide(text, size))
    label = Label(x, y + 3.5 if inside else y - 8, text, size, HALO if not inside else "")
    if not any(overlap(label, other) for other in drawing.labels):
        drawing.labels.append(label)


def _above(drawing: Drawing, lane: list[Mark]) -> float:
    """Labels over a lane that begins at `drawing.y`; where the lane's line is."""
    labels = _labels(lane)
    placed = staircase(
        [(m.x, wide(label)) for m, label in zip(lane, labels, strict=True)], _LEFT, _RIGHT
    )
    rows = 1 + max((step.row for step in placed), default=0)
    y = drawing.y + rows * LINE + 14
    for mark, label, step in zip(lane, labels, placed, strict=True):
        base = y - 12 - step.row * LINE
        drawing.parts.append(line(mark.x, base + 2, mark.x, y, "opacity='.45'"))
        drawing.labels.append(Label(step.x, base, label, more=HALO))
    return y


def _labels(lane: list[Mark]) -> list[str]:
    """What each mark says: more where there are few."""
    most = 4 if len(lane) < 4 else 2
    return [cut(mark.label(most), _RIGHT - _LEFT) for mark in lane]


def _below(drawing: Drawing, lane: list[Mark]) -> None:
    labels = _labels(lane)
    placed = staircase(
        [(m.x, wide(label)) for m, label in zip(lane, labels, strict=True)], _LEFT, _RIGHT
    )
    rows = 1 + max((step.row for step in placed), default=0)
    for mark, label, step in zip(lane, labels, placed, strict=True):
        base = drawing.y + 18 + step.row * LINE
        drawing.parts.append(line(mark.x, drawing.y, mark.x, base - 8, "opacity='.45'"))
        drawing.labels.append(Label(step.x, base, label, more=f"{_FAINT} {HALO}"))
    drawing.y += rows * LINE + 12


def _ticks(drawing: Drawing) -> None:
    """Hours and days under all, and a zigzag where time is left out."""
    y = drawing.y + 4
    last, day, dated = -100.0, "", -100.0
    for number, stretch in enumerate(drawing.axis.stretches):
        drawing.parts.append(line(stretch.left, y, stretch.right, y, "opacity='.8'"))
        ticks = [(stretch.place(tick), tick) for tick in stretch.ticks()]
        inside = [each for each in ticks if stretch.left + 8 <= each[0] <= stretch.right - 8]
        if not inside:
            middle = stretch.begin + (stretch.end - stretch.begin) / 2
            inside = [(stretch.place(middle), middle)]
        for x, tick in inside:
            label = f"{tick:%H:%M}"
            left = min(x - wide(label) / 2, _RIGHT + 8 - wide(label))
            if left < last + 6:
                continue
            drawing.parts.append(line(x, y, x, y + 4, "opacity='.8'"))
            drawing.labels.append(Label(left, y + 15, label, more=_FAINT))
            last = left + wide(label)
            if f"{tick:%d %b}" != day and left > dated + 6:
                day = f"{tick:%d %b}"
                dated = left + wide(day)
                drawing.labels.append(Label(left, y + 28, day, more=_FAINT))
        if number:
            x = stretch.left - BREAK / 2
            drawing.parts.append(
                f"<path d='M{x - 7:.1f} {y}l4 -5 l6 10 l4 -5' fill='none' stroke='currentColor'/>"
            )
    drawing.labels.append(Label(2, y + 15, "UTC", more=_FAINT))
    drawing.y = y + 36


def _disc(x: float, y: float, colour: str) -> str:
    return f"<circle cx='{x:.1f}' cy='{y:.1f}' r='4.5' fill='{colour}'/>"


def _square(x: float, y: float) -> str:
    return f"<rect x='{x - 4:.1f}' y='{y - 4:.1f}' width='8' height='8' fill='var(--mine)'/>"


def _diamond(x: float, y: float) -> str:
    return f"<path d='M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6z' fill='var(--mine)'/>"


def _cross(x: float, y: float) -> str:
    return (
        f"<path d='M{x - 3.5:.1f} {y - 3.5:.1f}l7 7m0 -7l-7 7' fill='none' stroke='currentColor' "
        "stroke-width='1.8'/>"
    )
