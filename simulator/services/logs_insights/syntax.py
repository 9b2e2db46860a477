"""What a query is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.services.logs_insights.patterns import RegularExpression

Value = str | int | float | None
"""None: the log event doesn't have it. Truth is 1 or 0."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written down."""

    value: Value


@dataclass(frozen=True, slots=True)
class Field:
    """`parts` are what stands between dots; a part in backticks is one."""

    name: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time, such as 5m."""

    milliseconds: int


@dataclass(frozen=True, slots=True)
class Function:
    """`name` is in small letters."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Infix:
    """Two operands and an operator between them: arithmetic, a comparison, "and", "or"."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Prefix:
    """ "not" or "-"."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Like:
    """A regular expression, or a substring."""

    subject: Node
    pattern: RegularExpression | Node


@dataclass(frozen=True, slots=True)
class Among:
    """`in [ … ]`"""

    subject: Node
    members: tuple[Node, ...]


Node = Literal | Field | Period | Function | Infix | Prefix | Like | Among


@dataclass(frozen=True, slots=True)
class Named:
    """An expression and the name of the column it makes."""

    node: Node
    name: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Columns, shown beside those of other `fields`."""

    items: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Display:
    """The columns that are shown, instead of all others."""

    items: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Keeps the rows of which the condition is true."""

    condition: Node


@dataclass(frozen=True, slots=True)
class Stats:
    """Makes one row of each group of rows."""

    items: tuple[Named, ...]
    by: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Sort:
    """Orders the rows."""

    keys: tuple[tuple[Node, bool], ...]
    """With each, whether it is descending."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Keeps the first rows."""

    rows: int


@dataclass(frozen=True, slots=True)
class Parse:
    """`pattern` is a glob, whose asterisks are `names`, or a regular expression with names."""

    subject: Node
    pattern: RegularExpression | str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dedup:
    """Keeps the first row of each combination of values."""

    keys: tuple[Node, ...]


Command = Fields | Display | Filter | Stats | Sort | Limit | Parse | Dedup


def children(node: Node) -> Iterator[Node]:
    """The expressions directly inside of one."""
    if isinstance(node, Function):
        yield from node.arguments
    elif isinstance(node, Infix):
        yield from (node.left, node.right)
    elif isinstance(node, Prefix):
        yield node.operand
    elif isinstance(node, Like):
        yield node.subject
        if not isinstance(node.pattern, RegularExpression):
            yield node.pattern
    elif isinstance(node, Among):
        yield from (node.subject, *node.members)
