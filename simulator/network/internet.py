"""What there is to reach beside AWS: the internet's names, and what servers answer.

A scenario fills it: `internet.serve("i-0abc", {"/": "Welcome", "/admin*": Reply("No", 403)})`,
`internet.name("updates.example.net", "203.0.113.5")`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from simulator.network.message import Reply, WebRequest

Page = str | Reply | Callable[[WebRequest], "str | Reply"]
"""An answer, or what makes one of the request."""


class Internet:
    """One world's. It is saved and restored with it."""

    def __init__(self) -> None:
        self._pages: dict[str, tuple[tuple[str, Page], ...]] = {}
        self._names: dict[tuple[str, str], tuple[str, ...]] = {}
        self._sent = 0

    def serve(self, target: str, pages: Page | Mapping[str, Page]) -> None:
        """Let a server answer HTTP from now on.

        `target` is an instance's id, an address, a function's ARN, or the name of a host outside
        of AWS. `pages` are by path, which may hold `*` and `?`; the first that fits answers, and
        nothing else is found there.
        """
        self._pages[target] = (
            tuple(pages.items()) if isinstance(pages, Mapping) else (("*", pages),)
        )

    def silence(self, target: str) -> None:
        """Let a server answer no more."""
        self._pages.pop(target, None)

    def name(self, host: str, *values: str, kind: str = "A") -> None:
        """Give a name its records of a type in the public DNS; none takes them away."""
        if values:
            self._names[_bare(host), kind] = values
        else:
            self._names.pop((_bare(host), kind), None)

    def records(self, host: str) -> dict[str, tuple[str, ...]]:
        """The public records of a name, by type."""
        wanted = _bare(host)
        return {kind: values for (name, kind), values in self._names.items() if name == wanted}

    def answers(self, target: str) -> bool:
        """Whether a server listens there."""
        return target in self._pages

    def answer(self, target: str, request: WebRequest) -> Reply:
        """What the server says. It must be one that answers."""
        for pattern, page in self._pages[target]:
            if fnmatchcase(request.path, pattern):
                said = page(request) if callable(page) else page
                return Reply(said) if isinstance(said, str) else said
        return Reply("Not Found", 404)

    def count(self) -> int:
        """The number of one more thing that was sent: what is by chance about it follows."""
        self._sent += 1
        return self._sent

    def save(self) -> dict[str, Any]:
        return {"pages": dict(self._pages), "names": dict(self._names), "sent": self._sent}

    def restore(self, saved: Mapping[str, Any]) -> None:
        self._pages, self._names = dict(saved["pages"]), dict(saved["names"])
        self._sent = saved["sent"]


def _bare(host: str) -> str:
    return host.rstrip(".").lower()
