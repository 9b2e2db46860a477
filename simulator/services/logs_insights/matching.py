"""Running an automaton's program over a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from simulator.services.logs_insights.automaton import (
    ASSERT,
    CHAR,
    JUMP,
    MATCH,
    SAVE,
    SPLIT,
    Program,
    holds,
)
from simulator.services.logs_insights.limits import Budget

_FOUND: Final = -1
_MOST_KEPT: Final = 300_000
"""Places in programs, and ways between states, that may be kept together."""
_KINDS: Final = {None: None, "word": "a", "line": "\n", "other": " "}
Saved = tuple[int | None, ...]


class Searcher:
    """Tells whether a text holds a match.

    The sets of places that the program can be in are made when a text first leads there, and kept.
    """

    def __init__(self, program: Program) -> None:
        self._steps = program.steps
        self._forget()

    def _forget(self) -> None:
        self._states: list[tuple[frozenset[int], str | None]] = []
        self._next: list[dict[str, int]] = []
        self._numbers: dict[tuple[frozenset[int], str | None], int] = {}
        self._kept = 0

    def search(self, text: str, budget: Budget) -> bool:
        """Raises QueryTimeout."""
        budget.spend(len(text))
        now = self._number(frozenset({0}), None)
        for char in text:
            then = self._next[now].get(char)
            if then is None:
                now = self._shrink(now)
                then = self._next[now][char] = self._step(now, char, budget)
            if then == _FOUND:
                return True
            now = then
        places, before = self._states[now]
        return self._reaches(places, _KINDS[before], None, budget)[1]

    def _shrink(self, now: int) -> int:
        """Forget all states but one, where too much is kept; its number from now on."""
        self._kept += 2
        if self._kept <= _MOST_KEPT:
            return now
        key = self._states[now]
        self._forget()
        return self._number(*key)

    def _number(self, places: frozenset[int], before: str | None) -> int:
        key = places, before
        if key not in self._numbers:
            self._numbers[key] = len(self._states)
            self._states.append(key)
            self._next.append({})
            self._kept += len(places) + 10
        return self._numbers[key]

    def _step(self, state: int, char: str, budget: Budget) -> int:
        places, before = self._states[state]
        reached, found = self._reaches(places, _KINDS[before], char, budget)
        if found:
            return _FOUND
        after = {place + 1 for place in reached if self._steps[place][1](char)}
        kind = "line" if char == "\n" else "word" if char.isalnum() or char == "_" else "other"
        return self._number(frozenset(after | {0}), kind)

    def _reaches(
        self, places: frozenset[int], before: str | None, after: str | None, budget: Budget
    ) -> tuple[list[int], bool]:
        """The characters that are awaited next, and whether there is a match already."""
        waiting, seen, reached = list(places), set(places), []
        while waiting:
            place = waiting.pop()
            operation, first, second = self._steps[place]
            if operation == MATCH:
                return [], True
            if operation == CHAR:
                reached.append(place)
                continue
            ways = _ways(place, operation, first, second, before, after)
            waiting += [way for way in ways if way not in seen]
            seen.update(ways)
        budget.spend(len(seen))
        return reached, False


def groups(program: Program, text: str, slots: int, budget: Budget) -> Saved | None:
    """Where the leftmost match's groups start and end, by 2 * group; None for no match.

    Of several ways the one that Python would take. Raises QueryTimeout.
    """
    threads: list[tuple[int, Saved]] = []
    found: Saved | None = None
    for at in range(len(text) + 1):
        before = text[at - 1] if at else None
        after = text[at] if at < len(text) else None
        starts = threads if found is not None else [*threads, (0, (None,) * slots)]
        if not starts:
            break
        threads = []
        reached = _threads(program, starts, at, before, after, budget)
        for place, saved in reached:
            if program.steps[place][0] == MATCH:
                found = saved
                break
            if after is not None and program.steps[place][1](after):
                threads.append((place + 1, saved))
    return found


def _threads(
    program: Program,
    starts: Sequence[tuple[int, Saved]],
    at: int,
    before: str | None,
    after: str | None,
    budget: Budget,
) -> list[tuple[int, Saved]]:
    """Every thread that awaits a character or has matched, the preferred ones first."""
    waiting, seen, reached = list(reversed(starts)), set[int](), []
    while waiting:
        place, saved = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        operation, first, second = program.steps[place]
        if operation in {CHAR, MATCH}:
            reached.append((place, saved))
            continue
        if operation == SAVE and first < len(saved):
            saved = (*saved[:first], at, *saved[first + 1 :])
        ways = _ways(place, operation, first, second, before, after)
        waiting += [(way, saved) for way in reversed(ways)]
    budget.spend(2 * len(seen) + 1)
    return reached


def _ways(
    place: int, operation: int, first: int, second: int, before: str | None, after: str | None
) -> tuple[int, ...]:
    if operation == SPLIT:
        return first, second
    if operation == JUMP:
        return (first,)
    if operation == ASSERT and not holds(first, before, after, bool(second)):
        return ()
    return (place + 1,)
