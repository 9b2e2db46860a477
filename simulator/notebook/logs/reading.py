"""From a kind of log to its frame: which files, and what is in them."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import DrillError, MissingPackage
from simulator.notebook.logs.kinds import Kind, Place, find
from simulator.notebook.logs.objects import Reader

if TYPE_CHECKING:
    import pandas as pd

_GZIP = b"\x1f\x8b"
Files = str | Path | Iterable[str | Path]


def logs(
    kind: str,
    client: Callable[[str], Any] | None = None,
    *,
    bucket: str | None = None,
    prefix: str | None = None,
    files: Files | None = None,
) -> pd.DataFrame:
    """The log as a frame, oldest line first.

    `client` makes boto3 clients, with which the account is asked where the log is, unless
    `bucket` says so, and the files are read. `files` reads from disk instead: a folder, searched
    with all that is in it, or paths.

    Raises:
        DrillError: no such kind, or the account delivers no log of it.
        MissingPackage: pandas is not installed.
        ClientError: the account doesn't let the caller read.
    """
    how = find(kind)
    try:
        import pandas  # noqa: F401
    except ImportError as error:
        raise MissingPackage("pandas", "lab.logs()") from error
    if files is not None:
        return how.frame(_on_disk(files))
    if client is None:
        raise DrillError("Give the files to read, or the account to ask.")
    places = [(bucket, prefix or "")] if bucket is not None else _told(kind, how, client)
    if bucket is None and prefix is not None:
        places = [(each, prefix) for each in dict.fromkeys(each for each, _ in places)]
    return how.frame(_in_buckets(client("s3"), places, how.marks))


def _told(kind: str, how: Kind, client: Callable[[str], Any]) -> list[Place]:
    found = how.places(client)
    if not found:
        raise DrillError(
            f"Nothing in this account delivers a log of kind {kind!r} to a bucket now. If one was "
            f"delivered before, name where: lab.logs({kind!r}, bucket=…, prefix=…)."
        )
    return list(dict.fromkeys(found))


def _in_buckets(s3: Any, places: list[Place], marks: tuple[str, ...]) -> Iterator[bytes]:
    seen: set[tuple[str, str]] = set()
    with Reader(s3) as objects:
        for bucket, prefix in places:
            pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            for key in (item["Key"] for page in pages for item in page.get("Contents", ())):
                if (bucket, key) not in seen and all(mark in f"/{key}" for mark in marks):
                    seen.add((bucket, key))
                    yield _unpacked(objects.read(bucket, key))


def _on_disk(files: Files) -> Iterator[bytes]:
    if isinstance(files, str | Path):
        given = Path(files)
        paths = sorted(given.rglob("*")) if given.is_dir() else [given]
    else:
        paths = [Path(each) for each in files]
    for path in paths:
        if not path.is_dir():
            yield _unpacked(path.read_bytes())


def _unpacked(content: bytes) -> bytes:
    return gzip.decompress(content) if content.startswith(_GZIP) else content
