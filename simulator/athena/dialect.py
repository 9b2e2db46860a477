"""Athena's SQL, read, checked against what Athena has, and put into the embedded engine's words.

Source: "SQL reference for Athena" (Athena User Guide), whose engine version 3 is Trino's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.athena import functions
from simulator.athena.ddl import Malformed
from simulator.athena.json_path import engine_path
from simulator.athena.refusal import QueryFailed, at, not_simulated
from simulator.athena.times import UnknownPattern, java_directives
from simulator.athena.tokens import position

if TYPE_CHECKING:
    from sqlglot import exp

UNNAMED = "__unnamed_"
"""How an output column begins that the query gives no name."""
_LONGEST = 262_144
_DEEPEST = 400
_SUPPORTED = "Queries of this type are not supported"


@dataclass(frozen=True, slots=True)
class Query:
    """A checked query. `text` is as it was written, for the places of errors."""

    tree: exp.Query
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A table that a query names: the node that does, and the SELECT it stands in."""

    node: exp.Table
    database: str | None
    name: str
    select: exp.Expr
    alias: str


def read(text: str, parameters: Sequence[str] = ()) -> Query:
    """Parse and check a query; `parameters` stand for its question marks.

    Raises:
        Malformed: Athena can't read it, or takes no statements of its kind.
        QueryFailed: it calls what Athena does not have.
    """
    from sqlglot import exp

    tree = _parsed(text)
    if not isinstance(tree, exp.Query):
        raise Malformed(_SUPPORTED)
    query = Query(tree, text)
    _bind(query, parameters)
    for node in tree.walk():
        _check(node, query)
    return query


def _parsed(text: str) -> exp.Expr:
    import sqlglot
    from sqlglot.errors import ErrorLevel, SqlglotError

    if len(text) > _LONGEST:
        raise Malformed("Query string exceeds the maximum allowed length of 262144")
    try:
        found = sqlglot.parse(text, read="trino", error_level=ErrorLevel.IMMEDIATE)
    except SqlglotError as error:
        raise _mismatch(error) from None
    except RecursionError:
        raise Malformed("line 1:1: statement is too large (stack overflow while parsing)") from None
    trees = [tree for tree in found if tree is not None]
    if len(trees) != 1:
        raise Malformed(f"Only one sql statement is allowed. Got: {text}")
    tree = trees[0]
    if _depth(tree) > _DEEPEST:
        raise Malformed("line 1:1: statement is too large (stack overflow while parsing)")
    return tree


def _depth(tree: exp.Expr) -> int:
    deepest, level = 0, [tree]
    while level:
        deepest += 1
        level = [child for node in level for child in node.iter_expressions()]
    return deepest


def _mismatch(error: Any) -> Malformed:
    details = getattr(error, "errors", None) or [{}]
    first = details[0]
    line, column = first.get("line") or 1, first.get("col") or 1
    word = first.get("highlight") or "<EOF>"
    start = max(1, column - len(word) + 1)
    return Malformed(f"line {line}:{start}: mismatched input '{word}'. Expecting: <query>")


def _bind(query: Query, parameters: Sequence[str]) -> None:
    from sqlglot import exp

    places = sorted(
        query.tree.find_all(exp.Placeholder), key=lambda node: node.meta.get("start", 0)
    )
    if len(places) != len(parameters):
        raise QueryFailed(
            f"INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected"
            f" {len(places)} but found {len(parameters)}"
        )
    for place, value in zip(places, parameters, strict=True):
        given = _parsed(f"SELECT {value}")
        plain = given.expressions[0] if isinstance(given, exp.Select) else None
        if not isinstance(plain, exp.Literal | exp.Neg | exp.Cast | exp.Boolean | exp.Null):
            plain = exp.Literal.string(value)
        place.replace(plain.copy())


