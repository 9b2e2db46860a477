"""What a detection rule found, and how it does on worlds that nobody has seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.widgets.pages import Page

_SHOWN = 20


class Detected(Page):
    """`findings` are dicts: rule, severity, events, time, who, what; `score` is as `drill detect` has it."""

    kind = "note"

    def __init__(self, answer: dict[str, Any]) -> None:
        self.findings: list[dict[str, Any]] = answer["findings"]
        self.score: dict[str, Any] = answer["score"]
        lines = [
            f"**{answer['title']}**: {_alerts(len(self.findings))} in this account's logs.",
            *(
                f"- {each['time']} {each['what']} by {each['who']} ({_events(each['events'])})"
                for each in self.findings[:_SHOWN]
            ),
        ]
        if len(self.findings) > _SHOWN:
            lines.append(f"- and {len(self.findings) - _SHOWN} more: `.findings`")
        lines += [f"- ✘ {each}" for each in answer.get("wrong", [])]
        super().__init__("\n".join([*lines, "", *told(self.score)]))


def told(score: Mapping[str, Any]) -> Iterator[str]:
    """A score as lines of Markdown."""
    false = score["false_alerts"]
    yield (
        f"**{score['score']} of 100** on unseen worlds: recall {score['recall']:.0%} x precision "
        f"{score['precision']:.0%} x generalises {score['generalises']:.0%} x robust "
        f"{score['robust']:.0%}."
    )
    yield ""
    missed = []
    for name, seen in score["variants"].items():
        if seen["caught"]:
            yield f"- {name}: seen in {seen['caught']} of {seen['occurred']} worlds"
        else:
            missed.append(f"{name} ({seen['occurred']})")
    if score["not_covered"]:
        which = f": {', '.join(missed)}" if missed else ""
        yield f"- nothing seen of {score['not_covered']} other ways of attack{which}"
    yield (
        f"- false: {false['near_misses']} near misses and {false['other']} other events, of "
        f"{false['benign_events']} ({false['per_10000']:g} in 10,000)"
    )
    lost = {view: share for view, share in score["left"].items() if share < 1}
    if lost and score["recall"]:
        parts = ", ".join(f"{view} {share:.0%}" for view, share in lost.items())
        yield f"- what is left of it with {parts}"


def _events(ids: list[str]) -> str:
    return ids[0] if len(ids) == 1 else f"{len(ids)} events, first {ids[0]}"


def _alerts(number: int) -> str:
    return "one alert" if number == 1 else f"{number or 'no'} alerts"
