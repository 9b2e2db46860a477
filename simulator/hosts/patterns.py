"""grep's patterns, matched in linear time.

A learner writes the pattern, and everybody's simulator matches it. Python's `re` tries every way, so
that `(a|aa)*b` keeps it for ever; RE2, which DuckDB brings, doesn't, and knows `[[:alpha:]]`.
Source: the manual page grep(1), "Regular Expressions". RE2 has no back-references.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_SPECIAL = re.compile(r"\\?([|+?(){}])")
"""What is special in a basic regular expression with a backslash, and in others without."""
_PLAIN = re.compile(r"[^\\.\[\]*^$|+?(){}]*")


class BadPattern(ValueError):
    """No regular expression."""


def matching(pattern: str, options: str, lines: Sequence[str]) -> list[bool]:
    """Which lines match: a basic regular expression, an extended one (-E), or plain text (-F).

    Raises:
        BadPattern: it can't be read, or is too large to be matched.
    """
    if "F" in options or _PLAIN.fullmatch(pattern):
        return _holding(pattern, lines, "i" in options)
    if "E" not in options:
        pattern = _SPECIAL.sub(lambda f: f[1] if f[0] != f[1] else f"\\{f[1]}", pattern)
    return _matched(pattern, lines, "i" if "i" in options else "c")


def _holding(text: str, lines: Sequence[str], any_case: bool) -> list[bool]:
    if any_case:
        text, lines = text.lower(), [line.lower() for line in lines]
    return [text in line for line in lines]


def _matched(pattern: str, lines: Sequence[str], case: str) -> list[bool]:
    import duckdb

    asked = "SELECT regexp_matches(line, $2, $3) FROM (SELECT unnest($1::VARCHAR[]) AS line)"
    with _one_at_a_time:
        try:
            found = _engine().execute(asked, [list(lines), pattern, case]).fetchall()
        except duckdb.Error as error:
            raise BadPattern(str(error)) from error
    return [each for (each,) in found]


_one_at_a_time = threading.Lock()


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    import duckdb

    return duckdb.connect(":memory:", config={"threads": 1, "enable_external_access": False})
