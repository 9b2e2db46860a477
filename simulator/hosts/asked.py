"""What a program on a host is asked, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.hosts.machine import Machine


@dataclass(frozen=True, slots=True)
class Completed:
    """A program that has run: what it printed, and its exit code."""

    out: str = ""
    err: str = ""
    code: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A program that is to run: its arguments, what is piped into it, and as whom, from where."""

    machine: Machine
    arguments: list[str]
    given: str = ""
    user: str = "root"
    hops: int = 0

    @property
    def names(self) -> list[str]:
        """The arguments that are no options."""
        return [one for one in self.arguments if not one.startswith("-")]

    @property
    def options(self) -> str:
        """The letters of short options."""
        return "".join(one[1:] for one in self.arguments if one[:1] == "-" and one[:2] != "--")


Program = Callable[[Asked], Completed]
