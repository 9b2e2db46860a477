"""The class at a glance: what needs the instructor first, then lab by lab, then everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from statistics import median
from urllib.parse import quote

from simulator.gradebook import charts, wrong
from simulator.gradebook.book import Book, Lab, Learner, graded
from simulator.gradebook.page import folded, meter, named, page, rows, text
from simulator.gradebook.signal import Kind, Signal
from simulator.gradebook.tables import percent
from simulator.grading.milestones import TOLD
from simulator.grading.result import Outcome, Result

TITLE = "The class at a glance"
MOST = 8
"""Rows that are shown at once."""
_TO_DO = {
    Outcome.STOPPED: "The kernel ended before the last cell; what was done until then counts. Where several "
    "stop at one cell, look at that cell; else the sentence beside each says what ended it.",
    Outcome.TIMED_OUT: "The time was up; what was done until then counts. If the labs need longer, grade "
    "again with a higher limit.",
    Outcome.NOT_RUN: "The file is no notebook that can be run: it has no points. Ask for another file; the "
    "next run grades that one alone.",
    Outcome.ERROR: "The grader broke, not the learner: no points are written down. Run the same command "
    "again; if it breaks again, please report it.",
}


_TITLES = {"check": "a check broke", "stray": "of no known lab", "untouched": "as handed out"}


def overview(book: Book, signals: Sequence[Signal]) -> str:
    """overview.html."""
    parts = [f"<h1>{TITLE}</h1>", _tiles(book, signals), *_outcomes(book)]
    for lab in book.labs:
        parts.extend(_lab(book, lab))
    parts.extend(_integrity(book, signals))
    parts.extend(_everybody(book))
    return page(TITLE, parts)


def _tiles(book: Book, signals: Sequence[Signal]) -> str:
    results = list(book.results.values())
    totals = [total for each in book.learners if (total := book.total(each)) is not None]
    silent = sum(not book.of_learner(each) for each in book.learners)
    whole = sum(1 for each in results if graded(each) and 0 < each.possible <= each.points)
    told = [
        (str(len(book.learners)), "learners"),
        (str(len(results)), f"submissions of {_count(len(book.labs), 'lab')}"),
        (str(silent), "handed in nothing"),
        (f"{median(totals):g}" if totals else "none", f"median of {book.possible} points"),
        (str(whole), "with all points"),
        (str(sum(each.outcome is not Outcome.RAN for each in results)), "not run to the end"),
        (str(len({each.learner for each in signals})), "with a signal"),
    ]
    tiles = "".join(f'<div class="tile"><b>{value}</b>{what}</div>' for value, what in told)
    return f'<div class="tiles">{tiles}</div>'


def _outcomes(book: Book) -> Iterator[str]:
    """Who needs something done, and what."""
    found: dict[str, list[tuple[Learner, Lab | None, str]]] = {}
    for lab in book.labs:
        for learner, result in book.of_lab(lab):
            found.setdefault(result.outcome, []).append((learner, lab, result.said))
            broken = [each["name"] for each in result.checks if each["verdict"] == "ERROR"]
            if broken:
                found.setdefault("check", []).append((learner, lab, ", ".join(broken)))
    told = [(str(outcome), to_do) for outcome, to_do in _TO_DO.items() if outcome in found]
    untouched = [
        (learner, lab, "")
        for lab in book.labs
        for learner, _ in book.of_lab(lab)
        if book.untouched(learner, lab)
    ]
    if untouched:
        said = (
            "The notebook is as it was handed out: no code in it is the learner's, and it counts for none "
            "of the tables below. It may be the wrong file."
        )
        told.append(("untouched", said))
        found["untouched"] = [*untouched]
    if book.strays:
        told.append(("stray", "Nobody can tell which lab this is. Ask for the notebook of a lab."))
        pages = {each.id: each for each in book.learners}
        found["stray"] = [(pages[each.learner], None, each.said) for each in book.strays]
    if "check" in found:
        told.append(
            ("check", "The grader broke in these checks, which earn nothing. Please report it.")
        )
    if not told:
        return
    yield "<h2>To be looked at</h2>"
    for outcome, to_do in told:
        there = found[outcome]
        title = _TITLES.get(outcome, outcome)
        shown = rows(
            ("who", "what was said"),
            ([_whose(learner, lab.id if lab else ""), text(said)] for learner, lab, said in there),
        )
        css = "error" if outcome in _TITLES else outcome.replace(" ", "_")
        yield (
            f'<p><span class="badge {css}">{title}</span> <b>{_count(len(there), "submission")}</b>. '
            f"{to_do}</p>"
        )
        yield folded("Who", shown)


def _lab(book: Book, lab: Lab) -> Iterator[str]:
    results = [result for _, result in book.of_lab(lab)]
    points = [result.points for result in results if graded(result)]
    yield f"<h2>{text(lab.title)} <span class='small'>{text(lab.id)}</span></h2>"
    if not points:
        yield "<p>No submission of this lab could be graded.</p>"
        return
    yield (
        f"<p>{_count(len(results), 'submission')}, {lab.possible} points possible: median "
        f"{median(points):g}, mean {sum(points) / len(points):.1f}, from {min(points)} to {max(points)}.</p>"
    )
    taken = [
        (str(phase), [each.times[phase] for each in results if each.times.get(phase) is not None])
        for phase in TOLD
    ]
    drawn = charts.times(taken)
    yield (
        f'<div class="charts"><figure><figcaption>Points</figcaption>'
        f"{charts.distribution(points, lab.possible)}</figure>"
        + (
            "<figure><figcaption>Time on the account's clock, and its median</figcaption>"
            f"{drawn}</figure>"
            if drawn
            else ""
        )
        + "</div>"
    )
    if drawn:
        yield _times(taken, len(results))
    yield from _checks(book, lab)
    yield from _fixes(book, lab)
    yield from _sentences(book, lab)


def _times(taken: Sequence[tuple[str, Sequence[float]]], of: int) -> str:
    def told(seconds: float) -> str:
        return charts.lasted(seconds).replace(" ", "\N{NO-BREAK SPACE}")

    body = [
        [phase, f"{len(found)} of {of}", told(median(found)), told(min(found)), told(max(found))]
        if found
        else [phase, f"0 of {of}", "", "", ""]
        for phase, found in taken
    ]
    return (
        rows(("phase", "done by", "median", "from", "to"), body, (1, 2, 3, 4))
        + "<p class='small'>As the notebooks were run in grading: what they wait for counts, what their "
        "authors thought about doesn't.</p>"
    )


def _checks(book: Book, lab: Lab) -> Iterator[str]:
    """Hardest checks first."""
    body = [
        [
            f"{text(each.claim)}<div class='small'>{text(each.phase)} · <code>{text(each.name)}</code>"
            f" · attempted by {each.attempted} of {each.submissions}</div>",
            f"{each.passed} of {each.attempted}{meter(each.share)}"
            if each.attempted
            else "nobody yet",
        ]
        for each in wrong.hardest(book, lab)
    ]
    if body:
        yield "<h3>Hardest checks</h3>"
        yield "<p class='small'>How many passed of those who attempted it.</p>"
        yield _table(("check", "passed"), body, (1,))


def _fixes(book: Book, lab: Lab) -> Iterator[str]:
    body = [
        [
            f"<b>{text(each.fix.name)}</b><div>{text(each.fix.claim)}</div>"
            + folded(
                f"<span class='small'>fails {text(', '.join(each.fix.fails))}; who</span>",
                f"<p>{_list(each.alone + each.among)}</p>",
            ),
            str(len(each.alone)),
            str(len(each.among)),
        ]
        for each in wrong.named(book, lab)
    ]
    if body:
        yield "<h3>Wrong fixes that the scenario knows</h3>"
        yield (
            "<p class='small'>Whose failed checks, with their sentences, are just those of a known wrong fix "
            "(alone), or of two or three together (among). Different fixes can have the same verdict.</p>"
        )
        yield _table(("wrong fix", "alone", "among"), body, (1, 2))


def _sentences(book: Book, lab: Lab) -> Iterator[str]:
    read, met = _shared(wrong.shared(book, lab)), _shared(wrong.errors(book, lab))
    if read:
        yield "<h3>What several read</h3>"
        yield "<p class='small'>Sentences of failed checks, without what differs between accounts.</p>"
        yield _table(("sentence", "learners"), read, (1,))
    if met:
        yield "<h3>Errors that several met</h3>"
        yield "<p class='small'>With these their cells failed when they were run in grading.</p>"
        yield _table(("error", "learners"), met, (1,))


def _shared(groups: Sequence[wrong.Shared]) -> list[list[str]]:
    return [
        [
            f"{text(each.sentence)}<div class='small'>{text(each.claim)}</div>"
            + folded("<span class='small'>who</span>", f"<p>{_list(each.learners)}</p>"),
            str(len(each.learners)),
        ]
        for each in groups
    ]


def _integrity(book: Book, signals: Sequence[Signal]) -> Iterator[str]:
    pages = {each.id: each for each in book.learners}
    yield "<h2>Integrity signals</h2>"
    yield (
        "<p>Things to ask about, not findings. No point depends on them, and each has innocent reasons, which "
        "are more likely where a signal is weak. They are not on anybody's feedback page.</p>"
    )
    if not signals:
        yield "<p>There are none.</p>"
    for kind in Kind:
        there = [each for each in signals if each.kind is kind]
        if not there:
            continue
        about = kind.value
        yield (
            f'<h3>{about.title} <span class="badge {about.weight}">{about.weight}</span></h3>'
            f"<p class='small'>Innocent reasons: {about.innocent}</p>"
        )
        body = [
            [
                _whose(pages[each.learner], each.lab),
                text(each.said),
            ]
            for each in there
        ]
        yield _table(("who", "what there is to see"), body)


def _everybody(book: Book) -> Iterator[str]:
    yield "<h2>Everybody</h2>"
    head = ["learner", *(text(lab.id) for lab in book.labs), f"of {book.possible}", "percent"]
    body = [
        [
            _linked(learner),
            *(_points(book.results.get((learner.id, lab.id)), lab) for lab in book.labs),
            "" if (total := book.total(learner)) is None else str(total),
            percent(total, book.possible),
        ]
        for learner in book.learners
    ]
    last = len(book.labs)
    yield rows(head, body, range(1, last + 3))


def _points(result: Result | None, lab: Lab) -> str:
    if result is None:
        return ""
    told = f"{result.points} of {lab.possible}" if graded(result) else ""
    if result.outcome is Outcome.RAN:
        return told
    return f'<span class="badge {result.outcome.replace(" ", "_")}">{escape(result.outcome)}</span> {told}'


def _table(head: Sequence[str], body: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """A table of which what is beyond the first rows is folded."""
    shown = rows(head, body[:MOST], numbers)
    if len(body) <= MOST:
        return shown
    return shown + folded(f"{len(body) - MOST} more", rows(head, body[MOST:], numbers))


def _list(learners: Sequence[Learner]) -> str:
    return ", ".join(map(_linked, learners))


def _linked(learner: Learner) -> str:
    return f'<a href="feedback/{quote(learner.page)}.html">{named(learner.name)}</a>'


def _whose(learner: Learner, lab: str) -> str:
    return f"{_linked(learner)}<div class='small'>{text(lab)}</div>"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
