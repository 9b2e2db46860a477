"""One query, from its text to its rows: the tables it names, their objects, the engine's answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.athena import comparisons, dialect, engine, functions, pruning, views
from simulator.athena.catalog import Absent, Catalog
from simulator.athena.dialect import Query, Reference, locate
from simulator.athena.engine_errors import worded
from simulator.athena.objects import Found, find
from simulator.athena.refusal import SYSTEM, QueryFailed, at
from simulator.athena.results import Row
from simulator.athena.segments import ID, Source, segments
from simulator.athena.tables import Table
from simulator.athena.types import quoted
from simulator.athena.values import text as shown

if TYPE_CHECKING:
    import duckdb
    from sqlglot import exp

MOST_BYTES = 256 * 2**20
"""Bytes of a query's result."""
_DEEPEST_VIEW = 10
_PATH = "$path"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave. `columns` are names and the embedded engine's types."""

    columns: tuple[tuple[str, str], ...]
    rows: list[Row]
    scanned: int = 0
    """Bytes of the objects that were read."""


@dataclass(frozen=True, slots=True)
class Named:
    """A table of the query, under the name that the engine has it by."""

    name: str
    table: Table
    reference: Reference
    text: str
    """The query that names it: the one asked, or the definition of a view."""


@dataclass(slots=True)
class Plan:
    """A query with its tables found and its SQL in the engine's words."""

    query: Query
    tables: list[Named] = field(default_factory=list)
    sql: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    paths: bool = False
    """The query names the hidden column "$path"."""


def plan(catalog: Catalog, query: Query, database: str, now: datetime) -> Plan:
    """Find the tables and columns that the query names; reads nothing but the catalog.

    Raises:
        QueryFailed: something it names is not there, or the caller may not know of it.
    """
    made = Plan(query, paths=_PATH in query.text)
    sources = _resolve(catalog, made, query, database, 0)
    known = {
        id(one.reference.node): (one.reference, one.table)
        for one in made.tables
        if one.text == query.text
    }
    comparisons.check(query, known)
    made.sql = dialect.translate(query, now, sources)
    with engine.desk() as connection:
        for named in made.tables:
            columns = ", ".join(_columns(named.table, made.paths))
            connection.execute(f"CREATE TEMPORARY TABLE {named.name} ({columns})")
        described = _run(connection, f"DESCRIBE {made.sql}", query.text)
    made.columns = _labelled([(str(row[0]), str(row[1])) for row in described])
    return made


def answer(catalog: Catalog, made: Plan, now: datetime) -> Answer:
    """Read the objects of the plan's tables, with the caller's rights, and run its SQL.

    Raises:
        QueryFailed: the caller may not read them, or the query fails on what they hold.
    """
    found = [(named, _objects(catalog, named, now)) for named in made.tables]
    scanned = sum({one.path: one.size for _, objects in found for one, _ in objects}.values())
    store = segments()
    sources = [store.source(named.table, [one for one, _ in objects]) for named, objects in found]
    files = [path for source in sources for path in source.files]
    with engine.sandbox(files) as connection:
        _prepare(connection)
        for (named, objects), source in zip(found, sources, strict=True):
            _define(connection, named, objects, source, made.paths)
        engine.shut(connection)
        rows = _fetch(connection, made.sql, made.query.text)
    return Answer(made.columns, rows, scanned)


def _resolve(
    catalog: Catalog, made: Plan, query: Query, database: str, depth: int
) -> dict[int, str | exp.Query]:
    """By the id of each node that names a table: the engine's name, or the view's query."""
    sources: dict[int, str | exp.Query] = {}
    for reference in dialect.references(query):
        within = reference.database or database
        table = _table(catalog, within, reference, query.text)
        if table.view is not None:
            if depth == _DEEPEST_VIEW:
                raise QueryFailed("VIEW_IS_RECURSIVE: A view refers to itself")
            view = views.read(table)
            inner = dialect.read(view.sql)
            of = _resolve(catalog, made, inner, view.database, depth + 1)
            dialect.rename(inner.tree, of)
            sources[id(reference.node)] = inner.tree
            continue
        name = f"__table_{len(made.tables)}"
        made.tables.append(Named(name, table, reference, query.text))
        sources[id(reference.node)] = name
    return sources


