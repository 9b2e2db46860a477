"""What an expression is worth for one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.services.logs_insights.aggregates import is_aggregate
from simulator.services.logs_insights.discovery import discovered, resolve
from simulator.services.logs_insights.functions import FUNCTIONS, infix, truth
from simulator.services.logs_insights.limits import Budget
from simulator.services.logs_insights.patterns import RegularExpression
from simulator.services.logs_insights.syntax import (
    Among,
    Field,
    Function,
    Infix,
    Like,
    Literal,
    Node,
    Prefix,
    Value,
)
from simulator.services.logs_insights.values import Moment, compare, text


@dataclass(frozen=True, slots=True)
class Event:
    """One log event. Times are milliseconds since 1970; `log` is account:group."""

    timestamp: int
    ingested: int
    message: str
    stream: str
    log: str
    pointer: str

    def system(self, name: str) -> Value:
        """A field that CloudWatch Logs makes itself."""
        fields: dict[str, Value] = {
            "@timestamp": Moment(self.timestamp),
            "@ingestionTime": Moment(self.ingested),
            "@message": self.message,
            "@logStream": self.stream,
            "@log": self.log,
            "@ptr": self.pointer,
        }
        return fields.get(name)


@dataclass(slots=True)
class Row:
    """A log event on its way through the commands, or what `stats` made of several."""

    event: Event | None
    made: dict[str, Value] = field(default_factory=dict)
    """Columns that the query makes."""
    aggregates: dict[Node, Value] = field(default_factory=dict)
    found: Mapping[str, Any] | None = None
    """The event's discovered fields, once somebody has asked for one."""


@dataclass(slots=True)
class Evaluation:
    """Evaluates the expressions of one query, started at `now` in seconds since 1970."""

    budget: Budget
    now: int

    def value(self, node: Node, row: Row) -> Value:
        """Raises QueryTimeout."""
        self.budget.spend(2)
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Field):
            return self.field(node, row)
        if isinstance(node, Infix):
            return self._infix(node, row)
        if isinstance(node, Function):
            return self._function(node, row)
        if isinstance(node, Like):
            return self._like(node, row)
        if isinstance(node, Prefix):
            value = self.value(node.operand, row)
            return int(not truth(value)) if node.operator == "not" else infix("-", 0, value)
        if isinstance(node, Among):
            subject = self.value(node.subject, row)
            members = (self.value(one, row) for one in node.members)
            return int(any(compare(subject, "=", one) for one in members))
        return node.milliseconds

    def holds(self, node: Node, row: Row) -> bool:
        """Whether a condition is true of the row."""
        return truth(self.value(node, row))

    def field(self, node: Field, row: Row) -> Value:
        name, event = node.name, row.event
        if name in row.made:
            return row.made[name]
        if event is None:
            return None
        if name.startswith("@"):
            system = event.system(name)
            if system is not None:
                return system
            if name[1:] in row.made:
                return row.made[name[1:]]
        if row.found is None:
            self.budget.spend(len(event.message) // 8)
            row.found = discovered(event.message, event.log)
        parts = (node.parts[0][1:], *node.parts[1:]) if name.startswith("@@") else node.parts
        return resolve(row.found, parts)

    def _infix(self, node: Infix, row: Row) -> Value:
        left = self.value(node.left, row)
        if node.operator in {"and", "or"}:
            decided = truth(left) is (node.operator == "or")
            return int(truth(left) if decided else self.holds(node.right, row))
        right = self.value(node.right, row)
        if node.operator in "=!=<=>=":
            return compare(left, node.operator, right)
        return infix(node.operator, left, right)

    def _like(self, node: Like, row: Row) -> Value:
        subject = self.value(node.subject, row)
        if subject is None:
            return 0
        if isinstance(node.pattern, RegularExpression):
            return int(node.pattern.found(text(subject), self.budget))
        wanted = self.value(node.pattern, row)
        self.budget.spend(len(text(subject)) // 8)
        return int(wanted is not None and text(wanted) in text(subject))

    def _function(self, node: Function, row: Row) -> Value:
        if is_aggregate(node):
            return row.aggregates.get(node)
        if node.name == "now":
            return self.now
        values = [self.value(one, row) for one in node.arguments]
        if node.name == "bin":
            time = row.event.system("@timestamp") if row.event else row.made.get("@timestamp")
            return FUNCTIONS["datefloor"].apply(time, values[0]) if time is not None else None
        function = FUNCTIONS[node.name]
        if None in values and not function.takes_none:
            return None
        result = function.apply(*values)
        if isinstance(result, str):
            self.budget.spend(len(result) // 4)
        return result
