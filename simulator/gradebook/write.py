"""All files of a gradebook, made from the results alone: the same results, the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.gradebook.book import book
from simulator.gradebook.feedback import feedback
from simulator.gradebook.files import put
from simulator.gradebook.handed_in import HandedIn
from simulator.gradebook.junit import junit
from simulator.gradebook.overview import overview
from simulator.gradebook.platforms import canvas, moodle, worksheet
from simulator.gradebook.signals import integrity, signals
from simulator.gradebook.tables import checks, gradebook
from simulator.grading.result import Result
from simulator.roster import Roster


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, and what is to be said of them: sentences for the closing lines."""

    files: tuple[Path, ...]
    said: tuple[str, ...]


def write(
    out: Path,
    results: Sequence[Result],
    roster: Roster | None = None,
    handed_in: Sequence[HandedIn] = (),
) -> Written:
    """Write the gradebook into `out`. A file that is there is replaced in one go, or left alone.

    `handed_in` are the submissions as they were found; without them there are fewer signals. Nothing in it
    depends on how long a run took or when it was, nor on the order of results.
    """
    all_ = book(results, roster, handed_in)
    found = signals(all_)
    for_canvas, said_of_canvas = canvas(all_)
    for_moodle, said_of_moodle = moodle(all_)
    texts = {
        "gradebook.csv": gradebook(all_),
        "checks.csv": checks(all_),
        "canvas.csv": for_canvas,
        "moodle.csv": for_moodle,
        "integrity.csv": integrity(found),
        "junit.xml": junit(all_),
        "overview.html": overview(all_, found),
    }
    texts |= {f"moodle-{lab.id}.csv": worksheet(all_, lab) for lab in all_.labs if lab.play}
    texts |= {f"feedback/{each.page}.html": feedback(all_, each) for each in all_.learners}
    files = tuple(put(out / name, text) for name, text in texts.items() if text)
    return Written(files, (*said_of_canvas, *said_of_moodle))
