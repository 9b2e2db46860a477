"""Partition projection: the partitions that a table's properties describe.

Source: "Supported types for partition projection", "Set up partition projection" (Athena User
Guide).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from simulator.athena.catalog import Partition
from simulator.athena.refusal import QueryFailed
from simulator.athena.tables import Table
from simulator.athena.times import java_format, java_parse

MOST = 1_000_000
"""Partitions that one column may project, and one query may look at."""

_STEP = {
    "MILLISECONDS": timedelta(milliseconds=1),
    "SECONDS": timedelta(seconds=1),
    "MINUTES": timedelta(minutes=1),
    "HOURS": timedelta(hours=1),
    "DAYS": timedelta(days=1),
    "WEEKS": timedelta(weeks=1),
}
_RELATIVE = re.compile(r"NOW(?:\s*([+-])\s*(\d+)\s*([A-Z]+?)S?)?\Z")


def values_of(table: Table, column: str, now: datetime, given: Sequence[str]) -> list[str]:
    """All values of a projected column; `given` are those that the query itself names.

    Raises:
        QueryFailed: the properties are wrong, or an injected column is not given.
    """
    properties = {key.lower(): value for key, value in table.properties.items()}
    prefix = f"projection.{column}."
    kind = properties.get(f"{prefix}type", "").lower()
    if kind == "enum":
        return [value.strip() for value in _need(properties, f"{prefix}values", table).split(",")]
    if kind == "integer":
        return list(_integers(properties, prefix, table))
    if kind == "date":
        return list(_dates(properties, prefix, table, now))
    if kind != "injected":
        raise _wrong(table, f"{prefix}type")
    if not given:
        raise QueryFailed(
            f"CONSTRAINT_VIOLATION: For the injected projected partition column {column}, the WHERE"
            " clause must contain only static equality conditions, and at least one such condition"
            " must be present."
        )
    return list(given)


def location(table: Table, values: Sequence[str]) -> str:
    """Where a partition's objects are: by the template, or in Hive's style."""
    names = [key.name for key in table.keys]
    template = table.properties.get("storage.location.template")
    if not template:
        parts = "/".join(f"{n}={v}" for n, v in zip(names, values, strict=True))
        return f"{table.location.rstrip('/')}/{parts}/"
    for name, value in zip(names, values, strict=True):
        template = template.replace(f"${{{name}}}", value)
    return template if template.endswith("/") else f"{template}/"


def project(table: Table, columns: Sequence[Sequence[str]]) -> Iterator[Partition]:
    """The partitions of all combinations of the columns' values."""
    for values in itertools.product(*columns):
        yield Partition(values, location(table, values))


def _need(properties: Mapping[str, str], key: str, table: Table) -> str:
    if key not in properties:
        raise _wrong(table, key)
    return properties[key]


def _wrong(table: Table, key: str) -> QueryFailed:
    return QueryFailed(
        f"INVALID_TABLE_PROPERTY: The property {key} of table {table.database}.{table.name} is"
        " missing or wrong for partition projection"
    )


def _integers(properties: Mapping[str, str], prefix: str, table: Table) -> Iterator[str]:
    try:
        first, last = map(int, _need(properties, f"{prefix}range", table).split(","))
        step = int(properties.get(f"{prefix}interval", "1"))
        digits = int(properties.get(f"{prefix}digits", "0"))
    except ValueError:
        raise _wrong(table, f"{prefix}range") from None
    if step < 1 or (last - first) // step > MOST:
        raise _wrong(table, f"{prefix}range")
    for value in range(first, last + 1, step):
        yield f"{value:0{digits}d}"


def _dates(
    properties: Mapping[str, str], prefix: str, table: Table, now: datetime
) -> Iterator[str]:
    written = _need(properties, f"{prefix}format", table)
    bounds = [one.strip() for one in _need(properties, f"{prefix}range", table).split(",")]
    try:
        first, last = (_moment(bound, written, now) for bound in bounds)
        count = int(properties.get(f"{prefix}interval", "1"))
        unit = properties.get(f"{prefix}interval.unit", _finest(written)).upper()
    except ValueError:
        raise _wrong(table, f"{prefix}range") from None
    if count < 1 or not (unit in _STEP or unit in {"MONTHS", "YEARS"}):
        raise _wrong(table, f"{prefix}interval.unit")
    for made, (moment, step) in enumerate(_walk(first, unit, count)):
        if moment > last:
            return
        if made > MOST or step == timedelta():
            raise _wrong(table, f"{prefix}range")
        yield java_format(moment, written)


def _walk(first: datetime, unit: str, count: int) -> Iterator[tuple[datetime, timedelta | None]]:
    if unit in _STEP:
        for number in itertools.count():
            yield first + number * count * _STEP[unit], _STEP[unit] * count
    for number in itertools.count():
        months = first.month - 1 + number * count * (12 if unit == "YEARS" else 1)
        yield first.replace(year=first.year + months // 12, month=months % 12 + 1, day=1), None


def _finest(written: str) -> str:
    """The default unit: days or months, by the format's finest part."""
    return "DAYS" if "d" in written else "MONTHS" if "M" in written else "YEARS"


def _moment(bound: str, written: str, now: datetime) -> datetime:
    relative = _RELATIVE.match(bound.upper())
    if relative is None:
        return java_parse(bound, written)
    sign, number, unit = relative.groups()
    moment = java_parse(java_format(now, written), written)
    if sign is None:
        return moment
    amount = int(number) * (1 if sign == "+" else -1)
    if unit in {"MONTH", "YEAR"}:
        months = moment.year * 12 + moment.month - 1 + amount * (12 if unit == "YEAR" else 1)
        return moment.replace(year=months // 12, month=months % 12 + 1, day=min(moment.day, 28))
    step = _STEP.get(f"{unit}S")
    if step is None:
        raise ValueError(bound)
    return java_parse(java_format(now + amount * step, written), written).replace(tzinfo=UTC)
