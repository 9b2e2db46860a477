"""`python -m tools.posture ID`: what a posture scanner says before and after a fix.

The scanner is Prowler, in an environment of its own that `make posture` makes.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.posture.expected import NAME, Expectation, expected
from tools.posture.prowler import SERVICES, Scan, program, scan
from tools.posture.served import Asked, serving


@dataclass(frozen=True, slots=True)
class Look:
    """One scan of one account."""

    scan: Scan
    asked: Asked
    expectations: list[Expectation]


def look(
    prowler: Path, scenario_id: str, seed: int, fix: str, services: Sequence[str] = SERVICES
) -> Look:
    """Set a scenario up, apply a fix, and scan.

    Raises:
        DrillError: no such scenario or fix.
        RuntimeError: the scanner ended without a result.
    """
    with serving(scenario_id, seed, fix) as served:
        folder, facts = served.drill.play.folder, served.drill.facts
        wanted = expected(folder, facts) if (folder / NAME).exists() else []
        return Look(scan(served, prowler, services), served.asked, wanted)


def main() -> int:
    """Compare; 1 where an expected failure isn't there before, or is after."""
    options = _options()
    prowler = program(options.folder)
    before, after = (
        look(prowler, options.scenario, options.seed, fix, options.services)
        for fix in ("none", options.fix)
    )
    print(table(before.scan, after.scan))
    for name, one in (("untouched", before), (options.fix, after)):
        print(f"\n{name}: {figures(one)}")
    wrong = surprises(before, after)
    print("\n".join(wrong))
    return 1 if wrong else 0


def surprises(before: Look, after: Look) -> list[str]:
    """What isn't as the scenario's author says, a sentence each."""
    unseen = [
        f"{each.check} does not fail on {each.resource}: {each.why}"
        for each in before.expectations
        if not each.among(before.scan.failed())
    ]
    left = [
        f"{each.check} still fails on {each.resource} after the fix: {each.why}"
        for each in before.expectations
        if each.among(after.scan.failed())
    ]
    return unseen + left


def table(before: Scan, after: Scan) -> str:
    """Every failure that the fix made or mended, then how many stay."""
    first, then = before.failed(), after.failed()
    lines = [f"gone  {check}  {resource}" for check, resource in sorted(first - then)]
    lines += [f"new   {check}  {resource}" for check, resource in sorted(then - first)]
    return "\n".join([*lines, f"stay  {len(first & then)} failures"])


def figures(one: Look) -> str:
    """How much was asked and found."""
    found, asked = one.scan, one.asked
    total, refused = sum(asked.calls.values()), asked.refused()
    lines = [
        f"{len(found.checks)} checks with findings, {len(found.findings)} findings,"
        f" {len(found.failed())} failed, {total} requests, {sum(refused.values())} with an error,"
        f" {found.seconds:.0f} s",
        *(
            f"  {count:>4} {service}:{name} {code}"
            for (service, name, code), count in refused.items()
        ),
        *(
            f"  refused, beyond this machine: {host} {count}"
            for host, count in found.escapes.items()
        ),
        *(f"  refused as a proxy: {host} {count}" for host, count in asked.strangers.items()),
    ]
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scenario", metavar="ID")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fix", default="reference", help="compared with the untouched account")
    parser.add_argument("--services", nargs="+", default=SERVICES, help="Prowler's names")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(os.environ.get("POSTURE", "")),
        help="the environment that holds Prowler (default: the variable POSTURE)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
