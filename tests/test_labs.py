"""Labs from solutions: answers blanked, everything else kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner
from nbformat import v4

from simulator import catalogue, labs
from simulator.errors import DrillError
from simulator.labs import PLACEHOLDER, blanked, generate, lab_of, read, text, tidy

ROOT = Path(__file__).parents[1]
ANSWER = "# Which key was it?\nstolen = ''\n# ---\nstolen = 'AKIA'"


def code(source: str, *tags: str, **more: Any) -> Any:
    metadata = {"tags": list(tags)} if tags else {}
    return v4.new_code_cell(source, metadata=metadata, **more)


def prose(source: str, *tags: str) -> Any:
    return v4.new_markdown_cell(source, metadata={"tags": list(tags)} if tags else {})


def notebook(*cells: Any) -> Any:
    return v4.new_notebook(cells=list(cells))


def sources(page: Any) -> list[str]:
    return [cell.source for cell in page.cells]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with two solutions."""
    for area, name in (("iam", "leaked"), ("s3", "public")):
        (tmp_path / "solutions" / area).mkdir(parents=True)
        page = notebook(prose(f"# {name}"), code(ANSWER, "solution"))
        nbformat.write(page, tmp_path / "solutions" / area / f"{name}.ipynb")
    return tmp_path


@pytest.mark.parametrize(
    ("source", "left"),
    [
        (ANSWER, f"# Which key was it?\nstolen = ''\n{PLACEHOLDER}"),
        ("# Stop it.\n# All of it.\nstop()\n# now", f"# Stop it.\n# All of it.\n{PLACEHOLDER}"),
        ("stop()", PLACEHOLDER),
        ("# ---\nstop()", PLACEHOLDER),
        (
            "# Stop it.\nkeys = []\n# ---\nstop()\n# ---\nmore()",
            f"# Stop it.\nkeys = []\n{PLACEHOLDER}",
        ),
        ("# Stop it.\nrule = '# ---'\nstop()", f"# Stop it.\n{PLACEHOLDER}"),
        ("", PLACEHOLDER),
    ],
)
def test_an_answer_leaves_its_question_and_a_place_for_the_learners(source: str, left: str) -> None:
    assert blanked(source) == left


def test_a_lab_has_no_answer_and_everything_else_as_it_is() -> None:
    page = lab_of(
        notebook(
            prose("# The case"),
            code("lab = Lab('leaked')"),
            code(ANSWER, "solution"),
            code("lab.check()", "check"),
            prose("## Why\nBecause of AKIA.", "solution-only"),
            code("proof = 'AKIA'", "solution-only"),
        )
    )
    assert sources(page) == [
        "# The case",
        "lab = Lab('leaked')",
        f"# Which key was it?\nstolen = ''\n{PLACEHOLDER}",
        "lab.check()",
    ]
    assert [cell.metadata.get("tags") for cell in page.cells] == [None, None, None, ["check"]]


def test_an_explanation_for_afterwards_is_folded_at_the_end() -> None:
    page = lab_of(
        notebook(prose("## Why it worked\n\nA key **lives**.", "solution-only", "after"), code("1"))
    )
    assert sources(page) == [
        "1",
        "<details>\n<summary><b>Why it worked</b> (open it when you are done)</summary>\n\n"
        "A key **lives**.\n\n</details>",
    ]
    assert "tags" not in page.cells[-1].metadata


def test_a_tidy_notebook_keeps_nothing_of_having_run() -> None:
    output = v4.new_output("stream", text="/somewhere/on/a/machine")
    ran = notebook(code("1", "solution", outputs=[output], execution_count=7))
    ran.cells[0].metadata["execution"] = {"iopub.status.busy": "2026-11-02"}
    ran.metadata["kernelspec"] = {"display_name": "my own", "name": "mine"}
    ran.metadata["signature"] = "x"
    page = tidy(ran)
    (cell,) = page.cells
    assert (cell.outputs, cell.execution_count) == ([], None)
    assert cell.metadata == {"tags": ["solution"]}
    assert page.metadata["kernelspec"]["name"] == "python3"
    assert set(page.metadata) == {"kernelspec", "language_info"}
    assert ran.cells[0].execution_count == 7, "the notebook given stays as it was"


def test_what_is_no_valid_notebook_is_not_written() -> None:
    page = notebook(code("1"))
    page.cells[0]["cell_type"] = "poem"
    with pytest.raises(DrillError, match=r"^This is no valid notebook: "):
        text(page)


@pytest.mark.parametrize("content", ["", "not json", "[]", "7", '{"cells": 1}'])
def test_a_file_without_a_notebook_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text(content)
    with pytest.raises(DrillError, match=r"broken\.ipynb can't be read as a notebook"):
        read(path)
    with pytest.raises(DrillError, match="can't be read as a notebook"):
        read(tmp_path / "missing.ipynb")


def test_all_labs_are_made_and_only_what_changed_is_told(checkout: Path) -> None:
    made = [checkout / "labs" / "iam" / "leaked.ipynb", checkout / "labs" / "s3" / "public.ipynb"]
    assert set(made) <= set(generate(checkout))
    assert all("AKIA" not in path.read_text() for path in made)
    assert generate(checkout) == []
    made[0].write_text("{}")
    assert generate(checkout) == [made[0]]


def test_one_lab_can_be_made_alone(checkout: Path) -> None:
    generate(checkout, ["leaked"])
    assert (checkout / "labs" / "iam" / "leaked.ipynb").exists()
    assert not (checkout / "labs" / "s3").exists()


def test_nothing_is_written_where_one_of_several_is_unknown_or_broken(checkout: Path) -> None:
    with pytest.raises(DrillError, match=r"no solution for 'publik'\. Did you mean 'public'\?"):
        generate(checkout, ["leaked", "publik"])
    (checkout / "solutions" / "s3" / "public.ipynb").write_text("{")
    with pytest.raises(DrillError, match="can't be read"):
        generate(checkout)
    assert not (checkout / "labs").exists()


def test_a_folder_without_solutions_is_said(tmp_path: Path) -> None:
    with pytest.raises(DrillError, match=r"There is no folder .*solutions: run this in the repo"):
        generate(tmp_path)


def test_the_command_lists_what_changed(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    said = CliRunner().invoke(labs.main, ["leaked"])
    assert said.exit_code == 0
    assert "labs/iam/leaked.ipynb" in said.stdout.splitlines()
    again = CliRunner().invoke(labs.main, ["leaked"])
    assert again.stdout == "0 of 2 notebooks changed.\n"
    unknown = CliRunner().invoke(labs.main, ["nothing"])
    assert (unknown.exit_code, unknown.stderr[:27]) == (1, "Error: There is no solution")


def test_without_nbformat_the_error_says_what_to_install(kernels: Callable[..., Any]) -> None:
    said = kernels().refused("""
    import sys
    sys.modules["nbformat"] = None
    from simulator import labs
    labs.text(None)""")
    assert said.startswith("MissingPackage: Making labs needs nbformat")


SOLUTIONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_the_labs_in_the_repository_are_made_from_its_solutions(path: Path) -> None:
    page = read(path)
    made = ROOT / "labs" / path.parent.name / path.name
    assert path.read_text(encoding="utf-8") == text(tidy(page)), "run `make labs`"
    assert made.read_text(encoding="utf-8") == text(lab_of(page)), "run `make labs`"


def test_every_scenario_has_a_solution_and_every_solution_a_scenario() -> None:
    assert sorted(path.stem for path in SOLUTIONS) == catalogue.ids()
    assert not {path.stem for path in (ROOT / "labs").glob("*/*.ipynb")} - set(catalogue.ids())
