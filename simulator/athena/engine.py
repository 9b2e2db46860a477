"""DuckDB as Athena's engine: in memory, shut off from the machine, with limits.

What a query may say is decided before, on its parsed text (`simulator.athena.dialect`). These
settings are the second wall: no files but those named, no extensions, no other settings.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


@contextmanager
def loader(threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for statements of our own, which read the files that we name."""
    import duckdb

    with duckdb.connect(":memory:", config={**_SHUT, "threads": str(threads)}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


@contextmanager
def sandbox(files: Sequence[Path] = ()) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read `files` and nothing else. `shut` it before a query runs.

    It has one thread, so that the same query gives its rows in the same order.
    """
    with loader(1) as connection:
        connection.execute("SET allowed_paths = $1", [[str(path) for path in files]])
        connection.execute("SET enable_external_access = false")
        yield connection


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
