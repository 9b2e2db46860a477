"""The answer key as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from simulator.durations import spoken

_WIDTH = 100


def text(key: Mapping[str, Any]) -> str:
    """What `simulator.answers.key.key` tells, to be read in a terminal."""
    parts = [
        f"{key['id']}, seed {key['seed']}: {key['title']} (account {key['account_id']})",
        *_section("What to submit", _answers(key["answers"])),
        *_section("What happened", _course(key)),
        *_section("What the adversary did", map(_deed, filter(_weighs, key["deeds"]))),
        *_section(f"What is worth what ({key['points']} points)", _checks(key["checks"])),
        *_section("What people get wrong on this seed", _wrong(key["wrong_fixes"])),
        *_section("Names and choices of this seed", _facts(key["facts"])),
        "",
        f"The reference response earns {key['score']} of {key['points']} points here.",
    ]
    return "\n".join(parts)


def _section(title: str, lines: Iterable[str]) -> list[str]:
    return ["", title, "─" * len(title), *lines]


def _answers(answers: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for each in answers:
        accuses = " (whoever else is named here is accused wrongly)" if each["accuses"] else ""
        yield _wrapped(f"{each['finding']}: {each['asked']}{accuses}", "")
        answer = each["answer"]
        if each["events"]:
            yield from (f"    {_event(event)}" for event in each["events"])
            continue
        if each["before_arrival"] is not None:
            yield f"    {_ago(each['before_arrival'])}, in a lab that is begun now {answer}"
            continue
        for one in [answer] if isinstance(answer, str) else answer or ["(nothing)"]:
            yield f"    {one}"


def _event(event: Mapping[str, Any]) -> str:
    what = f" of {event['what']}" if event["what"] else ""
    return f"{event['name']}{what}, {_ago(event['before_arrival'])} (begun now: {event['id']})"


def _course(key: Mapping[str, Any]) -> Iterable[str]:
    if key["cause"]:
        yield _wrapped(key["cause"], "")
    yield (
        f"The mistake was made {_ago(key['mistake_before_arrival'])}; the attack began "
        f"{_ago(key['attack_before_arrival'])}."
    )
    yield "On arrival the adversary holds:"
    yield from (f"  • {way['holds']} [{way['name']}]" for way in key["ways"])
    if key["ways_elsewhere"]:
        yield "And on other seeds, or once it has adapted:"
        yield from (f"  • {way['holds']} [{way['name']}]" for way in key["ways_elsewhere"])
    yield "It acted as:"
    for actor in key["actors"]:
        yield f"  • {actor['who']} from {', '.join(actor['from'])}: {actor['calls']} calls"
        if actor["changed"]:
            yield _wrapped(f"changed {', '.join(dict.fromkeys(actor['changed']))}", "      ")
    for each in key["taken"]:
        yield f"It read {each['objects']} objects, {each['bytes']:,} bytes, from {each['bucket']}."


def _weighs(deed: Mapping[str, Any]) -> bool:
    return bool(deed["weighs"])


def _deed(deed: Mapping[str, Any]) -> str:
    count = f" ({deed['count']} times)" if deed["count"] > 1 else ""
    refused = f" refused ({deed['error']})" if deed["error"] else ""
    what = f" {deed['what']}" if deed["what"] else ""
    when = _ago(deed["before_arrival"])
    return textwrap.shorten(f"{when:>24}  {deed['operation']}{count}{refused}{what}".strip(), 160)


def _checks(checks: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for each in checks:
        needs = f" (once {', '.join(each['needs'])} holds)" if each["needs"] else ""
        yield f"{each['points']:>3}  {each['phase']:<10} {each['name']}{needs}"
        yield _wrapped(each["claim"], " " * 16)


def _wrong(fixes: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for each in fixes:
        yield _wrapped(f"{each['name']}: {each['claim']}", "")
        for check, said in each["fails"].items():
            yield _wrapped(f"fails {check}: “{said}”", "    ")


def _facts(facts: Mapping[str, Any]) -> Iterable[str]:
    for name, value in facts.items():
        yield _wrapped(f"{name}: {', '.join(value) if isinstance(value, list) else value}", "")


def _ago(seconds: int) -> str:
    return f"{spoken(timedelta(seconds=seconds))} before arrival"


def _wrapped(said: str, indent: str) -> str:
    hanging = indent if indent else "    "
    return textwrap.fill(
        said,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
