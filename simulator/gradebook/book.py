"""Who handed in what, and what came of it: the results of a class, put in order."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from simulator import catalogue
from simulator.catalogue import Play
from simulator.errors import DrillError
from simulator.gradebook.handed_in import HandedIn
from simulator.gradebook.plain import by_name, file_names, plain
from simulator.grading.result import Outcome, Result
from simulator.roster import Member, Roster


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody who handed something in, or who is on the roster. `page` is the name of their page."""

    id: str
    page: str
    member: Member | None = None

    @property
    def name(self) -> str:
        """What to call them."""
        return plain(self.member.name if self.member and self.member.name else self.id)

    @property
    def email(self) -> str:
        return self.member.email if self.member else ""

    def known_as(self, *columns: str) -> str:
        """What the roster has in the first of these columns that isn't empty."""
        more = self.member.more if self.member else {}
        return next((more[name] for name in columns if more.get(name)), "")


@dataclass(frozen=True, slots=True)
class Lab:
    """A lab of which something was handed in. `play` is None where the catalogue hasn't got it."""

    id: str
    possible: int
    play: Play | None = None

    @property
    def title(self) -> str:
        return plain(self.play.scenario.title if self.play else self.id)


@dataclass(frozen=True, slots=True)
class Stray:
    """Something that a learner handed in, of which nobody can tell which lab it is."""

    learner: str
    said: str


@dataclass(frozen=True)
class Book:
    """All learners and labs in order, and the result of each submission by both ids.

    `handed_in` are the submissions in the same way, as far as they are known; `strays` are those of no
    known lab, which have no place in a table.
    """

    learners: tuple[Learner, ...]
    labs: tuple[Lab, ...]
    results: Mapping[tuple[str, str], Result]
    handed_in: Mapping[tuple[str, str], HandedIn] = field(default_factory=dict)
    strays: tuple[Stray, ...] = ()

    def of_lab(self, lab: Lab) -> list[tuple[Learner, Result]]:
        """The submissions of a lab, in the order of learners."""
        return [
            (each, self.results[each.id, lab.id])
            for each in self.learners
            if (each.id, lab.id) in self.results
        ]

    def of_learner(self, learner: Learner) -> list[tuple[Lab, Result]]:
        """What a learner handed in, in the order of labs."""
        return [
            (lab, self.results[learner.id, lab.id])
            for lab in self.labs
            if (learner.id, lab.id) in self.results
        ]

    def untouched(self, learner: Learner, lab: Lab) -> bool:
        """Whether the notebook has no code but what the lab hands out, as far as that is known."""
        handed_in = self.handed_in.get((learner.id, lab.id))
        return bool(handed_in and handed_in.traces and not handed_in.traces.own)

    def tried(self, lab: Lab) -> list[tuple[Learner, Result]]:
        """The submissions of a lab that somebody wrote something in."""
        return [each for each in self.of_lab(lab) if not self.untouched(each[0], lab)]

    @functools.cached_property
    def possible(self) -> int:
        """The points of all labs together."""
        return sum(lab.possible for lab in self.labs)

    def total(self, learner: Learner) -> int | None:
        """A learner's points of all labs. None for who handed in nothing, or is to be graded again."""
        results = [result for _, result in self.of_learner(learner)]
        if not results or not all(map(graded, results)):
            return None
        return sum(result.points for result in results)


def graded(result: Result) -> bool:
    """Whether its points are final. Where the grader broke they are not."""
    return result.outcome is not Outcome.ERROR


def book(
    results: Sequence[Result], roster: Roster | None = None, handed_in: Sequence[HandedIn] = ()
) -> Book:
    """Put results in order. Of two for the same learner and lab the last one counts.

    A submission that can't be graded and has no result has that as its result.
    """
    members = {composed(each.learner): each for each in roster or ()}
    by_both = {(composed(each.learner), each.lab): each for each in results if each.lab}
    of = {(composed(each.learner), each.lab): each for each in handed_in if each.lab}
    for both, each in of.items():
        if each.problem and both not in by_both:
            by_both[both] = _not_run(each)
    strays = sorted(
        {(composed(each.learner), each.said) for each in results if not each.lab}
        | {(composed(each.learner), _problem(each)) for each in handed_in if not each.lab}
    )
    called = {*members, *(learner for learner, _ in (*by_both, *strays))}
    names = sorted(called, key=by_name)
    pages = file_names(names)
    return Book(
        tuple(Learner(name, pages[name], members.get(name)) for name in names),
        tuple(_lab(lab, by_both.values()) for lab in sorted({lab for _, lab in by_both})),
        by_both,
        of,
        tuple(Stray(*each) for each in strays),
    )


def _not_run(handed_in: HandedIn) -> Result:
    return Result(
        handed_in.learner, handed_in.lab, 0, "", Outcome.NOT_RUN, said=_problem(handed_in)
    )


def _problem(handed_in: HandedIn) -> str:
    return f"{handed_in.source}: {handed_in.problem}" if handed_in.source else handed_in.problem


def composed(learner: str) -> str:
    """A learner's id as it is compared: a Mac's file names are decomposed."""
    return unicodedata.normalize("NFC", learner)


def _lab(lab: str, results: Iterable[Result]) -> Lab:
    try:
        play = catalogue.load(lab)
    except DrillError:
        play = None
    told = max((each.possible for each in results if each.lab == lab), default=0)
    return Lab(lab, told or (play.points if play else 0), play)
