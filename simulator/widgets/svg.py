"""Small pictures in SVG: text whose size is known, labels that don't overlap, two themes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

SIZE = 11.0
"""Of text, in pixels."""
LINE = 13.0
"""From one line of text to the next."""
_NARROW, _WIDE = (
    frozenset("iljtfrI.,:;|!'()[]-/ "),
    frozenset("mwMWQOG@%\N{MULTIPLICATION SIGN}…→●"),
)
_FONT = "var(--jp-ui-font-family,system-ui,-apple-system,'Segoe UI',sans-serif)"
_COLOURS = {
    "paper": ("--jp-layout-color1", "var(--vscode-editor-background,Canvas)"),
    "bad": ("--jp-error-color1", "#d9453d"),
    "good": ("--jp-success-color1", "#3a9140"),
    "mine": ("--jp-brand-color1", "#2481d7"),
    "warn": ("--jp-warn-color1", "#d9780f"),
}
_ALONE = (
    "svg{color:#212121;--paper:#fff;--bad:#c62828;--good:#2e7d32;--mine:#1565c0;--warn:#b85c00;"
    "background:var(--paper)}@media(prefers-color-scheme:dark){svg{color:#e3e3e3;--paper:#1b1b1b;"
    "--bad:#ff7b72;--good:#6fce77;--mine:#6cb6ff;--warn:#ffae57}}"
)


def wide(text: str, size: float = SIZE) -> float:
    """About how many pixels a text takes, in a wide font rather than a narrow one."""
    ems = sum(
        0.37 if char in _NARROW else 0.95 if char in _WIDE else 0.7 if char.isupper() else 0.62
        for char in text
    )
    return ems * size


def cut(text: str, most: float, size: float = SIZE) -> str:
    """The text, or as much of its beginning as there is room for, with an ellipsis."""
    if wide(text, size) <= most:
        return text
    while text and wide(f"{text}…", size) > most:
        text = text[:-1]
    return f"{text.rstrip()}…"


def wrapped(text: str, most: float, size: float = SIZE) -> list[str]:
    """The text in lines of at most so many pixels, broken at spaces."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and wide(longer, size) <= most:
            lines[-1] = longer
        else:
            lines.append(cut(word, most, size))
    return lines or [""]


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text at its left end, `y` its baseline."""

    x: float
    y: float
    text: str
    size: float = SIZE
    more: str = ""
    """Attributes."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        right = self.x + wide(self.text, self.size)
        return self.x, self.y - 0.8 * self.size, right, self.y + 0.2 * self.size

    def drawn(self) -> str:
        return (
            f"<text x='{self.x:.1f}' y='{self.y:.1f}' font-size='{self.size:g}' {self.more}>"
            f"{escape(self.text)}</text>"
        )


def overlap(one: Label, other: Label) -> bool:
    """Whether two labels cover each other."""
    left, top, right, bottom = one.box
    left_, top_, right_, bottom_ = other.box
    return left < right_ and left_ < right and top < bottom_ and top_ < bottom


@dataclass(frozen=True, slots=True)
class Step:
    """Where a mark's label goes: its left end, and the row, counted away from the marks."""

    x: float
    row: int


def staircase(
    marks: Sequence[tuple[float, float]], left: float, right: float, most: int = 12
) -> list[Step]:
    """A place for the label of each mark; `marks` are x and the label's width, from left to right.

    No two labels overlap. A label stands in a row beyond those of the marks under it, so that no
    mark's line crosses a label, as long as there are no more than `most` rows.
    """
    placed: list[tuple[int, float, float, float]] = []
    for x, width in reversed(marks):
        begin = max(left, min(x - 3, right - width))
        end = begin + width + 9
        taken = {row for row, start, stop, _ in placed if start < end and begin < stop}
        crossed = {row for row, *_, mark in placed if begin - 3 <= mark <= end}
        row = max(taken | crossed, default=-1) + 1
        if row >= most:
            row = next(each for each in range(len(marks)) if each not in taken)
        placed.append((row, begin, end, x))
    return [Step(begin, row) for row, begin, _, _ in reversed(placed)]


def svg(width: float, height: float, title: str, parts: Iterable[str]) -> str:
    """A picture to stand in a page, in the page's colours."""
    colours = ";".join(f"--{name}:var({theirs},{own})" for name, (theirs, own) in _COLOURS.items())
    return (
        f"<svg role='img' aria-label='{escape(title)}' viewBox='0 0 {width:g} {height:.0f}' "
        f"width='{width:g}' style=\"max-width:100%;height:auto;font-family:{_FONT};{colours}\" "
        f"xmlns='http://www.w3.org/2000/svg' font-size='{SIZE:g}' fill='currentColor'>"
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def alone(picture: str) -> str:
    """A picture as a file of its own, in light or dark as its viewer prefers."""
    head, style, rest = picture.partition(' style="')
    _, _, rest = rest.partition('"')
    if not style:
        return picture
    body = f'{head} style="font-family:system-ui,sans-serif"{rest}'
    begin, end, rest = body.partition("<title>")
    return f"{begin}<style>{_ALONE}</style>{end}{rest}"


HALO = "style='paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round'"
"""Attributes of a text that lines pass behind."""


def line(x: float, y: float, x2: float, y2: float, more: str = "") -> str:
    """A straight line in the colour of text, unless `more` says otherwise."""
    return (
        f"<line x1='{x:.1f}' y1='{y:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' "
        f"{more if 'stroke=' in more else f'stroke={chr(39)}currentColor{chr(39)} {more}'}/>"
    )


def titled(title: str, *parts: str) -> str:
    """Parts with a text that shows when one points at them."""
    return f"<g><title>{escape(title)}</title>{''.join(parts)}</g>"
