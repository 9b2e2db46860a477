"""What `drill detect` found, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.widgets.detected import told as score_lines


def text(told: Mapping[str, Any]) -> str:
    """All parts that there are, each after an empty line."""
    parts = [_rules(told)]
    if "logs" in told:
        parts.append(_logs(told["logs"]))
    if "scenario" in told:
        parts.append(_scenario(told["scenario"]))
    if told["failed"]:
        parts.append(f"✘ {each}" for each in told["failed"])
    return "\n\n".join("\n".join(each) for each in parts)


def _rules(told: Mapping[str, Any]) -> Iterator[str]:
    for each in told["rules"]:
        held = f"{each['cases'] - len(each['wrong'])} of {each['cases']} cases"
        sign = "✘" if each["wrong"] else "✔" if each["cases"] else "-"
        yield f"{sign} {each['rule']} [{each['severity']}] {each['file']}: {held}"


def _logs(logs: Mapping[str, Any]) -> Iterator[str]:
    yield f"{len(logs['findings'])} findings in {logs['events']:,} events"
    for each in logs["findings"]:
        several = f" ({len(each['events'])} events)" if len(each["events"]) > 1 else ""
        yield (
            f"  {each['time']} [{each['severity']}] {each['rule']}: {each['what']} by {each['who']} "
            f"{each['events'][0]}{several}"
        )


def _scenario(told: Mapping[str, Any]) -> Iterator[str]:
    seeds = told["seeds"]
    yield f"{told['id']}, seeds {seeds[0]} to {seeds[-1]}: {told['events']:,} events"
    for each in told["scores"]:
        yield f"\n{each['rule']} ({each['file']})"
        yield from (line.replace("**", "") for line in score_lines(each) if line)
        if each["broke"]:
            yield f"- the rule's own code failed at {each['broke']}"
    if len(told["scores"]) > 1:
        yield "\nAll rules together"
        yield from (line.replace("**", "") for line in score_lines(told["together"]) if line)