def _check(node: exp.Expr, query: Query) -> None:
    from sqlglot import exp

    kind = type(node).__name__
    if isinstance(node, exp.Anonymous):
        name = node.name.lower()
        if name not in functions.NAMED:
            raise _no_function(node.name, query)
        return
    if isinstance(node, exp.Func) and not isinstance(node, exp.Connector):
        if kind not in functions.PLAIN:
            raise _no_function(node.sql_name().lower(), query)
        return
    if kind not in functions.STRUCTURE and kind not in functions.PLAIN:
        raise Malformed(_SUPPORTED)
    if isinstance(node, exp.Table):
        extra = set(node.args) - {"this", "db", "catalog", "alias", "joins", "laterals"}
        if not isinstance(node.this, exp.Identifier) or any(node.args.get(key) for key in extra):
            name = getattr(node.this, "name", "") or type(node.this).__name__.lower()
            raise _no_function(name, query)
    if isinstance(node, exp.Star) and any(node.args.values()):
        raise Malformed(_SUPPORTED)
    if isinstance(node, exp.Group) and node.args.get("all"):
        raise Malformed(_SUPPORTED)
    if isinstance(node, exp.Select):
        _check_select(node)


def _check_select(node: exp.Select) -> None:
    """Clauses that Athena has."""
    known = {
        "with", "with_", "kind", "hint", "distinct", "expressions", "limit", "operation_modifiers",
        "from", "from_", "joins", "where", "group", "having", "order", "offset", "laterals",
        "windows", "exclude",
    }  # fmt: skip
    if any(value for key, value in node.args.items() if key not in known):
        raise Malformed(_SUPPORTED)
    if any(node.args.get(key) for key in ("kind", "hint", "exclude", "operation_modifiers")):
        raise Malformed(_SUPPORTED)


def _no_function(name: str, query: Query) -> QueryFailed:
    line, column = locate(query.text, name)
    return at(line, column, "FUNCTION_NOT_FOUND", f"Function '{name.lower()}' not registered")


def locate(text: str, name: str) -> tuple[int, int]:
    """Line and column where a name stands in a query; its beginning if it doesn't."""
    found = re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text, re.IGNORECASE)
    place = found.start() if found else 0
    if place and text[place - 1] == '"':
        place -= 1
    return position(text, place)


def references(query: Query) -> list[Reference]:
    """The tables that a query names, but for those it defines itself."""
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope, traverse_scope

    found: dict[int, Reference] = {}
    own: set[int] = set()
    for scope in traverse_scope(query.tree):
        for alias, (node, source) in scope.selected_sources.items():
            if not isinstance(node, exp.Table):
                continue
            if isinstance(source, Scope) and not node.db:
                own.add(id(node))
            else:
                found[id(node)] = _reference(node, scope.expression, alias)
    for node in query.tree.find_all(exp.Table):
        if id(node) not in own and id(node) not in found:
            select = node.find_ancestor(exp.Select) or query.tree
            found[id(node)] = _reference(node, select, node.alias_or_name)
    return list(found.values())


def _reference(node: exp.Table, select: exp.Expr, alias: str) -> Reference:
    catalog = node.catalog.lower()
    if catalog and catalog != "awsdatacatalog":
        raise QueryFailed(f"CATALOG_NOT_FOUND: Catalog '{catalog}' not found")
    if node.db.lower() == "information_schema":
        raise not_simulated("information_schema")
    database = node.db.lower() or None
    name = node.name.lower()
    if database is None and "." in name:
        database, _, name = name.rpartition(".")
    return Reference(node, database, name, select, alias.lower())


def translate(query: Query, now: datetime, sources: Mapping[int, str | exp.Query]) -> str:
    """The query in the embedded engine's words; it can't be used any more afterwards.

    `sources` say, by the id of a table's node, under which name the engine has it, or by which
    query it is defined. `now` is the account's time.
    """
    from sqlglot import exp

    _name_outputs(query.tree)
    tree = query.tree
    rename(tree, sources)
    for rewrite in _REWRITES:
        tree = tree.transform(rewrite, copy=False)
    for kind in (exp.CurrentDate, exp.CurrentTimestamp, exp.Localtimestamp):
        for node in list(tree.find_all(kind)):
            node.replace(_moment(kind.__name__, now))
    return str(tree.sql(dialect="duckdb", identify=True))


def condition(node: exp.Expr, text: str, now: datetime) -> str:
    """A condition on partition columns alone, in the embedded engine's words."""
    from sqlglot import exp

    bare = node.copy()
    for column in list(bare.find_all(exp.Column)):
        column.replace(exp.column(column.this.copy()))
    select = exp.select("*").where(bare)
    sql = translate(Query(select, text), now, {})
    return sql.split(" WHERE ", 1)[1]


