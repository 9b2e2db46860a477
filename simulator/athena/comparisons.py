"""Comparisons that Athena refuses, though the embedded engine would cast one side.

Source: Trino's "Comparison functions and operators": both sides must be of one type; text is not
cast to a number or a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulator.athena.dialect import Query, Reference, locate
from simulator.athena.refusal import QueryFailed, at
from simulator.athena.tables import Table

if TYPE_CHECKING:
    from sqlglot import exp

_CLASSES = {
    "varchar": "text",
    "char": "text",
    **dict.fromkeys(
        ("tinyint", "smallint", "integer", "bigint", "float", "double", "decimal"), "number"
    ),
    **dict.fromkeys(("date", "timestamp", "timestamp(3) with time zone"), "time"),
    "boolean": "boolean",
}
_SIGNS = {"EQ": "=", "NEQ": "<>", "GT": ">", "GTE": ">=", "LT": "<", "LTE": "<="}
_WITH_ZONE = ("CurrentTimestamp", "FromISO8601Timestamp", "ParseDatetime", "UnixToTime")


def check(query: Query, tables: Mapping[int, tuple[Reference, Table]]) -> None:
    """Look at every comparison of which both sides' types are plain to see.

    Raises:
        QueryFailed: TYPE_MISMATCH.
    """
    from sqlglot import exp

    for node in query.tree.walk():
        if isinstance(node, exp.Between):
            pairs = [(node.this, node.args["low"]), (node.this, node.args["high"])]
        elif type(node).__name__ in _SIGNS and isinstance(node, exp.Binary):
            pairs = [(node.left, node.right)]
        elif isinstance(node, exp.In) and not node.args.get("query"):
            pairs = [(node.this, one) for one in node.expressions]
        else:
            continue
        for left, right in pairs:
            kinds = _kind(left, node, tables), _kind(right, node, tables)
            classes = [_CLASSES.get(kind or "") for kind in kinds]
            if None not in classes and classes[0] != classes[1]:
                raise _mismatch(query, node, left, kinds)


def _mismatch(
    query: Query, node: exp.Expr, left: exp.Expr, kinds: tuple[str | None, str | None]
) -> QueryFailed:
    place = locate(query.text, left.name) if left.name else (1, 1)
    sign = _SIGNS.get(type(node).__name__)
    if sign is None:
        text = f"Cannot check if {kinds[0]} is BETWEEN or IN {kinds[1]}"
    else:
        text = f"Cannot apply operator: {kinds[0]} {sign} {kinds[1]}"
    return at(*place, "TYPE_MISMATCH", text)


def _kind(
    node: exp.Expr, within: exp.Expr, tables: Mapping[int, tuple[Reference, Table]]
) -> str | None:
    """The type, where it is plain to see; None where it is not."""
    from sqlglot import exp

    if isinstance(node, exp.Paren):
        return _kind(node.this, within, tables)
    if isinstance(node, exp.Literal):
        if node.is_string:
            return "varchar"
        return "decimal" if "." in node.name else "integer"
    if isinstance(node, exp.Boolean):
        return "boolean"
    if type(node).__name__ in _WITH_ZONE:
        return "timestamp(3) with time zone"
    if isinstance(node, exp.CurrentDate):
        return "date"
    if isinstance(node, exp.Column):
        return _column(node, within, tables)
    return None


def _column(
    node: exp.Column, within: exp.Expr, tables: Mapping[int, tuple[Reference, Table]]
) -> str | None:
    """A column of the only table in the SELECT around it."""
    from sqlglot import exp

    select = within.find_ancestor(exp.Select)
    here = [pair for pair in tables.values() if pair[0].select is select]
    if len(here) != 1 or select is None or select.args.get("joins"):
        return None
    reference, table = here[0]
    if node.table.lower() not in {"", reference.alias}:
        return None
    name = node.name.lower()
    return next((one.type.trino for one in (*table.columns, *table.keys) if one.name == name), None)
