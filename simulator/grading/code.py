"""Code that is compared and searched, but never compiled: it may be anything."""

from __future__ import annotations

import functools
import hashlib
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_LONGEST = 200_000
"""Characters of a notebook that are taken apart into tokens; further cells are split into lines."""
_LAYOUT = frozenset(
    {
        *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING),
        *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
    }
)
_MAGIC = re.compile(r"^[ \t]*[%!?].*$", re.MULTILINE)
_QUOTED = re.compile(r"[a-zA-Z]{0,2}(?:'''|\"\"\"|'|\")(.*?)(?:'''|\"\"\"|'|\")", re.DOTALL)
_CALL = re.compile(r"""^[^#\n]*?\bLab\(\s*(?:scenario_id\s*=\s*)?['"]([^'"\n]{1,200})['"]""", re.M)
_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@+=-]{2,}[A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class Code:
    """One cell's code as `tokens`: without comments and layout, magic lines kept as they are."""

    tokens: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The same for the same code; empty where there is none."""
        if not self.tokens:
            return ""
        told = "\0".join(self.tokens).encode(errors="surrogatepass")
        return hashlib.sha256(told).hexdigest()[:32]

    @property
    def size(self) -> int:
        return sum(map(len, self.tokens))

    def words(self) -> Iterator[str]:
        """Names, addresses and ids, in strings as well."""
        for token in self.tokens:
            yield from (each.group() for each in _WORD.finditer(token[:10_000]))

    def labs(self) -> Iterator[str]:
        """What `Lab("…")` is called with here."""
        for at, token in enumerate(self.tokens):
            if token == "Lab" and self.tokens[at + 1 : at + 2] == ("(",):
                given = self.tokens[at + 2 : at + 5]
                given = given[2:] if given[1:2] == ("=",) else given[:1]
                if given and (text := _QUOTED.fullmatch(given[0])):
                    yield text.group(1)
            elif "Lab(" in token and (call := _CALL.search(token)):
                yield call.group(1)


def codes(sources: Iterable[str]) -> list[Code]:
    """The code of a notebook's cells, in order. What Python can't take apart is kept by lines."""
    left = _LONGEST
    found = []
    for source in sources:
        left -= len(source)
        found.append(_code(source, left >= 0))
    return found


def _code(source: str, apart: bool) -> Code:
    magics = [" ".join(each.group().split()) for each in _MAGIC.finditer(source)]
    plain = _MAGIC.sub("", source) if magics else source
    return Code((*magics, *_tokens(plain, apart)))


def _tokens(source: str, apart: bool) -> tuple[str, ...]:
    taken = _taken_apart(source) if apart else None
    if taken is not None:
        return taken
    lines = (line.strip() for line in source.splitlines())
    return tuple(" ".join(line.split()) for line in lines if line and not line.startswith("#"))


@functools.lru_cache(maxsize=1024)
def _taken_apart(source: str) -> tuple[str, ...] | None:
    """None for what Python can't. Most of a class's cells are the same."""
    try:
        found = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if any(each.type == tokenize.ERRORTOKEN for each in found):
        return None
    return tuple(each.string for each in found if each.type not in _LAYOUT)
