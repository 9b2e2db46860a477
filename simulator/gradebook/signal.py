"""What a signal is, and of which kinds there are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from simulator.gradebook.plain import short


@dataclass(frozen=True, slots=True)
class About:
    """A kind of signal, in words."""

    title: str
    weight: str
    """"strong", "medium" or "weak": how much there has to be said for another reason."""
    innocent: str


class Kind(Enum):
    """The kinds of signals, the strongest first."""

    MARKS = About(
        "Another account's marks in the code or the answers",
        "strong",
        "Two learners looked at one screen and one typed what the other saw; an example from the lesson "
        "was left in; a name is common enough for two companies to have it.",
    )
    TOKEN = About(
        "Another learner's token in the file",
        "strong",
        "One was given the other's bundle, or a copy of it, and worked on in that.",
    )
    SHOWN = About(
        "Outputs of another learner's account",
        "strong",
        "Two worked on one machine or in one shared folder, as pairs do; the wrong file was handed in.",
    )
    IDENTICAL = About(
        "Identical code",
        "strong",
        "They worked as a pair, which may be allowed; the code was shown in the lesson or published; one "
        "notebook was handed in under two names by mistake.",
    )
    NEAR = About(
        "Nearly identical code",
        "medium",
        "They worked together and wrote up alone; both started from the same example or the same "
        "suggestion of a tool.",
    )
    CLAIM = About(
        "Outputs that say more points than the account",
        "medium",
        "The notebook was run in another order than from top to bottom; a cell was changed after it was "
        "run; it depends on a file or a package that grading doesn't have; the grading run was stopped.",
    )
    NO_HISTORY = About(
        "No trace of ever having been run",
        "weak",
        "Outputs were cleared before handing in, as many courses ask; nbstripout or another filter of Git "
        "does it; the work was done in an editor that keeps no outputs.",
    )
    UNCOUNTED = About(
        "Outputs without execution counts",
        "weak",
        "A tool that converts or cleans notebooks removed the counts.",
    )
    ORDER = About(
        "Outputs everywhere, run in another order than they stand",
        "weak",
        "Whoever tries things goes back and runs cells again; only a last run from top to bottom is in "
        "order.",
    )
    ONE_CELL = About(
        "The whole response in one cell",
        "weak",
        "It was written as a script, or gathered at the end to be run in one go.",
    )


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal about one submission. `others` are the learners that it has to do with."""

    kind: Kind
    learner: str
    lab: str
    said: str
    others: tuple[str, ...] = ()


def some(names: tuple[str, ...], most: int = 5) -> str:
    """Names in a sentence, at most so many."""
    more = len(names) - most
    shown = [short(name) for name in names[:most]]
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
