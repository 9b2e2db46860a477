"""The gradebook and its checks as tables."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.gradebook.book import Book, Learner, graded
from simulator.gradebook.files import table

NOTHING = "nothing handed in"


def gradebook(book: Book) -> str:
    """gradebook.csv: a row a learner; of each lab points, possible and outcome; total and percent.

    Who handed in nothing has no points, and neither has whom the grader failed: not even zero.
    """
    head = ["learner", "name", "email"]
    for lab in book.labs:
        head += [f"{lab.id} points", f"{lab.id} possible", f"{lab.id} outcome"]
    rows = [_row(book, learner) for learner in book.learners]
    return table([[*head, "total", "possible", "percent"], *rows])


def _row(book: Book, learner: Learner) -> list[object]:
    row: list[object] = [learner.id, learner.member.name if learner.member else "", learner.email]
    for lab in book.labs:
        result = book.results.get((learner.id, lab.id))
        if result is None:
            row += [None, lab.possible, NOTHING]
        else:
            row += [points(book, learner, lab.id), lab.possible, str(result.outcome)]
    total = book.total(learner)
    return [*row, total, book.possible, percent(total, book.possible)]


def points(book: Book, learner: Learner, lab: str) -> int | None:
    """A learner's points of a lab, None where there are none to be written down."""
    result = book.results.get((learner.id, lab))
    return result.points if result is not None and graded(result) else None


def percent(points: int | None, possible: int) -> str:
    """With one decimal, rounded down: 100.0 is all of it."""
    if points is None or not possible:
        return ""
    return f"{1000 * points // possible / 10:.1f}"


def checks(book: Book) -> str:
    """checks.csv: a row for each learner, lab and check."""
    head = ["learner", "lab", "phase", "check", "verdict", "points", "possible", "reason"]
    return table([head, *_checks(book)])


def _checks(book: Book) -> Iterator[list[object]]:
    for learner in book.learners:
        for lab, result in book.of_learner(learner):
            for each in result.checks:
                earned = each["points"] if each["verdict"] == "PASSED" else 0
                yield [
                    learner.id,
                    lab.id,
                    each["phase"],
                    each["name"],
                    each["verdict"],
                    earned,
                    each["points"],
                    each["reason"],
                ]
