"""The journal of a lab: a file with all that was asked of it, in order, each at its time.

It is the memory that outlives the process. A lab follows from its seed, its beginning and what was
asked of it (`simulator.recovery` plays it again), so nothing else is kept. An entry is written
before its answer is sent: what a client was told is in the file, and the kernel keeps what was
written when a process dies. An entry is one line of JSON, then the body of `size` bytes, then the
end of a line; one that was cut off was never acknowledged and is dropped.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

_KEPT = ("CONTENT_", "HTTP_", "REQUEST_")
_KEPT_TOO = frozenset(
    {"PATH_INFO", "QUERY_STRING", "RAW_URI", "REMOTE_ADDR", "SCRIPT_NAME", "SERVER_PROTOCOL"}
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a lab began with. `at` is the machine's time, `made_by` the code that plays it."""

    scenario: str
    learner: str
    seed: int
    token: str
    secret: str
    at: str
    made_by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One request (`environ`, `body`) or one verb of the control API (`verb`, `arguments`)."""

    at: datetime
    environ: Mapping[str, str] | None
    body: bytes
    answer: tuple[int, int]
    """Status and CRC-32 of what was answered to a request."""
    verb: str
    arguments: Mapping[str, Any]


class Journal:
    """The file at `path`, open for further entries. It must exist."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_APPEND)
        os.ftruncate(self._file, _whole(path))

    @classmethod
    def begin(cls, path: Path, beginning: Beginning) -> Self:
        """A new journal; the one that was at `path` is there until the new one is whole."""
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(_entry(asdict(beginning)))
        fresh.replace(path)
        return cls(path)

    @property
    def beginning(self) -> Beginning:
        with self.path.open("rb") as file:
            return Beginning(**_head(file.readline()))

    def keep_call(
        self, at: datetime, environ: Mapping[str, Any], body: bytes, status: int, answer: bytes
    ) -> None:
        """Write down a request to the simulated AWS and how it was answered."""
        kept = {
            name: value
            for name, value in environ.items()
            if (name.startswith(_KEPT) or name in _KEPT_TOO) and isinstance(value, str)
        }
        answered = [status, zlib.crc32(answer)]
        self._append({"at": at.isoformat(), "environ": kept, "answer": answered}, body)

    def keep_verb(self, at: datetime, verb: str, arguments: Mapping[str, Any]) -> None:
        """Write down what the learner asked of the control API."""
        self._append({"at": at.isoformat(), "verb": verb, "arguments": arguments})

    def entries(self) -> Iterator[Entry]:
        """Everything since the beginning."""
        with self.path.open("rb") as file:
            file.readline()
            file.readline()
            while line := file.readline():
                head = _head(line)
                body = file.read(head["size"])
                file.readline()
                yield Entry(
                    datetime.fromisoformat(head["at"]),
                    head.get("environ"),
                    body,
                    tuple(head.get("answer", (0, 0))),
                    head.get("verb", ""),
                    head.get("arguments", {}),
                )

    def close(self) -> None:
        os.close(self._file)

    def _append(self, head: Mapping[str, Any], body: bytes = b"") -> None:
        left = memoryview(_entry(head, body))
        while left:
            left = left[os.write(self._file, left) :]


def _entry(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    line = json.dumps({**head, "size": len(body)}, separators=(",", ":"))
    return b"%b\n%b\n" % (line.encode(), body)


def _head(line: bytes) -> dict[str, Any]:
    head: dict[str, Any] = json.loads(line)
    if "scenario" in head:
        del head["size"]
    return head


def _whole(path: Path) -> int:
    """The length of the file up to the end of its last whole entry."""
    end, size = 0, path.stat().st_size
    with path.open("rb") as file:
        while line := file.readline():
            try:
                length = json.loads(line)["size"] if line.endswith(b"\n") else size
            except ValueError:
                break
            after = file.tell() + length + 1
            if after > size:
                break
            file.seek(after)
            end = after
    return end