def _moment(kind: str, now: datetime) -> exp.Expr:
    from sqlglot import exp

    if kind == "CurrentDate":
        return exp.cast(exp.Literal.string(f"{now:%Y-%m-%d}"), "date")
    text = exp.Literal.string(now.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + "+00:00")
    return exp.cast(text, "timestamptz" if kind == "CurrentTimestamp" else "timestamp")


def _name_outputs(tree: exp.Query) -> None:
    """Expressions without a name get one that tells so: Athena calls them _col0, _col1, …"""
    from sqlglot import exp

    for number, select in enumerate(tree.find_all(exp.Select)):
        for place, output in enumerate(select.expressions):
            if isinstance(output, exp.Column | exp.Alias | exp.Star | exp.Aliases):
                continue
            if isinstance(output, exp.Dot):
                if not isinstance(output.expression, exp.Star):
                    output.replace(exp.alias_(output.copy(), output.name, quoted=True))
                continue
            if isinstance(select.parent, exp.In | exp.Exists):
                continue
            select.expressions[place].replace(
                exp.alias_(output.copy(), f"{UNNAMED}{number}_{place}", quoted=True)
            )


def rename(tree: exp.Query, sources: Mapping[int, str | exp.Query]) -> None:
    """Put what stands for a table in the place of each node that names one."""
    from sqlglot import exp

    qualified = set()
    for node in list(tree.find_all(exp.Table)):
        source = sources.get(id(node))
        if source is None:
            continue
        if node.db:
            qualified.add((node.db.lower(), node.name.lower()))
        kept = node.args.get("alias")
        alias = kept.copy() if kept else exp.TableAlias(this=exp.to_identifier(node.name))
        made: exp.Expr
        if isinstance(source, str):
            made = exp.Table(this=exp.to_identifier(source, quoted=True), alias=alias)
        else:
            made = exp.Subquery(this=source, alias=alias)
        for key in ("joins", "laterals"):
            if node.args.get(key):
                made.set(key, node.args[key])
        node.replace(made)
    for column in tree.find_all(exp.Column):
        names = [part.name.lower() for part in column.parts]
        if len(names) > 2 and (names[0], names[1]) in qualified:
            column.set("db", None)
            column.set("catalog", None)
            if len(names) == 4:
                field = column.this
                column.replace(exp.Dot(this=exp.column(column.args["table"]), expression=field))


def _named(node: exp.Expr) -> exp.Expr:
    """Calls that are written otherwise in the embedded engine."""
    from sqlglot import exp

    if isinstance(node, exp.Anonymous) and node.name.lower() in functions.NAMED:
        return _call(functions.NAMED[node.name.lower()], list(node.expressions), node.name.lower())
    if isinstance(node, exp.ParseDatetime):
        arguments = [node.this, node.args["format"]]
        return _call(functions.NAMED["parse_datetime"], arguments, "parse_datetime")
    if isinstance(node, exp.Div):
        return exp.Anonymous(this="__div", expressions=[node.left, node.right])
    if isinstance(node, exp.Add | exp.Sub) and isinstance(node.right, exp.Interval):
        name = "__plus" if isinstance(node, exp.Add) else "__minus"
        return exp.Anonymous(this=name, expressions=[node.left, node.right])
    if isinstance(node, exp.DateAdd):
        amount = exp.Interval(this=exp.paren(node.expression.copy()), unit=node.args["unit"])
        return exp.Anonymous(this="__plus", expressions=[node.this, amount])
    if isinstance(node, exp.JSONFormat):
        return exp.cast(node.this, "varchar")
    if isinstance(node, exp.ArraySize):
        return exp.Anonymous(this="len", expressions=[node.this])
    if isinstance(node, exp.RegexpExtract):
        group = node.args.get("group") or exp.Literal.number(0)
        return exp.Anonymous(this="__group", expressions=[node.this, node.expression, group])
    if isinstance(node, exp.RegexpReplace):
        by = node.args.get("replacement") or exp.Literal.string("")
        with_groups = exp.Anonymous(
            this="replace",
            expressions=[by, exp.Literal.string("$"), exp.Literal.string("\\")],
        )
        arguments = [node.this, node.expression, with_groups, exp.Literal.string("g")]
        return exp.Anonymous(this="regexp_replace", expressions=arguments)
    return node


