"""Every learner's notebooks in a folder that others filled: each lab's latest, and why one can't be used.

Which lab a notebook is: what its code calls `Lab("…")` with, for that is what it will do; else
its metadata; else its file's name, or a folder's. Where the code calls several labs, metadata and
names choose among them.

Whose it is: what the teacher or the class's system called the file or folder, where the roster knows
that; else the token in its metadata; else that name as it is. So a token that somebody copied doesn't
make their notebook another's, and it is told as a `note`.

The latest of several that can be used counts: by the system's own order (an attempt's time, Canvas's
growing file ids), then by the time the file was changed, then by the number in its name.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from simulator import catalogue
from simulator.errors import DrillError
from simulator.grading import page
from simulator.grading.bounds import Bounds, Found
from simulator.grading.code import Code, codes
from simulator.grading.found import look
from simulator.grading.layouts import Whose, again, lab_of, whose
from simulator.grading.names import shown
from simulator.grading.people import People, Piece, learners
from simulator.grading.traces import Traces
from simulator.grading.tracing import traces
from simulator.roster import Roster


@dataclass(frozen=True, slots=True)
class Submission:
    """A learner's notebook of a lab. With a `problem`, a sentence, it can't be graded.

    `learner` and `lab` together are one submission's alone, except for those of no known lab.
    `learner` is fit for a folder's name, and a roster's member's own where there is one.
    """

    source: str
    """Where it lies below the folder, through zips, fit to be shown."""
    learner: str
    lab: str = ""
    problem: str = ""
    notebook: str = ""
    """The clean copy's JSON: `page.clean`."""
    indices: tuple[int, ...] = ()
    """Of the clean copy's cells in the notebook as it was handed in."""
    token: str = ""
    called: str = ""
    """What file or folder call the learner, as it is; not fit to be shown."""
    ids: Mapping[str, str] = field(default_factory=dict)
    """Canvas's or Moodle's number of the learner, as "canvas" or "moodle"."""
    late: bool = False
    """Whether Canvas says so."""
    others: tuple[str, ...] = ()
    """The sources of further attempts, which don't count, latest first; why, after a colon."""
    notes: tuple[str, ...] = ()
    """Sentences for the instructor: what is strange about it."""
    traces: Traces | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """A found notebook, before it is known whose it is."""

    parts: tuple[str, ...]
    changed: int
    lab: str = ""
    problem: str = ""
    notebook: str = ""
    indices: tuple[int, ...] = ()
    token: str = ""
    traces: Traces | None = None


def find(
    folder: Path, roster: Roster | None = None, bounds: Bounds | None = None
) -> list[Submission]:
    """The submissions in a folder, a zip or a notebook, by learner and lab. Nothing is written.

    Raises:
        DrillError: there is no such folder.
    """
    if not folder.exists():
        raise DrillError(f"There is no folder or file {folder}: name that of the submissions.")
    if folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK):
        raise DrillError(f"The folder {folder} can't be read: you may not.")
    bounds = bounds or Bounds()
    people = People(roster or Roster())
    read, others = _read_all(look(folder, bounds), bounds)
    places = whose([each.parts for each in read] + others, people.knows)
    read = [each for each in read if each.parts in places]
    read += _without_notebook(others, places, {places[each.parts].called for each in read})
    pieces = [Piece(each.parts, places[each.parts], each.token) for each in read]
    of = learners(pieces, people)
    single = [_submission(each, places[each.parts], *of[each.parts]) for each in read]
    stamps = {shown("/".join(each.parts)): _stamp(each, places[each.parts]) for each in read}
    return _latest(single, stamps)


def _read_all(found: Iterable[Found], bounds: Bounds) -> tuple[list[_Read], list[tuple[str, ...]]]:
    read, others = [], []
    for each in found:
        if each.content is None and not each.problem:
            others.append(each.parts)
        else:
            read.append(_read(each, bounds))
    return read, others


