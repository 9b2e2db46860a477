"""Texts from strangers, made fit for tables, pages and file names. Whatever they are, they stay texts."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

MOST = 64
"""Bytes of a file's name that come from a learner's."""
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069"
    r"\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""Control characters, what turns the direction of the text around it, and what no UTF-8 or XML has."""
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_INSIDE = re.compile("(; *)(?=[=+@\uff1d\uff0b\uff0d\uff20-])")
"""Where a spreadsheet that separates cells by semicolons would see one begin with a formula."""
_DIGEST = re.compile(r"-[0-9a-f]{8}$")
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)))
)


def plain(text: object) -> str:
    """The text in one line."""
    return " ".join(plain_lines(text).split())


def plain_lines(text: object) -> str:
    """The text with its lines, composed (NFC), and with a replacement character for what can't be shown."""
    composed = unicodedata.normalize("NFC", str(text).replace("\r\n", "\n").replace("\r", "\n"))
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", composed)


def short(text: object, most: int = 60) -> str:
    """The text in one line, of at most so many characters."""
    whole = plain(text)
    return whole if len(whole) <= most else f"{whole[: most - 1].rstrip()}…"


def cell(value: object) -> str:
    """A cell of a CSV file. A text that a spreadsheet would take for a formula gets an apostrophe;
    a dash alone is none.

    Source: OWASP, "CSV Injection".
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = _INSIDE.sub(r"\1'", plain(value))
    return f"'{text}" if text.startswith(_FORMULA) and text != "-" else text


def by_name(text: str) -> tuple[str, str]:
    """The order of names, the same everywhere."""
    return text.casefold(), text


def file_names(learners: Iterable[str]) -> dict[str, str]:
    """A file's name, without its ending, for each learner: readable, harmless, no two alike."""
    given = sorted(set(learners), key=by_name)
    kept = Counter(learner.casefold() for learner in given if _cleaned(learner) == learner)
    return {learner: _file_name(learner, kept[learner.casefold()]) for learner in given}


def _file_name(learner: str, often: int) -> str:
    """As the learner is called, where that is harmless; else with a digest, as no other name ends."""
    name = _cleaned(learner)
    as_it_is = name == learner and often == 1 and not _DIGEST.search(name)
    return name if as_it_is else f"{name}-{_digest(learner)}"


def _cleaned(learner: str) -> str:
    name = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", learner)).strip("._-")
    short = name.encode("utf-8", "ignore")[:MOST].decode("utf-8", "ignore").rstrip("._-")
    bad = not short or short.split(".")[0].casefold() in _RESERVED
    return f"learner_{short}".rstrip("_") if bad else short


def _digest(learner: str) -> str:
    return hashlib.sha256(learner.encode("utf-8", "surrogatepass")).hexdigest()[:8]
