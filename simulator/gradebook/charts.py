"""Pictures of a class: how many have how many points, and how long they took."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from simulator.durations import spoken
from simulator.widgets.svg import HALO, Label, line, svg, titled, wide

WIDTH = 340.0
"""Of a picture, in pixels: a phone's."""
BINS = 10
_LEFT, _RIGHT = 12.0, WIDTH - 12
_FAINT = "stroke='currentColor' stroke-opacity='.25'"
_TICKS = (
    *(1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 21600, 43200),
    *(86400, 172800, 345600, 604800, 1209600, 2592000),
)
"""Seconds."""
_NEAR = 42.0
"""Pixels between two of them."""


def distribution(points: Sequence[int], possible: int) -> str:
    """How many submissions have how many points, in tenths of what is possible."""
    top, bottom = 22.0, 132.0
    counts = [0] * BINS
    for each in points:
        counts[min(BINS - 1, BINS * each // max(1, possible))] += 1
    most, step = max(counts, default=0), (_RIGHT - _LEFT) / BINS
    parts = [line(_LEFT, bottom, _RIGHT, bottom, _FAINT)]
    for index, count in enumerate(counts):
        x, high = _LEFT + index * step, (bottom - top) * count / max(1, most)
        first = -(-index * possible // BINS)
        last = possible if index == BINS - 1 else -(-(index + 1) * possible // BINS) - 1
        bar = (
            f"<rect x='{x + 2:.1f}' y='{bottom - high:.1f}' width='{step - 4:.1f}' "
            f"height='{high:.1f}' rx='2' fill='var(--mine)'/>"
        )
        middle = x + step / 2 - wide(str(count)) / 2
        number = [Label(middle, bottom - high - 4, str(count)).drawn()] if count else []
        parts.append(titled(f"{first} to {last} points: {count}", bar, *number))
    for share in (0.0, 0.5, 1.0):
        text = f"{share * possible:g}"
        middle = _LEFT + share * (_RIGHT - _LEFT) - wide(text) / 2
        x = min(max(0.0, middle), WIDTH - wide(text))
        parts.append(Label(x, bottom + 15, text, more="opacity='.75'").drawn())
    return svg(WIDTH, bottom + 22, "How many submissions have how many points", parts)


def times(by_phase: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Of each phase, when each learner had it done: a dot each, and a line at the median.

    Times are seconds; the axis is logarithmic, from the least to the most of all phases.
    """
    told = [seconds for _, found in by_phase for seconds in found]
    if not told:
        return ""
    begin, end = _ends(told)
    row, top = 44.0, 6.0
    bottom = top + row * len(by_phase)
    parts = []
    for tick in _ticks(begin, end):
        x, text = _place(tick, begin, end), _short(tick)
        at = min(max(0.0, x - wide(text) / 2), WIDTH - wide(text))
        parts.append(line(x, top, x, bottom, _FAINT))
        parts.append(Label(at, bottom + 14, text, more="opacity='.75'").drawn())
    for index, (phase, found) in enumerate(by_phase):
        y = top + row * index
        parts.append(Label(_LEFT, y + 12, phase, more=f"font-weight='bold' {HALO}").drawn())
        parts += [
            f"<circle cx='{_place(each, begin, end):.1f}' cy='{y + 20 + place * 7 % 19:.1f}' r='2.6' "
            "fill='var(--mine)' fill-opacity='.45'/>"
            for place, each in enumerate(sorted(found))
        ]
        if found:
            x = _place(median(found), begin, end)
            bar = line(x, y + 15, x, y + 42, "stroke='var(--bad)' stroke-width='2'")
            parts.append(titled(f"median {lasted(median(found))}", bar))
    return svg(WIDTH, bottom + 22, "When each phase was done, on the account's clock", parts)


def lasted(seconds: float) -> str:
    """A duration in words, of less than a minute as well."""
    return spoken(timedelta(seconds=seconds)) if seconds >= 60 else f"{int(seconds)} s"


def _ticks(begin: float, end: float) -> list[int]:
    """Round times between two, not too near each other."""
    kept: list[int] = []
    for tick in _TICKS:
        if begin <= tick <= end and (
            not kept or _place(tick, begin, end) - _place(kept[-1], begin, end) >= _NEAR
        ):
            kept.append(tick)
    return kept


def _ends(told: Sequence[float]) -> tuple[float, float]:
    """A little more than the times, and wide enough for some ticks."""
    least, most = max(1.0, min(told)), max(1.0, *told)
    return least / 1.3, max(most * 1.3, least * 4)


def _place(seconds: float, begin: float, end: float) -> float:
    share = math.log(max(begin, seconds) / begin) / math.log(end / begin)
    return _LEFT + share * (_RIGHT - _LEFT)


def _short(seconds: int) -> str:
    if seconds < 3600:
        return f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"
    return f"{seconds // 3600} h" if seconds < 86400 else f"{seconds // 86400} d"
