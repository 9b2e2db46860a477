"""Policy variables: `${aws:username}` in Resource elements and condition values.

Source: "IAM policy elements: Variables and tags".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from simulator.iam.patterns import Piece, Pieces, is_wild

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_WITH_DEFAULT = re.compile(r"(.+?), '(.*)'", re.DOTALL)
_WILDCARD = re.compile(r"[*?]")
_CHARACTERS = {"*", "?", "$"}
_SEVERAL = 2

Values = Mapping[str, tuple[str, ...]]
"""A request's context: lower-case key to its values."""


class Variable(NamedTuple):
    """A placeholder: the lower-case context key and what stands in when it has no value."""

    key: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """A text of a policy, cut at its variables."""

    parts: tuple[Piece | Variable, ...]
    fixed: str | None
    """The text itself where it holds no variable."""
    wild: bool
    prefix: str
    """What every text the template stands for begins with."""

    def pieces(self, values: Values) -> Pieces | None:
        """The text with its variables filled in, or None where one has no value.

        A key with several values cannot be a variable. An empty value is none where there is
        a default to stand in.
        """
        filled: list[Piece] = []
        for part in self.parts:
            if isinstance(part, Piece):
                filled.append(part)
                continue
            found = values.get(part.key, ())
            text = found[0] if len(found) == 1 else None
            if not text and part.default is not None and len(found) < _SEVERAL:
                text = part.default
            if text is None:
                return None
            filled.append(Piece(text, wild=False))
        return tuple(filled)

    def text(self, values: Values) -> str | None:
        """The filled-in text for operators that know no wildcards."""
        if self.fixed is not None:
            return self.fixed
        pieces = self.pieces(values)
        return None if pieces is None else "".join(piece.text for piece in pieces)


def parse(text: str, variables: bool) -> Template:
    """Cut a text. Without `variables` (policy version 2008-10-17) it is taken as written."""
    if not variables or "${" not in text:
        return Template((Piece(text),), text, is_wild(text), _prefix(text))
    parts: list[Piece | Variable] = []
    at = 0
    for found in _VARIABLE.finditer(text):
        if found.start() > at:
            parts.append(Piece(text[at : found.start()]))
        parts.append(_placeholder(found[1]))
        at = found.end()
    if at < len(text):
        parts.append(Piece(text[at:]))
    wild = any(isinstance(part, Piece) and part.wild and is_wild(part.text) for part in parts)
    fixed = None
    if all(isinstance(part, Piece) for part in parts):
        fixed = "".join(part.text for part in parts if isinstance(part, Piece))
    first = parts[0]
    prefix = _prefix(first.text) if isinstance(first, Piece) and first.wild else ""
    return Template(tuple(parts), fixed, wild, prefix)


def _prefix(text: str) -> str:
    return _WILDCARD.split(text, maxsplit=1)[0]


def _placeholder(inner: str) -> Piece | Variable:
    if inner in _CHARACTERS:
        return Piece(inner, wild=False)
    if with_default := _WITH_DEFAULT.fullmatch(inner):
        return Variable(with_default[1].lower(), with_default[2])
    return Variable(inner.lower(), None)
