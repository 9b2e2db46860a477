"""What a class gets wrong together: sentences that several read, wrong fixes that several gave."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.errors import DrillError
from simulator.gradebook.book import Book, Lab, Learner
from simulator.gradebook.plain import plain
from simulator.grading.result import Result
from simulator.scenario import Fix, Phase

TOGETHER = 3
"""So many wrong fixes at most explain one response; so many cells are named."""
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
    for _, result in book.tried(lab):
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


def errors(book: Book, lab: Lab) -> list[Shared]:
    """The errors that cells of two learners or more failed with, in the same way; `claim` says where."""
    groups: dict[str, list[tuple[Learner, int]]] = {}
    for learner, result in book.tried(lab):
        for cell in result.cells:
            if cell.verdict == "failed":
                error = levelled(cell.error, result.marks)
                groups.setdefault(error, []).append((learner, cell.index + 1))
    found = [
        Shared(_cells(index for _, index in met), error, _once(learner for learner, _ in met))
        for error, met in groups.items()
    ]
    several = [each for each in found if len(each.learners) > 1]
    return sorted(several, key=lambda each: (-len(each.learners), each.sentence))


def _cells(numbers: Iterable[int]) -> str:
    often = Counter(numbers)
    most = [
        f"{number}" for number, _ in sorted(often.items(), key=lambda each: (-each[1], each[0]))
    ]
    more = f" and {len(most) - TOGETHER} more" if len(most) > TOGETHER else ""
    return f"cell{'s' if len(most) > 1 else ''} {', '.join(most[:TOGETHER])}{more}"


def shared(book: Book, lab: Lab) -> list[Shared]:
    """The sentences that two learners or more read, those of the most learners first."""
    groups: dict[tuple[str, str], list[Learner]] = {}
    for learner, result in book.tried(lab):
        for check in _failed(result):
            sentence = levelled(check["reason"], result.marks)
            groups.setdefault((check["claim"], sentence), []).append(learner)
    found = [Shared(*what, tuple(who)) for what, who in groups.items() if len(who) > 1]
    return sorted(found, key=lambda each: (-len(each.learners), each.claim, each.sentence))


def levelled(sentence: str, marks: Iterable[str] = ()) -> str:
    """A sentence without what only one account has: its names, ids, numbers and addresses."""
    there = (mark for mark in marks if len(mark) > 2 and mark in sentence)
    own = sorted(there, key=lambda mark: (-len(mark), mark))
    if own:
        names = "|".join(map(re.escape, own))
        sentence = re.sub(rf"(?<![\w-])(?:{names})(?![\w-])", "…", sentence)
    return _once_said(
        re.sub(r"…(?:[,;]? (?:and )?…(?! more))+", "…", _LEVELLED.sub("…", plain(sentence)))
    )


def _once_said(sentence: str) -> str:
    """Without what a list says again once it is levelled: "port …, port …"."""
    kept: list[str] = []
    for part in sentence.split(", "):
        item = re.split("[.;)]", part, maxsplit=1)[0]
        if kept and item and kept[-1].endswith(item):
            kept[-1] += part[len(item) :]
        else:
            kept.append(part)
    return ", ".join(kept)


def named(book: Book, lab: Lab) -> list[Named]:
    """The scenario's wrong fixes that explain what failed, the most frequent first."""
    fixes = _wrong_fixes(lab)
    alone: dict[str, list[Learner]] = {}
    among: dict[str, list[Learner]] = {}
    for learner, result in book.tried(lab):
        for names in explained(result, fixes):
            for name in names:
                (alone if len(names) == 1 else among).setdefault(name, []).append(learner)
    found = [
        Named(fix, _once(alone.get(fix.name, ())), _once(among.get(fix.name, ())))
        for fix in fixes
        if fix.name in alone or fix.name in among
    ]
    return sorted(found, key=lambda each: (-len(each.alone), -len(each.among), each.fix.name))


def _wrong_fixes(lab: Lab) -> list[Fix]:
    try:
        known = lab.play.fixes.values() if lab.play else ()
    except DrillError:
        return []
    return [fix for fix in known if fix.fails]


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
