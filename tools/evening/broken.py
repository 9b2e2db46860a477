"""Submissions of people whose notebook doesn't run: none of them means any harm."""

from __future__ import annotations

from typing import Any

from tools.evening.pages import first_check, page, solution, source, unsolved


def syntax_error(lab: str) -> dict[str, Any]:
    """A bracket left open in the cell that contains."""
    made = solution(lab)
    cell = made["cells"][first_check(made, "contain") - 1]
    cell["source"] = f"{source(cell)}\nlab.check("
    return made


def exception(lab: str) -> dict[str, Any]:
    """An error after everything was found, in a cell of the learner's own."""
    made = solution(lab)
    _insert(made, first_check(made, "detect") + 1, 'found["the key"]')
    return made


def cell_deleted(lab: str) -> dict[str, Any]:
    """The cell is gone that the rest builds on: whatever comes after its names is an error."""
    made = solution(lab)
    answers = [cell for cell in made["cells"] if "solution" in cell["metadata"].get("tags", ())]
    made["cells"].remove(answers[0])
    return made


def out_of_order(lab: str) -> dict[str, Any]:
    """Two cells that were run from the bottom up, as JupyterLab lets people do."""
    made = solution(lab)
    answers = [
        index
        for index, cell in enumerate(made["cells"])
        if "solution" in cell["metadata"].get("tags", ())
    ]
    first, last = answers[0], answers[-1]
    made["cells"].insert(first, made["cells"].pop(last))
    return made


def waits_forever(lab: str) -> dict[str, Any]:
    """Everything found, and then a loop whose end never comes."""
    made = solution(lab)
    _insert(
        made,
        first_check(made, "detect") + 1,
        "import time\n\ndone = False\nwhile not done:\n    time.sleep(0.1)",
    )
    return made


def kernel_exits(lab: str) -> dict[str, Any]:
    """Everything found, and then a stray `exit`, which ends the kernel."""
    made = solution(lab)
    _insert(made, first_check(made, "detect") + 1, "import os\n\nos._exit(1)")
    return made


def another_lab(lab: str) -> dict[str, Any]:
    """The solution of another lab under this one's name."""
    other = "net-open-admin" if lab != "net-open-admin" else "iam-leaked-key"
    return solution(other)


def empty(lab: str) -> dict[str, Any]:
    """A notebook without a cell."""
    return page(())


def half_typed(lab: str) -> dict[str, Any]:
    """The lab as it was given out, with a name that nobody has defined in each answer."""
    made = unsolved(lab)
    for cell in made["cells"]:
        if source(cell).endswith("# Your turn"):
            cell["source"] = f"{source(cell)}\nanswer = something"
    return made


BROKEN = (
    syntax_error,
    exception,
    cell_deleted,
    out_of_order,
    waits_forever,
    kernel_exits,
    another_lab,
    empty,
    half_typed,
)


def _insert(notebook: dict[str, Any], index: int, text: str) -> None:
    cell = {
        "cell_type": "code",
        "id": "learners-own",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": text,
    }
    notebook["cells"].insert(index, cell)
