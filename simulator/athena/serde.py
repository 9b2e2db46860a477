"""How a table's files become rows: one query of the embedded engine for each SerDe.

Source: "Choose a SerDe for your data" (Athena User Guide). Names of JSON keys are matched whatever
their case; a JSON object in a column of type string is kept as JSON text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from simulator.athena import json_keys
from simulator.athena.ddl import Column
from simulator.athena.refusal import QueryFailed, not_simulated
from simulator.athena.tables import (
    CLOUDTRAIL,
    CLOUDTRAIL_INPUT,
    CSV,
    HIVE_JSON,
    LAZY,
    OPENX_JSON,
    PARQUET,
    REGEX,
    Table,
)
from simulator.athena.types import HiveType, literal, quoted

_LARGEST = 256 * 2**20
"""Bytes of one JSON document."""
_UNSEEN = "\x01\x02"
"""A delimiter that no line has, so that a line is one field."""


def rows(table: Table, files: Sequence[str], names: Iterable[str], largest: int) -> str:
    """The SELECT that reads `files`: the table's columns, and `filename`.

    `names` are the keys that the files' JSON has, `largest` the bytes of the largest file.

    Raises:
        QueryFailed: Athena has no such SerDe, or this account hasn't.
    """
    if table.input_format == CLOUDTRAIL_INPUT or table.serde == CLOUDTRAIL:
        return _cloudtrail(table, files, largest)
    if table.input_format.endswith("SymlinkTextInputFormat"):
        raise not_simulated("SymlinkTextInputFormat")
    if table.serde in {HIVE_JSON, OPENX_JSON}:
        return _json(table, files, json_keys.spellings(names), largest)
    if table.serde == REGEX[0]:
        return _regex(table, files)
    if table.serde == LAZY:
        return _delimited(table, files)
    if table.serde == CSV:
        return _csv(table, files)
    if table.serde == PARQUET:
        return _parquet(table, files)
    raise not_simulated(f"The SerDe {table.serde}")


def reads_json(table: Table) -> bool:
    """Whether the names of the files' JSON keys are needed."""
    return table.serde in {HIVE_JSON, OPENX_JSON} and table.input_format != CLOUDTRAIL_INPUT


def _list(files: Sequence[str]) -> str:
    return f"[{', '.join(map(literal, files))}]"


def _cloudtrail(table: Table, files: Sequence[str], largest: int) -> str:
    spell = json_keys.CLOUDTRAIL
    fields = ", ".join(
        f"{quoted(spell.get(column.name, column.name))} {_typed(column, spell)}"
        for column in table.columns
    )
    columns = ", ".join(
        f"r.{quoted(spell.get(column.name, column.name))}::{column.type.duckdb}"
        f" AS {quoted(column.name)}"
        for column in table.columns
    )
    records = literal(f"STRUCT({fields})[]")
    return (
        f'SELECT {columns}, filename FROM (SELECT unnest("Records") AS r, filename FROM read_json('
        f"{_list(files)}, columns = {{'Records': {records}}}, format = 'unstructured',"
        f" records = true, filename = true, maximum_object_size = {_room(largest)}))"
    )


def _typed(column: Column, spell: Mapping[str, str]) -> str:
    return json_keys.spelled(column.type, spell, column.name).duckdb


def _room(largest: int) -> int:
    if largest > _LARGEST:
        raise QueryFailed("HIVE_BAD_DATA: A JSON document is too large to be read")
    return max(largest + 1024, 2**20)


def _json(
    table: Table, files: Sequence[str], spell: Mapping[str, tuple[str, ...]], largest: int
) -> str:
    mapped = {
        key.removeprefix("mapping.").lower(): value
        for key, value in table.serde_properties.items()
        if key.startswith("mapping.")
    }
    known = {lower: names[0] for lower, names in spell.items()}
    given = {
        column.name: mapped.get(column.name) or known.get(column.name, column.name)
        for column in table.columns
    }
    lenient = table.serde_properties.get("ignore.malformed.json", "").lower() == "true"
    columns = ", ".join(
        f"{literal(given[column.name])}:"
        f" {literal(json_keys.spelled(column.type, known, None).duckdb)}"
        for column in table.columns
    )
    shown = ", ".join(
        f"{quoted(given[column.name])}::{column.type.duckdb} AS {quoted(column.name)}"
        for column in table.columns
    )
    return (
        f"SELECT {shown}, filename FROM read_json({_list(files)}, columns = {{{columns}}},"
        f" format = 'newline_delimited', records = true, filename = true,"
        f" ignore_errors = {str(lenient).lower()}, maximum_object_size = {_room(largest)})"
    )


