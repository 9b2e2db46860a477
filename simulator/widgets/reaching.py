"""A blast radius in words: a sentence, what a source can do to a kind of resource, and a table."""

from __future__ import annotations

from html import escape
from typing import Any

_STRONG = ("administers", "writes", "changes", "makes", "runs", "stops", "connects")

Picture = dict[str, Any]
"""What `simulator.report.reach` tells: sources, takes, holds, edges."""


def summary(picture: Picture) -> str:
    """What could be reached, in a sentence without a verb: "4 credentials reached …"."""
    reached: dict[str, set[str]] = {}
    for _, kind, name, _ in picture["edges"]:
        reached.setdefault(kind, set()).add(name)
    administers = any(
        "administers" in able for _, kind, _, able in picture["edges"] if kind == "IAM"
    )
    people = {source for source, *_ in picture["edges"]} | {one for one, _ in picture["takes"]}
    who = [each for each in picture["sources"] if each["kind"] != "a role" and each["id"] in people]
    if not who:
        return "nothing"
    subject = counted(len([each for each in who if each["kind"] != "no credentials"]), "credential")
    if any(each["kind"] == "no credentials" for each in who):
        subject = "anybody" if len(who) == 1 else f"{subject}, and anybody without any"
    roles = len({role for _, role in picture["takes"]})
    what = [counted(len(names), kind) for kind, names in reached.items() if kind != "IAM"]
    what += [counted(roles, "role")] if roles else []
    said = f"{subject} reached {', '.join(what)}" if what else subject
    if administers:
        return f"{said}{',' if what else ''} and could administer IAM: so everything"
    iam = dict.fromkeys(
        verb for _, kind, _, able in picture["edges"] if kind == "IAM" for verb in able
    )
    return f"{said}; in IAM: {', '.join(iam)}" if iam else said


def counted(number: int, kind: str) -> str:
    """A number with its noun: 1 bucket, 5 buckets."""
    one = kind.removesuffix("s")
    return f"{number} {one if number == 1 else f'{one}s'}"


def words(picture: Picture, source: str, kind: str) -> str:
    """As in: lists, reads: 5 of 6; writes: 2 of 6. Without numbers where there is one resource alone."""
    whole = sum(1 for each, _ in picture["holds"] if each == kind)
    counts: dict[str, int] = {}
    for verbs_of in rights(picture).get((source, kind), []):
        for verb in verbs_of:
            counts[verb] = counts.get(verb, 0) + 1
    groups: dict[int, list[str]] = {}
    for verb, count in counts.items():
        groups.setdefault(count, []).append(verb)
    said = []
    for count, verbs in groups.items():
        able = ", ".join(verbs).replace(", connects to port ", ", ")
        number = f"all {whole}" if count == whole else f"{count} of {whole}"
        said.append(able if whole <= 1 else f"{able}: {number}")
    return "; ".join(said)


def rights(picture: Picture) -> dict[tuple[str, str], list[list[str]]]:
    """Source and kind → what it can do, resource by resource."""
    found: dict[tuple[str, str], list[list[str]]] = {}
    for source, kind, _, able in picture["edges"]:
        found.setdefault((source, kind), []).append(able)
    return found


def is_strong(said: str) -> bool:
    """More than looking and reading."""
    return any(word in said for word in _STRONG)


def rows_of(before: Picture | None, now: Picture) -> list[tuple[str, str, str, str]]:
    """Who, what, and what was and is possible: a row for each source and resource."""
    both = [each for each in (before, now) if each is not None]
    told = {source["id"]: source for each in reversed(both) for source in each["sources"]}
    able = [
        {(source, kind, name): ", ".join(verbs) for source, kind, name, verbs in each["edges"]}
        | {(one, "role", _role(told, other)): "takes" for one, other in each["takes"]}
        if each is not None
        else {}
        for each in (before, now)
    ]
    rows = dict.fromkeys((*able[0], *able[1]))
    return [
        (
            f"{told[source]['name']} ({told[source]['kind']})",
            f"{kind}: {name}",
            able[0].get((source, kind, name), "no") if before is not None else "not known",
            able[1].get((source, kind, name), "no"),
        )
        for source, kind, name in rows
    ]


def table(before: Picture | None, now: Picture) -> str:
    """The same in rows of HTML."""
    head = "".join(f"<th>{name}</th>" for name in ("who", "reaches", "at your arrival", "now"))
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
        for row in rows_of(before, now)
    )
    return f"<table class='checks'><tr>{head}</tr>{rows}</table>"


def _role(told: dict[str, Any], role: str) -> str:
    return str(told[role]["name"])
