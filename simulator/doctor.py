"""`drill doctor`: how much of each AWS service is simulated."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import click

from simulator.errors import DrillError, did_you_mean


@dataclass(frozen=True, slots=True)
class Coverage:
    """One service: botocore's operations, and what becomes of a call to each."""

    service: str
    operations: int
    """All that botocore knows."""
    mapped: int
    """Those mapped to IAM actions. A call to any other is refused as not simulated."""
    ours: int
    """Mapped, and carried out by the simulator itself."""
    backend: int
    """Mapped, and carried out by the backend."""
    unmapped: tuple[str, ...]
    unanswered: tuple[str, ...]
    """Mapped, but nobody carries them out: an authorized call is answered with an error."""


def coverage(service: str) -> Coverage:
    """The coverage of one service, by botocore's name.

    Raises:
        DrillError: the simulator has no such service.
    """
    from botocore.session import get_session

    from simulator import services
    from simulator.backends.moto_coverage import carried_out
    from simulator.iam.actions import SERVICES
    from simulator.iam.actions.table import table

    session = get_session()
    known = SERVICES & set(session.get_available_services())
    if service not in known:
        raise DrillError(
            f"No part of {service!r} is simulated.{did_you_mean(service, sorted(known))} "
            "`drill doctor` lists every service that is."
        )
    names = frozenset(session.get_service_model(service).operation_names)
    mapped = names & table(service).rules.keys()
    ours = {name for name in mapped if services.find(service, name)}
    backend = carried_out(service, mapped - ours)
    return Coverage(
        service=service,
        operations=len(names),
        mapped=len(mapped),
        ours=len(ours),
        backend=len(backend),
        unmapped=tuple(sorted(names - mapped)),
        unanswered=tuple(sorted(mapped - ours - backend)),
    )


def simulated() -> list[str]:
    """Every service any part of which is simulated, by botocore's names."""
    from botocore.session import get_session

    from simulator.iam.actions import SERVICES

    return sorted(SERVICES & set(get_session().get_available_services()))


@click.command()
@click.argument("names", metavar="[SERVICE]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON array, with operations by name.")
def doctor(names: tuple[str, ...], as_json: bool) -> None:
    """How much of each AWS service is simulated."""
    found = [coverage(name) for name in names or simulated()]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=2))
        return
    _show(found)


def _show(found: Iterable[Coverage]) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    rows = list(found)
    heads = ("operations", "decided by policy", "ours", "backend's", "nobody's")
    table = Table(
        Column("service", footer="all", no_wrap=True),
        *(
            Column(head, footer=str(total), justify="right")
            for head, total in zip(
                heads, map(sum, zip(*map(_counts, rows), strict=True)), strict=True
            )
        ),
        show_footer=len(rows) > 1,
    )
    for one in rows:
        table.add_row(one.service, *map(str, _counts(one)))
    Console().print(table)


def _counts(one: Coverage) -> tuple[int, ...]:
    return one.operations, one.mapped, one.ours, one.backend, len(one.unanswered)
