"""What pytest sees of a submission: nbval's cells, then the simulator's checks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import nbformat
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError, find_comment_markers

from simulator.grading.kernel import BoundedKernel, KernelEnded
from simulator.grading.plain import ending, line
from simulator.grading.result import Cell
from simulator.grading.sitting import Sitting


class NotHeld(Exception):
    """A check doesn't hold; the message is its sentence."""


class Submitted(IPyNbFile):  # type: ignore[misc]
    """A submitted notebook: the clean copy of it is run, in the sandbox, in an account of its own."""

    sitting: Sitting
    kernel: BoundedKernel | None
    said = ""
    """Why no further cell is run."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its cells, and the checks where a verdict is asked for."""
        read: Any = nbformat.from_dict
        self.nb = read(json.loads(self.sitting.notebook))
        for number, cell in enumerate(self.nb.cells):
            options = defaultdict(bool, dict(find_comment_markers(cell.source)))
            options["check"] = False
            yield SubmittedCell.from_parent(
                self, name=f"Cell {number}", cell_num=number, cell=cell, options=options
            )
        for name, claim in self.sitting.checks:
            yield CheckItem.from_parent(self, name=name, claim=claim)

    def setup(self) -> None:
        """Start the kernel."""
        self.kernel = self.sitting.start()

    def leave(self) -> None:
        """End the kernel, if that wasn't done."""
        kernel, self.kernel = self.kernel, None
        if kernel is not None:
            kernel.close()
            self.sitting.over(self.said, kernel.late, kernel.memory)

    @cached_property
    def judged(self) -> Mapping[str, Any]:
        """The verdict on the account, once no kernel can change it any more."""
        self.leave()
        assert self.sitting.judge is not None
        return self.sitting.judge()

    def teardown(self) -> None:
        self.leave()


class SubmittedCell(IPyNbCell):  # type: ignore[misc]
    """One of its code cells."""

    parent: Submitted

    @property
    def index(self) -> int:
        """Among all cells of the notebook that was submitted."""
        return int(self.cell.id.rpartition("-")[2])

    def setup(self) -> None:
        """A cell after one that took too long is a cell like others."""

    def runtest(self) -> None:
        """Run it as nbval does, and tell of it."""
        tell, kernel = self.parent.sitting.tell, self.parent.kernel
        assert kernel is not None
        if not self.parent.said and not kernel.is_alive():
            self.parent.said = kernel.gone()
        if self.parent.said:
            tell(Cell(self.index, "skipped"))
            pytest.skip(self.parent.said)
        try:
            super().runtest()
        except KernelEnded as ended:
            tell(Cell(self.index, "failed", line(ended)))
            raise
        except NbCellError as error:
            tell(
                Cell(self.index, "failed", self._error(error), ending(error.inner_traceback or ""))
            )
            raise
        except pytest.skip.Exception:
            tell(Cell(self.index, "skipped"))
            raise
        except Exception as error:
            tell(Cell(self.index, "failed", line(f"{type(error).__name__}: {error}")))
            raise
        else:
            tell(Cell(self.index, "passed"))
        finally:
            self.parent.said = kernel.settle()
            self.test_outputs = None

    def _error(self, error: NbCellError) -> str:
        outputs: list[Any] = self.test_outputs or []
        out = next((each for each in outputs if "ename" in each), None)
        if out is None or self.parent.timed_out:
            self.parent.timed_out = False
            return line(error)
        return line(f"{out['ename']}: {out['evalue']}")


class CheckItem(pytest.Item):
    """One check of the verdict."""

    parent: Submitted

    def __init__(self, *, claim: str, **more: Any) -> None:
        super().__init__(**more)
        self.claim = claim

    def runtest(self) -> None:
        """Passed, failed with the check's sentence, or skipped when it wasn't attempted."""
        judged = {each["name"]: each for each in self.parent.judged["checks"]}[self.name]
        if judged["verdict"] == "NOT_ATTEMPTED":
            pytest.skip(judged["reason"])
        if judged["verdict"] != "PASSED":
            raise NotHeld(judged["reason"])

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """The sentence alone."""
        if isinstance(excinfo.value, NotHeld):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Any, int, str]:
        return self.path, 0, f"{self.path.name}::{self.name}: {self.claim}"
