"""A scenario of the same seed, begun at the same moment, comes to the same account everywhere.

A journal can be played again only where that holds.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulator import catalogue

ROOT = Path(__file__).resolve().parents[1]
CODE = """
import hashlib, json, sys
from datetime import UTC, datetime
from simulator import catalogue
from simulator.account.clock import machine_time
from simulator.drill import Drill
from simulator.gateway.app import Gateway

with machine_time(datetime(2026, 11, 2, 12, tzinfo=UTC)):
    drill = Drill(catalogue.load(sys.argv[1]), 3, Gateway(), secret="secret")
    ec2, iam = drill.responder().ec2, drill.responder().iam
    told = [
        ec2.describe_instances()["Reservations"],
        ec2.describe_flow_logs()["FlowLogs"],
        iam.get_account_authorization_details()["RoleDetailList"],
        sorted(map(str, drill.account.log_lines.values())),
        drill.account.records,
        {name: str(fact) for name, fact in drill.facts.items()},
    ]
for each in told:
    print(hashlib.sha256(json.dumps(each, default=str).encode()).hexdigest())
"""


@pytest.mark.parametrize("scenario", catalogue.ids())
def test_two_processes_make_the_same_account(scenario: str) -> None:
    """Whatever the order of their sets and hashes, and whatever the machine's clock says."""
    made = [
        subprocess.run(
            [sys.executable, "-c", CODE, scenario],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": hashing},
            capture_output=True,
            check=True,
            text=True,
            timeout=120,
        ).stdout
        for hashing in ("1", "2")
    ]
    assert made[0] == made[1]
    assert len(made[0].split()) == 6
