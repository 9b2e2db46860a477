"""CloudTrail records from files, as they are found: log files of a trail, exports, lines.

{"Records": […]} as a trail writes it, gzipped or not; a list; a record a line; what LookupEvents
returns, each event as text in `CloudTrailEvent`; what EventBridge delivers, the record in `detail`.
Source: "CloudTrail log file examples" (CloudTrail User Guide).
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from simulator.detections.rule import Event
from simulator.errors import DrillError

_ENDS = (
    ".json",
    ".jsonl",
    ".ndjson",
    ".log",
    ".json.gz",
    ".jsonl.gz",
    ".ndjson.gz",
    ".log.gz",
    ".gz",
)
_LISTS = ("Records", "records", "Events", "events", "logEvents")


class BadLogs(DrillError):
    """A file of logs that can't be read: the file, the line, what is expected."""


def read(paths: Iterable[Path]) -> list[Event]:
    """Every record once, in the order of their times.

    Raises:
        BadLogs: no such file, or one that holds no CloudTrail records.
    """
    events: dict[Any, Event] = {}
    for path in paths:
        for file in _files(path):
            for number, event in enumerate(_records(file)):
                events.setdefault(event.get("eventID") or (str(file), number), event)
    return sorted(events.values(), key=lambda event: str(event.get("eventTime", "")))


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise BadLogs(f"There is no {path}: give files of CloudTrail records, or folders of them.")
    kept = [
        file
        for file in sorted(path.rglob("*"))
        if file.name.endswith(_ENDS) and file.is_file() and "-Digest" not in str(file)
    ]
    if not kept:
        raise BadLogs(
            f"{path} holds no file of logs: their names end in .json, .json.gz or .jsonl."
        )
    return kept


def _records(file: Path) -> list[Event]:
    try:
        raw = file.read_bytes()
        text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise BadLogs(f"{file} can't be read: {error}.") from None
    try:
        return list(_within(json.loads(text), str(file)))
    except json.JSONDecodeError as error:
        if "\n" not in text.strip():
            raise BadLogs(f"{file}, line {error.lineno}: not JSON: {error.msg}.") from None
    return list(_lines(text, file))


def _lines(text: str, file: Path) -> Iterator[Event]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                told = json.loads(line)
            except json.JSONDecodeError as error:
                raise BadLogs(
                    f"{file}, line {number}: neither one JSON document nor a record a line: {error.msg}."
                ) from None
            yield from _within(told, f"{file}, line {number}")


def _within(told: Any, where: str) -> Iterator[Event]:
    if isinstance(told, list):
        for each in told:
            yield from _within(each, where)
        return
    if not isinstance(told, dict):
        raise BadLogs(f"{where}: no CloudTrail record, but {type(told).__name__}.")
    wrapped = next((told[name] for name in _LISTS if isinstance(told.get(name), list)), None)
    inner = told.get("CloudTrailEvent", told.get("detail", told.get("message")))
    if wrapped is not None:
        yield from _within(wrapped, where)
    elif "eventName" in told or "eventSource" in told:
        yield told
    elif isinstance(inner, str):
        try:
            yield from _within(json.loads(inner), where)
        except json.JSONDecodeError as error:
            raise BadLogs(f"{where}: the record within is not JSON: {error.msg}.") from None
    elif isinstance(inner, dict):
        yield from _within(inner, where)
    else:
        raise BadLogs(f"{where}: no CloudTrail record: it has no eventName.")
