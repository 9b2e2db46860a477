"""The two engines, each answering a list of cases."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from simulator.iam.decide import decide_lines

Json = dict[str, Any]
_SCRIPT = Path(__file__).with_name("answer.mjs")


def ours(cases: Sequence[Json]) -> list[Json]:
    return [json.loads(line) for line in decide_lines(map(json.dumps, cases))]


class Theirs:
    """The other engine: a Node.js process that is asked over its standard input."""

    def __init__(self, package: Path) -> None:
        self._process = subprocess.Popen(
            ["node", str(_SCRIPT), str(package)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Theirs:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def answer(self, cases: Sequence[Json]) -> list[Json]:
        """Ask a few at a time: neither pipe may fill up while nobody reads the other."""
        return [
            answer for at in range(0, len(cases), 25) for answer in self._ask(cases[at : at + 25])
        ]

    def _ask(self, cases: Sequence[Json]) -> list[Json]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("".join(json.dumps(case) + "\n" for case in cases))
        self._process.stdin.flush()
        lines = [self._process.stdout.readline() for _ in cases]
        if not all(lines):
            raise RuntimeError(f"The other engine ended with {self._process.wait()}.")
        return [json.loads(line) for line in lines]
