"""Blast radius: who gets where, as a picture of two columns or three, before and now.

What is gone stays in the picture of now, faint, dashed and crossed out. What can be done stands in
the box where a line ends, not on the line: no label covers another.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.widgets.reaching import Picture, is_strong, rights, summary, words
from simulator.widgets.svg import LINE, Label, cut, svg, titled, wide, wrapped

WIDTH = 700.0
_BOX, _RIGHT_BOX = 208.0, 226.0
_CREDENTIALS, _ROLES = 1.0, 237.0
_KINDS = WIDTH - _RIGHT_BOX - 1
_GAP = 12.0


@dataclass(frozen=True, slots=True)
class Source:
    """Credentials or a role, with the letter by which the rows name it."""

    id: str
    letter: str
    kind: str
    name: str
    key: str
    """The end of an access key's id; empty for others."""
    role: bool
    place: tuple[float, float]
    """Left and top of its box."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one source can do to the resources of one kind, and where that stands."""

    source: str
    kind: str
    said: tuple[str, ...]
    """In lines."""
    strong: bool
    y: float
    gone: bool


@dataclass(slots=True)
class Layout:
    """Where everything is in one of the two pictures."""

    sources: dict[str, Source] = field(default_factory=dict)
    kinds: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Top and height of a kind's box."""
    rows: list[Row] = field(default_factory=list)
    takes: list[tuple[str, str, bool]] = field(default_factory=list)
    """From, to, and whether it is gone."""
    labels: list[Label] = field(default_factory=list)
    height: float = 0.0


def layout(before: Picture | None, now: Picture, *, of_now: bool) -> Layout:
    """The picture of now, or of before. Everything has the same place in both."""
    both = [each for each in (before, now) if each is not None]
    shown, found = now if of_now or before is None else before, Layout()
    _place_sources(found, both)
    shown_rights = rights(shown)
    order = list(found.sources)
    kinds = dict.fromkeys(kind for each in both for kind, _ in each["holds"])
    y = 4.0
    for kind in kinds:
        said_of = {
            source: words(each, source, kind)
            for source in order
            for each in reversed(both)
            if (source, kind) in rights(each)
        }
        if not said_of:
            continue
        top, y = y, y + 22
        for source, said in said_of.items():
            own = words(shown, source, kind) if (source, kind) in shown_rights else said
            lines = tuple(wrapped(own, _RIGHT_BOX - 38))
            gone = (source, kind) not in shown_rights
            most = max(len(wrapped(each, _RIGHT_BOX - 38)) for each in {own, said})
            if of_now or not gone:
                found.rows.append(Row(source, kind, lines, is_strong(own), y, gone))
            y += most * LINE + 5
        found.kinds[kind] = (top, y - top)
        y += _GAP
    for one, other in dict.fromkeys(tuple(pair) for each in both for pair in each["takes"]):
        gone = [one, other] not in [list(pair) for pair in shown["takes"]]
        if of_now or not gone:
            found.takes.append((one, other, gone))
    bottoms = [source.place[1] + 42 for source in found.sources.values()]
    found.height = max([y, *bottoms]) + 2
    return found


def _place_sources(found: Layout, both: list[Picture]) -> None:
    """Credentials in the first column, roles beside; a letter each. What reaches nothing stays."""
    told = {source["id"]: source for each in reversed(both) for source in each["sources"]}
    order = dict.fromkeys(source["id"] for each in both for source in each["sources"])
    credentials = sum(told[each]["kind"] != "a role" for each in order)
    tops = {False: 4.0, True: 4.0 + max(0, credentials - 1) * (42 + _GAP) + 30}
    for number, id_ in enumerate(order):
        role = told[id_]["kind"] == "a role"
        left = _ROLES if role else _CREDENTIALS
        letter = chr(ord("A") + number % 26)
        source = Source(
            id_,
            letter,
            told[id_]["kind"],
            told[id_]["name"],
            told[id_].get("key", ""),
            role,
            (left, tops[role]),
        )
        found.sources[id_] = source
        tops[role] += 42 + _GAP


def picture(before: Picture | None, now: Picture, *, of_now: bool) -> str:
    """The blast radius as SVG: of now, or of before."""
    placed, parts = draw(before, now, of_now=of_now)
    shown = now if of_now or before is None else before
    title = f"What the adversary reaches {'now' if of_now else 'at your arrival'}: {summary(shown)}"
    return svg(WIDTH, placed.height, title, parts)


def draw(before: Picture | None, now: Picture, *, of_now: bool) -> tuple[Layout, list[str]]:
    """The layout with all its labels, and what is drawn, from the back to the front."""
    placed = layout(before, now, of_now=of_now)
    shown = now if of_now or before is None else before
    busy = {row.source for row in placed.rows if not row.gone}
    busy |= {one for one, _, gone in placed.takes if not gone}
    known = {source["id"]: source for source in shown["sources"]}
    parts = [_take(placed, *take) for take in placed.takes]
    parts += [_edge(placed, row) for row in placed.rows]
    for source in placed.sources.values():
        parts.append(_source(placed, source, known.get(source.id), source.id in busy))
    for kind, (top, height) in placed.kinds.items():
        parts.append(_kind(placed, kind, top, height))
    return placed, parts


