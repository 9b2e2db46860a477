"""Identifiers that follow from chance, so that a journal played again comes to the same ones."""

from __future__ import annotations

import random
import string
import uuid
from hashlib import blake2b

_DIGITS = string.digits + string.ascii_uppercase


def drawn_uuid(chance: random.Random) -> str:
    """The next UUID, version 4, of `chance`."""
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def uuid_of(text: str) -> str:
    """The UUID, version 4, that always follows from `text`."""
    return str(uuid.UUID(bytes=blake2b(text.encode(), digest_size=16).digest(), version=4))


def letters_of(text: str, count: int = 16) -> str:
    """Capitals and digits, as in S3's request ids, that always follow from `text`; at most 64."""
    return "".join(
        [_DIGITS[each % 36] for each in blake2b(text.encode(), digest_size=count).digest()]
    )
