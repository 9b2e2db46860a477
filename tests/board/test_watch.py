"""`drill watch` shows the class in a terminal, whatever its learners are called."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from simulator.board.terminal import drawn
from simulator.classroom import Classroom
from simulator.cli import main
from simulator.roster import Member, Roster
from simulator.server import Server

NAME = "[red]Ann[/red] \x1b[2J"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A class of two, of whom one has begun a lab."""
    roster = Roster([Member("ann", "token-of-ann", 621, NAME), Member("bob", "token-of-bob", 622)])
    running = Server(Classroom(roster=roster), port=0, instructor="teaches")
    running.classroom.start("iam-leaked-key", "ann", seed=621)
    threading.Thread(target=running.run, daemon=True).start()
    yield running
    running.close()
    running.classroom.seats()[0].drill.close()


def watch(server: Server, *words: str, token: str = "teaches") -> Result:
    command = ["watch", "--url", server.control, "--token", token, *words]
    return CliRunner().invoke(main, command, env={"COLUMNS": "140", "DRILL_URL": None})


def test_once_shows_a_row_a_learner_and_who_has_not_begun(server: Server) -> None:
    shown = watch(server, "--once").output
    (row,) = [line for line in shown.splitlines() if "iam-leaked-key" in line]
    assert "[red]Ann[/red]" in row, "a name is no markup"
    assert "\x1b" not in row
    assert "working" in row
    assert "-/54" in row
    assert "Not begun, 1 of 2: bob" in shown


def test_names_can_be_hidden(server: Server) -> None:
    shown = watch(server, "--once", "--hide-names").output
    assert "Ann" not in shown
    assert "bob" not in shown
    assert "Learner 1" in shown
    assert "Learner 2" in shown


def test_json_is_what_the_page_gets(server: Server) -> None:
    board = json.loads(watch(server, "--json", "--stuck", "3").output)
    assert board["stuck_minutes"] == 3
    assert [row["lab"] for row in board["rows"]] == ["iam-leaked-key"]


@pytest.mark.parametrize("token", ["wrong", "token-of-ann"])
def test_the_board_is_the_instructors(server: Server, token: str) -> None:
    for given in (token, server.token):
        refused = watch(server, "--once", token=given)
        assert refused.exit_code == 1
        assert "The board is the instructor's" in refused.output


def test_without_a_token_it_is_said_where_to_find_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DRILL_INSTRUCTOR_TOKEN", raising=False)
    result = CliRunner().invoke(main, ["watch", "--once"])
    assert result.exit_code == 1
    assert "DRILL_INSTRUCTOR_TOKEN" in result.output


def test_what_is_no_simulators_control_api_is_told_so(server: Server) -> None:
    command = ["watch", "--once", "--token", "teaches", "--url"]
    for url in (server.endpoint, "http://127.0.0.1:1", "nowhere"):
        result = CliRunner().invoke(main, [*command, url])
        assert result.exit_code == 1
        assert "Traceback" not in result.output


def row(**more: Any) -> dict[str, Any]:
    phases = dict.fromkeys(["detect", "contain", "eradicate", "recover", "learn"], False)
    plain = {"number": 1, "name": "Ann", "lab": "iam-leaked-key", "state": "working"}
    numbers = {"points": 3, "possible": 54, "hints": 0, "accusations": 0, "outage_minutes": 0}
    times = {"idle": 5.0, "progress": 65.0, "phases": phases, "out_now": []}
    return {**plain, **numbers, **times, **more}


def text(rows: list[dict[str, Any]], width: int) -> str:
    counts = {"stuck": 1, "away": 0, "working": 1, "done": 0, "not begun": 0}
    board = {"rows": rows, "absent": [], "learners": None, "counts": counts}
    out = io.StringIO()
    console = Console(file=out, width=width)
    console.print(drawn({**board, "stuck_minutes": 15, "away_minutes": 10}, width))
    return out.getvalue()


def test_a_row_tells_phases_points_and_what_is_out() -> None:
    done = dict.fromkeys(["detect", "contain"], True)
    stuck = row(state="stuck", progress=4000.0, phases={**row()["phases"], **done}, hints=4)
    out = row(name="Bob", outage_minutes=75, out_now=["the site"], accusations=2)
    said = text([stuck, out], 130)
    first, second = (line for line in said.splitlines() if "iam-leaked-key" in line)
    assert first.split() == ["Ann", "iam-leaked-key", "!", "stuck", "DC···", "3/54", "1", "h", "06",
                             "now", "4"]  # fmt: skip
    assert second.rstrip().endswith("2 75 min!")
    assert "1 stuck  1 working" in said


@pytest.mark.parametrize("width", [80, 100, 130, 200])
def test_every_heading_is_whole_in_any_usual_width(width: int) -> None:
    headings = next(
        line for line in text([row(name="A" * 40)], width).splitlines() if "lab" in line
    )
    for heading in ("state", "phases", "points", "progress", "active", "accused", "outage"):
        assert heading in headings
