"""DDL statements carried out on the catalog; each gives the lines that Athena answers.

Source: "DDL statements" (Amazon Athena User Guide).
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from simulator.athena import ddl, dialect, select, tables, views
from simulator.athena.catalog import Absent, Catalog, Partition
from simulator.athena.objects import keys_under, split_url
from simulator.athena.refusal import QueryFailed, at
from simulator.athena.show import create_table, describe
from simulator.athena.tables import Table

Lines = tuple[str, list[str]]
"""The name of the answer's column, and its rows."""
_NOTHING: Lines = ("", [])
_TASK = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask."


def carry_out(
    catalog: Catalog, statement: ddl.Statement, database: str, now: datetime, text: str
) -> Lines:
    """Carry one statement out.

    Raises:
        QueryFailed: in Athena's words, why it can't be.
    """
    do: Callable[..., Lines] = _DO[type(statement)]
    return do(catalog, statement, database, now, text)


def _create_database(catalog: Catalog, made: ddl.CreateDatabase, *_: Any) -> Lines:
    try:
        catalog.database(made.name)
    except Absent:
        given = {"Name": made.name, "Parameters": made.properties}
        if made.comment is not None:
            given["Description"] = made.comment
        if made.location is not None:
            split_url(made.location)
            given["LocationUri"] = made.location
        catalog.ask("CreateDatabase", DatabaseInput=given)
        return _NOTHING
    if not made.if_absent:
        raise QueryFailed(f"{_TASK} Database {made.name} already exists")
    return _NOTHING


def _drop_database(catalog: Catalog, dropped: ddl.DropDatabase, *_: Any) -> Lines:
    try:
        inside = catalog.tables(dropped.name)
    except Absent:
        if dropped.if_exists:
            return _NOTHING
        raise QueryFailed(
            f"FAILED: SemanticException [Error 10072]: Database does not exist: {dropped.name}"
        ) from None
    if inside and not dropped.cascade:
        raise QueryFailed(
            f"{_TASK} InvalidOperationException(message:Database {dropped.name} is not empty. One"
            " or more tables exist.)"
        )
    for table in inside:
        catalog.ask("DeleteTable", DatabaseName=dropped.name, Name=table["Name"])
    catalog.ask("DeleteDatabase", Name=dropped.name)
    return _NOTHING


def _create_table(catalog: Catalog, made: ddl.CreateTable, database: str, *_: Any) -> Lines:
    within = made.name[0] or database
    if not made.location:
        raise QueryFailed("FAILED: SemanticException A location must be given: LOCATION 's3://…'")
    split_url(made.location)
    if {column.name for column in made.columns} & {key.name for key in made.keys}:
        raise QueryFailed(
            "FAILED: SemanticException [Error 10035]: Column repeated in partitioning columns"
        )
    given = tables.table_input(made)
    _need_database(catalog, within)
    try:
        catalog.described(within, made.name[1])
    except Absent:
        catalog.ask("CreateTable", DatabaseName=within, TableInput=given)
        return _NOTHING
    if not made.if_absent:
        raise QueryFailed(
            f"{_TASK} AlreadyExistsException(message:Table {made.name[1]} already exists)"
        )
    return _NOTHING


def _drop(catalog: Catalog, dropped: ddl.Drop, database: str, *_: Any) -> Lines:
    within = dropped.name[0] or database
    try:
        kept = catalog.described(within, dropped.name[1])
    except Absent:
        if dropped.if_exists:
            return _NOTHING
        raise _no_table(within, dropped.name[1]) from None
    if dropped.view is not (kept.get("TableType") == "VIRTUAL_VIEW"):
        kind, other = ("VIEW", "TABLE") if dropped.view else ("TABLE", "VIEW")
        raise QueryFailed(
            f"FAILED: SemanticException Cannot drop a {other.lower()} with DROP {kind}"
        )
    catalog.ask("DeleteTable", DatabaseName=within, Name=dropped.name[1])
    return _NOTHING


def _add_partitions(catalog: Catalog, added: ddl.AddPartitions, database: str, *_: Any) -> Lines:
    table, kept = _described(catalog, added.name, database)
    wanted = []
    for spec, location in added.partitions:
        values = _values(table, spec)
        place = location if location is not None else _hive_location(table, values)
        split_url(place)
        wanted.append(Partition(values, place))
    there = catalog.add_partitions(table, kept, wanted)
    if there and not added.if_absent:
        shown = ", ".join(there[0])
        raise QueryFailed(
            f"{_TASK} AlreadyExistsException(message:Partition already exists: [{shown}])"
        )
    return _NOTHING


