"""A regular expression as a program for an automaton: its time grows with the text alone.

Python's own engine tries one way after the other, which for a hostile expression takes forever;
here all ways are followed at once (Thompson, "Regular expression search algorithm", 1968). The
expression is read by Python's own parser. There are no backreferences and no lookaround.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final

LARGEST: Final = 2000
"""Instructions of a program."""

Test = Callable[[str], bool]
CHAR, SPLIT, JUMP, SAVE, ASSERT, MATCH = range(6)
_CATEGORIES: Final[dict[Any, Test]] = {
    code.CATEGORY_DIGIT: str.isdecimal,
    code.CATEGORY_SPACE: str.isspace,
    code.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    code.CATEGORY_NOT_DIGIT: lambda c: not c.isdecimal(),
    code.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    code.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
}


class Unsupported(ValueError):
    """An expression that can't be run in this way. The text says why."""


@dataclass(slots=True)
class Program:
    """Instructions (operation, first argument, second argument); 0 is where it starts."""

    steps: list[tuple[int, Any, Any]] = field(default_factory=list)

    def emit(self, operation: int, first: Any = None, second: Any = None) -> int:
        if len(self.steps) >= LARGEST:
            raise Unsupported("the regular expression is too large")
        self.steps.append((operation, first, second))
        return len(self.steps) - 1

    def point(self, place: int, first: Any, second: Any = None) -> None:
        """Fill in where an instruction leads."""
        self.steps[place] = (self.steps[place][0], first, second)


def holds(kind: Any, before: str | None, after: str | None, multiline: bool) -> bool:
    """Whether an assertion holds between two characters; None is the text's end."""
    if kind in {code.AT_BEGINNING, code.AT_BEGINNING_STRING}:
        line = multiline and kind is code.AT_BEGINNING
        return before is None or (line and before == "\n")
    if kind in {code.AT_END, code.AT_END_STRING}:
        line = multiline and kind is code.AT_END
        return after is None or (line and after == "\n")
    word = _CATEGORIES[code.CATEGORY_WORD]
    edge = (before is not None and word(before)) != (after is not None and word(after))
    return edge is (kind is code.AT_BOUNDARY)


def compiled(pattern: str) -> Program:
    """The program of a regular expression in Python's syntax.

    Raises:
        Unsupported: see there.
        re.error: it is no regular expression.
    """
    tree = _parser.parse(pattern)
    program = Program()
    _sequence(program, tree, tree.state.flags)
    program.emit(MATCH)
    return program


def _sequence(program: Program, nodes: Iterable[Any], flags: int) -> None:
    for operation, value in nodes:
        _one(program, operation, value, flags)


def _one(program: Program, operation: Any, value: Any, flags: int) -> None:
    if operation in {code.LITERAL, code.NOT_LITERAL, code.ANY, code.IN}:
        program.emit(CHAR, _test(operation, value, flags))
    elif operation is code.SUBPATTERN:
        group, added, removed, inside = value
        if group is not None:
            program.emit(SAVE, 2 * group)
        _sequence(program, inside, (flags | added) & ~removed)
        if group is not None:
            program.emit(SAVE, 2 * group + 1)
    elif operation is code.BRANCH:
        _branch(program, value[1], flags)
    elif operation in {code.MAX_REPEAT, code.MIN_REPEAT}:
        _repeat(program, value, flags, greedy=operation is code.MAX_REPEAT)
    elif operation is code.AT:
        program.emit(ASSERT, value, bool(flags & re.MULTILINE))
    else:
        name = str(operation).lower().replace("_", " ")
        raise Unsupported(f"the regular expression uses {name}, which is not supported")


def _branch(program: Program, ways: list[Any], flags: int) -> None:
    ends = []
    for way in ways[:-1]:
        split = program.emit(SPLIT)
        _sequence(program, way, flags)
        ends.append(program.emit(JUMP))
        program.point(split, split + 1, len(program.steps))
    _sequence(program, ways[-1], flags)
    for end in ends:
        program.point(end, len(program.steps))


def _repeat(program: Program, value: Any, flags: int, *, greedy: bool) -> None:
    least, most, inside = value
    for _ in range(least):
        _sequence(program, inside, flags)
    if most is code.MAXREPEAT:
        split = program.emit(SPLIT)
        _sequence(program, inside, flags)
        program.emit(JUMP, split)
        _choose(program, split, greedy=greedy)
        return
    splits = []
    for _ in range(most - least):
        splits.append(program.emit(SPLIT))
        _sequence(program, inside, flags)
    for split in splits:
        _choose(program, split, greedy=greedy)


def _choose(program: Program, split: int, *, greedy: bool) -> None:
    """Let a split go on with what follows it, or behind all that there is now."""
    ways = (split + 1, len(program.steps))
    program.point(split, *(ways if greedy else ways[::-1]))


def _test(operation: Any, value: Any, flags: int) -> Test:
    if operation is code.ANY:
        return (lambda _: True) if flags & re.DOTALL else (lambda c: c != "\n")
    items = value if operation is code.IN else [(code.LITERAL, value)]
    negated = operation is code.NOT_LITERAL or items[0][0] is code.NEGATE
    tests = list(_members(item for item in items if item[0] is not code.NEGATE))
    if flags & re.IGNORECASE:
        return lambda c: negated is not any(t(x) for x in {c, c.lower(), c.upper()} for t in tests)
    return lambda c: negated is not any(test(c) for test in tests)


def _members(items: Iterable[Any]) -> Iterator[Test]:
    for kind, value in items:
        if kind is code.LITERAL:
            yield chr(value).__eq__
        elif kind is code.RANGE:
            first, last = map(chr, value)
            yield lambda c, first=first, last=last: first <= c <= last  # type: ignore[misc]
        else:
            yield _CATEGORIES[value]
