"""Errors that a person reads: what was wrong, where, and what to do.

DrillError
├── UnknownScenario      no such id; the nearest one is named
├── ScenarioError        a scenario's own code is at fault
├── NotYourTurn          the lab is not in a state in which this can be done
├── BadSubmission        something submitted doesn't exist or is of the wrong kind
├── RealAwsRefused       a request would have left the simulator
├── MissingPackage       an optional package is not installed
└── CannotServe          the simulator could not start or be reached
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable


class DrillError(Exception):
    """Anything that this product has to say to its user."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: the sentence itself."""
        return [f"\x1b[31m{type(self).__name__}\x1b[0m: {self}"]


class ScenarioError(DrillError):
    """A scenario can't be played as it is written."""


class NotYourTurn(DrillError):
    """This can't be done now."""


class BadSubmission(DrillError):
    """A submission that can't be taken. Nothing submitted before is lost."""


class RealAwsRefused(DrillError):
    """A request to a host that is not the simulator."""


class MissingPackage(DrillError):
    """A package that only part of the product needs is not installed.

    `extra` names this package's own extra that brings it, for what is not done in a notebook.
    """

    def __init__(self, package: str, purpose: str, *, extra: str = "") -> None:
        wanted = f"'aws-security-drills[{extra}]'" if extra else package
        super().__init__(
            f"{purpose} needs {package}, which this Python ({sys.executable}) can't import. Install "
            f"it with `pip install {wanted}`{'' if extra else ', then restart the kernel'}."
        )


class CannotServe(DrillError):
    """The simulator could not start, or could not be reached."""


class UnknownScenario(DrillError):
    """No scenario of that id."""

    def __init__(self, wanted: str, known: Iterable[str]) -> None:
        self.wanted, self.known = wanted, sorted(known)
        super().__init__(
            f"There is no scenario {wanted!r}.{did_you_mean(wanted, self.known)} "
            "`drill list` shows them all."
        )


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """ " Did you mean 'x'?", or nothing where no name is near."""
    near = difflib.get_close_matches(wanted, list(known), n=1, cutoff=0.5)
    return f" Did you mean {near[0]!r}?" if near else ""
