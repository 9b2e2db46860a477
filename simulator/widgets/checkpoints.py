"""Moments that were kept, and ways compared, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from simulator.durations import spoken
from simulator.widgets.pages import Page
from simulator.widgets.results import adds

_STAYS = (
    "*Hints that you took, and innocent people whom you accused, count on every way: "
    "no restore takes them back.*"
)
_TIMES = {
    "detect": "detected after",
    "contain": "contained after",
    "recover": "recovered after",
}


class Kept(Page):
    """That a moment is kept, and how the response stood."""

    kind = "note"

    def __init__(self, answer: Mapping[str, Any]) -> None:
        kept, replaced = answer["kept"], answer["replaced"]
        instead = f" It takes the place of the one of {_time(replaced)}." if replaced else ""
        super().__init__(
            f"`{kept['name']}` is kept, at {_time(kept)} on the account's clock, with {_total(kept)}."
            f'{instead} Go back to it with `lab.restore("{kept["name"]}")`.'
        )


class Checkpoints(Page):
    """`kept` are the moments, and `here` is how the response stands now, as dicts."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.kept: list[dict[str, Any]] = answer["checkpoints"]
        self.here: dict[str, Any] = answer["here"]
        if not self.kept:
            super().__init__(
                'No checkpoint is kept. `lab.checkpoint("a name")` keeps this moment of the lab.'
            )
            return
        phases = [line["what"] for line in self.here["lines"] if line["of"] is not None]
        head = ["checkpoint", "account's time", *phases, "less", "score"]
        rows = [[f"`{one['name']}`", *_row(one)] for one in self.kept]
        rows.append(["*now*", *_row(self.here)])
        super().__init__(f"{_table(head, rows)}\n\n{_STAYS}")


class Restored(Page):
    """What was left, `left`, beside what was gone back to, `restored`, as dicts."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.left: dict[str, Any] = answer["left"]
        self.restored: dict[str, Any] = answer["restored"]
        left, back = self.left, self.restored
        rows = [["account's time", _time(left), _time(back)]]
        for one, other in zip(left["lines"], back["lines"], strict=True):
            rows.append([one["what"], adds(one), adds(other)])
        rows.append(["**score**", f"**{_total(left)}**", f"**{_total(back)}**"])
        for phase, words in _TIMES.items():
            if phase in left["times"]:
                rows.append([words, _took(left, phase), _took(back, phase)])
        said = (
            f"The account is as it was at `{back['name']}`. The way that you left is kept: "
            f'`lab.restore("{left["name"]}")` goes back to it.'
        )
        table = _table(["", "the way you left", f"`{back['name']}`"], rows)
        super().__init__(f"{said}\n\n{table}\n\n{_STAYS}")


def _row(one: Mapping[str, Any]) -> list[str]:
    earned = [f"{line['points']}/{line['of']}" for line in one["lines"] if line["of"] is not None]
    less = sum(line["points"] for line in one["lines"] if line["of"] is None)
    return [_time(one), *earned, adds({"points": less, "of": None}), _total(one)]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _time(one: Mapping[str, Any]) -> str:
    return f"{datetime.fromisoformat(one['at']):%d %b %H:%M}"


def _total(one: Mapping[str, Any]) -> str:
    return f"{one['score']} of {one['points']}"


def _took(one: Mapping[str, Any], phase: str) -> str:
    took = one["times"].get(phase)
    return "not yet" if took is None else spoken(timedelta(seconds=took))
