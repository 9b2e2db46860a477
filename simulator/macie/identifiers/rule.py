"""A managed data identifier: a pattern, keywords, and what makes a match one of its kind.

Sources: "Managed data identifiers for credentials data", "… for financial information", "… for PII",
"Keyword requirements for managed data identifiers" (Amazon Macie User Guide).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

CREDENTIALS: Final = "CREDENTIALS"
FINANCIAL: Final = "FINANCIAL_INFORMATION"
PERSONAL: Final = "PERSONAL_INFORMATION"
DIGITS: Final = (r"(?<![\w.-])", r"(?![\w-]|\.\d)")
"""What a number must not be a part of."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`scale` is severity at 1, at 2 to 99 and at 100 or more occurrences: L, M, H."""

    id: str
    category: str
    pattern: str
    keywords: tuple[str, ...] = ()
    valid: Callable[[str], bool] | None = None
    """Asked with the match as it stands."""
    scale: str = "HHH"
    recommended: bool = False
    or_country_code: bool = False
    """A match that begins with + needs no keyword."""
    without: str = ""
    """The id of the rule that takes what is near a keyword: this one takes the rest."""


def number(pattern: str) -> str:
    """The pattern of a number that stands by itself."""
    return f"{DIGITS[0]}(?:{pattern}){DIGITS[1]}"


def bare(text: str) -> str:
    """Without separators, in capital letters."""
    return re.sub(r"[\s.\-/]", "", text).upper()


def checked(check: Callable[[str], bool]) -> Callable[[str], bool]:
    """A check of the characters without separators; zeroes alone are an example."""
    return lambda text: bool(bare(text).strip("0")) and check(bare(text))


def listed(words: str) -> tuple[str, ...]:
    """Keywords, written with commas."""
    return tuple(one.strip() for one in words.split(","))


@functools.lru_cache(maxsize=4_096)
def spoken(keyword: str) -> str:
    """The pattern of a keyword: a space may be missing, or be an underscore or a hyphen."""
    parts = [re.escape(one) for one in keyword.lower().split()]
    return rf"(?<![^\W_]){'[ _-]?'.join(parts)}(?![^\W_])"