def _read(found: Found, bounds: Bounds) -> _Read:
    named = lab_of(found.parts)
    if found.content is None:
        return _Read(found.parts, found.changed, named, found.problem)
    try:
        notebook = page.parse(found.content, bounds)
        text, indices = page.clean(notebook)
    except page.Unusable as error:
        return _Read(found.parts, found.changed, named, str(error))
    about = _about(notebook)
    written = codes(page.source(cell) for _, cell in page.code_cells(notebook))
    lab = _lab(written, about.get("lab", ""), named)
    token = about.get("learner", "")
    if not lab:
        problem = 'It doesn\'t say which lab it is: no cell calls Lab("…") with the id of one.'
        return _Read(found.parts, found.changed, "", problem, token=token)
    seen = traces(notebook, written, "", lab)
    return _Read(found.parts, found.changed, lab, "", text, indices, token, seen)


def _about(notebook: Mapping[str, Any]) -> dict[str, str]:
    """What `drill assign` put into the metadata, as far as it is still there."""
    metadata = notebook.get("metadata")
    about = metadata.get("drill") if isinstance(metadata, dict) else None
    if not isinstance(about, dict):
        return {}
    texts = {name: about.get(name) for name in ("learner", "lab")}
    return {name: text for name, text in texts.items() if isinstance(text, str) and _plain(text)}


def _plain(text: str) -> bool:
    """Whether it can be a token or a lab's id: anything else is somebody's attempt."""
    return len(text) < 200 and text.isascii() and text.isprintable()


def _lab(written: Iterable[Code], said: str, named: str) -> str:
    known = catalogue.ids()
    calls = (call for each in written for call in each.labs())
    called = [each for each in dict.fromkeys(calls) if each in known]
    if called:
        return next((each for each in (said, named) if each in called), called[0])
    return said if said in known else named


def _without_notebook(
    others: Iterable[tuple[str, ...]],
    places: Mapping[tuple[str, ...], Whose],
    with_one: set[str],
) -> list[_Read]:
    """Learners of whom there are files, but no notebook: they are told of, too."""
    files: dict[str, list[tuple[str, ...]]] = {}
    for parts in others:
        place = places.get(parts)
        if place and place.own and place.called not in with_one:
            files.setdefault(place.called, []).append(parts)
    found = []
    for paths in files.values():
        names = ", ".join(shown(each[-1]) for each in paths[:3])
        found.append(_Read(paths[0], 0, problem=f"There is no notebook in it, but {names}."))
    return found


def _submission(read: _Read, place: Whose, learner: str, notes: tuple[str, ...]) -> Submission:
    return Submission(
        source=shown("/".join(read.parts)),
        learner=learner,
        lab=read.lab,
        problem=read.problem,
        notebook=read.notebook,
        indices=read.indices,
        token=read.token,
        called=place.called,
        ids=place.ids,
        late=place.late,
        notes=notes,
        traces=replace(read.traces, learner=learner) if read.traces else None,
    )


def _stamp(read: _Read, place: Whose) -> tuple[Any, ...]:
    order = "".join(each for each in place.order if each.isdigit())
    return (len(order), order, read.changed, again(read.parts[-1]), read.parts)


def _latest(
    single: Iterable[Submission], stamps: Mapping[str, tuple[Any, ...]]
) -> list[Submission]:
    attempts: dict[tuple[str, str, str], list[Submission]] = {}
    for each in single:
        unknown = "" if each.lab else each.source
        attempts.setdefault((each.learner, each.lab, unknown), []).append(each)
    found = []
    for of in attempts.values():
        of.sort(key=lambda each: (not each.problem, stamps[each.source]), reverse=True)
        rest = (
            f"{each.source}: {each.problem}" if each.problem else each.source for each in of[1:]
        )
        found.append(replace(of[0], others=tuple(rest)))
    return sorted(found, key=lambda each: (each.learner, each.lab, each.source))
