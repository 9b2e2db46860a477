"""What is in an object: its MIME type, and its passages of text with their places.

Sources: "Supported storage classes and formats", "JSON schema for locations of sensitive data" (Amazon
Macie User Guide). Parquet, Avro, PDF, Office and e-mail are skipped.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.macie.identifiers.rule import listed

TEXT: Final = frozenset(
    listed(
        "csv, tsv, json, jsonl, ndjson, txt, htm, html, xml, log, md, ini, env, conf, cfg, config,"
        " properties, yaml, yml, toml, sql, sh, ps1, py, js, ts, java, go, rb, php, css, pem, key, pub,"
        " out, bak, dat"
    )
)
ARCHIVES: Final = frozenset({"gz", "gzip", "zip", "tar", "tgz"})
UNREAD: Final = frozenset(
    listed(
        "avro, parquet, pdf, doc, docx, docm, dot, dotm, dotx, xls, xlsx, xlsm, xlt, xltm, xltx, eml"
    )
)
"""What AWS can analyze, and this simulator can't."""
_MOST: Final = 64 * 2**20
"""Bytes that are taken out of an object, packed things unpacked."""
_DEPTH: Final = 5


@dataclass(frozen=True, slots=True)
class Passage:
    """A value to look at, and what names it: a column, or the names on the path to a field."""

    text: str
    heading: str = ""
    place: Mapping[str, Any] = field(default_factory=dict)
    """A cell or a record, as findings tell it. Empty for a text: its lines are the place."""


@dataclass(frozen=True, slots=True)
class Content:
    """`whole` is False if something in an archive could not be looked at."""

    mime: str
    passages: tuple[Passage, ...]
    whole: bool = True


def extension(key: str) -> str:
    """Of an object's name, in small letters; "" if it has none."""
    name = key.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name.lstrip(".") else ""


def classifiable(key: str) -> bool:
    """Whether the name says that Macie can analyze an object, as it counts them in the inventory."""
    suffix = extension(key)
    return not suffix or suffix in TEXT | ARCHIVES | UNREAD


def opened(key: str, body: bytes) -> Content | None:
    """An object's content; None if it is of no kind that can be looked at."""
    suffix = extension(key)
    if suffix in UNREAD:
        return None
    if body[:2] == b"\x1f\x8b" or body[:4] == b"PK\x03\x04" or suffix == "tar":
        found = tuple(_unpacked(key, body))
        parts = [_plain(name, part) for name, part in found]
        read = [one for one in parts if one is not None]
        if not read:
            return None
        passages = tuple(passage for one in read for passage in one.passages)
        mime = {b"\x1f\x8b": "application/gzip", b"PK": "application/zip"}.get(body[:2])
        return Content(mime or "application/x-tar", passages, len(read) == len(parts))
    return _plain(key, body)


def _unpacked(name: str, body: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The files in an archive, archives in it unpacked as well."""
    suffix, room = extension(name), _MOST
    try:
        if depth < _DEPTH and body[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(body)) as packed:
                inner = packed.read(room)
            inside = re.sub(r"\.(gz|gzip)$", "", re.sub(r"\.tgz$", ".tar", name))
            yield from _unpacked(inside, inner, depth + 1)
        elif depth < _DEPTH and body[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(io.BytesIO(body)) as files:
                for each in files.infolist():
                    if not each.is_dir() and each.file_size <= room:
                        room -= each.file_size
                        yield from _unpacked(each.filename, files.read(each), depth + 1)
        elif depth < _DEPTH and suffix == "tar":
            with tarfile.open(fileobj=io.BytesIO(body)) as tape:
                for member in tape:
                    stream = tape.extractfile(member)
                    if stream is not None and member.size <= room:
                        room -= member.size
                        yield from _unpacked(member.name, stream.read(), depth + 1)
        else:
            yield name, body
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError, RuntimeError):
        yield f"{name}.broken", b"\0"


def _plain(key: str, body: bytes) -> Content | None:
    """A text, a table, or JSON. What holds a zero byte is none of them."""
    if b"\0" in body[:4096] or extension(key) in UNREAD:
        return None
    text = body.decode("utf-8-sig", "replace")
    suffix = extension(key)
    if suffix in {"csv", "tsv"}:
        kind = "text/csv" if suffix == "csv" else "text/tab-separated-values"
        return Content(kind, tuple(_cells(text, "\t" if suffix == "tsv" else _comma(text))))
    if suffix in {"json", "jsonl", "ndjson"} or text.lstrip()[:1] in {"{", "["}:
        records = _records(text)
        if records is not None:
            fields = (one for n, each in enumerate(records) for one in _fields(each, n))
            return Content("application/json", tuple(fields))
    return Content("text/plain", (Passage(text),))


def _comma(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;|\t", key=first.count)


def _cells(text: str, comma: str) -> Iterator[Passage]:
    """Rows count from 1, the names of the columns are in the first."""
    csv.field_size_limit(_MOST)
    names: list[str] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=comma), 1):
            if number == 1 and _is_header(row):
                names = row
                continue
            for column, value in enumerate(row, 1):
                if value:
                    name = names[column - 1] if column <= len(names) else ""
                    place: dict[str, Any] = {"column": column, "row": number}
                    yield Passage(value, name, {**place, "columnName": name} if name else place)
    except csv.Error:
        yield Passage(text)


def _is_header(row: list[str]) -> bool:
    return all(one and not re.search(r"\d{3}|@", one) for one in row)


def _records(text: str) -> list[Any] | None:
    try:
        return [json.loads(text)]
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()] or None
    except ValueError:
        return None


def _fields(value: Any, number: int, path: str = "$", names: str = "") -> Iterator[Passage]:
    if isinstance(value, dict):
        for name, each in value.items():
            step = f".{name}" if re.fullmatch(r"\w+", name) else f"[{json.dumps(name)}]"
            yield from _fields(each, number, path + step, f"{names} {name}".strip())
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _fields(each, number, f"{path}[{place}]", names)
    elif isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
        yield Passage(str(value), names, {"jsonPath": path[-250:], "recordIndex": number})
