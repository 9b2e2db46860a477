"""Prowler, a posture scanner written by others, run as a process against a served drill.

It is Apache-2.0 and lives in an environment of its own, `make posture` makes it; nothing here
imports it. Its finding is a check's id, a resource's ARN and FAIL, PASS or MANUAL (Prowler's
documentation, "Reporting").
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.posture.served import Served

SERVICES = (
    "accessanalyzer", "awslambda", "cloudtrail", "cloudwatch", "ec2", "elbv2", "guardduty", "iam",
    "kms", "s3", "secretsmanager", "ssm", "vpc",
)  # fmt: skip
"""Prowler's names of the services whose checks are run."""
WALL = Path(__file__).parent / "wall"
_PASSED, _FAILED = 0, 3
"""Prowler's exit codes: nothing failed, something failed."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What one check says of one resource."""

    check: str
    resource: str
    status: str
    detail: str


@dataclass(frozen=True, slots=True)
class Scan:
    """A run. `seconds` is wall time; `escapes` are hosts that Prowler wanted and didn't get."""

    findings: tuple[Finding, ...]
    seconds: float
    escapes: Counter[str]
    log: str

    @property
    def checks(self) -> set[str]:
        """The checks that had something to say."""
        return {finding.check for finding in self.findings}

    def failed(self) -> set[tuple[str, str]]:
        """Check and resource of every failure."""
        return {(each.check, each.resource) for each in self.findings if each.status == "FAIL"}


def program(folder: Path) -> Path:
    """The program in an environment that `make posture` made.

    Raises:
        FileNotFoundError: it isn't there.
    """
    path = folder / "bin" / "prowler"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: `make posture` installs it.")
    return path


def scan(served: Served, prowler: Path, services: Sequence[str] = SERVICES) -> Scan:
    """Run the checks of `services` in the scenario's region.

    Raises:
        RuntimeError: Prowler ended without a result.
    """
    with tempfile.TemporaryDirectory() as scratch:
        walled = Path(scratch, "wall")
        walled.touch()
        command = [
            prowler, "aws", "--services", *services, "--region", served.drill.account.region,
            "--output-formats", "json-ocsf", "--output-directory", scratch,
            "--output-filename", "found", "--no-banner", "--no-color", "--log-level", "ERROR",
        ]  # fmt: skip
        began = time.monotonic()
        done = subprocess.run(
            [str(each) for each in command],
            env=_environment(served, scratch),
            cwd=scratch,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - began
        log = done.stdout + done.stderr
        result = Path(scratch, "found.ocsf.json")
        if done.returncode not in (_PASSED, _FAILED) or not result.exists():
            raise RuntimeError(f"Prowler ended with {done.returncode}:\n{log[-4000:]}")
        found = json.loads(result.read_text(encoding="utf-8"))
        escapes = Counter(walled.read_text(encoding="utf-8").split())
    return Scan(tuple(sorted(map(_finding, found))), seconds, escapes, log)


def _environment(served: Served, scratch: str) -> dict[str, str]:
    """Nothing of the machine's own but the search path: no credentials, no settings, no home."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": scratch,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(WALL),
        "POSTURE_WALL": str(Path(scratch, "wall")),
        **served.environment(),
    }


def _finding(said: dict) -> Finding:
    (resource, *_) = said["resources"] or [{"uid": ""}]
    return Finding(
        check=said["metadata"]["event_code"],
        resource=resource["uid"],
        status=said["status_code"],
        detail=said["status_detail"],
    )
