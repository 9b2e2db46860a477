"""The path of a packet, as a picture, a table and a sentence."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from simulator.widgets.markup import STYLE

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("leg", "what", "id", "rule", "passed", "why")
_WIDTH, _HEIGHT, _GAP, _A_LINE = 150, 44, 26, 5
_MARKS = {True: ("passed", "✓"), False: ("failed", "✗")}


class Probe:
    """What became of a packet: `hops` has a row for each component that decided about it."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.hops: list[dict[str, Any]] = answer["hops"]

    @property
    def delivered(self) -> bool:
        """It reached what it was sent to."""
        return bool(self.answer["delivered"])

    @property
    def answered(self) -> bool:
        """Its answer came back as well: a connection is possible."""
        return bool(self.answer["answered"])

    def frame(self) -> pd.DataFrame:
        """The hops as a pandas frame.

        Raises:
            MissingPackage: pandas is not installed. `hops` holds the same.
        """
        try:
            import pandas as pd
        except ImportError:
            from simulator.errors import MissingPackage

            raise MissingPackage("pandas", "A frame of a probe's hops") from None
        return pd.DataFrame(self.hops, columns=list(_COLUMNS))

    def __repr__(self) -> str:
        lines = [f"  {_MARKS[hop['passed']][1]} {hop['leg']}: {hop['why']}" for hop in self.hops]
        return "\n".join([self._headline(), *lines, self.answer["why"]])

    def _repr_html_(self) -> str:
        parts = (f"<p><b>{escape(self._headline())}</b> {escape(self.answer['why'])}</p>",)
        return f"{STYLE}<div class='drill'>{''.join(parts)}{self.picture()}{self._table()}</div>"

    def picture(self) -> str:
        """The path as SVG: what each leg went through, the stop in red."""
        legs = [(leg, list(hops)) for leg, hops in groupby(self.hops, lambda hop: hop["leg"])]
        drawn, top = [], 16
        for leg, hops in legs:
            drawn.append(_text(0, top, leg, "opacity='.7'"))
            boxes = [_box(place, top + 8, hop) for place, hop in enumerate(hops)]
            drawn += boxes
            top += 34 + (_HEIGHT + 14) * (1 + (len(hops) - 1) // _A_LINE)
        width = _A_LINE * (_WIDTH + _GAP)
        return (
            f"<svg role='img' viewBox='0 0 {width} {top}' style='max-width:100%' "
            f"xmlns='http://www.w3.org/2000/svg' font-size='11' fill='currentColor'>"
            f"<title>{escape(self._headline())}</title>{''.join(drawn)}</svg>"
        )

    def _headline(self) -> str:
        asked = self.answer
        end = f" port {asked['port']}" if asked["protocol"] in {"tcp", "udp"} else ""
        state = (
            "gets there and back"
            if self.answered
            else "gets there, its answer doesn't get back"
            if self.delivered
            else "is stopped"
        )
        return f"{asked['protocol']} from {asked['source']} to {asked['destination']}{end} {state}."

    def _table(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("", "leg", "what", "id", "rule", "why"))
        rows = "".join(map(_row, self.hops))
        return f"<table class='checks'><tr>{head}</tr>{rows}</table>"


def _row(hop: dict[str, Any]) -> str:
    name, mark = _MARKS[hop["passed"]]
    cells = "".join(
        f"<td>{escape(str(hop[each]))}</td>" for each in ("leg", "what", "id", "rule", "why")
    )
    return f"<tr class='{name}'><td class='mark'>{mark}</td>{cells}</tr>"


def _box(place: int, top: int, hop: dict[str, Any]) -> str:
    line, column = divmod(place, _A_LINE)
    left, top = column * (_WIDTH + _GAP), top + line * (_HEIGHT + 14)
    colour = f"var(--jp-{'success' if hop['passed'] else 'error'}-color1,{'#388e3c' if hop['passed'] else '#e53935'})"
    arrow = (
        f"<path d='M{left - _GAP + 3} {top + _HEIGHT / 2}h{_GAP - 9}l-5-4m5 4l-5 4' fill='none' "
        "stroke='currentColor'/>"
        if column
        else ""
    )
    shortened = hop["id"] if len(hop["id"]) <= 23 else f"…{hop['id'][-22:]}"
    return (
        f"<g><title>{escape(hop['why'])}</title>{arrow}"
        f"<rect x='{left + 1}' y='{top}' width='{_WIDTH - 2}' height='{_HEIGHT}' rx='5' fill='none' "
        f"stroke='{colour}' stroke-width='{1 if hop['passed'] else 3}'/>"
        f"{_text(left + 8, top + 18, hop['what'])}"
        f"{_text(left + 8, top + 34, shortened, 'opacity=' + repr('.7'))}</g>"
    )


def _text(left: float, top: float, text: str, more: str = "") -> str:
    return f"<text x='{left}' y='{top}' {more}>{escape(text)}</text>"
