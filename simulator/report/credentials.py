"""What the adversary can sign requests with, and from where it would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from simulator.casting import cast
from simulator.errors import ScenarioError
from simulator.gateway.origin import Origin

if TYPE_CHECKING:
    from simulator.drill import Drill
    from simulator.scenario import Actor

ANYBODY = "anybody"
"""The id of no credentials at all: what the adversary can do that everybody can."""


@dataclass(frozen=True, slots=True)
class Held:
    """Credentials of the adversary's, and the places from which it uses them."""

    id: str
    """The access key id, or `ANYBODY`."""
    keys: Mapping[str, Any] | None
    origins: tuple[Origin, ...]


def held(drill: Drill) -> list[Held]:
    """Every set of credentials once, in the order of the scenario's cast; no credentials last."""
    keys: dict[str, Mapping[str, Any]] = {}
    origins: dict[str, list[Origin]] = {}
    for name, actor in drill.play.scenario.principals.items():
        if not actor.hostile:
            continue
        own = _keys(drill, actor)
        if own is None and actor.keys is not None:
            continue
        key_id = str(own["AccessKeyId"]) if own is not None else ANYBODY
        if own is not None:
            keys[key_id] = own
        origins.setdefault(key_id, []).append(drill.principals[name].origin)
    for way in getattr(drill.play, "ways", ()):
        for own in _credentials(drill.facts.get(way.obtained)):
            key_id = str(own["AccessKeyId"])
            keys[key_id] = own
            origins.setdefault(key_id, list(next(iter(origins.values()), [])))
    found = [Held(key_id, keys.get(key_id), tuple(places)) for key_id, places in origins.items()]
    return sorted((one for one in found if one.origins), key=lambda one: one.keys is None)


def _keys(drill: Drill, actor: Actor) -> Mapping[str, Any] | None:
    """None for an anonymous actor, and for one that has not obtained its credentials."""
    if not callable(actor.keys):
        return next(_credentials(drill.facts.get(actor.keys or "")), None)
    with drill.trial():
        try:
            return next(_credentials(cast(actor.keys, drill.cast())), None)
        except (ClientError, BotoCoreError, ScenarioError, KeyError, AssertionError):
            return None


def _credentials(fact: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(fact, Mapping) and {"AccessKeyId", "SecretAccessKey"} <= fact.keys():
        yield fact
