"""The traces in a submitted notebook, beside the lab as it was handed out."""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulator.errors import DrillError
from simulator.grading.code import Code, codes
from simulator.grading.page import code_cells, source
from simulator.grading.traces import CellTrace, Traces
from simulator.handouts import handout

_SHOWN = re.compile(r"(?<![0-9A-Za-z])(?:\d{12}|A[KS]IA[A-Z2-7]{16})(?![0-9A-Za-z])")
_CLAIM = re.compile(r"(?<!\d)(\d{1,4}) of (\d{1,4}) points")
_LONGEST = 2**20
"""Characters of a cell's outputs that are looked at."""
_MOST = 5000


def traces(notebook: Mapping[str, Any], written: Sequence[Code], learner: str, lab: str) -> Traces:
    """What there is to see in a notebook that `page.parse` returned; `written` is its cells' code."""
    given = _given(lab)
    left = Counter(given)
    cells: list[CellTrace] = []
    words: set[str] = set()
    shown: set[str] = set()
    claims: list[tuple[int, int]] = []
    for (index, cell), own in zip(code_cells(notebook), written, strict=True):
        digest = own.digest
        handed_out = digest in given
        left[digest] -= 1
        if not handed_out and len(words) < _MOST:
            words.update(own.words())
        outputs = cell.get("outputs")
        count = cell.get("execution_count")
        said = _said(outputs)
        shown.update(_SHOWN.findall(said)[:_MOST])
        claims += [(int(got), int(of)) for got, of in _CLAIM.findall(said)[:_MOST]]
        whole = count if type(count) is int and 0 <= count < 1_000_000 else None
        cells.append(CellTrace(index, digest, own.size, handed_out, whole, bool(outputs)))
    missing = sum(number for digest, number in left.items() if number > 0 and digest in given)
    common = _words(lab)
    return Traces(
        learner,
        lab,
        tuple(cells),
        words=frozenset(sorted(words - common)[:_MOST]),
        shown=frozenset(sorted(shown)[:_MOST]),
        claims=tuple(claims[:_MOST]),
        missing=missing,
    )


@functools.cache
def _given(lab: str) -> Counter[str]:
    """The digests of the code cells that a lab hands out."""
    return Counter(filter(None, (each.digest for each in _handed_out(lab))))


@functools.cache
def _words(lab: str) -> frozenset[str]:
    return frozenset(word for each in _handed_out(lab) for word in each.words())


def _handed_out(lab: str) -> list[Code]:
    """Nothing where this installation lacks the lab's notebook."""
    try:
        return codes(source(cell) for _, cell in code_cells(json.loads(handout(lab))))
    except DrillError:
        return []


def _said(outputs: Any) -> str:
    """The texts in a cell's outputs, whatever they look like, up to a length."""
    found: list[str] = []
    size = 0
    for text in _texts(outputs):
        found.append(text[: _LONGEST - size])
        size += len(found[-1])
        if size >= _LONGEST:
            break
    return "".join(found)


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, list):
            waiting += reversed(each)
        elif isinstance(each, dict):
            waiting += [each[name] for name in reversed(each) if not str(name).startswith("image/")]
