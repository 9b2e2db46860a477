"""`drill watch`: the class in the instructor's terminal."""

from __future__ import annotations

import json
import time
from typing import Any

import click

from simulator.errors import CannotServe, DrillError
from simulator.notebook.client import Client
from simulator.port import PORT

_ADVICE = (
    "Name the control API of the class's simulator with --url: the port after the simulated AWS."
)


@click.command()
@click.option(
    "--url",
    envvar="DRILL_URL",
    default=f"http://127.0.0.1:{PORT + 1}",
    show_default=True,
    help="The control API of the class's simulator.",
)
@click.option(
    "--token",
    envvar="DRILL_INSTRUCTOR_TOKEN",
    help="The instructor's, which the simulator printed; not the one that starts labs.",
)
@click.option("--once", is_flag=True, help="Show the class as it is now, and end.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, once.")
@click.option(
    "--stuck",
    type=click.IntRange(1, 24 * 60),
    default=15,
    show_default=True,
    metavar="MINUTES",
    help="So long at work without progress is stuck.",
)
@click.option(
    "--every",
    type=click.FloatRange(1, 3600),
    default=5,
    show_default=True,
    metavar="SECONDS",
    help="How often to look.",
)
@click.option("--hide-names", is_flag=True, help="Show numbers instead, for a projector.")
def watch(
    url: str,
    token: str | None,
    once: bool,
    as_json: bool,
    stuck: int,
    every: float,
    hide_names: bool,
) -> None:
    """The class, live: who is where, who is stuck; those who need help first.

    Ends with Ctrl-C. The same as a page for a projector is at /board of the same address.
    """
    if not token:
        raise DrillError(
            "The board is the instructor's: give the token that the simulator printed for them with "
            "--token, or in DRILL_INSTRUCTOR_TOKEN."
        )
    client, path = Client(url.strip(), token.strip(), _ADVICE), f"/class?stuck={stuck}"
    board = client.get(path)
    if "rows" not in board:
        raise CannotServe(f"What answers at {url} is no simulator. {_ADVICE}")
    if as_json:
        click.echo(json.dumps(board, indent=2))
    elif once:
        from rich.console import Console

        from simulator.board.terminal import drawn

        console = Console()
        console.print(drawn(board, console.width, not hide_names))
    else:
        _live(client, path, board, every, not hide_names)


def _live(client: Client, path: str, board: dict[str, Any], every: float, names: bool) -> None:
    from rich.console import Console, Group
    from rich.live import Live
    from rich.text import Text

    from simulator.board.terminal import drawn

    console = Console()
    first = drawn(board, console.width, names)
    with Live(first, console=console, screen=True, auto_refresh=False) as live:
        try:
            while True:
                time.sleep(every)
                try:
                    board = client.get(path)
                    live.update(drawn(board, console.width, names), refresh=True)
                except CannotServe as error:
                    said = Text(f"{error} What is shown is of {board['at']}.", "bold red")
                    stale = Group(said, drawn(board, console.width, names))
                    live.update(stale, refresh=True)
        except KeyboardInterrupt:
            return
