"""What is a constant of one account - names, addresses, ids, region - replaced by another one."""

from __future__ import annotations

import json
import random
import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from simulator.detections.rule import Event

_PLACES = ("userIdentity", "requestParameters", "responseElements", "resources", "errorMessage")
"""Where an account's own names are. The other fields are AWS's words."""
_NAMING = re.compile(r"(?i)(name|bucket|^key|^rule|alias|sessionname|groupid|^prefix)$")
_TAIL = re.compile(r"^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12})?:(?:[a-z-]+[/:])?(.+)$")
_AWS_OWN = re.compile(r"^(AWS|aws[-:/]|arn:aws:iam::aws:|Amazon)|amazonaws\.com|^[*$]")
_WORDS = frozenset(
    "Action Allow Condition Deny Effect NotAction NotPrincipal NotResource Principal Resource Sid "
    "Statement Version Service Federated Bool Null root user role group policy object bucket "
    "assumed-role federated-user arn aws iam sts s3 ec2 ssm kms true false".casefold().split()
)
_SHORTEST = 3
_ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_ACCOUNT = re.compile(r"(?<![\dA-Za-z])\d{12}(?![\dA-Za-z])")
_REGION = re.compile(r"(?<![a-z])(?:us|eu|ap|ca|sa)-(?:north|south|east|west|central)\w*-\d(?!\d)")
_REGIONS = ("ca-central-1", "eu-north-1", "ap-southeast-2", "sa-east-1")


def replaced(what: str, events: Sequence[Event], chance: random.Random) -> list[Event]:
    """Events with one kind of constant replaced, each throughout by the same other one."""
    return _KINDS[what](events, chance)


def _names(events: Sequence[Event], chance: random.Random) -> list[Event]:
    known = sorted({name for event in events for name in _own_names(event)}, key=len, reverse=True)
    if not known:
        return list(events)
    others = {name.casefold(): _word(chance, len(name)) for name in sorted(known)}
    pattern = re.compile(
        "(?<![A-Za-z0-9])(?<!iam::aws:policy/)(?:"
        + "|".join(map(re.escape, known))
        + ")(?![A-Za-z0-9])",
        re.IGNORECASE,
    )
    return [_in(event, _PLACES, pattern, others) for event in events]


def _own_names(event: Event) -> Iterator[str]:
    for place in _PLACES:
        for key, value in _leaves(event.get(place), place):
            tail = _TAIL.match(value)
            if _AWS_OWN.search(value):
                continue
            if tail:
                yield from filter(_is_name, re.split(r"[/:]", tail[1]))
            elif _NAMING.search(key):
                yield from filter(_is_name, value.split("/"))


def _is_name(word: str) -> bool:
    plain = word.casefold()
    return (
        len(word) >= _SHORTEST and plain not in _WORDS and not word.isdigit() and len(word) <= 128
    )


def _leaves(value: Any, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, key)
    elif isinstance(value, str):
        yield key, value


def _word(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(string.ascii_lowercase, k=max(6, length)))


def _throughout(
    pattern: re.Pattern[str], other: Callable[[random.Random], str]
) -> Callable[[Sequence[Event], random.Random], list[Event]]:
    def of(events: Sequence[Event], chance: random.Random) -> list[Event]:
        texts = [json.dumps(event) for event in events]
        known = sorted({found for text in texts for found in pattern.findall(text)})
        others = {each: other(chance) for each in known}
        return [json.loads(pattern.sub(lambda match: others[match[0]], text)) for text in texts]

    return of


def _region(events: Sequence[Event], chance: random.Random) -> list[Event]:
    """One other region for each: us-east-1 becomes the same one everywhere."""
    return _throughout(_REGION, lambda chance: chance.choice(_REGIONS))(events, chance)


def _in(
    event: Event, places: Sequence[str], pattern: re.Pattern[str], others: Mapping[str, str]
) -> Event:
    changed = dict(event)
    for place in places:
        if event.get(place) is not None:
            text = json.dumps(event[place])
            changed[place] = json.loads(
                pattern.sub(lambda match: others[match[0].casefold()], text)
            )
    return changed


def _address(chance: random.Random) -> str:
    first = chance.choice([5, 31, 46, 62, 77, 81, 93, 109, 141, 151, 176, 185, 194, 212])
    return f"{first}.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"


_KINDS: Mapping[str, Callable[[Sequence[Event], random.Random], list[Event]]] = {
    "other names": _names,
    "other addresses": _throughout(_ADDRESS, _address),
    "another account": _throughout(_ACCOUNT, lambda chance: f"{chance.randrange(10**11, 10**12)}"),
    "another region": _region,
}
