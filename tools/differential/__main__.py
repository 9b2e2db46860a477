"""`python -m tools.differential`: the policy engine against one written by somebody else.

The other engine is the npm package @cloud-copilot/iam-simulate (AGPL). It is a process of its own,
used while developing; nothing here imports it, and nothing of it is installed or shipped.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from pathlib import Path

from tools.differential.compare import Tally, compare


def main() -> int:
    """Compare, say what came of it, and return 1 where a disagreement is unexplained."""
    options = _options()
    began = time.monotonic()
    tally = run(options.first, options.cases, options.package, options.jobs)
    print(report(tally, time.monotonic() - began))
    for one in tally.unexplained[:10]:
        print(json.dumps(one))
    return 1 if tally.unexplained else 0


def run(first: int, count: int, package: Path, jobs: int) -> Tally:
    """Compare `count` cases in `jobs` processes."""
    share = -(-count // jobs)
    shares = [
        (start, min(share, first + count - start), package)
        for start in range(first, first + count, share)
    ]
    total = Tally()
    with multiprocessing.Pool(jobs) as pool:
        for tally in pool.starmap(compare, shares):
            total.add(tally)
    return total


def report(tally: Tally, seconds: float) -> str:
    agreed = sum(tally.results.values())
    lines = [
        f"{tally.asked} cases in {seconds:.0f} s: {agreed} answered alike, {tally.explained} differences"
        f" explained, {len(tally.unexplained)} unexplained, {tally.refused} refused by the other engine.",
        "alike: " + ", ".join(f"{count} {result}" for result, count in tally.results.most_common()),
        *(f"{count:>7}  {name}" for name, count in tally.causes.most_common()),
    ]
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path, help="the folder in which npm installed the package")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
