"""The timeline of a report in words: rows in order of time, and what divides it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from simulator.widgets.marks import times
from simulator.widgets.words import at, span

_PHASES = {"detect": "detected", "contain": "contained", "recover": "recovered"}


def table(report: dict[str, Any]) -> str:
    """The same in rows of HTML, in order of time."""
    rows = "".join(
        f"<tr><td>{escape(when)}</td><td>{escape(who)}</td><td>{escape(what)}</td></tr>"
        for when, who, what in rows_of(report)
    )
    head = "<tr><th>UTC</th><th>who</th><th>what</th></tr>"
    return f"<table class='checks'>{head}{rows}</table>"


def rows_of(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    """When, who, what: everything on the timeline, in order; a phase is done after what did it."""
    divided, done = moments(report), set(_phases(report))
    found = [(time, "", name) for name, time in divided if (name, time) not in done]
    attack: Iterable[dict[str, Any]] = (report["attack"] or {"deeds": []})["deeds"]
    for who, deeds in (("adversary", attack), ("you", report["response"])):
        found += [(deed["first"], who, _said(deed)) for deed in deeds]
    for outage in report["outages"]:
        what = f"{outage['workload']} fails: {outage['error']}"
        found.append((outage["since"], "company", what))
        if outage["until"]:
            what = f"{outage['workload']} works again after {span(outage['minutes'])}"
            found.append((outage["until"], "company", what))
    found += [(time, "", name) for name, time in divided if (name, time) in done]
    return [(at(when), who, what) for when, who, what in sorted(found, key=lambda row: row[0])]


def moments(report: dict[str, Any]) -> list[tuple[str, str]]:
    """What divides the time, in order: the mistake, the attack, the arrival, each phase done."""
    known = report["times"]
    named = [("mistake", known["mistake"]), ("attack begins", known["attack"])]
    named += [("you arrive", known["arrived"])]
    named += _phases(report)
    return sorted(((name, time) for name, time in named if time), key=lambda each: each[1])


def _phases(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(_PHASES.get(name, name), time) for name, time in report["phases"].items()]


def _said(deed: dict[str, Any]) -> str:
    about = f": {deed['what']}" if deed["what"] else ""
    refused = f" (refused: {deed['error']})" if deed["error"] else ""
    return f"{times(deed['operation'], deed['count'])}{about}{refused}"
