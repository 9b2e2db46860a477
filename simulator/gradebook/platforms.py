"""The gradebook as Canvas and Moodle import it.

Sources: Canvas Instructor Guide, "How do I import grades in the Gradebook?", and what Canvas's
importer reads; MoodleDocs, "Grade import", and what Moodle's importer reads.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.gradebook.book import Book, Lab, Learner
from simulator.gradebook.files import table
from simulator.gradebook.tables import points

_CANVAS = {
    "ID": ("id", "canvas id", "canvas_id"),
    "SIS User ID": ("sis user id", "sis_user_id"),
    "SIS Login ID": ("sis login id", "sis_login_id"),
    "Section": ("section",),
}
"""Canvas's columns → what they may be called on the roster."""
_POSSIBLE = "Points Possible"


def canvas(book: Book) -> tuple[str, list[str]]:
    """canvas.csv, and what is to be said of it.

    Canvas finds a student by ID, else by SIS ids, else by name. A column with an assignment's name is
    that assignment; "Name (123)" is the one with this id; with another name it makes a new one. An empty
    cell takes a grade away that is there, so who has nothing to be imported has no row.
    """
    labs = [lab.id for lab in book.labs]
    rows: list[list[object]] = [["Student", *_CANVAS, *labs]]
    rows.append([f"    {_POSSIBLE}", *[""] * len(_CANVAS), *(lab.possible for lab in book.labs)])
    listed = _with_points(book)
    for learner in listed:
        ids = [_canvas_id(book, learner, what) for what in _CANVAS]
        name = learner.name.replace(
            _POSSIBLE, _POSSIBLE.lower()
        )  # or its row gives the possible ones
        rows.append([name, *ids, *(points(book, learner, lab) for lab in labs)])
    keys = [what for what in _CANVAS if what != "Section"]
    without = [each for each in listed if not any(_canvas_id(book, each, what) for what in keys)]
    return table(rows, bom=False), _canvas_said(len(without), len(listed))


def _canvas_id(book: Book, learner: Learner, what: str) -> str:
    """What the roster says, else, for Canvas's own id, what the names of downloaded files say."""
    told = learner.known_as(*_CANVAS[what])
    return told or (_number(book, learner, "canvas") if what == "ID" else "")


def _number(book: Book, learner: Learner, system: str) -> str:
    found = (book.handed_in.get((learner.id, lab.id)) for lab in book.labs)
    return next((each.ids[system] for each in found if each and each.ids.get(system)), "")


def _canvas_said(without: int, of: int) -> list[str]:
    if not without:
        return []
    return [
        f"canvas.csv has no Canvas id of {_some(without, of)}, and Canvas goes by their names alone: "
        "the columns id, sis user id, sis login id and section of a gradebook export may stand on the "
        "roster."
    ]


def moodle(book: Book) -> tuple[str, list[str]]:
    """moodle.csv, and what is to be said of it.

    Moodle asks which column names the user, and which grade item each other column is. A user that it
    doesn't know ends its import, and a row with none may go to the user of the row before: so all rows
    have the same column filled in, and those who haven't got it are left out.
    """
    labs = [lab.id for lab in book.labs]
    listed = _with_points(book)
    found = {name: sum(map(bool, map(given, listed))) for name, given in _MOODLE.items()}
    key = max(found, key=lambda name: found[name])
    there = [learner for learner in listed if _MOODLE[key](learner)]
    columns = [name for name, given in _MOODLE.items() if there and all(map(given, there))] or [key]
    rows: list[list[object]] = [["Full name", *columns, *labs]]
    for learner in there:
        earned = [points(book, learner, lab) for lab in labs]
        ids = [_MOODLE[name](learner) for name in columns]
        rows.append([learner.name, *ids, *("-" if each is None else each for each in earned)])
    return table(rows), _moodle_said(key, len(listed) - len(there), len(listed))


def _moodle_said(key: str, without: int, of: int) -> list[str]:
    if not without:
        return []
    if without == of:
        return [
            "moodle.csv is empty: Moodle knows users by the columns email, id number or username of "
            "the roster."
        ]
    return [f"moodle.csv leaves out {_some(without, of)} of whom the roster has no {key.lower()}."]


_MOODLE: dict[str, Callable[[Learner], str]] = {
    "ID number": lambda learner: learner.known_as("id number", "idnumber", "id_number"),
    "Email address": lambda learner: learner.email or learner.known_as("email address"),
    "Username": lambda learner: learner.known_as("username", "user name"),
}
"""Moodle's columns that name a user, the best first."""


def worksheet(book: Book, lab: Lab) -> str:
    """A lab's grading worksheet for Moodle, to be uploaded where Moodle's own was downloaded.

    Empty where no participant's number is known: the names of folders that Moodle made have it. Source:
    MoodleDocs, "Assignment settings" (Offline grading worksheet), and what Moodle's importer reads.
    """
    head = ["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)"]
    rows: list[list[object]] = []
    for learner, _ in book.of_lab(lab):
        handed_in = book.handed_in.get((learner.id, lab.id))
        number = handed_in.ids.get("moodle", "") if handed_in else ""
        earned = points(book, learner, lab.id)
        if number and earned is not None:
            rows.append([f"Participant {number}", learner.name, earned, lab.possible, "-"])
    return table([head, *rows]) if rows else ""


def _with_points(book: Book) -> list[Learner]:
    return [
        learner
        for learner in book.learners
        if any(points(book, learner, lab.id) is not None for lab in book.labs)
    ]


def _some(count: int, of: int) -> str:
    learners = "learner" if of == 1 else "learners"
    return f"all {of} {learners}" if count == of and of > 1 else f"{count} of {of} {learners}"
