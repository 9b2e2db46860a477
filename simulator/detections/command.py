"""`drill detect`: rules against their cases, against logs, and against worlds of a scenario."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.errors import DrillError

if TYPE_CHECKING:
    from simulator.detections.rule import Rule

_WRONG, _UNUSABLE = 1, 2


@click.command()
@click.argument(
    "rules", metavar="RULE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--logs",
    "log_files",
    metavar="FILE|FOLDER",
    multiple=True,
    type=click.Path(path_type=Path),
    help="CloudTrail records to look in: log files, exports, lines, gzipped or not. May be repeated.",
)
@click.option("--scenario", "scenario_id", metavar="ID", help="Score the rules on its attacks.")
@click.option(
    "--seeds",
    type=click.IntRange(1, 100),
    default=3,
    show_default=True,
    help="Worlds to play for a score.",
)
@click.option(
    "--first-seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Seed of the first world; the others follow.",
)
@click.option(
    "--min-score",
    type=click.IntRange(0, 100),
    default=0,
    help="A rule that scores less fails.  [default: none]",
)
@click.option("--fail-on-findings", is_flag=True, help="A finding in the logs fails.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def detect(
    rules: tuple[Path, ...],
    log_files: tuple[Path, ...],
    scenario_id: str | None,
    seeds: int,
    first_seed: int,
    min_score: int,
    fail_on_findings: bool,
    as_json: bool,
) -> None:
    """Detection as code: try RULEs, Sigma (.yml) or Python (.py), or folders of them.

    Each rule is held against the unit cases beside it, then looks through the logs, if any, and is
    scored on worlds of a scenario, if one is named.

    Exit code: 0, or 1 if a case, a score or (if asked) a finding fails, or 2 if a rule or log can't
    be used.
    """
    try:
        read = _read(rules)
        told: dict[str, Any] = {"rules": _held_against_cases(read)}
        if log_files:
            told["logs"] = _looked(read, log_files)
        if scenario_id:
            told["scenario"] = _scored(read, scenario_id, range(first_seed, first_seed + seeds))
    except DrillError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(_UNUSABLE)
    told["failed"] = list(_failed(told, min_score, fail_on_findings))
    if as_json:
        click.echo(json.dumps(told, indent=2, default=str))
    else:
        from simulator.detections.told import text

        click.echo(text(told))
    sys.exit(_WRONG if told["failed"] else 0)


def _read(paths: Sequence[Path]) -> list[Rule]:
    from simulator.detections.files import found

    return found(paths)


def _held_against_cases(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    from simulator.detections.cases import wrong

    return [
        {
            "rule": rule.title,
            "severity": rule.severity,
            "file": rule.source,
            "cases": len(rule.cases),
            "wrong": list(wrong(rule)),
        }
        for rule in rules
    ]


def _looked(rules: Sequence[Rule], files: Sequence[Path]) -> dict[str, Any]:
    from simulator.detections.logs import read
    from simulator.detections.rule import findings

    events = read(files)
    found, broke = [], []
    for rule in rules:
        ran = rule.run(events)
        found += [{**each.as_json(), "file": rule.source} for each in findings(rule, ran, events)]
        if ran.broken:
            broke.append(f"{rule.source}, {ran.broke}: it failed on {ran.broken} events")
    return {"events": len(events), "findings": found, "broke": broke}


def _scored(rules: Sequence[Rule], scenario_id: str, seeds: Sequence[int]) -> dict[str, Any]:
    from simulator import catalogue
    from simulator.detections import exercise, trial

    unseen = exercise.of(catalogue.load(scenario_id), seeds)
    each = [(rule, unseen.tried(rule.run)) for rule in rules]
    scores = [
        {
            "rule": rule.title,
            "file": rule.source,
            "broke": tried.broke,
            **unseen.score(tried).as_json(all_variants=True),
        }
        for rule, tried in each
    ]
    together = unseen.score(trial.together(tried for _, tried in each))
    return {
        "id": scenario_id,
        "seeds": list(seeds),
        "events": len(unseen.known),
        "scores": scores,
        "together": together.as_json(all_variants=True),
    }


def _failed(told: dict[str, Any], min_score: int, fail_on_findings: bool) -> list[str]:
    failed = [f"{each['file']}: {wrong}" for each in told["rules"] for wrong in each["wrong"]]
    logs = told.get("logs", {"findings": [], "broke": []})
    failed += logs["broke"]
    if fail_on_findings and logs["findings"]:
        failed.append(f"{len(logs['findings'])} findings in the logs")
    for each in told.get("scenario", {"scores": []})["scores"]:
        if each["score"] < min_score:
            failed.append(f"{each['file']}: {each['rule']} scores {each['score']}, not {min_score}")
    return failed
