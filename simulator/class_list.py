"""An instructor's list of learners, as it comes: their own, Canvas's gradebook, Moodle's participants.

The columns by which Canvas and Moodle know a learner are kept for the way back: Canvas's "Student",
"ID", "SIS User ID", "SIS Login ID" and "Section", Moodle's "Identifier", "Full name", "Username",
"ID number" and "Email address" (Canvas's "How do I export grades in the Gradebook?", Moodle's
"Grade import" and "Assignment activity", Offline grading worksheet).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from simulator.errors import DrillError
from simulator.grading.names import cleaned

_CANVAS = ("student", "id", "sis user id", "sis login id", "integration id", "section")
_MOODLE = (
    *("identifier", "full name", "first name", "last name", "surname"),
    *("username", "id number", "email address", "groups"),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A learner of a list. `token` and `seed` are empty unless it is a roster already."""

    learner: str
    name: str
    email: str
    more: Mapping[str, str]
    token: str = ""
    seed: str = ""


def read(path: Path) -> list[Listed]:
    """The learners in a CSV file with a column learner, email or name, or a system's export.

    Raises:
        DrillError: it can't be read, or two of its learners can't be told apart.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DrillError(f"{path} can't be read as a list of learners: {error}") from error
    found: dict[str, Listed] = {}
    for number, row in enumerate(rows, 2):
        listed = _listed({str(name or "").strip().lower(): _text(row[name]) for name in row})
        if listed is None:
            continue
        if not listed.learner:
            raise DrillError(
                f"{path}, line {number} names nobody: the list needs a column learner, email or "
                "name, or is Canvas's gradebook or Moodle's list of participants."
            )
        key = listed.learner.casefold()
        if key in found:
            raise DrillError(
                f"{path}, line {number}: {listed.learner!r} is there twice. Tell the two apart by a "
                "column learner or email."
            )
        found[key] = listed
    if not found:
        raise DrillError(f"{path} lists nobody.")
    return list(found.values())


def _listed(row: Mapping[str, str]) -> Listed | None:
    """One line's learner; None for lines that are nobody's."""
    if "student" in row and "id" in row:
        return _of_canvas(row)
    if "email address" in row or "full name" in row:
        return _of_moodle(row)
    name, email = row.get("name", ""), row.get("email", "")
    if not any(row.values()):
        return None
    known = {"learner", "name", "email", "token", "seed", ""}
    more = {column: value for column, value in row.items() if column not in known}
    learner = row.get("learner") or email or name
    token, seed = row.get("token", ""), row.get("seed", "")
    return Listed(_fit(learner), name, email, more, token, seed)


def _of_canvas(row: Mapping[str, str]) -> Listed | None:
    """Lines without an ID tell of the columns; "Student, Test" is Canvas's own."""
    if not row["id"] or row["student"] == "Student, Test":
        return None
    last, comma, first = row["student"].partition(",")
    name = f"{first.strip()} {last.strip()}" if comma else row["student"]
    login = row.get("sis login id", "")
    more = {column: row[column] for column in _CANVAS if column in row}
    return Listed(_fit(login or name), name, login if "@" in login else "", more)


def _of_moodle(row: Mapping[str, str]) -> Listed | None:
    if not any(row.values()):
        return None
    words = (row.get("first name", ""), row.get("last name") or row.get("surname", ""))
    name = row.get("full name") or " ".join(filter(None, words))
    email = row.get("email address", "")
    more = {column: row[column] for column in _MOODLE if column in row}
    return Listed(_fit(row.get("username") or email or name), name, email, more)


def _fit(learner: str) -> str:
    return cleaned(learner) if learner else ""


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _delimiter(text: str) -> str:
    """Moodle's exports may be separated by semicolons or tabs."""
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)
