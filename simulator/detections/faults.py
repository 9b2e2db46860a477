"""What is wrong with a rule's file, and on which line."""

from __future__ import annotations

import re
import traceback

_QUOTED = re.compile(r"['\"`]([^'\"`]{2,})['\"`]")
_AGGREGATION = re.compile(r"^\s*condition:.*\|", re.MULTILINE)


def said_of(error: Exception, text: str, name: str) -> str:
    """A sentence about a Sigma rule that YAML or pySigma refused."""
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        problem = getattr(error, "problem", None) or "it can't be read"
        return f"{name}, line {mark.line + 1}: not YAML: {problem}. Look at indentation and quotes."
    if found := _AGGREGATION.search(text):
        line = text.count("\n", 0, found.end()) + 1
        return (
            f"{name}, line {line}: Sigma has no aggregation in a condition any more. Write a "
            "correlation rule: a second document with `correlation:`, type, rules, group-by, timespan."
        )
    said = str(error) or type(error).__name__
    line_ = _line(said, text)
    at = f", line {line_}" if line_ else ""
    return f"{name}{at}: not a Sigma rule that can be run: {said.rstrip('.')}."


def _line(said: str, text: str) -> int | None:
    """The first line with something that the error quotes."""
    lines = text.splitlines()
    for quoted in _QUOTED.findall(said):
        for number, line in enumerate(lines, 1):
            if quoted in line:
                return number
    return None


def place(error: BaseException, source: str) -> str:
    """Where in a Python rule something went wrong: "KeyError('x'), line 7"."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == source and frame.lineno
    ]
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"line {lines[-1]}: {what}" if lines else what
