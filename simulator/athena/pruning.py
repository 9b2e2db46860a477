"""Which partitions a query looks into, by what it says of the partition columns.

Source: "Partition your data", "Use partition projection with Amazon Athena" (Athena User Guide).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.athena import dialect, engine, projection
from simulator.athena.catalog import Catalog, Partition
from simulator.athena.dialect import Reference
from simulator.athena.engine_errors import worded
from simulator.athena.refusal import QueryFailed
from simulator.athena.tables import Table
from simulator.athena.types import quoted

if TYPE_CHECKING:
    from sqlglot import exp


def partitions(
    table: Table, reference: Reference, catalog: Catalog, now: datetime, text: str
) -> list[Partition]:
    """The partitions that may have rows for the query; one without values for a plain table.

    Raises:
        QueryFailed: the table's projection is wrong, or the query names no partition.
    """
    if not table.keys:
        return [Partition((), table.location)]
    about = list(conditions(table, reference))
    if table.projected:
        given = [
            projection.values_of(table, key.name, now, _named(about, key.name))
            for key in table.keys
        ]
        rows = _filtered(table, [(value,) for value in given[0]], about, now, text, given[1:])
        return [Partition(row, projection.location(table, row)) for row in rows]
    added = catalog.partitions(table)
    kept = set(_filtered(table, [one.values for one in added], about, now, text, []))
    return [one for one in added if one.values in kept]


def conditions(table: Table, reference: Reference) -> Iterator[exp.Expr]:
    """What must hold of this table's partition columns alone for a row to be kept."""
    from sqlglot import exp

    select = reference.select
    where = select.args.get("where")
    if where is None or _may_be_absent(reference):
        return
    keys = {key.name for key in table.keys}
    for condition in _conjuncts(where.this):
        if condition.find(exp.Query, exp.AggFunc, exp.Window, exp.Dot, exp.Lambda):
            continue
        columns = list(condition.find_all(exp.Column))
        if columns and all(
            column.name.lower() in keys and column.table.lower() in {"", reference.alias}
            for column in columns
        ):
            yield condition


def _conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    from sqlglot import exp

    if isinstance(node, exp.Paren):
        yield from _conjuncts(node.this)
    elif isinstance(node, exp.And):
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    else:
        yield node


def _may_be_absent(reference: Reference) -> bool:
    """The table stands where an outer join puts nulls for rows that it doesn't have."""
    sides = {join.side.upper() for join in reference.select.args.get("joins") or ()}
    if sides <= {""}:
        return False
    main = reference.select.args.get("from_") or reference.select.args.get("from")
    return not (sides <= {"", "LEFT"} and main is not None and main.this is reference.node)


def _named(about: Sequence[exp.Expr], column: str) -> list[str]:
    """The values that equality, or IN, gives a column."""
    from sqlglot import exp

    found: list[str] = []
    for condition in about:
        if isinstance(condition, exp.EQ):
            sides = (condition.left, condition.right)
            pairs = (sides, sides[::-1])
            found += [
                str(value.this)
                for named, value in pairs
                if isinstance(named, exp.Column)
                and named.name.lower() == column
                and isinstance(value, exp.Literal)
            ]
        elif isinstance(condition, exp.In) and condition.this.name.lower() == column:
            found += [
                str(value.this) for value in condition.expressions if isinstance(value, exp.Literal)
            ]
    return list(dict.fromkeys(found))


def _filtered(
    table: Table,
    first: Sequence[tuple[str, ...]],
    about: Sequence[exp.Expr],
    now: datetime,
    text: str,
    further: Sequence[Sequence[str]],
) -> list[tuple[str, ...]]:
    """Rows of values, and of the columns crossed with them, that meet all conditions."""
    import duckdb

    if not first or not all(further):
        return []
    if not about and not further:
        return list(first)
    columns = [list(values) for values in zip(*first, strict=True)]
    with engine.desk() as connection:
        tables = [columns, *([list(values)] for values in further)]
        for number, values in enumerate(tables):
            _fill(connection, f"d{number}", values)
        names = [f"d{n}.v{m}" for n, values in enumerate(tables) for m in range(len(values))]
        typed = ", ".join(
            f"TRY_CAST({name} AS {key.type.duckdb}) AS {quoted(key.name)}, {name} AS raw{number}"
            for number, (name, key) in enumerate(zip(names, table.keys, strict=True))
        )
        wanted = " AND ".join(f"({dialect.condition(one, text, now)})" for one in about) or "true"
        sources = ", ".join(f"d{number}" for number in range(len(tables)))
        raw = ", ".join(f"raw{number}" for number in range(len(names)))
        sql = (
            f"SELECT {raw} FROM (SELECT {typed} FROM {sources}) WHERE {wanted}"
            f" LIMIT {projection.MOST + 1}"
        )
        try:
            rows: list[Any] = engine.run(connection, sql).fetchall()
        except duckdb.Error as error:
            raise worded(error, text) from None
    if len(rows) > projection.MOST:
        raise QueryFailed("Query exhausted resources at this scale factor")
    return [tuple(map(str, row)) for row in rows]


def _fill(connection: Any, name: str, columns: Sequence[Sequence[str]]) -> None:
    typed = ", ".join(f"v{number} VARCHAR" for number in range(len(columns)))
    connection.execute(f"CREATE TEMPORARY TABLE {name} ({typed})")
    given = ", ".join(f"unnest($c{number})" for number in range(len(columns)))
    connection.execute(
        f"INSERT INTO {name} SELECT {given}",
        {f"c{number}": list(values) for number, values in enumerate(columns)},
    )