def _json(node: exp.Expr) -> exp.Expr:
    """json_extract and json_extract_scalar of text that is no JSON are null."""
    from sqlglot import exp

    if isinstance(node, exp.Cast) and isinstance(node.this, exp.JSONExtract):
        if node.to.is_type("varchar", "text", "char"):
            return _extract(node.this, "__json_scalar")
        return node
    if isinstance(node, exp.JSONExtractScalar):
        return _extract(node, "__json_scalar")
    if isinstance(node, exp.JSONExtract):
        return _extract(node, "__json")
    return node


def _extract(node: exp.Expr, name: str) -> exp.Expr:
    from sqlglot import exp

    path = node.expression
    if isinstance(path, exp.JSONPath):
        path = exp.Literal.string(engine_path(path))
    return exp.Anonymous(this=name, expressions=[node.this, path])


def _call(template: str, arguments: list[exp.Expr], name: str) -> exp.Expr:
    from sqlglot import exp, parse_one

    if name in {"parse_datetime", "format_datetime"} and len(arguments) == 2:
        arguments = [arguments[0], _directives(arguments[1], name)]
    every = ", ".join(f":a{number}" for number in range(len(arguments)))
    text = template.replace("{*}", every)
    wanted = {int(number) for number in re.findall(r"\{(\d)[:}]", text)}
    optional = {int(number) for number in re.findall(r"\{(\d):", text)}
    if "{*}" not in template and not wanted - optional <= set(range(len(arguments))):
        raise QueryFailed(f"FUNCTION_NOT_FOUND: Unexpected parameters for function {name}")
    for number, fallback in re.findall(r"\{(\d):(\w+)\}", text):
        given = f":a{number}" if int(number) < len(arguments) else fallback
        text = text.replace(f"{{{number}:{fallback}}}", given)
    for number in wanted:
        text = text.replace(f"{{{number}}}", f":a{number}")
    made = parse_one(text, read="duckdb")
    for place in list(made.find_all(exp.Placeholder)):
        place.replace(exp.paren(arguments[int(str(place.this)[1:])].copy(), copy=False))
    return exp.paren(made, copy=False)


def _directives(pattern: exp.Expr, name: str) -> exp.Expr:
    from sqlglot import exp

    if not (isinstance(pattern, exp.Literal) and pattern.is_string):
        raise not_simulated(f"{name} with a pattern that is no literal")
    try:
        made = java_directives(pattern.this)
    except UnknownPattern as error:
        raise QueryFailed(f"INVALID_FUNCTION_ARGUMENT: {error}") from None
    if name == "format_datetime" and "SSS" in pattern.this:
        made = made.replace("%f", "%g")
    return exp.Literal.string(made)


def _unnest(node: exp.Expr) -> exp.Expr:
    """UNNEST in FROM: one column an array, two a map, the shorter filled up with nulls."""
    from sqlglot import exp

    if not isinstance(node, exp.Unnest) or not isinstance(
        node.parent, exp.Join | exp.From | exp.Lateral
    ):
        return node
    alias = node.args.get("alias")
    names = [column.name for column in alias.columns] if alias else []
    ordinality = node.args.get("offset")
    if isinstance(ordinality, exp.Identifier):
        names.append(ordinality.name)
    arrays = list(node.expressions)
    expected = len(names) - bool(ordinality)
    if names and len(arrays) == 1 and expected == 2:
        only = arrays[0]
        arrays = [
            exp.Anonymous(this="map_keys", expressions=[only.copy()]),
            exp.Anonymous(this="map_values", expressions=[only.copy()]),
        ]
    names = names or [f"_col{number}" for number in range(len(arrays) + bool(ordinality))]
    outputs: list[exp.Expr] = [
        exp.alias_(exp.Anonymous(this="unnest", expressions=[array]), name, quoted=True)
        for array, name in zip(arrays, names, strict=False)
    ]
    if ordinality:
        first = exp.Anonymous(
            this="generate_subscripts",
            expressions=[arrays[0].copy(), exp.Literal.number(1)],
        )
        outputs.append(exp.alias_(first, names[-1], quoted=True))
    inner = exp.Subquery(this=exp.select(*outputs))
    if alias is not None:
        inner.set("alias", exp.TableAlias(this=alias.this.copy() if alias.this else None))
    if isinstance(node.parent, exp.Join):
        return exp.Lateral(this=inner.this.subquery(), alias=inner.args.get("alias"))
    return inner


_REWRITES: tuple[Callable[[Any], Any], ...] = (_json, _named, _unnest)