def _drop_partitions(
    catalog: Catalog, dropped: ddl.DropPartitions, database: str, *_: Any
) -> Lines:
    table, _kept = _described(catalog, dropped.name, database)
    there = {one.values for one in catalog.partitions(table)}
    for spec in dropped.partitions:
        values = _values(table, spec)
        if values in there:
            catalog.ask(
                "DeletePartition",
                DatabaseName=table.database,
                TableName=table.name,
                PartitionValues=list(values),
            )
        elif not dropped.if_exists:
            raise QueryFailed(
                "FAILED: SemanticException [Error 10006]: Partition not found ("
                + ", ".join(f"{key} = {value}" for key, value in spec)
                + ")"
            )
    return _NOTHING


def _set_properties(catalog: Catalog, given: ddl.SetProperties, database: str, *_: Any) -> Lines:
    table, kept = _described(catalog, given.name, database)
    _update(catalog, table, kept, Parameters={**kept.get("Parameters", {}), **given.properties})
    return _NOTHING


def _set_location(catalog: Catalog, given: ddl.SetLocation, database: str, *_: Any) -> Lines:
    table, kept = _described(catalog, given.name, database)
    split_url(given.location)
    if given.partition is None:
        storage = {**kept["StorageDescriptor"], "Location": given.location}
        _update(catalog, table, kept, StorageDescriptor=storage)
        return _NOTHING
    values = list(_values(table, given.partition))
    storage = {**kept["StorageDescriptor"], "Location": given.location}
    catalog.ask(
        "UpdatePartition",
        DatabaseName=table.database,
        TableName=table.name,
        PartitionValueList=values,
        PartitionInput={"Values": values, "StorageDescriptor": storage, "Parameters": {}},
    )
    return _NOTHING


def _add_columns(catalog: Catalog, given: ddl.AddColumns, database: str, *_: Any) -> Lines:
    table, kept = _described(catalog, given.name, database)
    storage = kept["StorageDescriptor"]
    columns = [*storage["Columns"], *map(tables.glue_column, given.columns)]
    _update(catalog, table, kept, StorageDescriptor={**storage, "Columns": columns})
    return _NOTHING


def _repair(catalog: Catalog, given: ddl.Repair, database: str, *_: Any) -> Lines:
    """Add the partitions whose folders are named as Hive names them: key=value."""
    table, kept = _described(catalog, given.name, database)
    bucket, prefix = split_url(table.location)
    found: dict[tuple[str, ...], str] = {}
    for key in keys_under(catalog.forwarder, bucket, prefix):
        folders = key.removeprefix(prefix).split("/")[: len(table.keys)]
        pairs = [folder.partition("=") for folder in folders]
        names = [name.lower() for name, sign, _ in pairs if sign]
        if table.keys and names == [one.name for one in table.keys]:
            values = tuple(unquote(value) for _, _, value in pairs)
            found.setdefault(values, f"s3://{bucket}/{prefix}{'/'.join(folders)}/")
    there = {one.values for one in catalog.partitions(table)}
    wanted = [Partition(values, place) for values, place in found.items() if values not in there]
    catalog.add_partitions(table, kept, wanted)
    named = [_partition_name(table, one.values) for one in wanted]
    if not named:
        return _NOTHING
    absent = "\t".join(f"{table.name}:{name}" for name in named)
    added = [f"Repair: Added partition to metastore {table.name}:{name}" for name in named]
    return "", [f"Partitions not in metastore:\t{absent}", *added]


def _show(catalog: Catalog, asked: ddl.Show, database: str, *_: Any) -> Lines:
    if asked.what == "DATABASES":
        names = [str(one["Name"]) for one in catalog.databases()]
        return "database_name", _like(names, asked.pattern)
    if asked.what in {"TABLES", "VIEWS"}:
        within = asked.database or database
        _need_database(catalog, within)
        only = asked.what == "VIEWS"
        names = [
            str(one["Name"])
            for one in catalog.tables(within)
            if not only or one.get("TableType") == "VIRTUAL_VIEW"
        ]
        return "views" if only else "tab_name", _like(names, asked.pattern)
    assert asked.name is not None
    table, kept = _described(catalog, asked.name, database)
    if asked.what == "PARTITIONS":
        if not table.keys:
            raise QueryFailed(f"{_TASK} Table {table.name} is not a partitioned table")
        parts = sorted(_partition_name(table, one.values) for one in catalog.partitions(table))
        return "partition", parts
    if asked.what == "COLUMNS":
        return "field", [f"{one.name:<20}" for one in (*table.columns, *table.keys)]
    if asked.what == "TBLPROPERTIES":
        properties = sorted((kept.get("Parameters") or {}).items())
        return "prpt_name", [
            f"{key}\t{value}" for key, value in properties if asked.pattern in {None, key}
        ]
    if table.view is not None:
        view = views.read(table)
        return "Create View", [
            f"CREATE VIEW {table.database}.{table.name} AS",
            *view.sql.splitlines(),
        ]
    if asked.what == "CREATE VIEW":
        raise QueryFailed(f"NOT_SUPPORTED: {table.database}.{table.name} is a table, not a view")
    return "createtab_stmt", create_table(table, kept)


