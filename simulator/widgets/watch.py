"""What the adversary tries and what the company does, since the learner's arrival: two tables."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

from simulator.widgets.markup import STYLE

_COLUMNS = 6
"""So many of the latest times are shown."""


class Adversary:
    """`tries` are dicts: time, holds, worked, allowed, refused; `adapted` is when it found another way."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.tries: list[dict[str, Any]] = answer["tries"]
        self.adapted: str | None = answer["adapted"]

    @property
    def summary(self) -> str:
        """How often it came back, and what worked the last time."""
        if not self.tries:
            return "The adversary hasn't come back since you arrived. Let time pass: lab.wait(hours=2)."
        times = _times(self.tries)
        last = [each for each in self.tries if each["time"] == times[-1]]
        works = sum(each["worked"] for each in last)
        came = "once" if len(times) == 1 else f"{len(times)} times"
        adapted = f" At {_at(self.adapted)} it found another way in." if self.adapted else ""
        return (
            f"It came back {came}, last at {_at(times[-1])}: {works or 'none'} of the {len(last)} "
            f"things that it holds still worked.{adapted}"
        )

    def __str__(self) -> str:
        lines = [self.summary]
        for holds, tries in _grouped(self.tries, "holds").items():
            lines.append(f"{holds}")
            lines += [f"  {_at(each['time'])} {_said(each)}" for each in tries[-_COLUMNS:]]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        times = _times(self.tries)[-_COLUMNS:]
        rows = []
        for holds, tries in _grouped(self.tries, "holds").items():
            by_time = {each["time"]: each for each in tries}
            cells = [_tried(by_time.get(time)) for time in times]
            rows.append((holds, cells, escape(_said(tries[-1]))))
        table = _table("What it holds", times, "The last time", rows) if rows else ""
        return f'{STYLE}<div class="drill"><p>{escape(self.summary)}</p>{table}</div>'


class Continuity:
    """`workloads` are dicts: workload, every_minutes, runs, minutes_out, out_since."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.workloads: list[dict[str, Any]] = answer["workloads"]
        self.minutes: int = answer["minutes"]

    @property
    def summary(self) -> str:
        """Whether the company works, and how long it didn't."""
        if not any(each["runs"] for each in self.workloads):
            return "Nothing of the company's has run since you arrived. Let time pass: lab.wait(hours=1)."
        out = [each["workload"] for each in self.workloads if each["out_since"]]
        now = f"Out now: {', '.join(out)}." if out else "Everything works."
        total = f"{self.minutes} minutes of outage since you arrived." if self.minutes else ""
        return f"{now} {total}".strip()

    def __str__(self) -> str:
        lines = [self.summary]
        for each in self.workloads:
            lines.append(f"{each['workload']}: {_cadence(each)}")
            for time, error in each["runs"][-_COLUMNS:]:
                lines.append(f"  {_at(time)} {error or 'worked'}")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = []
        for each in self.workloads:
            runs = "".join(_ran(*run) for run in each["runs"][-2 * _COLUMNS :])
            error = each["runs"][-1][1] if each["runs"] else ""
            rows.append((each["workload"], [runs], escape(f"{_cadence(each)}. {error}".strip())))
        table = _table("Workload", ["latest runs"], "", rows)
        return f'{STYLE}<div class="drill"><p>{escape(self.summary)}</p>{table}</div>'


def _cadence(workload: dict[str, Any]) -> str:
    out = workload["minutes_out"]
    return f"every {workload['every_minutes']} min, {f'{out} min out' if out else 'never out'}"


def _table(
    first: str, columns: list[str], last: str, rows: list[tuple[str, list[str], str]]
) -> str:
    heads = "".join(f"<th>{escape(_at(each))}</th>" for each in columns)
    body = "".join(
        f"<tr><td>{escape(name)}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}"
        f'<td class="reason">{said}</td></tr>'
        for name, cells, said in rows
    )
    return (
        f'<table class="checks"><thead><tr><th>{first}</th>{heads}<th>{last}</th></tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _tried(one: dict[str, Any] | None) -> str:
    if one is None:
        return ""
    kind = "bad" if one["worked"] else "good"
    return f'<span class="{kind}" title="{escape(_said(one))}">{_word(one)}</span>'


def _ran(time: str, error: str) -> str:
    kind, symbol = ("bad", "✘") if error else ("good", "✔")
    said = f"{_at(time)} {error or 'worked'}"
    return (
        f'<span class="{kind}" title="{escape(said)}" aria-label="{escape(said)}">{symbol}</span> '
    )


def _word(one: dict[str, Any]) -> str:
    return "still works" if one["worked"] else "refused"


def _said(one: dict[str, Any]) -> str:
    worked, refused = ", ".join(one["allowed"]), ", ".join(one["refused"])
    parts = [f"still works: {worked}" if worked else "", f"refused: {refused}" if refused else ""]
    return "; ".join(filter(None, parts)) or "nothing was tried"


def _times(tries: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(each["time"] for each in tries))


def _grouped(rows: list[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


def _at(time: str | None) -> str:
    """An ISO time as day and minute; anything else as it is."""
    try:
        return f"{datetime.fromisoformat(time or ''):%d %b %H:%M}"
    except ValueError:
        return time or ""
