"""Identifiers that follow from chance, so that a journal played again comes to the same ones."""

from __future__ import annotations

import random
import uuid


def drawn_uuid(chance: random.Random) -> str:
    """The next UUID, version 4, of `chance`."""
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))