def _table(catalog: Catalog, database: str, reference: Reference, text: str) -> Table:
    try:
        return catalog.table(database, reference.name)
    except Absent:
        raise at(
            *locate(text, reference.name),
            "TABLE_NOT_FOUND",
            f"Table 'awsdatacatalog.{database}.{reference.name}' does not exist",
        ) from None


def _objects(catalog: Catalog, named: Named, now: datetime) -> list[Found]:
    chosen = pruning.partitions(named.table, named.reference, catalog, now, named.text)
    if named.table.keys and not chosen:
        return []
    return find(catalog.forwarder, chosen, named.table.location or chosen[0].location)


def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
    for macro in functions.MACROS:
        connection.execute(macro)
    connection.execute("SELECT setseed(0.5)")


def _columns(table: Table, paths: bool) -> list[str]:
    columns = [
        f"{quoted(column.name)} {column.type.duckdb}" for column in (*table.columns, *table.keys)
    ]
    return [*columns, f"{quoted(_PATH)} VARCHAR"] if paths else columns


def _define(
    connection: duckdb.DuckDBPyConnection,
    named: Named,
    objects: Sequence[Found],
    source: Source,
    paths: bool,
) -> None:
    """The table as a view of its segments, with the partitions' values beside the rows."""
    table = named.table
    if not source.files:
        connection.execute(f"CREATE TABLE {named.name} ({', '.join(_columns(table, paths))})")
        return
    listed = f"{named.name}_objects"
    given: dict[str, list[Any]] = {
        "id": [source.numbers[one.path] for one, _ in objects],
        "path": [one.path for one, _ in objects],
    }
    values = ["unnest($id) AS id", "unnest($path) AS path"]
    for number, key in enumerate(table.keys):
        given[f"k{number}"] = [partition.values[number] for _, partition in objects]
        values.append(f"TRY_CAST(unnest($k{number}) AS {key.type.duckdb}) AS k{number}")
    connection.execute(f"CREATE TABLE {listed} AS SELECT {', '.join(values)}", given)
    files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in source.files)
    shown = [f"s.{quoted(column.name)}" for column in table.columns]
    shown += [f"o.k{number} AS {quoted(key.name)}" for number, key in enumerate(table.keys)]
    shown += [f"o.path AS {quoted(_PATH)}"] if paths else []
    connection.execute(
        f"CREATE VIEW {named.name} AS SELECT {', '.join(shown)} FROM read_parquet([{files}]) AS s"
        f" JOIN {listed} AS o ON s.{quoted(ID)} = o.id"
    )


def _run(connection: duckdb.DuckDBPyConnection, sql: str, text: str) -> list[Any]:
    import duckdb

    try:
        rows: list[Any] = engine.run(connection, sql).fetchall()
    except duckdb.Error as error:
        raise worded(error, text) from None
    return rows


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str, text: str) -> list[Row]:
    import duckdb

    began, size, rows = time.monotonic(), 0, []
    try:
        cursor = engine.run(connection, sql)
        while batch := cursor.fetchmany(10_000):
            for row in batch:
                texts = tuple(map(shown, row))
                size += sum(len(one) for one in texts if one)
                rows.append(texts)
            if size > MOST_BYTES or time.monotonic() - began > engine.DEADLINE:
                raise QueryFailed("Query exhausted resources at this scale factor", SYSTEM)
    except duckdb.Error as error:
        raise worded(error, text) from None
    return rows


def _labelled(columns: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Names in lower case; those that the query left out are _col and their place."""
    return tuple(
        (f"_col{place}" if name.startswith(dialect.UNNAMED) else name.lower(), kind)
        for place, (name, kind) in enumerate(columns)
    )
