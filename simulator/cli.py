"""The `drill` command."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator import __version__, catalogue
from simulator.answers.peek import peek
from simulator.answers.solve import solve
from simulator.assign import command as assign
from simulator.board.watch import watch
from simulator.detections.command import detect
from simulator.doctor import doctor
from simulator.errors import CannotServe, DrillError
from simulator.grading.command import grade
from simulator.nbgrader.command import nbgrader
from simulator.port import PORT
from simulator.processors import cores

if TYPE_CHECKING:
    from simulator.journals import Journals
    from simulator.roster import Roster


class _Group(click.Group):
    """Says a DrillError in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DrillError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group)
@click.version_option(__version__, prog_name="drill")
def main() -> None:
    """AWS security drills in a simulated account that behaves."""


_roster = click.option(
    "--roster",
    "roster_file",
    type=click.Path(path_type=Path),
    envvar="DRILL_ROSTER",
    help="Who takes part: the roster.csv that `drill assign` wrote, with tokens and seeds.",
)


def _read_roster(path: Path | None) -> Roster | None:
    from simulator.roster import read

    return read(path) if path else None


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_(as_json: bool) -> None:
    """The catalogue of scenarios."""
    rows = [_entry(catalogue.load(scenario_id)) for scenario_id in catalogue.ids()]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(
        Column("id", no_wrap=True), "title", "pillar", "difficulty", "points", "ATT&CK", "controls"
    )
    for row in rows:
        table.add_row(
            row["id"],
            row["title"],
            row["pillar"],
            "●" * row["difficulty"] + "○" * (5 - row["difficulty"]),
            str(row["points"]),
            " ".join(row["attack"]),
            " ".join(row["controls"]),
        )
    Console().print(table)


def _entry(play: catalogue.Play) -> dict[str, Any]:
    scenario = play.scenario
    return {
        "id": play.id,
        "title": scenario.title,
        "pillar": scenario.pillar,
        "difficulty": scenario.difficulty,
        "points": play.points,
        "attack": list(scenario.attack),
        "controls": list(scenario.controls),
    }


@main.command()
@click.argument("scenario_id", metavar="ID")
@click.option(
    "--fix",
    "fix_name",
    default="reference",
    show_default=True,
    help="none, reference, or a wrong fix.",
)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "--backend", type=click.Choice(["moto", "localstack"]), default="moto", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="The result as one JSON object.")
def play(scenario_id: str, fix_name: str, seed: int, backend: str, as_json: bool) -> None:
    """Play a scenario from baseline to grade, without a learner."""
    from simulator.grading.play import play as play_headless

    if backend == "localstack":
        raise DrillError("The LocalStack backend is not built yet: play with --backend moto.")
    with _bar(f"{scenario_id}, seed {seed}") as progress:
        played = play_headless(catalogue.load(scenario_id), fix_name, seed, progress=progress)
    if as_json:
        click.echo(json.dumps(played.as_json(), indent=2))
        return
    from simulator.widgets.results import Results

    checks = [judgement.explained() for judgement in played.judgements]
    told = {**played.score.explained(), "checks": checks, "hint_cost": 0}
    click.echo(str(Results(told)))


@main.command()
@click.argument("scenario_ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--seeds", type=click.IntRange(1), default=1, show_default=True, help="Play seeds 0 to N-1."
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    default=cores,
    show_default="the machine's cores",
    help="Processes to share the seeds among.",
)
def verify(scenario_ids: tuple[str, ...], seeds: int, jobs: int) -> None:
    """The grader's own test: every fix must land exactly where it says."""
    from simulator.grading.verify import Verified, unused, verify_all

    plays = {name: catalogue.load(name) for name in scenario_ids or catalogue.ids()}
    tried: dict[str, list[Verified]] = {name: [] for name in plays}
    wrong = dict.fromkeys(plays, 0)
    with _bar("Seeds") as progress:
        for each in verify_all(list(plays), seeds, jobs):
            play, of = plays[each.scenario], tried[each.scenario]
            of.append(each)
            progress(sum(map(len, tried.values())) / (len(plays) * seeds))
            said = [f"seed {each.seed} {surprise}" for surprise in each.surprises]
            if len(of) == seeds:
                said += unused(play, of)
            for surprise in said:
                click.echo(f"✘ {play.id} {surprise}")
            wrong[play.id] += len(said)
            if len(of) == seeds:
                sign = "✘" if wrong[play.id] else "✔"
                click.echo(f"{sign} {play.id}: {len(play.fixes) + 1} fixes, {seeds} seeds")
    sys.exit(1 if any(wrong.values()) else 0)


