"""Where in the text of a policy document each statement stands.

Lines and columns count from 1. A statement starts right behind the bracket or comma before it
and ends right behind its closing brace, as the simulator of AWS reports it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache

from simulator.services import Result

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"\s*")


@lru_cache(maxsize=512)
def extents(document: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each statement of a well-formed document, as offsets into its text."""
    at = _skip(document, document.index("{") + 1)
    while document[at] != "}":
        key, at = _DECODER.raw_decode(document, at)
        at = _skip(document, _skip(document, at) + 1)
        if key == "Statement":
            return tuple(_statements(document, at))
        _, at = _DECODER.raw_decode(document, at)
        at = _skip(document, at)
        if document[at] == ",":
            at = _skip(document, at + 1)
    return ()


def position(document: str, offset: int) -> Result:
    """{"Line", "Column"} of an offset."""
    line = document.count("\n", 0, offset) + 1
    return {"Line": line, "Column": offset - document.rfind("\n", 0, offset)}


def _statements(document: str, at: int) -> Iterator[tuple[int, int]]:
    if document[at] != "[":
        yield at, _DECODER.raw_decode(document, at)[1]
        return
    while document[at] != "]":
        start = at + 1
        at = _skip(document, start)
        if document[at] == "]":
            return
        _, end = _DECODER.raw_decode(document, at)
        yield start, end
        at = _skip(document, end)


def _skip(document: str, at: int) -> int:
    found = _SPACE.match(document, at)
    return found.end() if found else at
