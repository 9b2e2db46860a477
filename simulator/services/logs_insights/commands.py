"""Reading a query: commands with `|` between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from simulator.gateway.errors import AwsError
from simulator.services.logs_insights.aggregates import is_aggregate
from simulator.services.logs_insights.expressions import Reader
from simulator.services.logs_insights.lexer import Lexer
from simulator.services.logs_insights.syntax import (
    Command,
    Dedup,
    Display,
    Fields,
    Filter,
    Limit,
    Named,
    Node,
    Parse,
    Sort,
    Stats,
    children,
)

MOST_ROWS: Final = 100_000
_MOST_COMMANDS: Final = 200
_ABSENT: Final = (
    "addtotals",
    "anomaly",
    "diff",
    "filterindex",
    "join",
    "lookup",
    "pattern",
    "search",
    "source",
    "unmask",
    "unnest",
)
"""Commands that AWS has, and this account has not."""


def read(text: str) -> tuple[Command, ...]:
    """The commands of a query.

    Raises:
        MalformedQuery: it can't be read, and where.
        AwsError: a command that is not simulated.
    """
    lexer = Lexer(text)
    reader = Reader(lexer)
    commands: list[Command] = []
    lexer.accept("|")
    while True:
        if commands and isinstance(commands[-1], Dedup) and not lexer.peek().means("limit"):
            lexer.refuse()
        if len(commands) >= _MOST_COMMANDS:
            lexer.refuse("The query has too many commands")
        commands.append(_command(reader))
        if lexer.peek().kind == "end":
            return tuple(commands)
        lexer.expect("|")


def _command(reader: Reader) -> Command:
    word = reader.lexer.peek()
    if word.means(*_ABSENT):
        raise AwsError.not_simulated("logs", f"StartQuery, the query command {word.text}")
    if not word.means(*_COMMANDS):
        reader.lexer.refuse()
    reader.lexer.take()
    return _COMMANDS[word.text.lower()](reader)


def _fields(reader: Reader) -> Command:
    return Fields(tuple(_plain(reader, one) for one in reader.all_named()))


def _display(reader: Reader) -> Command:
    return Display(tuple(_plain(reader, one) for one in reader.all_named()))


def _filter(reader: Reader) -> Command:
    return Filter(_without_aggregates(reader, reader.expression()))


def _plain(reader: Reader, one: Named) -> Named:
    _without_aggregates(reader, one.node)
    return one


def _without_aggregates(reader: Reader, node: Node) -> Node:
    if _has_aggregate(node):
        reader.lexer.refuse("An aggregation function can only be used in stats: it was found")
    return node


def _has_aggregate(node: Node) -> bool:
    return is_aggregate(node) or any(_has_aggregate(child) for child in children(node))


def _stats(reader: Reader) -> Command:
    items = reader.all_named()
    by = reader.all_named() if reader.lexer.accept("by") else ()
    for one in by:
        _plain(reader, one)
    for one in items:
        _without_nested_aggregates(reader, one.node)
    return Stats(items, by)


def _without_nested_aggregates(reader: Reader, node: Node) -> None:
    for child in children(node):
        if is_aggregate(node):
            _without_aggregates(reader, child)
        _without_nested_aggregates(reader, child)


def _sort(reader: Reader) -> Command:
    reader.lexer.accept("by")
    keys = []
    while True:
        node = reader.expression()
        descending = reader.lexer.accept("desc")
        if not descending:
            reader.lexer.accept("asc")
        keys.append((node, descending))
        if not reader.lexer.accept(","):
            return Sort(tuple(keys))


def _limit(reader: Reader) -> Command:
    reader.lexer.accept("any")
    word = reader.lexer.peek()
    if word.kind != "number" or not word.text.isdecimal() or not 1 <= int(word.text) <= MOST_ROWS:
        reader.lexer.refuse()
    reader.lexer.take()
    return Limit(int(word.text))


def _parse(reader: Reader) -> Command:
    lexer = reader.lexer
    subject = reader.field()
    pattern = reader.regex()
    if pattern is not None:
        if not pattern.names:
            lexer.refuse("parse needs a named capturing group")
        return Parse(subject, pattern, pattern.names)
    word = lexer.peek()
    if word.kind != "string":
        lexer.refuse()
    lexer.take()
    lexer.expect("as")
    names = [reader.name()]
    while lexer.accept(","):
        names.append(reader.name())
    if word.string.count("*") != len(names):
        lexer.refuse("The number of names is not the number of asterisks")
    return Parse(subject, word.string, tuple(names))


def _dedup(reader: Reader) -> Command:
    return Dedup(tuple(one.node for one in reader.all_named()))


_COMMANDS: Mapping[str, Callable[[Reader], Command]] = {
    "dedup": _dedup,
    "display": _display,
    "fields": _fields,
    "filter": _filter,
    "head": _limit,
    "limit": _limit,
    "order": _sort,
    "parse": _parse,
    "sort": _sort,
    "stats": _stats,
    "where": _filter,
}
