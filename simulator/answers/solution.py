"""A solution's notebook run on a seed, and what the simulator says of the account after it."""

from __future__ import annotations

import os
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator import labs
from simulator.classroom import Classroom
from simulator.errors import DrillError, MissingPackage
from simulator.grading.score import Score
from simulator.grading.standing import stand, tally
from simulator.grading.verdict import Judgement
from simulator.server import Server

_ROOT = Path(__file__).resolve().parents[2]
_CELL_SECONDS = 600
_OURS = ("DRILL_", "JPY_SESSION_NAME")
"""What would lead the notebook to another simulator, or to somebody's seat."""


@dataclass(frozen=True, slots=True)
class Solved:
    """`page` is the notebook as it ran; `failed` is what its cells raised, in words."""

    page: Any
    failed: tuple[str, ...]
    judgements: tuple[Judgement, ...]
    score: Score

    @property
    def complete(self) -> bool:
        """Every point, and no cell that failed."""
        return not self.failed and self.score.points == self.score.possible


def found(scenario_id: str, root: Path = _ROOT) -> Path:
    """The solution of a scenario.

    Raises:
        DrillError: there are no solutions, as where the package alone is installed, or not this one.
    """
    if not (root / "solutions").is_dir():
        raise DrillError(
            f"There are no solutions in {root}: they come with the repository, not with the "
            "installed package. Run `drill solve` from a checkout."
        )
    known = labs.solutions(root)
    if scenario_id not in known:
        raise DrillError(f"There is no solution for {scenario_id!r} in {root / 'solutions'}.")
    return known[scenario_id]


def solve(path: Path, seed: int) -> Solved:
    """Run the notebook at `path`, as it is trusted: in a kernel of this Python's, with all its rights.

    Its simulator is in this process, which judges the account itself.

    Raises:
        DrillError: it can't be read.
        MissingPackage: nbclient is not installed.
    """
    page = labs.read(path)
    classroom = Classroom(seed)
    server = Server(classroom, port=0)
    threading.Thread(target=server.run, name="simulated AWS", daemon=True).start()
    try:
        ended = _run(page, path.parent, {"DRILL_URL": server.control, "DRILL_TOKEN": server.token})
        own = [seat for seat in classroom.seats() if seat.scenario_id == path.stem]
        seat = own[0] if own else classroom.start(path.stem)
        with seat.lock:
            standing = stand(seat.drill)
            score = tally(seat.drill, standing)
    finally:
        server.close()
    return Solved(page, (*_failures(page), *ended), standing.judgements, score)


def _run(page: Any, folder: Path, more: dict[str, str]) -> list[str]:
    """Run every cell; what ended the run before the last one, in words."""
    try:
        from nbclient import NotebookClient
        from nbclient.exceptions import DeadKernelError
    except ImportError as error:
        raise MissingPackage("nbclient", "`drill solve`") from error
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    client = NotebookClient(
        page,
        timeout=_CELL_SECONDS,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute(env=kept | more, stderr=subprocess.DEVNULL)
    except (DeadKernelError, TimeoutError) as error:
        return [f"the notebook didn't come to its end: {error}"]
    return []


def _failures(page: Any) -> list[str]:
    return [
        f"cell {index}: {output.ename}: {output.evalue}"
        for index, cell in enumerate(page.cells)
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]
