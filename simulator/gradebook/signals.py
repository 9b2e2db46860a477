"""Signals that a submission may not be what it seems. Each has innocent reasons; none costs a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from simulator.gradebook import copies, history, marks
from simulator.gradebook.book import Book
from simulator.gradebook.files import table
from simulator.gradebook.plain import by_name
from simulator.gradebook.signal import Kind, Signal
from simulator.grading.result import Outcome
from simulator.grading.traces import Traces


def signals(book: Book) -> list[Signal]:
    """All signals of a class, by kind, the strongest first; then by learner and lab."""
    known = {
        both: replace(each.traces, learner=both[0], lab=both[1])
        for both, each in book.handed_in.items()
        if each.traces
    }
    found = [
        *copies.signals(list(known.values())),
        *marks.signals(book, known),
        *_notes(book),
        *_histories(book, known),
    ]
    order = list(Kind)
    return sorted(
        found, key=lambda each: (order.index(each.kind), by_name(each.learner), each.lab, each.said)
    )


def _notes(book: Book) -> Iterator[Signal]:
    for (learner, lab), each in book.handed_in.items():
        for note in each.notes:
            yield Signal(Kind.TOKEN, learner, lab, note)


def _histories(book: Book, known: dict[tuple[str, str], Traces]) -> Iterator[Signal]:
    for both, result in book.results.items():
        if both in known and result.outcome is not Outcome.ERROR:
            yield from history.signals(known[both], result)


def integrity(found: Sequence[Signal]) -> str:
    """integrity.csv: a row a signal."""
    head = ["weight", "signal", "learner", "lab", "with", "what", "innocent reasons"]
    rows = [
        [
            each.kind.value.weight,
            each.kind.value.title,
            each.learner,
            each.lab,
            "; ".join(each.others),
            each.said,
            each.kind.value.innocent,
        ]
        for each in found
    ]
    return table([head, *rows])
