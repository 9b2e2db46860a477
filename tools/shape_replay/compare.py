"""Real records against those of the same calls made here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from simulator.gateway.app import Gateway
from tools.shape_replay.exceptions import CALLS, PATHS
from tools.shape_replay.shapes import differences, shape_of
from tools.shape_replay.stage import stage
from tools.shape_replay.table import replay_of


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of one kind of real call when it was made again."""

    service: str
    """CloudTrail's event source, without its domain."""
    name: str
    kind: str
    """The real caller's identity type."""
    count: int
    """How many real records are of this kind."""
    paths: int
    """In the real record's shape."""
    differing: tuple[tuple[str, str | None, str | None], ...]
    """(path, there, here)."""
    unmade: str = ""
    """Why there is no record to compare, if there is none."""

    @property
    def label(self) -> str:
        return f"{self.service}:{self.name} by {self.kind}"

    @property
    def excuse(self) -> str:
        """Why the call is not compared, if it is an exception."""
        return CALLS.get((self.service, self.name), "")

    @property
    def unexplained(self) -> tuple[str, ...]:
        """What no exception covers."""
        if self.excuse:
            return ()
        if self.unmade:
            return (f"{self.label}: {self.unmade}",)
        return tuple(
            f"{self.label}: {path}: {there} there, {here} here"
            for path, there, here in self.differing
            if path not in PATHS
        )

    @property
    def equal(self) -> int:
        """How many of the real record's paths are in ours, of the same type and name."""
        missing = sum(there is not None for _, there, _ in self.differing)
        return 0 if self.unmade or self.excuse else self.paths - missing


def distinct(records: Iterable[dict[str, Any]]) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    """The records by kind of call: equal names, and equal shapes of what was asked and answered."""
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for entry in records:
        shape = tuple(sorted(shape_of(entry).items()))
        found.setdefault(shape, []).append(entry)
    return found


def comparisons(records: Iterable[dict[str, Any]]) -> Iterator[Comparison]:
    """Make each distinct call again, and hold its record against the real one."""
    gateway = Gateway()
    for alike in distinct(records).values():
        yield compare(alike[0], len(alike), gateway)


def compare(real: dict[str, Any], count: int = 1, gateway: Gateway | None = None) -> Comparison:
    """Make the call that `real` records again."""
    theirs = shape_of(real)
    ours = replayed(real, gateway or Gateway())
    source = real["eventSource"].removesuffix(".amazonaws.com")
    kind, name = real["userIdentity"]["type"], real["eventName"]
    if isinstance(ours, str):
        return Comparison(source, name, kind, count, len(theirs), (), ours)
    found = tuple(differences(theirs, shape_of(ours)))
    return Comparison(source, name, kind, count, len(theirs), found)


def replayed(real: dict[str, Any], gateway: Gateway) -> dict[str, Any] | str:
    """The record that the same call leaves here; a string says why there is none."""
    replay = replay_of(real)
    if replay is None:
        return "not in the table"
    with stage(real, gateway) as scene:
        failed = ""
        try:
            replay(scene)
        except ClientError as error:
            failed = str(error)
        records = scene.account.records
        if not records or records[-1]["eventName"] != real["eventName"]:
            return failed or "the call left no record"
        return dict(records[-1])
