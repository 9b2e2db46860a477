"""Parsed files, kept on disk, so that an object that did not change is parsed once.

A segment holds the rows of some objects of one table definition, in columns (Parquet), in a
private folder of the simulator's process. An object is known by its bucket, key and ETag. The
oldest segments go when all take more than `MOST` bytes.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.athena import json_keys, serde
from simulator.athena.objects import Stored
from simulator.athena.refusal import QueryFailed
from simulator.athena.tables import CLOUDTRAIL, CLOUDTRAIL_INPUT, Table
from simulator.athena.types import literal, quoted

MOST = 2 * 2**30
"""Bytes of all segments."""
ID = "__object"
"""The column of a segment that says which object a row is from."""
_GZIP = b"\x1f\x8b"
_LARGEST_UNPACKED = 2**30
_THREADS = 2


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of rows, and the objects in it by their number."""

    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of a table's objects are: files, and per object (by its path) its number."""

    files: tuple[Path, ...]
    numbers: dict[str, int]


@dataclass(slots=True)
class Segments:
    """The process's store."""

    folder: Path
    process: int
    _of: dict[tuple[str, str, str], tuple[int, Segment]] = field(default_factory=dict)
    """Definition, path and ETag → the object's number, and the segment it is in."""
    _used: dict[Segment, None] = field(default_factory=dict)
    """All segments, the one used last at the end."""
    _numbers: int = 0

    def source(self, table: Table, objects: Sequence[Stored]) -> Source:
        """The rows of these objects, parsed now where they were not before.

        Raises:
            QueryFailed: a file is not what the table's definition says.
        """
        definition = _definition(table)
        wanted = {(definition, one.path, one.etag): one for one in objects}
        missing = {key: one for key, one in wanted.items() if key not in self._of}
        if missing:
            self._parse(table, missing)
        segments: dict[Segment, None] = {}
        numbers = {}
        for key, one in wanted.items():
            number, segment = self._of[key]
            segments[segment] = None
            numbers[one.path] = number
        for segment in segments:
            self._used.pop(segment)
            self._used[segment] = None
        self._shrink(keep=set(segments))
        return Source(tuple(segment.path for segment in segments), numbers)

    def _parse(self, table: Table, missing: dict[tuple[str, str, str], Stored]) -> None:
        with _raw_files(self.folder) as raw:
            keys: set[str] = set()
            files, largest, first = [], 0, self._numbers
            for number, one in enumerate(missing.values(), first):
                body = one.body
                files.append(_write(raw, number, body))
                largest = max(largest, _unpacked_size(body))
                if serde.reads_json(table):
                    keys |= json_keys.names_in(_unpacked(body))
            self._numbers += len(missing)
            path = self.folder / f"{first}.parquet"
            _convert(_typed(table, serde.rows(table, files, keys, largest)), path)
        segment = Segment(path, path.stat().st_size)
        self._used[segment] = None
        for number, key in enumerate(missing, first):
            self._of[key] = number, segment

    def _shrink(self, keep: set[Segment]) -> None:
        total = sum(segment.size for segment in self._used)
        for segment in list(self._used):
            if total <= MOST:
                return
            if segment in keep:
                continue
            total -= segment.size
            del self._used[segment]
            self._of = {key: kept for key, kept in self._of.items() if kept[1] != segment}
            segment.path.unlink(missing_ok=True)


def segments() -> Segments:
    """The store of this process."""
    return _store(os.getpid())


@functools.lru_cache(maxsize=1)
def _store(process: int) -> Segments:
    folder = Path(tempfile.mkdtemp(prefix="drill-athena-"))
    atexit.register(_remove, folder, process)
    return Segments(folder, process)


def _remove(folder: Path, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


def _definition(table: Table) -> str:
    """What of a table's definition decides how files are parsed."""
    text = json.dumps(
        [
            [(column.name, column.type.written) for column in table.columns],
            table.serde,
            sorted(table.serde_properties.items()),
            table.input_format,
            table.properties.get("skip.header.line.count"),
        ]
    )
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _raw_files(folder: Path) -> Iterator[Path]:
    raw = Path(tempfile.mkdtemp(dir=folder))
    try:
        yield raw
    finally:
        shutil.rmtree(raw, ignore_errors=True)


def _write(raw: Path, number: int, body: bytes) -> str:
    path = raw / f"{number}{'.gz' if body.startswith(_GZIP) else '.txt'}"
    path.write_bytes(body)
    return str(path)


def _unpacked_size(body: bytes) -> int:
    """A gzip'd file says at its end how large it is unpacked."""
    size = int.from_bytes(body[-4:], "little") if body.startswith(_GZIP) else len(body)
    if size > _LARGEST_UNPACKED:
        raise QueryFailed("HIVE_CURSOR_ERROR: A file is too large to be read")
    return size


def _unpacked(body: bytes) -> bytes:
    import zlib

    if not body.startswith(_GZIP):
        return body
    try:
        return zlib.decompressobj(31).decompress(body, _LARGEST_UNPACKED)
    except zlib.error as error:
        raise QueryFailed(f"HIVE_CURSOR_ERROR: {error}") from None


def _typed(table: Table, select: str) -> str:
    """The rows with the fields of structs named as the table names them.

    To cast a struct to one whose fields differ in case alone changes nothing; a union takes the
    names of its first part.
    """
    nothing = ", ".join(
        f"NULL::{column.type.duckdb} AS {quoted(column.name)}" for column in table.columns
    )
    return f"SELECT {nothing}, NULL::VARCHAR AS filename WHERE false UNION ALL ({select})"


def _convert(select: str, path: Path) -> None:
    import duckdb

    from simulator.athena import engine

    numbered = (
        f"SELECT * EXCLUDE (filename), CAST(regexp_extract(filename, '([0-9]+)[.][a-z]+$', 1) AS"
        f" BIGINT) AS {quoted(ID)} FROM ({select})"
    )
    copy = f"COPY ({numbered}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION snappy)"
    with engine.loader(_THREADS) as connection:
        try:
            engine.run(connection, copy)
        except duckdb.Error as error:
            path.unlink(missing_ok=True)
            raise _bad_data(error) from None


def _bad_data(error: Any) -> QueryFailed:
    """What is wrong with a file, without the name it has on this machine."""
    import duckdb

    text = str(error).splitlines()[0]
    if isinstance(error, duckdb.InterruptException | duckdb.OutOfMemoryException):
        return QueryFailed("Query exhausted resources at this scale factor")
    if "JSON" in text or isinstance(error, duckdb.InvalidInputException):
        return QueryFailed("HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException")
    return QueryFailed("HIVE_BAD_DATA: Error parsing a file of the table")


def uses_records(table: Table) -> bool:
    """Whether the files are CloudTrail's."""
    return table.input_format == CLOUDTRAIL_INPUT or table.serde == CLOUDTRAIL


def object_rows(numbers: Iterable[int]) -> str:
    """A condition on a segment's rows."""
    return f"{quoted(ID)} IN ({', '.join(map(str, numbers))})"
