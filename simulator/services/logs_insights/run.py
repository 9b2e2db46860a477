"""Running a query's commands over log events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

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

    def step(self, command: Command) -> None:
        """Carry one command out. Raises QueryTimeout."""
        self.evaluation.budget.spend(4 * len(self.rows))
        if isinstance(command, Fields):
            self._make(command.items)
            self._show(Field(one.name, _parts(one)) for one in command.items)
        elif isinstance(command, Display):
            self._make(command.items)
            self.displayed = [Field(one.name, _parts(one)) for one in command.items]
        elif isinstance(command, Filter):
            holds = self.evaluation.holds
            self.rows = [row for row in self.rows if holds(command.condition, row)]
            if all(row.event is not None for row in self.rows[:1]):
                self.matched = len(self.rows)
        elif isinstance(command, Stats):
            self._gather(command)
        elif isinstance(command, Sort):
            self._sort(command)
        elif isinstance(command, Parse):
            self._parse(command)
        elif isinstance(command, Dedup):
            self._drop_duplicates(command)
        else:
            self.rows, self.limited = self.rows[: command.rows], True

    def _show(self, fields: Iterable[Field]) -> None:
        known = {one.name for one in self.columns}
        self.columns += [one for one in fields if one.name not in known]

    def _make(self, items: Sequence[Named]) -> None:
        made = [one for one in items if not _is_own(one)]
        for row in self.rows if made else ():
            for one in made:
                row.made[one.name] = self.evaluation.value(one.node, row)

    def _sort(self, command: Sort) -> None:
        value = self.evaluation.value
        for node, descending in reversed(command.keys):
            self.rows.sort(key=lambda row, by=node: natural(value(by, row)), reverse=descending)  # type: ignore[misc]

    def _parse(self, command: Parse) -> None:
        budget = self.evaluation.budget
        for row in self.rows:
            subject = self.evaluation.value(command.subject, row)
            if subject is None:
                continue
            whole = text(subject)
            if isinstance(command.pattern, RegularExpression):
                row.made.update(command.pattern.extract(whole, budget))
            else:
                budget.spend(len(whole) // 8)
                found = glob(command.pattern, whole)
                row.made.update(zip(command.names, found or (), strict=False))
        self._show(Field(name, (name,)) for name in command.names)

    def _drop_duplicates(self, command: Dedup) -> None:
        seen, kept = set[tuple[str, ...]](), []
        for row in self.rows:
            values = [self.evaluation.value(node, row) for node in command.keys]
            key = tuple(text(value) for value in values)
            if None in values or key not in seen:
                kept.append(row)
            seen.add(key)
        self.rows = kept

    def _gather(self, command: Stats) -> None:
        wanted = tuple({node: None for one in command.items for node in _aggregates(one.node)})
        groups: dict[tuple[str, ...], tuple[Row, list[list[Sample]]]] = {}
        for row in self.rows:
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
        self.displayed = None

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
    for command in commands:
        one.step(command)
    most = limit or (len(one.rows) if one.limited else DEFAULT_ROWS)
    return [one.shown(row) for row in one.rows[:most]], one.matched


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
