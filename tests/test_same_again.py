"""A scenario of the same seed, begun at the same moment, comes to the same account everywhere.

A journal can be played again only where that holds.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator import catalogue
from simulator.account.clock import machine_time
from simulator.drill import Drill
from simulator.gateway.app import Gateway

ROOT = Path(__file__).resolve().parents[1]
MOMENT = datetime(2026, 11, 2, 12, tzinfo=UTC)


def made(scenario: str) -> dict[str, str]:
    """What a new account holds, each part by its hash."""
    with machine_time(MOMENT):
        drill = Drill(catalogue.load(scenario), 3, Gateway(), secret="secret")
        ec2, iam = drill.responder().ec2, drill.responder().iam
        told = {
            "account": [drill.account.id, drill.learner.secret_access_key],
            "addresses": sorted(drill.hostile_addresses()),
            "instances": ec2.describe_instances()["Reservations"],
            "flow logs": ec2.describe_flow_logs()["FlowLogs"],
            "roles": iam.get_account_authorization_details()["RoleDetailList"],
            "log lines": sorted(map(str, drill.account.log_lines.values())),
            "records": drill.account.records,
            "facts": {name: str(fact) for name, fact in drill.facts.items()},
        }
    drill.close()
    return {
        part: hashlib.sha256(json.dumps(each, default=str).encode()).hexdigest()
        for part, each in told.items()
    }


@pytest.fixture(scope="module")
def elsewhere() -> dict[str, dict[str, str]]:
    """What each scenario comes to in another process."""
    hashing = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    done = subprocess.run(
        [sys.executable, "-m", "tests.test_same_again"],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": hashing},
        capture_output=True,
        check=True,
        text=True,
        timeout=300,
    )
    found: dict[str, dict[str, str]] = json.loads(done.stdout)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("scenario", catalogue.ids())
def test_two_processes_make_the_same_account(
    scenario: str, elsewhere: dict[str, dict[str, str]]
) -> None:
    """Whatever the order of their sets and hashes, what they did before, and the machine's clock."""
    assert made(scenario) == elsewhere[scenario]


if __name__ == "__main__":
    print(json.dumps({scenario: made(scenario) for scenario in catalogue.ids()}))
