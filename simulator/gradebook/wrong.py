"""What a class gets wrong together: sentences that several read, wrong fixes that several gave."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.gradebook.book import Book, Lab, Learner
from simulator.gradebook.plain import plain
from simulator.grading.result import Result
from simulator.scenario import Fix, Phase

TOGETHER = 3
"""So many wrong fixes at most explain one response."""
_LEVELLED = re.compile(
    r"arn:aws[\w-]*:[^\s,;)\"']*"
    r"|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b(?:\d{1,3}\.){3}\d{1,3}(?:/\d+)?"
    r"|\b(?:[0-9a-f]{1,4}:){2,}[0-9a-f:]*(?:/\d+)?"
    r"|\bA[A-Z]{3}[A-Z0-9]{12,}\b"
    r"|\b[a-z]+-[0-9a-f]{8,17}\b"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\b\d[\d,.]*\b"
)
"""What differs from account to account."""


@dataclass(frozen=True, slots=True)
class Hard:
    """How a check went. `attempted` counts those whom it was judged for."""

    name: str
    phase: str
    claim: str
    passed: int
    attempted: int
    submissions: int

    @property
    def share(self) -> float:
        return self.passed / self.attempted if self.attempted else 0.0


@dataclass(frozen=True, slots=True)
class Shared:
    """A sentence that several learners read of a check, with what is different in it levelled."""

    claim: str
    sentence: str
    learners: tuple[Learner, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A wrong fix that the scenario knows: who did just this, and who this among others."""

    fix: Fix
    alone: tuple[Learner, ...]
    among: tuple[Learner, ...]


def hardest(book: Book, lab: Lab) -> list[Hard]:
    """All checks of a lab, the hardest first; those that nobody attempted last."""
    told: dict[str, Mapping[str, Any]] = {}
    verdicts: dict[str, Counter[str]] = {}
    for _, result in book.of_lab(lab):
        for check in result.checks:
            told.setdefault(check["name"], check)
            verdicts.setdefault(check["name"], Counter())[check["verdict"]] += 1
    found = [
        Hard(
            name,
            told[name]["phase"],
            told[name]["claim"],
            counts["PASSED"],
            counts["PASSED"] + counts["FAILED"],
            counts.total(),
        )
        for name, counts in verdicts.items()
    ]
    return sorted(found, key=lambda each: (not each.attempted, each.share, -each.attempted))


def shared(book: Book, lab: Lab) -> list[Shared]:
    """The sentences that two learners or more read, those of the most learners first."""
    groups: dict[tuple[str, str], list[Learner]] = {}
    for learner, result in book.of_lab(lab):
        for check in _failed(result):
            sentence = levelled(check["reason"], result.marks)
            groups.setdefault((check["claim"], sentence), []).append(learner)
    found = [Shared(*what, tuple(who)) for what, who in groups.items() if len(who) > 1]
    return sorted(found, key=lambda each: (-len(each.learners), each.claim, each.sentence))


def levelled(sentence: str, marks: Iterable[str] = ()) -> str:
    """A sentence without what only one account has: its names, ids, numbers and addresses."""
    own = sorted((mark for mark in marks if len(mark) > 2), key=lambda mark: (-len(mark), mark))
    if own:
        names = "|".join(map(re.escape, own))
        sentence = re.sub(rf"(?<![\w-])(?:{names})(?![\w-])", "…", sentence)
    return re.sub(r"…(?:[,;]? (?:and )?…)+", "…", _LEVELLED.sub("…", plain(sentence)))


def named(book: Book, lab: Lab) -> list[Named]:
    """The scenario's wrong fixes that explain what failed, the most frequent first."""
    fixes = [fix for fix in lab.play.fixes.values() if fix.fails] if lab.play else []
    alone: dict[str, list[Learner]] = {}
    among: dict[str, list[Learner]] = {}
    for learner, result in book.of_lab(lab):
        for names in explained(result, fixes):
            for name in names:
                (alone if len(names) == 1 else among).setdefault(name, []).append(learner)
    found = [
        Named(fix, _once(alone.get(fix.name, ())), _once(among.get(fix.name, ())))
        for fix in fixes
        if fix.name in alone or fix.name in among
    ]
    return sorted(found, key=lambda each: (-len(each.alone), -len(each.among), each.fix.name))


def explained(result: Result, fixes: Sequence[Fix]) -> list[tuple[str, ...]]:
    """The wrong fixes, or as few together as it takes, whose verdicts a result equals.

    Equal: the same checks failed, with the same sentences. A response that holds nowhere after
    detection was hardly one, and is nobody's wrong fix.
    """
    failed = {check["name"]: check["reason"] for check in _failed(result)}
    if not failed or not any(
        check["verdict"] == "PASSED" and check["phase"] != Phase.DETECT for check in result.checks
    ):
        return []
    fitting = [
        fix
        for fix in fixes
        if all(name in failed and said in failed[name] for name, said in fix.fails.items())
    ]
    for count in range(1, TOGETHER + 1):
        found = [
            tuple(fix.name for fix in some)
            for some in itertools.combinations(fitting, count)
            if set().union(*(fix.fails for fix in some)) == set(failed)
        ]
        if found:
            return found
    return []


def _failed(result: Result) -> list[Mapping[str, Any]]:
    return [check for check in result.checks if check["verdict"] == "FAILED"]


def _once(learners: Iterable[Learner]) -> tuple[Learner, ...]:
    return tuple({each.id: each for each in learners}.values())
