"""Who takes part: the instructor's list of learners, their tokens and their seeds."""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from simulator.errors import DrillError
from simulator.grading.names import cleaned

SEEDS = 2**31
COLUMNS = ("learner", "name", "email", "token", "seed")


@dataclass(frozen=True, slots=True)
class Member:
    """A learner. `learner` names them in folders and gradebooks; `token` is all that they are given.

    `more` are the list's further columns, such as those by which Canvas and Moodle know them.
    """

    learner: str
    token: str
    seed: int
    name: str = ""
    email: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


class Roster:
    """The members of a class, by name and by token."""

    def __init__(self, members: Iterable[Member] = ()) -> None:
        self.members = tuple(members)
        self._by_token = {each.token: each for each in self.members}
        self._by_learner = {each.learner: each for each in self.members}

    def __iter__(self) -> Iterator[Member]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def of_token(self, token: str) -> Member | None:
        return self._by_token.get(token)

    def of_learner(self, learner: str) -> Member | None:
        return self._by_learner.get(learner)


def seed_of(token: str) -> int:
    """The seed of a token that no roster knows: of a learner who works on a machine of their own."""
    digest = hashlib.sha256(f"drill learner/{token}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % SEEDS


def read(path: Path) -> Roster:
    """The roster in a CSV file with the columns learner, token and seed, and any others.

    No two learners' names may be the same, not even but for their case: folders have them.

    Raises:
        DrillError: it can't be read, or a line of it can't be used; which, is said.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DrillError(f"{path} can't be read as a roster: {error}") from error
    members = [_member(path, number, row) for number, row in enumerate(rows, 2)]
    for what in ("learner", "token"):
        seen: set[str] = set()
        for number, each in enumerate(members, 2):
            value = str(getattr(each, what))
            key = value.casefold() if what == "learner" else value
            if key in seen:
                raise DrillError(f"{path}, line {number}: the {what} {value!r} is there twice.")
            seen.add(key)
    return Roster(members)


def text(roster: Roster) -> str:
    """The roster as CSV, the columns of `COLUMNS` first."""
    further = list(dict.fromkeys(name for each in roster for name in each.more))
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow([*COLUMNS, *further])
    for each in roster:
        known = [each.learner, each.name, each.email, each.token, each.seed]
        lines.writerow([*known, *(each.more.get(name, "") for name in further)])
    return out.getvalue()


def _member(path: Path, number: int, row: Mapping[str | None, str | None]) -> Member:
    given = {
        str(name).strip().lower(): (value or "").strip() for name, value in row.items() if name
    }
    for needed in ("learner", "token", "seed"):
        if not given.get(needed):
            raise DrillError(
                f"{path}, line {number} has no {needed}: `drill assign` makes a roster of a list of "
                "learners."
            )
    if not given["seed"].isdigit() or int(given["seed"]) >= SEEDS:
        raise DrillError(f"{path}, line {number}: {given['seed']!r} is no seed (0 to {SEEDS - 1}).")
    given["learner"] = unicodedata.normalize("NFC", given["learner"])
    if (fit := cleaned(given["learner"])) != given["learner"]:
        raise DrillError(
            f"{path}, line {number}: a folder can't be called {given['learner']!r}; {fit!r} would do."
        )
    more = {name: value for name, value in given.items() if name not in COLUMNS}
    known = {name: given.get(name, "") for name in ("learner", "token", "name", "email")}
    return Member(**known, seed=int(given["seed"]), more=more)
