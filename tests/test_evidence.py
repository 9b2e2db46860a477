"""The first drill's evidence as a responder reads it: from the trail's files, by AWS's own words."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from simulator import catalogue
from simulator.drill import Drill
from simulator.gateway.app import Gateway

_spec = importlib.util.spec_from_file_location(
    "documented", Path(__file__).parent / "athena" / "documented.py"
)
assert _spec
assert _spec.loader
aws = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(aws)


@pytest.fixture(scope="module")
def drill() -> Iterator[Drill]:
    made = Drill(catalogue.load("iam-leaked-key"), 4242, Gateway())
    yield made
    made.close()


def rows(drill: Drill, sql: str) -> list[dict[str, str]]:
    """What Athena answers the learner, in the security team's workgroup."""
    athena = drill.responder().athena
    sql = sql.replace(aws.BUCKET, drill.facts["audit_bucket"]).replace(
        aws.ACCOUNT, drill.account.id
    )
    asked = athena.start_query_execution(QueryString=sql, WorkGroup="incident-response")
    name = asked["QueryExecutionId"]
    state = athena.get_query_execution(QueryExecutionId=name)["QueryExecution"]["Status"]
    assert state["State"] == "SUCCEEDED", state
    found = [
        [cell.get("VarCharValue", "") for cell in row["Data"]]
        for page in athena.get_paginator("get_query_results").paginate(QueryExecutionId=name)
        for row in page["ResultSet"]["Rows"]
    ]
    return [dict(zip(found[0], row, strict=True)) for row in found[1:]]


def test_aws_own_query_finds_what_the_adversary_read(drill: Drill) -> None:
    """The page's table and its query on GetObject; only bucket, account and dates are filled in."""
    now = drill.world.clock.now()
    rows(drill, aws.CLOUDTRAIL_PROJECTED)
    query = f"""
    SELECT
      eventTime,
      eventName,
      eventSource,
      sourceIpAddress,
      userAgent,
      json_extract_scalar(requestParameters, '$.bucketName') as bucketName,
      json_extract_scalar(requestParameters, '$.key') as object,
      userIdentity.arn as userArn
    FROM
      cloudtrail_logs_pp
    WHERE
      eventName = 'GetObject'
      AND eventTime BETWEEN '{now - timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}'
      and '{now:%Y-%m-%dT%H:%M:%SZ}'
    """
    hostile = [
        row for row in rows(drill, query) if row["sourceipaddress"] in drill.hostile_addresses()
    ]
    assert sorted(row["object"] for row in hostile) == drill.facts["loot"]
    assert {row["userarn"] for row in hostile} == {drill.facts["hopper_arn"]}


def test_the_runbooks_table_holds_every_event_that_the_trail_delivered(drill: Drill) -> None:
    rows(drill, drill.files()["runbook/cloudtrail-table.sql"])
    found = rows(drill, "SELECT eventid FROM cloudtrail_logs")
    known = {record["eventID"] for record in drill.account.records}
    assert len(found) > 100
    assert {row["eventid"] for row in found} <= known


def test_the_log_group_holds_the_same_story(drill: Drill) -> None:
    logs = drill.responder().logs
    now = drill.world.clock.now()
    asked = logs.start_query(
        logGroupName="audit",
        startTime=int((now - timedelta(days=2)).timestamp()),
        endTime=int(now.timestamp()),
        queryString=(
            'filter eventName = "CreateUser" or eventName = "GetFederationToken" '
            "| fields eventName, sourceIPAddress | sort @timestamp"
        ),
    )["queryId"]
    answer = logs.get_query_results(queryId=asked)
    assert answer["status"] == "Complete"
    found = [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]
    hostile = [row for row in found if row["sourceIPAddress"] in drill.hostile_addresses()]
    happened = {
        record["eventName"]
        for record in drill.account.records
        if record["sourceIPAddress"] in drill.hostile_addresses()
    }
    assert {row["eventName"] for row in hostile} == happened & {"CreateUser", "GetFederationToken"}
    assert hostile
