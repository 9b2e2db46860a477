"""Labs from solutions: `python -m simulator.labs` writes labs/ anew from solutions/.

A solution is an ordinary notebook that solves its scenario. The tags of its cells say what the
learner gets; CONTRIBUTING.md shows how they are written.

========================  =====================================================================
tags                      in the lab
========================  =====================================================================
solution                  the lines above `# ---` (else the comments that the cell begins with),
                          then `# Your turn`
solution-only             nothing
solution-only, after      folded into a <details> at the end of the page
none                      the cell as it is
========================  =====================================================================
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path
from typing import Any

import click

from simulator.errors import DrillError, MissingPackage, did_you_mean

CUT = "# ---"
"""Above it: what the learner gets of an answer's cell. Below it: the answer."""
PLACEHOLDER = "# Your turn"
_TAGS = {"solution", "solution-only", "after"}
_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def tidy(solution: Any) -> Any:
    """The notebook without what running it left behind: outputs, counts, marks of a machine."""
    page = copy.deepcopy(solution)
    page.metadata = type(page.metadata)(_METADATA)
    page.nbformat, page.nbformat_minor = 4, 5
    for cell in page.cells:
        cell.metadata = type(cell.metadata)({"tags": cell.metadata.tags} if _tags(cell) else {})
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return page


def lab_of(solution: Any) -> Any:
    """The lab that a solution makes: its answers blanked, its explanations folded or left out."""
    page = tidy(solution)
    after = [cell for cell in page.cells if {"solution-only", "after"} <= _tags(cell)]
    page.cells = [cell for cell in page.cells if "solution-only" not in _tags(cell)]
    for cell in page.cells:
        if "solution" in _tags(cell):
            cell.source = blanked(cell.source)
        kept = sorted(_tags(cell) - _TAGS)
        cell.metadata = type(cell.metadata)({"tags": kept} if kept else {})
    page.cells += [_folded(cell) for cell in after]
    return page


def blanked(source: str) -> str:
    """An answer's cell as the learner gets it."""
    lines = source.splitlines()
    if CUT in lines:
        kept = lines[: lines.index(CUT)]
    else:
        kept = list(takewhile(lambda line: line.startswith("#"), lines))
    return "\n".join([*kept, PLACEHOLDER]).strip()


def _folded(cell: Any) -> Any:
    """A Markdown cell behind its own heading."""
    heading, _, text = cell.source.partition("\n")
    summary = heading.lstrip("# ")
    cell.source = f"<details>\n<summary><b>{summary}</b> (open it when you are done)</summary>\n\n{text.strip()}\n\n</details>"
    cell.metadata = type(cell.metadata)()
    return cell


def _tags(cell: Any) -> set[str]:
    return set(cell.metadata.get("tags", ()))


def text(page: Any) -> str:
    """A notebook as its file holds it.

    Raises:
        DrillError: it is no valid notebook.
    """
    nbformat = _nbformat()
    try:
        nbformat.validate(page)
    except nbformat.ValidationError as error:
        raise DrillError(f"This is no valid notebook: {error}") from error
    return f"{nbformat.writes(page, version=nbformat.NO_CONVERT).rstrip()}\n"


def read(path: Path) -> Any:
    """The notebook in a file.

    Raises:
        DrillError: there is none in it.
    """
    nbformat = _nbformat()
    try:
        content = path.read_text(encoding="utf-8")
        if "nbformat" not in json.loads(content):
            raise ValueError("it doesn't say which nbformat it has")
        return nbformat.reads(content, as_version=4)
    except (OSError, ValueError, TypeError) as error:
        raise DrillError(f"{path} can't be read as a notebook: {error}") from error


def solutions(root: Path) -> dict[str, Path]:
    """Every solution below `root`, by its scenario's id.

    Raises:
        DrillError: there is no solutions/ folder.
    """
    folder = root / "solutions"
    if not folder.is_dir():
        raise DrillError(f"There is no folder {folder}: run this in the repository.")
    return {path.stem: path for path in sorted(folder.glob("*/*.ipynb"))}


def generate(root: Path, ids: Iterable[str] = ()) -> list[Path]:
    """Write the labs of these scenarios, of all by default, and tidy their solutions.

    Returns the files that changed.

    Raises:
        DrillError: a scenario without a solution, or a file that is no notebook.
    """
    known = solutions(root)
    for unknown in set(ids) - set(known):
        raise DrillError(f"There is no solution for {unknown!r}.{did_you_mean(unknown, known)}")
    wanted = {}
    for name in ids or known:
        page = read(known[name])
        wanted[known[name]] = text(tidy(page))
        wanted[root / "labs" / known[name].parent.name / f"{name}.ipynb"] = text(lab_of(page))
    changed = [path for path, new in wanted.items() if _now(path) != new]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    return changed


def _now(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _nbformat() -> Any:
    try:
        import nbformat
    except ImportError as error:
        raise MissingPackage("nbformat", "Making labs") from error
    return nbformat


@click.command("labs")
@click.argument("scenario_ids", metavar="[ID]...", nargs=-1)
def main(scenario_ids: tuple[str, ...]) -> None:
    """Make labs/ from solutions/, of all scenarios or of these. Overwrites what was typed there."""
    try:
        changed = generate(Path.cwd(), scenario_ids)
    except DrillError as error:
        raise click.ClickException(str(error)) from error
    for path in changed:
        click.echo(path.relative_to(Path.cwd()))
    click.echo(
        f"{len(changed)} of {2 * len(scenario_ids or solutions(Path.cwd()))} notebooks changed."
    )


if __name__ == "__main__":
    sys.exit(main())
