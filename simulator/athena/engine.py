"""DuckDB as Athena's engine: in memory, shut off from the machine, with limits.

What a query may say is decided before, on its parsed text (`simulator.athena.dialect`). These
settings are the second wall: no files but those named, no extensions, no other settings.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.athena import functions

if TYPE_CHECKING:
    import duckdb

MEMORY = "1500MB"
DEADLINE = 60.0
"""Seconds that one statement may take."""

_SHUT = {
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "memory_limit": MEMORY,
    "temp_directory": "",
}


def _opened(threads: int) -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect(":memory:", config={**_SHUT, "threads": str(threads)})
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    return connection


@contextmanager
def loader(threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for statements of our own, which read the files that we name."""
    with _opened(threads) as connection:
        yield connection


@contextmanager
def sandbox(files: Sequence[Path] = ()) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read `files` and nothing else. `shut` it before a query runs.

    It has one thread, so that the same query gives its rows in the same order.
    """
    with loader(1) as connection:
        _confine(connection, files)
        yield connection


@contextmanager
def desk() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that is shut and can read no file, for temporary tables, which go with it.

    To open a sandbox takes longer than what is asked of one: these have one for all of them, which
    knows the macros.
    """
    import duckdb

    try:
        connection = _shared(os.getpid()).cursor()
        connection.execute("SELECT 1")
    except duckdb.Error:  # after a fatal error it takes no statement any more
        _shared.cache_clear()
        connection = _shared(os.getpid()).cursor()
    with connection:
        yield connection


@functools.cache
def _shared(process: int) -> duckdb.DuckDBPyConnection:
    """That of a process: a fork can't use its parent's."""
    connection = _opened(1)
    _confine(connection)
    for macro in functions.MACROS:
        connection.execute(macro)
    shut(connection)
    return connection


def _confine(connection: duckdb.DuckDBPyConnection, files: Sequence[Path] = ()) -> None:
    connection.execute("SET allowed_paths = $1", [[str(path) for path in files]])
    connection.execute("SET enable_external_access = false")


def shut(connection: duckdb.DuckDBPyConnection) -> None:
    """Nothing can be set from now on."""
    connection.execute("SET lock_configuration = true")


def run(connection: duckdb.DuckDBPyConnection, sql: str, deadline: float = DEADLINE) -> Any:
    """Execute one statement, and stop it at its deadline.

    Raises:
        duckdb.InterruptException: it took too long.
        duckdb.Error: it failed.
    """
    timer = threading.Timer(deadline, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        return connection.execute(sql)
    finally:
        timer.cancel()
