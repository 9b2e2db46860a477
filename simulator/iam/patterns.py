"""IAM's wildcards: `*` stands for any run of characters, `?` for exactly one.

A text is a sequence of `Piece`s because what a policy variable brings in is never a wildcard.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

ARN_PARTS = 6
"""An ARN is arn:partition:service:region:account:resource; the last part may hold colons."""


class Piece(NamedTuple):
    """A stretch of a pattern. Only in a `wild` piece are `*` and `?` wildcards."""

    text: str
    wild: bool = True


Pieces = tuple[Piece, ...]
Matcher = Callable[[str], object]


@lru_cache(maxsize=16_384)
def glob(pieces: Pieces) -> Matcher:
    """A function that is truthy for the whole strings the pattern matches.

    Each `*` takes the shortest run that reaches the next literal and never gives it back,
    which is enough for globs and keeps hostile patterns linear.
    """
    return re.compile(_regex(_tokens(pieces)), re.DOTALL).fullmatch


@lru_cache(maxsize=16_384)
def arn_glob(pieces: Pieces) -> Matcher:
    """The same for a Resource element.

    A `*` that ends a part of the ARN may run on past the colon, another `*` stays inside its
    part, and missing parts of a short ARN are wildcards ("IAM JSON policy elements: Resource",
    "IAM identifiers").
    """
    written = "".join(piece.text for piece in pieces)
    if written.startswith("arn:") and all(piece.wild for piece in pieces):
        missing = ARN_PARTS - 1 - written.count(":")
        pieces = (*pieces, Piece(":*" * max(missing, 0)))
    tokens: list[str] = []
    colons = 0
    flat = _tokens(pieces)
    for position, token in enumerate(flat):
        after = flat[position + 1] if position + 1 < len(flat) else ":"
        if token == "*" and colons < ARN_PARTS - 1 and after != re.escape(":") and after != ":":
            tokens.append("within")
        else:
            tokens.append(token)
        colons += token in {":", re.escape(":")}
    return re.compile(_regex(tokens), re.DOTALL).fullmatch


@lru_cache(maxsize=4_096)
def arn_parts_glob(pieces: Pieces) -> Callable[[str], bool]:
    """The same for the ARN condition operators, which compare the six parts one by one."""
    wanted = [glob(part) for part in _split(pieces)]

    def matches(value: str) -> bool:
        parts = value.split(":", ARN_PARTS - 1)
        return len(wanted) == len(parts) == ARN_PARTS and all(
            part_matches(part) for part_matches, part in zip(wanted, parts, strict=True)
        )

    return matches


def is_wild(text: str) -> bool:
    """Whether a text, read as a pattern, holds a wildcard."""
    return "*" in text or "?" in text


def _tokens(pieces: Pieces) -> list[str]:
    """`*`, `.` for `?`, or one escaped character each."""
    tokens: list[str] = []
    for text, wild in pieces:
        for character in text:
            if wild and character == "*":
                if not tokens or tokens[-1] != "*":
                    tokens.append("*")
            elif wild and character == "?":
                tokens.append(".")
            else:
                tokens.append(re.escape(character))
    return tokens


def _regex(tokens: list[str]) -> str:
    """Join tokens into a regular expression without backtracking between stars."""
    runs = {"*": ".*", "within": "[^:]*"}
    written: list[str] = []
    star: str | None = None
    literal: list[str] = []

    def close(last: bool) -> None:
        text = "".join(literal)
        if star is None:
            written.append(text)
        elif last:
            written.append(star + text)
        else:
            written.append(f"(?>{star}?{text})")
        literal.clear()

    for token in tokens:
        if token in runs:
            close(last=False)
            star = runs[token]
        else:
            literal.append(token)
    close(last=True)
    return "".join(written)


def _split(pieces: Pieces) -> list[Pieces]:
    """Cut a pattern at its first five colons, those that variables brought in included."""
    parts: list[list[Piece]] = [[]]
    for text, wild in pieces:
        rest = text
        while len(parts) < ARN_PARTS and ":" in rest:
            head, rest = rest.split(":", 1)
            parts[-1].append(Piece(head, wild))
            parts.append([])
        parts[-1].append(Piece(rest, wild))
    return [tuple(part) for part in parts]
