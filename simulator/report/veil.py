"""A blast radius without names, for a learner who has yet to find them."""

from __future__ import annotations

from typing import Any

Picture = dict[str, Any]


def veiled(*pictures: Picture | None) -> list[Picture | None]:
    """The same pictures with numbers in the place of names: "credential 1", "role 2", "bucket 3".

    The same thing has the same number in all of them.
    """
    sources: dict[str, tuple[str, str]] = {}
    resources: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    for picture in pictures:
        if picture is None:
            continue
        for source in picture["sources"]:
            if source["id"] not in sources:
                what = "role" if source["kind"] == "a role" else "credential"
                number = counts[what] = counts.get(what, 0) + 1
                name = "anybody" if source["kind"] == "no credentials" else f"{what} {number}"
                sources[source["id"]] = (f"{what}-{number}", name)
        for kind, name in picture["holds"]:
            if (kind, name) not in resources:
                number = counts[kind] = counts.get(kind, 0) + 1
                resources[kind, name] = f"number {number}"
    return [None if each is None else _veiled(each, sources, resources) for each in pictures]


def _veiled(
    picture: Picture,
    sources: dict[str, tuple[str, str]],
    resources: dict[tuple[str, str], str],
) -> Picture:
    return {
        "sources": [
            {**source, "id": sources[source["id"]][0], "name": sources[source["id"]][1], "key": ""}
            for source in picture["sources"]
        ],
        "takes": [[sources[one][0], sources[other][0]] for one, other in picture["takes"]],
        "holds": [[kind, resources[kind, name]] for kind, name in picture["holds"]],
        "edges": [
            [sources[source][0], kind, resources[kind, name], _plain(able)]
            for source, kind, name, able in picture["edges"]
        ],
    }


def _plain(able: list[str]) -> list[str]:
    """What can be done, without the ports by which."""
    return list(dict.fromkeys(verb.partition(" to port ")[0] for verb in able))