def _lines(table: Table, files: Sequence[str]) -> str:
    """Every line of every file, less the headers that the table's properties tell of."""
    skipped = table.properties.get("skip.header.line.count", "0")
    if not skipped.isdecimal():
        raise QueryFailed("INVALID_TABLE_PROPERTY: skip.header.line.count must be a number")
    return (
        f"(SELECT line, filename FROM read_csv({_list(files)}, columns = {{'line': 'VARCHAR'}},"
        f" delim = {literal(_UNSEEN)}, quote = '', escape = '', header = false,"
        f" auto_detect = false, skip = {int(skipped)}, filename = true, strict_mode = false,"
        " max_line_size = 16777216, nullstr = '\x03'))"
    )


def _regex(table: Table, files: Sequence[str]) -> str:
    """A line that the pattern does not match whole is a row of nulls."""
    pattern = table.serde_properties.get("input.regex", "")
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise QueryFailed(f"HIVE_INVALID_METADATA: input.regex: {error}") from None
    if groups < len(table.columns):
        raise QueryFailed(
            f"HIVE_CURSOR_ERROR: Number of matching groups doesn't match the number of columns:"
            f" {groups} groups, {len(table.columns)} columns"
        )
    names = ", ".join(f"'g{number}'" for number in range(groups))
    insensitive = table.serde_properties.get("input.regex.case.insensitive", "") == "true"
    whole = literal(f"{'(?i)' if insensitive else ''}^(?:{pattern})$")
    columns = ", ".join(
        f"{_cast(f'g.g{number}', column.type)} AS {quoted(column.name)}"
        for number, column in enumerate(table.columns)
    )
    return (
        f"SELECT {columns}, filename FROM (SELECT CASE WHEN regexp_matches(line, {whole}) THEN"
        f" regexp_extract(line, {whole}, [{names}]) END AS g, filename FROM {_lines(table, files)})"
    )


def _delimited(table: Table, files: Sequence[str]) -> str:
    delimiter = table.serde_properties.get("field.delim") or "\x01"
    missing = table.serde_properties.get("serialization.null.format", "\\N")
    columns = ", ".join(
        f"{_field(table, column.type, f'NULLIF(f[{number}], {literal(missing)})')}"
        f" AS {quoted(column.name)}"
        for number, column in enumerate(table.columns, 1)
    )
    return (
        f"SELECT {columns}, filename FROM (SELECT string_split(line, {literal(delimiter)}) AS f,"
        f" filename FROM {_lines(table, files)})"
    )


def _field(table: Table, kind: HiveType, value: str) -> str:
    if kind.name == "array":
        items = literal(table.serde_properties.get("collection.delim") or "\x02")
        return f"TRY_CAST(string_split({value}, {items}) AS {kind.duckdb})"
    if kind.parts:
        raise not_simulated(f"A column of type {kind.written} in delimited text")
    return _cast(value, kind)


def _cast(value: str, kind: HiveType) -> str:
    """Text that is no such value is null, as Hive has it."""
    if kind.duckdb == "VARCHAR":
        return value
    return f"TRY_CAST({value} AS {kind.duckdb})"


def _csv(table: Table, files: Sequence[str]) -> str:
    properties = table.serde_properties
    skipped = table.properties.get("skip.header.line.count", "0")
    columns = ", ".join(f"{literal(column.name)}: 'VARCHAR'" for column in table.columns)
    shown = ", ".join(
        f"{_cast(quoted(column.name), column.type)} AS {quoted(column.name)}"
        for column in table.columns
    )
    return (
        f"SELECT {shown}, filename FROM read_csv({_list(files)}, columns = {{{columns}}},"
        f" delim = {literal(properties.get('separatorChar', ','))},"
        f" quote = {literal(properties.get('quoteChar', chr(34)))},"
        f" escape = {literal(properties.get('escapeChar', chr(34)))}, header = false,"
        f" auto_detect = false, skip = {int(skipped) if skipped.isdecimal() else 0},"
        " null_padding = true, ignore_errors = true, filename = true, nullstr = '\x03')"
    )


def _parquet(table: Table, files: Sequence[str]) -> str:
    shown = ", ".join(
        f"{quoted(column.name)}::{column.type.duckdb} AS {quoted(column.name)}"
        for column in table.columns
    )
    return (
        f"SELECT {shown}, filename FROM read_parquet({_list(files)}, filename = true,"
        " union_by_name = true)"
    )