def _describe(catalog: Catalog, asked: ddl.Describe, database: str, *_: Any) -> Lines:
    table, kept = _described(catalog, asked.name, database)
    return "col_name", describe(table, kept)


def _create_view(
    catalog: Catalog, made: ddl.CreateView, database: str, now: datetime, text: str
) -> Lines:
    within, name = made.name[0] or database, made.name[1]
    _need_database(catalog, within)
    try:
        kept = catalog.described(within, name)
    except Absent:
        kept = {}
    if kept and (kept.get("TableType") != "VIRTUAL_VIEW" or not made.replace):
        raise at(1, 1, "ALREADY_EXISTS", f"View already exists: 'awsdatacatalog.{within}.{name}'")
    query = dialect.read(made.query)
    planned = select.plan(catalog, query, database, now)
    given = views.table_input(name, made.query, database, planned.columns)
    catalog.ask("UpdateTable" if kept else "CreateTable", DatabaseName=within, TableInput=given)
    return _NOTHING


_DO: dict[type, Callable[..., Lines]] = {
    ddl.CreateDatabase: _create_database,
    ddl.DropDatabase: _drop_database,
    ddl.CreateTable: _create_table,
    ddl.Drop: _drop,
    ddl.AddPartitions: _add_partitions,
    ddl.DropPartitions: _drop_partitions,
    ddl.SetProperties: _set_properties,
    ddl.SetLocation: _set_location,
    ddl.AddColumns: _add_columns,
    ddl.Repair: _repair,
    ddl.Show: _show,
    ddl.Describe: _describe,
    ddl.CreateView: _create_view,
}


def _need_database(catalog: Catalog, name: str) -> None:
    try:
        catalog.database(name)
    except Absent:
        raise QueryFailed(
            f"FAILED: SemanticException [Error 10072]: Database does not exist: {name}"
        ) from None


def _described(catalog: Catalog, name: ddl.Name, database: str) -> tuple[Table, dict[str, Any]]:
    within = name[0] or database
    try:
        kept = catalog.described(within, name[1])
    except Absent:
        raise _no_table(within, name[1]) from None
    return tables.read_table(kept), kept


def _no_table(database: str, name: str) -> QueryFailed:
    return QueryFailed(
        f"FAILED: SemanticException [Error 10001]: Table not found {database}.{name}"
    )


def _update(catalog: Catalog, table: Table, kept: dict[str, Any], **changed: Any) -> None:
    made = {"DatabaseName", "CreateTime", "UpdateTime", "VersionId", "CatalogId", "CreatedBy"}
    made |= {"IsRegisteredWithLakeFormation"}
    given = {key: value for key, value in kept.items() if key not in made}
    catalog.ask("UpdateTable", DatabaseName=table.database, TableInput={**given, **changed})


def _values(table: Table, spec: ddl.Spec) -> tuple[str, ...]:
    given = dict(spec)
    if set(given) != {key.name for key in table.keys}:
        raise QueryFailed(
            "FAILED: SemanticException Partition spec {"
            + ", ".join(f"{key}={value}" for key, value in spec)
            + "} contains non-partition columns"
        )
    return tuple(given[key.name] for key in table.keys)


def _partition_name(table: Table, values: tuple[str, ...]) -> str:
    return "/".join(f"{key.name}={value}" for key, value in zip(table.keys, values, strict=True))


def _hive_location(table: Table, values: tuple[str, ...]) -> str:
    return f"{table.location.rstrip('/')}/{_partition_name(table, values)}/"


def _like(names: list[str], pattern: str | None) -> list[str]:
    """Hive's patterns: * for anything, | between alternatives."""
    if pattern is None:
        return sorted(names)
    wanted = [one.replace("%", "*").strip("'") for one in pattern.lower().split("|")]
    return sorted(name for name in names if any(fnmatch.fnmatchcase(name, one) for one in wanted))
