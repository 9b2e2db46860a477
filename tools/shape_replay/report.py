"""What a replay found, in lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tools.shape_replay.compare import Comparison
from tools.shape_replay.exceptions import CALLS, PATHS


def report(found: Sequence[Comparison]) -> Iterator[str]:
    """The agreement per service, the exceptions that were needed, and what nothing explains."""
    kinds: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    paths: Counter[str] = Counter()
    equal: Counter[str] = Counter()
    for one in found:
        if one.excuse:
            continue
        kinds[one.service] += 1
        agreed[one.service] += not one.unexplained
        paths[one.service] += one.paths
        equal[one.service] += one.equal
    for service in sorted(kinds):
        yield _line(service, agreed[service], kinds[service], equal[service], paths[service])
    yield _line("all", agreed.total(), kinds.total(), equal.total(), paths.total())
    excused = [one for one in found if one.excuse]
    yield f"{len(excused)} kinds of call ({sum(one.count for one in excused)} records) not made:"
    for one in sorted(excused, key=lambda one: one.label):
        yield f"  {one.label}: {one.excuse}"
    for path in sorted({path for one in found for path, _, _ in one.differing} & PATHS.keys()):
        yield f"  {path}: {PATHS[path]}"
    for one in found:
        yield from one.unexplained


def stale(found: Sequence[Comparison]) -> list[str]:
    """Exceptions that nothing needs any more."""
    compared = [one for one in found if not one.excuse]
    needed = {path for one in compared for path, _, _ in one.differing}
    agreeing = {(one.service, one.name) for one in found if not one.unmade and not one.differing}
    unneeded = [path for path in PATHS if path not in needed]
    return unneeded + [f"{source}:{name}" for source, name in CALLS if (source, name) in agreeing]


def _line(service: str, agreed: int, kinds: int, equal: int, paths: int) -> str:
    return f"{service:24} {agreed:3} of {kinds:3} kinds of call agree, {equal:5} of {paths:5} paths"
