"""What is to be graded: all that a worker needs for it, on whatever machine it runs."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one submission may use: of time in seconds, of memory and files in bytes."""

    cell_seconds: int = 120
    seconds: int = 600
    memory: int = 2048 * MIB
    """Of all its processes together."""
    processes: int = 64
    output: int = 4 * MIB
    """What all its cells may print."""
    scratch: int = 256 * MIB


@dataclass(frozen=True, slots=True)
class Job:
    """One learner's notebook of one lab, as it is run: nothing but the sources of its cells.

    `notebook` is the JSON text of that copy; `made_by` names the code that verdicts follow from.
    """

    learner: str
    lab: str
    seed: int
    notebook: str
    made_by: str
    limits: Limits = Limits()
    at: str = ""
    """When the learner arrives, on the account's clock: ISO 8601 with an offset. Empty for now."""

    @property
    def key(self) -> str:
        """The same for two jobs that must have the same result."""
        told = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()
