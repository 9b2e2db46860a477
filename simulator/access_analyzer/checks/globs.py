"""Sets of names that patterns stand for: whether one holds another, whether two meet."""

from __future__ import annotations

from functools import lru_cache

from simulator.iam.patterns import Piece, glob


def holds(outer: str, inner: str) -> bool:
    """Whether every name of one pattern is one of the other; never yes where it isn't so.

    Wildcards of the inner one are taken for characters that no pattern names: only a wildcard of
    the outer one matches them.
    """
    return bool(glob((Piece(outer),))(inner.replace("*", "\x00\x01\x00").replace("?", "\x02")))


@lru_cache(maxsize=8_192)
def meet(one: str, other: str) -> bool:
    """Whether some name is of both patterns."""
    reached = {(0, 0)}
    seen = set(reached)
    while reached:
        left, right = reached.pop()
        if left == len(one) and right == len(other):
            return True
        for step in _steps(one, other, left, right):
            if step not in seen:
                seen.add(step)
                reached.add(step)
    return False


def _steps(one: str, other: str, left: int, right: int) -> set[tuple[int, int]]:
    a, b = one[left : left + 1], other[right : right + 1]
    steps = set()
    if a == "*":
        steps.add((left + 1, right))
    if b == "*":
        steps.add((left, right + 1))
    if a and b:
        if a == "*" and b != "*":
            steps.add((left, right + 1))
        elif b == "*" and a != "*":
            steps.add((left + 1, right))
        elif a in (b, "?") or b == "?":
            steps.add((left + 1, right + 1))
    return steps
