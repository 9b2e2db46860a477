"""A scanner from outside against the simulated account (`make posture`), and what it is told to see."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from simulator import catalogue
from simulator.drill import Drill
from simulator.errors import DrillError
from simulator.gateway.app import Gateway
from tools.posture.__main__ import Look, figures, look, surprises, table
from tools.posture.expected import Expectation, expected, read, scenarios
from tools.posture.prowler import SERVICES, WALL, Finding, Scan, program
from tools.posture.served import Asked, serving

SEEDS = range(int(os.environ.get("POSTURE_SEEDS", "1")))
NOT_SIMULATED = {"batch", "waf-regional"}
"""Services that Prowler asks and this account refuses as not simulated."""


@pytest.fixture(scope="module")
def prowler() -> Path:
    folder = Path(os.environ.get("POSTURE", "/nowhere"))
    try:
        return program(folder)
    except FileNotFoundError as error:
        pytest.skip(str(error))


@pytest.mark.posture
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scenario_id", scenarios())
def test_a_scanner_sees_what_is_planted_and_not_after_the_fix(prowler, scenario_id, seed):
    before, after = (look(prowler, scenario_id, seed, fix) for fix in ("none", "reference"))
    print(f"\n{scenario_id}, seed {seed}\n{table(before.scan, after.scan)}")
    for name, one in (("untouched", before), ("reference", after)):
        print(f"{name}: {figures(one)}")
        assert not one.scan.escapes
        assert not one.asked.strangers
        failed = [(service, code) for service, _, code in one.asked.refused()]
        assert "InternalError" not in {code for _, code in failed}
        assert {service for service, code in failed if code == "NotImplemented"} <= NOT_SIMULATED
    assert before.expectations
    assert surprises(before, after) == []


@pytest.mark.parametrize("scenario_id", scenarios())
def test_an_expectation_names_facts_that_its_drill_has(scenario_id):
    play = catalogue.load(scenario_id)
    drill = Drill(play, 0, Gateway())
    try:
        wanted = expected(play.folder, drill.facts)
    finally:
        drill.close()
    assert wanted
    assert all(each.resource and "$" not in each.resource for each in wanted)


@pytest.mark.parametrize("scenario_id", scenarios())
def test_an_expectation_says_what_is_planted(scenario_id):
    said = read(catalogue.FOLDER / scenario_id)
    assert said.keys() == {"fails", "unseen"}
    for each in said["fails"]:
        assert each.keys() - {"when"} == {"check", "resource", "why"}
        assert each["check"].split("_")[0] in SERVICES


ARN = "arn:aws:ec2:us-east-1:111122223333:security-group/sg-1"
OPEN = Expectation("port_22", "sg-1", "SSH is open.")


def _look(*failed, expectations=(OPEN,)):
    findings = tuple(Finding(check, arn, "FAIL", "") for check, arn in failed)
    return Look(Scan(findings, 1.0, Counter(), ""), Asked(), list(expectations))


def test_a_finding_that_the_fix_mends_is_as_expected():
    assert surprises(_look(("port_22", ARN)), _look()) == []


def test_a_planted_mistake_that_the_scanner_misses_is_said():
    elsewhere = ARN.replace("sg-1", "sg-12")
    (said,) = surprises(_look(("port_22", elsewhere), ("port_23", ARN)), _look())
    assert said == "port_22 does not fail on sg-1: SSH is open."


def test_a_finding_that_outlives_the_fix_is_said():
    (said,) = surprises(_look(("port_22", ARN)), _look(("port_22", ARN)))
    assert said == "port_22 still fails on sg-1 after the fix: SSH is open."


def test_the_table_tells_what_went_what_came_and_what_stays():
    before, after = _look(("a", "x"), ("b", "x")).scan, _look(("b", "x"), ("c", "x")).scan
    assert table(before, after).splitlines() == ["gone  a  x", "new   c  x", "stay  1 failures"]


@pytest.mark.parametrize(
    ("when", "applies"),
    [
        ("made", True), ("nothing", False), ("unknown", False),
        ({"made": "this"}, True), ({"made": "that"}, False),
    ],
)  # fmt: skip
def test_an_expectation_can_depend_on_the_course(tmp_path, when, applies):
    entry = f'{{"check": "c", "resource": "${{made}}", "why": "w", "when": {_json(when)}}}'
    (tmp_path / "posture.json").write_text(f'{{"fails": [{entry}], "unseen": []}}')
    wanted = expected(tmp_path, {"made": "this", "nothing": None})
    assert wanted == ([Expectation("c", "this", "w")] if applies else [])


def _json(value):
    return str(value).replace("'", '"') if isinstance(value, dict) else f'"{value}"'


def test_what_is_asked_of_a_served_drill_is_noted_and_nothing_leads_out():
    with serving("iam-leaked-key", 0, "none") as served:
        variables = {**served.environment(), "PATH": os.environ["PATH"]}

        def run(code):
            command = [sys.executable, "-c", f"import boto3, urllib.request\n{code}"]
            return subprocess.run(
                command, env=variables, capture_output=True, text=True, check=False
            )

        assert run("boto3.client('s3').list_buckets()").returncode == 0
        account = served.drill.account.id
        run(f"boto3.client('s3control').get_public_access_block(AccountId='{account}')")
        assert served.asked.calls["s3", "ListBuckets", ""] == 1
        refused = served.asked.refused()
        code = "NoSuchPublicAccessBlockConfiguration"
        assert refused["s3control", "GetPublicAccessBlock", code] == 1
        assert not served.asked.strangers
        assert run("urllib.request.urlopen('https://example.com')").returncode == 1
        assert served.asked.strangers == {"example.com": 1}


def test_a_fix_that_there_is_not_is_refused():
    with (
        pytest.raises(DrillError, match="no fix 'nothing'"),
        serving("iam-leaked-key", 0, "nothing"),
    ):
        raise AssertionError("it was served")


@pytest.mark.parametrize(
    "leave",
    [
        "socket.create_connection(('198.51.100.1', 443))",
        "socket.getaddrinfo('example.com', 443)",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'?', ('198.51.100.1', 53))",
    ],
)
def test_a_process_behind_the_wall_stays_on_this_machine(tmp_path, leave):
    log = tmp_path / "wall"
    variables = {"PYTHONPATH": str(WALL), "POSTURE_WALL": str(log)}
    code = f"import socket; socket.create_server(('127.0.0.1', 0)); {leave}"
    done = subprocess.run(
        [sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=False
    )
    assert "is beyond this machine" in done.stderr
    assert log.read_text().strip() in {"198.51.100.1", "example.com"}
