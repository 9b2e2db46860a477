"""`python -m tools.evening FOLDER`: write a class's submissions and its roster into a folder."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from tools.evening.evening import LABS, evening, write


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--submissions", default=100, show_default=True)
@click.option("--number", default=0, show_default=True, help="Another class, for another number.")
@click.option("--lab", "labs", multiple=True, default=LABS, show_default=True)
@click.option("--meek", is_flag=True, help="An endless loop in place of what would do harm.")
def main(folder: Path, submissions: int, number: int, labs: tuple[str, ...], meek: bool) -> None:
    """Write FOLDER/submissions/ and FOLDER/roster.csv."""
    written = write(folder, evening(submissions, number, labs, meek=meek))
    for (kind, recipe), count in sorted(Counter((e.kind, e.recipe) for e in written).items()):
        click.echo(f"{count:4}  {kind:8} {recipe}")


if __name__ == "__main__":
    main()
