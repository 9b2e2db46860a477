"""What the flow logs of net-open-admin tell, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from simulator import catalogue
from simulator.drill import Drill
from simulator.gateway.app import Gateway

GUESSERS = """
SELECT srcaddr, count(DISTINCT srcport) AS connections
FROM vpc_flow_logs
WHERE day >= '2021/01/01' AND dstport = 22 AND action = 'ACCEPT' AND flow_direction = 'ingress'
GROUP BY srcaddr
HAVING count(DISTINCT srcport) > 10
"""
SESSIONS = """
SELECT srcaddr
FROM vpc_flow_logs
WHERE day >= '2021/01/01' AND dstport = 22 AND action = 'ACCEPT' AND flow_direction = 'ingress'
GROUP BY srcaddr, srcport
HAVING sum(bytes) > 20000
"""


@pytest.fixture(scope="module", params=[0, 1, 2])
def drill(request: pytest.FixtureRequest) -> Iterator[Drill]:
    made = Drill(catalogue.load("net-open-admin"), request.param, Gateway())
    yield made
    made.close()


@pytest.fixture(scope="module")
def asked(drill: Drill) -> Any:
    """A function that asks Athena, as the responder, with the runbook's table."""
    athena = drill.responder().athena

    def ask(sql: str) -> list[list[str]]:
        begun = athena.start_query_execution(QueryString=sql, WorkGroup="incident-response")
        name = {"QueryExecutionId": begun["QueryExecutionId"]}
        told = athena.get_query_execution(**name)["QueryExecution"]["Status"]
        assert told["State"] == "SUCCEEDED", told
        rows = athena.get_query_results(**name)["ResultSet"]["Rows"]
        return [[cell.get("VarCharValue", "") for cell in row["Data"]] for row in rows[1:]]

    ask(drill.files()["runbook/flow-log-table.sql"])
    return ask


def test_athena_names_the_guessers_and_nobody_else(drill: Drill, asked: Any) -> None:
    bots = {drill.principals[name].address for name in ("bot_one", "bot_two", "bot_three")}
    assert {row[0] for row in asked(GUESSERS)} == bots


def test_athena_names_the_one_that_got_in_and_nobody_else(drill: Drill, asked: Any) -> None:
    assert asked(SESSIONS) == [[drill.facts["intruder_address"]]]


@pytest.mark.filterwarnings("ignore:datetime.datetime.utc:DeprecationWarning")
def test_the_files_parse_in_flowlogs_reader(drill: Drill) -> None:
    """The reader adds up what left as the grader does."""
    facts, now = drill.facts, drill.world.clock.now().replace(tzinfo=None)
    reader = pytest.importorskip("flowlogs_reader").S3FlowLogsReader(
        facts["flow_bucket"],
        boto_client=drill.responder().s3,
        start_time=now - timedelta(days=2),
        end_time=now,
        include_accounts=[drill.account.id],
        include_regions=["us-east-1"],
    )
    records = list(reader)
    left = sum(
        each.bytes or 0
        for each in records
        if each.dstaddr == facts["drop_address"] and each.flow_direction == "egress"
    )
    assert abs(left - facts["carried"]) < 0.01 * facts["carried"]


def test_both_protocols_are_guessed_at(drill: Drill, asked: Any) -> None:
    rows = asked(GUESSERS.replace("> 10", "> 0"))
    assert [row for row in rows if ":" in row[0]]


def test_the_monitoring_service_is_let_in_all_the_time(drill: Drill, asked: Any) -> None:
    monitor = drill.principals["monitor"].address
    (row,) = asked(
        "SELECT count(DISTINCT day), count(DISTINCT srcport) FROM vpc_flow_logs "
        f"WHERE day >= '2021/01/01' AND srcaddr = '{monitor}' AND action = 'ACCEPT'"
    )
    assert int(row[0]) >= 4
    assert int(row[1]) > 30


def test_a_learner_who_breaks_the_shop_can_let_time_pass(drill: Drill) -> None:
    with drill.fresh():
        drill.responder().ec2.stop_instances(InstanceIds=drill.facts["apps"])
        before = drill.world.clock.now()
        drill.wait(timedelta(hours=12))
        assert drill.world.clock.now() - before >= timedelta(hours=12)


def test_a_host_that_is_gone_ends_the_tunnel(drill: Drill) -> None:
    with drill.fresh():
        drill.responder().ec2.terminate_instances(InstanceIds=[drill.facts["jobs_id"]])
        drill.journal.clear()
        drill.wait(timedelta(hours=5))
        tried = [each for each in drill.journal if each.principal == "returning"]
        assert tried
        assert not [each for each in tried if drill.facts["drop_address"] in each.operation]
