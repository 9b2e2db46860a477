"""Small notebooks to be graded."""

from __future__ import annotations

import json
from pathlib import Path

from simulator.grading import page
from simulator.grading.bounds import Bounds
from simulator.grading.job import Job, Limits

ROOT = Path(__file__).parents[2]
AT = "2026-11-02T12:00:00+00:00"
LAB = "iam-leaked-key"
SOLUTION = ROOT / "solutions/iam/iam-leaked-key.ipynb"


def notebook(*sources: str) -> str:
    """The JSON of a notebook with these code cells."""
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell-{number}",
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def job(text: str, lab: str = LAB, seed: int = 5, learner: str = "ada", **limits: int) -> Job:
    """A job of a clean copy."""
    return Job(learner, lab, seed, text, "tests", Limits(**limits), AT)


def cleaned(path: Path) -> str:
    """The clean copy of a notebook of this repository."""
    return page.clean(page.parse(path.read_bytes(), Bounds()))[0]


def sources(path: Path) -> list[str]:
    """The code of its cells."""
    return [each["source"] for each in json.loads(cleaned(path))["cells"]]
