"""Regular expressions that Macie takes: of custom data identifiers and of allow lists.

Macie has no capturing groups, backreferences, or look-around. One repetition of unbounded length in
another could keep the simulator busy for ever, and is refused as well. Source: "Regex support in custom
data identifiers" (Amazon Macie User Guide).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

_LONGEST: Final = 512
_BARRED: Final = frozenset({"GROUPREF", "GROUPREF_EXISTS", "ASSERT", "ASSERT_NOT"})


def objection(pattern: str) -> str | None:
    """Why an expression is not taken; None if it is."""
    from re import _parser  # type: ignore[attr-defined]

    if not pattern or len(pattern) > _LONGEST:
        return f"The regex must contain 1-{_LONGEST} characters"
    try:
        re.compile(pattern)
        parsed = _parser.parse(pattern)
    except (re.error, OverflowError, RecursionError):
        return "The regex is invalid"
    found = set(_operators(parsed, 0))
    if found & _BARRED:
        return "The regex contains an unsupported element"
    if "NESTED" in found:
        return "The regex contains nested unbounded repetitions"
    return None


def _operators(parsed: Any, inside: int) -> Iterator[str]:
    from re import _constants  # type: ignore[attr-defined]

    for operator, argument in parsed:
        name = str(operator)
        yield name
        deeper = inside
        if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            unbounded = argument[1] is _constants.MAXREPEAT
            if unbounded and inside:
                yield "NESTED"
            deeper = inside + unbounded
        for part in _parts(argument):
            yield from _operators(part, deeper)


def _parts(argument: Any) -> Iterator[Any]:
    kinds = (list, tuple)
    for one in argument if isinstance(argument, kinds) else ():
        if type(one).__name__ == "SubPattern":
            yield one
        elif isinstance(one, list):
            yield from (each for each in one if type(each).__name__ == "SubPattern")
