"""SHOW CREATE TABLE and DESCRIBE, in the form that Hive gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.athena.ddl import Column
from simulator.athena.tables import Table

_OWN = {"transient_lastDdlTime"}


def create_table(table: Table, kept: Mapping[str, Any]) -> list[str]:
    """The lines of a statement that makes the table again."""
    storage = kept.get("StorageDescriptor") or {}
    lines = [f"CREATE EXTERNAL TABLE `{table.database}.{table.name}`("]
    lines += _columns(table.columns)
    if table.keys:
        lines += ["PARTITIONED BY ( ", *_columns(table.keys)]
    lines += ["ROW FORMAT SERDE ", f"  {_text(table.serde)} "]
    if table.serde_properties:
        lines += ["WITH SERDEPROPERTIES ( ", *_pairs(table.serde_properties)]
    lines += ["STORED AS INPUTFORMAT ", f"  {_text(table.input_format)} "]
    lines += ["OUTPUTFORMAT ", f"  {_text(str(storage.get('OutputFormat', '')))}"]
    lines += ["LOCATION", f"  {_text(table.location)}"]
    properties = {
        key: value for key, value in table.properties.items() if key not in {*_OWN, "EXTERNAL"}
    }
    return [*lines, "TBLPROPERTIES (", *_pairs(properties)] if properties else lines


def describe(table: Table, kept: Mapping[str, Any]) -> list[str]:
    """A line a column: its name, its type and its comment, each in 20 places."""
    lines = [_line(column) for column in (*table.columns, *table.keys)]
    if not table.keys:
        return lines
    return [
        *lines,
        "\t \t ",
        "# Partition Information\t \t ",
        f"{'# col_name':<24}\t{'data_type':<20}\t{'comment':<20}",
        "\t \t ",
        *map(_line, table.keys),
    ]


def _line(column: Column) -> str:
    return f"{column.name:<20}\t{column.type.written:<20}\t{column.comment or '':<20}"


def _columns(columns: tuple[Column, ...]) -> list[str]:
    last = len(columns) - 1
    return [
        f"  `{column.name}` {column.type.written}{')' if place == last else ', '}"
        for place, column in enumerate(columns)
    ]


def _pairs(properties: Mapping[str, str]) -> list[str]:
    last = len(properties) - 1
    return [
        f"  {_text(key)}={_text(value)}{') ' if place == last else ', '}"
        for place, (key, value) in enumerate(sorted(properties.items()))
    ]


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
