"""Which function makes which call again."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from tools.shape_replay.stage import Stage

Replay = Callable[[Stage], None]
"""Prepares the stage and makes the call: the account's last record is then the call's."""

_MODULES: Final = ("ec2", "identity", "compute", "console", "storage", "ssm")
_table: dict[tuple[str, str], Replay] = {}


def replays(source: str, *names: str) -> Callable[[Replay], Replay]:
    """Mark a function as making the calls recorded by these names: ("ec2", "StopInstances")."""

    def mark(function: Replay) -> Replay:
        for name in names:
            _table[source, name] = function
        return function

    return mark


def replay_of(real: Mapping[str, Any]) -> Replay | None:
    """How the call that `real` records is made again; None where the table doesn't say."""
    return table().get((real["eventSource"].removesuffix(".amazonaws.com"), real["eventName"]))


def table() -> Mapping[tuple[str, str], Replay]:
    """Every call that can be made again, by event source and event name."""
    for name in _MODULES:
        importlib.import_module(f"tools.shape_replay.calls_{name}")
    return _table
