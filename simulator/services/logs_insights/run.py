"""Running a query's commands over log events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from simulator.services.logs_insights.aggregates import AGGREGATES, Sample, is_aggregate
from simulator.services.logs_insights.evaluate import Evaluation, Event, Row
from simulator.services.logs_insights.limits import Budget
from simulator.services.logs_insights.patterns import RegularExpression, glob
from simulator.services.logs_insights.syntax import (
    Command,
    Dedup,
    Display,
    Field,
    Fields,
    Filter,
    Function,
    Limit,
    Named,
    Node,
    Parse,
    Sort,
    Stats,
    Value,
    children,
)
from simulator.services.logs_insights.values import natural, text

DEFAULT_ROWS = 10_000
_DEFAULT_COLUMNS = (Field("@timestamp", ("@timestamp",)), Field("@message", ("@message",)))
_SAMPLE = 30
"""Steps for each value that `stats` keeps: memory is bounded by them."""

Shown = tuple[tuple[str, str], ...]
"""One result: (field, value) pairs."""


@dataclass(slots=True)
class Run:
    """One query on its way: the rows that are left, and the columns that they will show."""

    evaluation: Evaluation
    rows: list[Row]
    matched: int = 0
    columns: list[Field] = field(default_factory=list)
    displayed: list[Field] | None = None
    limited: bool = False
    gathered: bool = False
    """The rows are no log events any more."""

    def each(self) -> Iterator[Row]:
        """The rows. What was read out of one is forgotten when the next is taken."""
        for row in self.rows:
            yield row
            row.found = None

    def step(self, commands: Sequence[Command]) -> None:
        """Carry out one command, or several that look at one row alone.

        Raises:
            QueryTimeout: there are no steps left.
        """
        self.evaluation.budget.spend(4 * len(self.rows) * len(commands))
        command = commands[0]
        if isinstance(command, Stats):
            self._gather(command)
        elif isinstance(command, Sort):
            self._sort(command)
        elif isinstance(command, Dedup):
            self._drop_duplicates(command)
        elif isinstance(command, Limit):
            self.rows, self.limited = self.rows[: command.rows], True
        else:
            self._pass(commands)

    def _pass(self, commands: Sequence[Command]) -> None:
        self.rows = [row for row in self.each() if all(self._keeps(row, one) for one in commands)]
        for command in commands:
            self._show(command)
        if any(isinstance(one, Filter) for one in commands) and not self.gathered:
            self.matched = len(self.rows)

    def _keeps(self, row: Row, command: Command) -> bool:
        if isinstance(command, Filter):
            return self.evaluation.holds(command.condition, row)
        if isinstance(command, Parse):
            self._parse(row, command)
        elif isinstance(command, Fields | Display):
            for one in command.items:
                if not _is_own(one):
                    row.made[one.name] = self.evaluation.value(one.node, row)
        return True

    def _parse(self, row: Row, command: Parse) -> None:
        subject = self.evaluation.value(command.subject, row)
        if subject is None:
            return
        whole = text(subject)
        if isinstance(command.pattern, RegularExpression):
            row.made.update(command.pattern.extract(whole, self.evaluation.budget))
        else:
            self.evaluation.budget.spend(len(whole) // 8)
            found = glob(command.pattern, whole)
            row.made.update(zip(command.names, found or (), strict=False))

    def _show(self, command: Command) -> None:
        if isinstance(command, Display):
            self.displayed = [Field(one.name, _parts(one)) for one in command.items]
            return
        fields: list[Field] = []
        if isinstance(command, Fields):
            fields = [Field(one.name, _parts(one)) for one in command.items]
        elif isinstance(command, Parse):
            fields = [Field(name, (name,)) for name in command.names]
        known = {one.name for one in self.columns}
        self.columns += [one for one in fields if one.name not in known]

    def _sort(self, command: Sort) -> None:
        value = self.evaluation.value
        ordered = [
            (row, [natural(value(node, row)) for node, _ in command.keys]) for row in self.each()
        ]
        for place, (_, descending) in reversed(list(enumerate(command.keys))):
            ordered.sort(key=lambda each, by=place: each[1][by], reverse=descending)  # type: ignore[misc]
        self.rows = [row for row, _ in ordered]

    def _drop_duplicates(self, command: Dedup) -> None:
        seen, kept = set[tuple[str, ...]](), []
        for row in self.each():
            values = [self.evaluation.value(node, row) for node in command.keys]
            key = tuple(text(value) for value in values)
            if None in values or key not in seen:
                kept.append(row)
            seen.add(key)
        self.rows = kept

    def _gather(self, command: Stats) -> None:
        wanted = tuple({node: None for one in command.items for node in _aggregates(one.node)})
        groups: dict[tuple[str, ...], tuple[Row, list[list[Sample]]]] = {}
        for row in self.each():
            by = [self.evaluation.value(one.node, row) for one in command.by]
            key = tuple("" if value is None else f"={text(value)}" for value in by)
            if key not in groups:
                names = [one.name for one in command.by]
                group = Row(None, dict(zip(names, by, strict=True)))
                groups[key] = group, [[] for _ in wanted]
            for node, samples in zip(wanted, groups[key][1], strict=True):
                self._sample(node, row, samples)
        if not command.by and not groups:
            groups[()] = Row(None), [[] for _ in wanted]
        self.rows = [row for row, _ in groups.values()]
        for row, kept in groups.values():
            for node, samples in zip(wanted, kept, strict=True):
                row.aggregates[node] = AGGREGATES[node.name].reckon(samples)
            for one in command.items:
                row.made[one.name] = self.evaluation.value(one.node, row)
        self.columns = [Field(one.name, (one.name,)) for one in (*command.by, *command.items)]
        self.displayed, self.gathered = None, True

    def _sample(self, node: Function, row: Row, samples: list[Sample]) -> None:
        values = [self.evaluation.value(argument, row) for argument in node.arguments]
        if None in values[:1]:
            return
        self.evaluation.budget.spend(_SAMPLE)
        first, second, *_ = (*values, None, None)
        samples.append((first, second, row.event.timestamp if row.event else 0))

    def shown(self, row: Row) -> Shown:
        """A row as a result; a log event brings its pointer with it."""
        columns = self.displayed or self.columns or _DEFAULT_COLUMNS
        values: list[tuple[str, Value]] = [
            (one.name, self.evaluation.field(one, row)) for one in columns
        ]
        if row.event is not None:
            values.append(("@ptr", row.event.pointer))
        return tuple((name, text(value)) for name, value in values if value is not None)


def run(
    commands: Sequence[Command], events: Iterable[Event], limit: int | None, now: int
) -> tuple[list[Shown], int]:
    """The results, and how many log events matched.

    Without `sort` the newest log event comes first. `limit` is StartQuery's.

    Raises:
        QueryTimeout: it would take too long.
    """
    rows = [Row(event) for event in sorted(events, key=lambda one: -one.timestamp)]
    one = Run(Evaluation(Budget(), now), rows, matched=len(rows))
    for _, part in groupby(enumerate(commands), key=lambda each: _group(*each)):
        one.step([command for _, command in part])
    one.rows = one.rows[: limit or (len(one.rows) if one.limited else DEFAULT_ROWS)]
    return [one.shown(row) for row in one.each()], one.matched


def _group(place: int, command: Command) -> int:
    """Commands that look at one row alone are carried out together."""
    return -1 if isinstance(command, Fields | Display | Filter | Parse) else place


def _is_own(one: Named) -> bool:
    """Whether the column is a field under its own name."""
    return isinstance(one.node, Field) and one.node.name == one.name


def _parts(one: Named) -> tuple[str, ...]:
    return one.node.parts if isinstance(one.node, Field) and _is_own(one) else (one.name,)


def _aggregates(node: Node) -> Iterable[Function]:
    if isinstance(node, Function) and is_aggregate(node):
        yield node
        return
    for child in children(node):
        yield from _aggregates(child)