def _take(placed: Layout, one: str, other: str, gone: bool) -> str:
    begin, end = placed.sources[one], placed.sources[other]
    y, y2 = begin.place[1] + 21, end.place[1] + 21
    if begin.role:
        x = begin.place[0] + _BOX
        path = f"M{x} {y + 8}C{x + 22} {y + 8} {x + 22} {y2 + 8} {x} {y2 + 8}"
    else:
        x, x2 = begin.place[0] + _BOX, end.place[0]
        path = f"M{x} {y}C{x + 30} {y} {x2 - 30} {y2} {x2 - 4} {y2}"
    title = f"{begin.name} {'could take' if gone else 'can take'} the role {end.name}"
    return titled(title, _curve(path, strong=True, gone=gone))


def _edge(placed: Layout, row: Row) -> str:
    source = placed.sources[row.source]
    x, y = source.place[0] + _BOX, source.place[1] + 21
    x2, y2 = _KINDS - 3, row.y + 6
    bend = (x2 - x) * 0.5
    path = f"M{x:.0f} {y:.0f}C{x + bend:.0f} {y:.0f} {x2 - bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    title = f"{source.name} {'no longer ' if row.gone else ''}{' '.join(row.said)}: {row.kind}"
    return titled(title, _curve(path, strong=row.strong, gone=row.gone))


def _curve(path: str, *, strong: bool, gone: bool) -> str:
    colour, width = ("var(--bad)", 1.8) if strong and not gone else ("currentColor", 1.1)
    faint = "opacity='.28' stroke-dasharray='4 4'" if gone else "opacity='.75'"
    return f"<path d='{path}' fill='none' stroke='{colour}' stroke-width='{width}' {faint}/>"


def _source(placed: Layout, source: Source, known: Picture | None, busy: bool) -> str:
    left, top = source.place
    faint = "" if busy else "opacity='.6' stroke-dasharray='4 3'"
    parts = [_box(left, top, _BOX, 42, faint), _badge(left + 14, top + 21, source.letter, busy)]
    state = ""
    if known is None:
        state = ", out of reach" if source.role else ", not yet"
    elif not known["alive"]:
        state = ", dead"
    elif not busy:
        state = ", cut off"
    kind = f"{source.kind} …{source.key}{state}" if source.key else f"{source.kind}{state}"
    if wide(kind, 9.5) > _BOX - 32:
        kind = f"{source.kind}{state}"
    more = "" if busy else "opacity='.7'"
    for text, y in ((source.name, top + 18), (kind, top + 33)):
        size = 11.0 if y < top + 20 else 9.5
        label = Label(left + 28, y, cut(text, _BOX - 32, size), size, more)
        placed.labels.append(label)
        parts.append(label.drawn())
    return titled(f"{source.letter}: {source.kind}, {source.name}", *parts)


def _kind(placed: Layout, kind: str, top: float, height: float) -> str:
    parts = [_box(_KINDS, top, _RIGHT_BOX, height, "")]
    heading = Label(_KINDS + 10, top + 15, kind, more="font-weight='600'")
    placed.labels.append(heading)
    parts.append(heading.drawn())
    for row in placed.rows:
        if row.kind != kind:
            continue
        letter = placed.sources[row.source].letter
        parts.append(_badge(_KINDS + 14, row.y + 6, letter, not row.gone, 7))
        for number, text in enumerate(row.said):
            y = row.y + 10 + number * LINE
            more = "opacity='.5' text-decoration='line-through'" if row.gone else ""
            label = Label(_KINDS + 26, y, text, 10.5, more)
            placed.labels.append(label)
            parts.append(label.drawn())
    return "".join(parts)


def _box(left: float, top: float, width: float, height: float, more: str) -> str:
    return (
        f"<rect x='{left}' y='{top}' width='{width}' height='{height:.0f}' rx='5' "
        f"fill='var(--paper)' stroke='currentColor' {more}/>"
    )


def _badge(x: float, y: float, letter: str, busy: bool, radius: float = 9) -> str:
    fill = "var(--bad)" if busy else "none"
    ink = "var(--paper)" if busy else "currentColor"
    faint = "" if busy else "opacity='.5'"
    return (
        f"<g {faint}><circle cx='{x}' cy='{y}' r='{radius}' fill='{fill}' stroke='currentColor' "
        f"stroke-width='.6'/><text x='{x}' y='{y + 3.5}' font-size='{radius + 2}' "
        f"text-anchor='middle' fill='{ink}'>{letter}</text></g>"
    )
