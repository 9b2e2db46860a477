"""A folder of journals: those of one simulator, one lab a file. It holds secrets: nobody else's."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from simulator.journal import Beginning, Journal
from simulator.lock import lock

_ENDING = ".journal"


class Journals:
    """The folder, made if need be, and locked as long as this process lives.

    Raises:
        CannotServe: it can't be made or written, or another simulator uses it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = lock(
            folder / "lock",
            f"Journals can't be kept in {folder}",
            f"Another simulator keeps its journals in {folder}: stop it, or name another folder "
            "with --journal.",
            "Name another folder with --journal.",
            mode=0o700,
        )

    def token(self, name: str = "token") -> str:
        """The token that starts labs, or another: the same one as long as the folder is there."""
        path = self.folder / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(24), encoding="ascii")
        return path.read_text(encoding="ascii")

    def begin(self, beginning: Beginning) -> Journal:
        """A new journal of a lab; one that the learner had is written over."""
        who = hashlib.sha256(beginning.learner.encode()).hexdigest()[:16]
        return Journal.begin(self.folder / f"{beginning.scenario}-{who}{_ENDING}", beginning)

    def found(self) -> Iterator[Journal]:
        """Those of earlier processes."""
        yield from (Journal(path) for path in sorted(self.folder.glob(f"*{_ENDING}")))

    def set_aside(self, journal: Journal) -> Path:
        """Keep a journal that can't be played again out of the way, and say where."""
        journal.close()
        number = 1
        while (aside := journal.path.with_suffix(f".aside-{number}")).exists():
            number += 1
        return journal.path.replace(aside)

    def close(self) -> None:
        """Let another simulator have the folder."""
        os.close(self._lock)
