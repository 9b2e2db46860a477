"""Sigma rules: YAML, translated into SQL by pySigma and its SQLite backend, and run on records.

Source: "Sigma Rules Specification" and "Sigma Correlation Rules Specification" (SigmaHQ).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import Any

from simulator.detections import fields, sqlite
from simulator.detections.faults import said_of
from simulator.detections.rule import BadRule, Case, Event, Ran, Rule
from simulator.errors import MissingPackage

LONGEST = 64 * 1024
"""Characters of a rule."""
_STEPS, _MOST_TIMES = 100_000, 1_000
"""SQLite's virtual machine is asked after so many instructions, and stopped after so many times that."""


def rules_of(text: str, source: str = "", cases: tuple[Case, ...] = ()) -> list[Rule]:
    """The rules that a Sigma file holds: a document is one, but for those that a correlation refers to.

    Cases beside a file are those of its last rule.

    Raises:
        BadRule: not YAML, not Sigma, not for CloudTrail, or something that SQLite can't do.
        MissingPackage: pySigma is not installed.
    """
    name = source or "the rule"
    if len(text) > LONGEST:
        raise BadRule(f"{name}: a rule has at most {LONGEST:,} characters, this has {len(text):,}.")
    _look_at(text, name)
    queries = _translated(text, name, frozenset())
    last = len(queries) - 1
    return [
        Rule(
            query["title"],
            query["level"] or "medium",
            source,
            partial(_run, text, name, place),
            cases if place == last else (),
        )
        for place, query in enumerate(queries)
    ]


def _look_at(text: str, name: str) -> None:
    import_sigma()
    from sigma.collection import SigmaCollection

    try:
        if "*" in text or "&" in text:
            _no_aliases(text, name)
        rules: Sequence[Any] = SigmaCollection.from_yaml(text).rules
    except BadRule:
        raise
    except Exception as error:  # pySigma lets through what YAML and Python raise as well
        raise BadRule(said_of(error, text, name)) from None
    if not rules:
        raise BadRule(f"{name} holds no rule: a Sigma rule has title, logsource and detection.")
    for rule in rules:
        logsource = getattr(rule, "logsource", None)
        if logsource is None:
            continue
        if logsource.product != "aws" or logsource.service not in (None, "cloudtrail"):
            raise BadRule(
                f"{name}: {str(rule.title)!r} is for {logsource.product or 'any product'}, "
                f"{logsource.service or logsource.category or 'any service'}. What is read here is "
                "CloudTrail: write logsource: {product: aws, service: cloudtrail}."
            )


def _no_aliases(text: str, name: str) -> None:
    """A few lines of YAML's aliases can stand for gigabytes."""
    import yaml

    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise BadRule(
                f"{name}, line {line}: write it out instead of the alias *{event.anchor}."
            )


def _translated(text: str, name: str, several: frozenset[str]) -> list[dict[str, Any]]:
    """One translation a query: `rule` is SQL, or there is a `correlation_plan`."""
    from sigma.collection import SigmaCollection

    try:
        collection = SigmaCollection.from_yaml(text)
        translated: list[dict[str, Any]] = json.loads(
            sqlite.backend(several).convert(collection, "zircolite")
        )
    except Exception as error:
        raise BadRule(said_of(error, text, name)) from None
    return translated


def _run(text: str, name: str, place: int, events: Sequence[Event]) -> Ran:
    query = _translated(text, name, frozenset())[place]
    wanted = {sqlite.TIME, *query["required_fields"]}
    columns = {each.lower(): each for each in sorted(wanted)}
    table = {field: [_found(event, field) for event in events] for field in columns.values()}
    several = {field for field, held in table.items() if any(len(each) > 1 for each in held)}
    query = _translated(text, name, frozenset(each.lower() for each in several))[place]
    with closing(sqlite3.connect(":memory:")) as connection:
        _fill(connection, table, several, len(events))
        connection.create_function("regexp", 2, sqlite.regexp, deterministic=True)
        connection.set_progress_handler(_Patience(len(events)), _STEPS)
        try:
            alerts = _alerts(connection, query)
        except (sqlite3.Error, ValueError) as error:
            raise BadRule(f"{name} can't be run on {len(events)} events: {error}.") from None
    return Ran(tuple(_whole(alerts)))


def _whole(alerts: list[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """A window that slides over the same events tells of them several times: the longest stays."""
    kept: list[set[int]] = []
    for alert in sorted(dict.fromkeys(alerts), key=len, reverse=True):
        if len(alert) == 1 or not any(each.issuperset(alert) for each in kept):
            if len(alert) > 1:
                kept.append(set(alert))
            yield alert


class _Patience:
    """True once a query has taken too long for so many events."""

    def __init__(self, events: int) -> None:
        self._left = max(_MOST_TIMES, events)

    def __call__(self) -> bool:
        self._left -= 1
        return self._left < 0


def _found(event: Event, field: str) -> list[Any]:
    if field == sqlite.FULLTEXT:
        return ["\n".join(fields.texts(event))]
    return fields.values(event, field)


def _fill(
    connection: sqlite3.Connection,
    table: Mapping[str, list[list[Any]]],
    several: set[str],
    rows: int,
) -> None:
    from sigma.backends.sqlite.correlation import quote

    names = ", ".join(f"{quote(field)} COLLATE NOCASE" for field in table)
    connection.execute(f"CREATE TABLE logs ({names})")
    marks = ", ".join("?" for _ in table)
    connection.executemany(
        f"INSERT INTO logs VALUES ({marks})",
        (
            [_cell(held[row], field in several) for field, held in table.items()]
            for row in range(rows)
        ),
    )


def _cell(found: list[Any], several: bool) -> Any:
    if not found:
        return None
    return json.dumps(found) if several else found[0]


def _alerts(connection: sqlite3.Connection, query: Mapping[str, Any]) -> list[tuple[int, ...]]:
    """Places of events, from SQLite's row ids, which begin with 1."""
    plan = query.get("correlation_plan")
    if plan is None:
        rows: list[tuple[int, ...]] = []
        for sql in query["rule"]:
            wanted = sql.replace("SELECT *", "SELECT rowid", 1)
            rows += [(row[0] - 1,) for row in connection.execute(wanted)]
        return rows
    from sigma.backends.sqlite import runtime

    execute: Any = runtime.execute_plan
    alerts, _ = execute(connection, plan, include_events=False)
    ids = ([each.partition(":")[2] for each in alert["event_ids"]] for alert in alerts)
    return [tuple(sorted({int(each) - 1 for each in event_ids})) for event_ids in ids]


def import_sigma() -> None:
    """See that pySigma is there.

    Raises:
        MissingPackage: it isn't.
    """
    try:
        import sigma.backends.sqlite  # noqa: F401
    except ImportError:
        raise MissingPackage("pySigma-backend-sqlite", "A Sigma rule", extra="detect") from None