@main.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Anything but loopback is your decision."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65534),
    default=PORT,
    show_default=True,
    help="0 takes a free one.",
)
@click.option(
    "--seed",
    type=int,
    envvar="DRILL_SEED",
    help="The same seed for every lab; else each draws its own.",
)
@click.option("--start", "scenario_id", metavar="ID", help="Have this scenario ready at once.")
@click.option("--child", is_flag=True, hidden=True, help="End with standard input.")
@click.option(
    "--journal",
    type=click.Path(path_type=Path),
    envvar="DRILL_JOURNAL",
    help="Folder in which labs are written down; they go on from there after a stop or a crash.",
)
@_roster
def serve(
    host: str,
    port: int,
    seed: int | None,
    scenario_id: str | None,
    child: bool,
    journal: Path | None,
    roster_file: Path | None,
) -> None:
    """The simulator alone. Prints one line of JSON when it answers.

    DRILL_TOKEN is what starts labs, DRILL_INSTRUCTOR_TOKEN what opens the board of the class; one
    that isn't set is drawn. With a roster every learner has a token of their own.
    """
    from simulator.server import serve as serve_forever

    if scenario_id:
        catalogue.load(scenario_id)
    serve_forever(
        scenario_id=scenario_id,
        host=host,
        port=port,
        seed=seed,
        parent=sys.stdin if child else None,
        journal=journal,
        roster=_read_roster(roster_file),
    )


@main.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default="labs",
    show_default=True,
    help="Where the notebooks are.",
)
@click.option(
    "--seed", type=int, envvar="DRILL_SEED", help="The same for every lab; else each draws its own."
)
@click.option(
    "--journal",
    type=click.Path(path_type=Path),
    envvar="DRILL_JOURNAL",
    help="Folder in which labs are written down.  [default: one of your own, for all labs]",
)
@_roster
@click.argument("jupyter_args", metavar="[JUPYTER ARGS]...", nargs=-1, type=click.UNPROCESSED)
def lab(
    folder: Path,
    seed: int | None,
    journal: Path | None,
    roster_file: Path | None,
    jupyter_args: tuple[str, ...],
) -> None:
    """Open JupyterLab on the labs, with one simulator behind all notebooks.

    Further arguments go to `jupyter lab`: --port 9000, --no-browser. What a notebook did outlives
    its kernel, JupyterLab and a crash: labs go on where they were until lab.reset().
    """
    from simulator.notebook.jupyterlab import open_labs

    roster = _read_roster(roster_file)
    sys.exit(open_labs(folder, jupyter_args, seed, _journals(journal), roster))


def _journals(wanted: Path | None) -> Journals | None:
    """The folder asked for, or the user's own; None while another JupyterLab has the latter."""
    from simulator.journals import Journals

    if wanted is not None:
        return Journals(wanted)
    try:
        return Journals(Path(click.get_app_dir("aws-security-drills")) / "journal")
    except CannotServe as error:
        click.echo(f"These labs end with JupyterLab. {error}", err=True)
        return None


@main.command()
@click.option("--explain", is_flag=True, help="Also the statements that applied or nearly did.")
def decide(explain: bool) -> None:
    """The policy engine on bare cases: JSONL on standard input, JSONL out."""
    from simulator.iam.decide import decide_lines

    for line in decide_lines(sys.stdin, explain):
        click.echo(line)


main.add_command(detect)
main.add_command(doctor)
main.add_command(grade)
main.add_command(nbgrader)
main.add_command(assign)
main.add_command(watch)
main.add_command(peek)
main.add_command(solve)


def _bar(what: str) -> Any:
    """A progress bar on a terminal; nothing elsewhere."""
    from contextlib import contextmanager

    @contextmanager
    def bar() -> Any:
        if not sys.stderr.isatty():
            yield lambda share: None
            return
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(what, total=1.0)
            report: Callable[[float], None] = lambda share: progress.update(task, completed=share)  # noqa: E731
            yield report

    return bar()
