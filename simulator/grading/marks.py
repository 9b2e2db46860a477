"""What only one seed's account has, by which it is known where an answer comes from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.drill import Drill

SHORTEST = 8
MOST = 200
"""Marks of one account: more than any scenario has facts."""
_SECRET = re.compile(r"secret|password|passphrase|token|private|otp|mfa|code|body|text", re.I)
_NAME = re.compile(rf"[A-Za-z0-9][\w.:/@+-]{{{SHORTEST - 1},120}}")
_KEY = re.compile(r"[A-Za-z0-9/+]{40}")
"""The form of a secret access key."""
_DATE = re.compile(r"\d{4}[-/]\d\d|\d\d:\d\d:\d\d|\d{8}T\d{6}")
_OWN = re.compile(r"[\d.@]")
"""What a word that many accounts may have lacks."""
_FILE = re.compile(r"\.(csv|json|py|sh|sql|txt|ya?ml|gz)$")


def marks(drill: Drill, another: Collection[str]) -> tuple[str, ...]:
    """The account's id, the ids of its keys and its names; `another` are another seed's names.

    Never a secret, and nothing that follows from the time.
    """
    own = {each for each in names(drill.facts) if each not in another}
    return tuple(sorted({drill.account.id, drill.learner.access_key_id, *own})[:MOST])


def names(told: Any) -> Iterator[str]:
    """Those in an account's facts."""
    if isinstance(told, str):
        if _NAME.fullmatch(told) and _OWN.search(told) and not _common(told):
            yield told
    elif isinstance(told, Mapping):
        for name, value in told.items():
            if isinstance(name, str) and name != "files" and not _SECRET.search(name):
                yield from names(value)
    elif isinstance(told, (list, tuple, set, frozenset)):
        for each in told:
            yield from names(each)


def _common(name: str) -> bool:
    return bool(_KEY.fullmatch(name) or _DATE.search(name) or _FILE.search(name))
