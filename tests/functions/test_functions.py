"""Functions whose code is an act: by a schedule, by hand, with the rights of their role."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator import catalogue
from simulator.drill import Drill
from simulator.gateway.app import Gateway

HOUR = timedelta(hours=1)
PLAY = catalogue.load("net-open-admin")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def package(source: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py", (2026, 1, 1, 0, 0, 0)), source)
    return held.getvalue()


def count(function: Any, runs: int = 0) -> dict[str, Any]:
    """The function's act: it lists users, and knows how often it did."""
    function.iam.list_users()
    return {"runs": runs + 1}


@pytest.fixture(scope="module")
def made() -> Iterator[Drill]:
    drill = Drill(PLAY, 77, Gateway())
    drill.perform(deploy)
    yield drill
    drill.close()


@pytest.fixture
def drill(made: Drill) -> Iterator[Drill]:
    with made.fresh():
        yield made


def deploy(admin: Any, functions: Any) -> None:
    admin.iam.create_role(RoleName="runner", AssumeRolePolicyDocument=json.dumps(TRUST))
    admin.iam.attach_role_policy(
        RoleName="runner", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess"
    )
    role = admin.iam.get_role(RoleName="runner")["Role"]["Arn"]
    lambda_ = admin.client("lambda")
    made = lambda_.create_function(
        FunctionName="counter",
        Runtime="python3.12",
        Role=role,
        Handler="index.go",
        Code={"ZipFile": package("one")},
    )
    rule = admin.events.put_rule(Name="often", ScheduleExpression="rate(2 hours)")["RuleArn"]
    admin.events.put_targets(Rule="often", Targets=[{"Id": "1", "Arn": made["FunctionArn"]}])
    lambda_.add_permission(
        FunctionName="counter",
        StatementId="events",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    functions.equip("counter", count)


def runs(drill: Drill) -> int:
    return int(drill.facts.get("runs", 0))


def test_a_schedule_runs_the_function(drill: Drill) -> None:
    drill.wait(5 * HOUR)
    assert runs(drill) == 2


def test_its_calls_are_recorded_as_its_roles_session(drill: Drill) -> None:
    drill.wait(3 * HOUR)
    mine = [
        record
        for record in drill.account.records
        if record["userIdentity"].get("arn", "").endswith(":assumed-role/runner/counter")
    ]
    assert [record["eventName"] for record in mine] == ["ListUsers"]
    assert "exec-env/AWS_Lambda_python3.12" in mine[0]["userAgent"]
    (taken,) = [
        record
        for record in drill.account.records
        if record["eventName"] == "AssumeRole"
        and record["sourceIPAddress"] == "lambda.amazonaws.com"
    ]
    assert taken["userIdentity"]["invokedBy"] == "lambda.amazonaws.com"
    assert (
        taken["responseElements"]["credentials"]["accessKeyId"]
        == mine[0]["userIdentity"]["accessKeyId"]
    )


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("events", "disable_rule", {"Name": "often"}),
        ("events", "remove_targets", {"Rule": "often", "Ids": ["1"]}),
        ("lambda", "remove_permission", {"FunctionName": "counter", "StatementId": "events"}),
        ("lambda", "delete_function", {"FunctionName": "counter"}),
        (
            "lambda",
            "update_function_code",
            {"FunctionName": "counter", "ZipFile": package("another")},
        ),
    ],
)
def test_whatever_takes_it_out_of_the_chain_stops_it(
    drill: Drill, service: str, operation: str, params: dict[str, Any]
) -> None:
    getattr(drill.responder().client(service), operation)(**params)
    drill.wait(5 * HOUR)
    assert runs(drill) == 0


def test_a_role_that_does_not_trust_lambda_any_more_stops_it(drill: Drill) -> None:
    nobody = json.dumps(TRUST).replace("lambda.", "ec2.")
    drill.responder().iam.update_assume_role_policy(RoleName="runner", PolicyDocument=nobody)
    drill.wait(5 * HOUR)
    assert runs(drill) == 0


def test_a_role_without_rights_makes_it_fail(drill: Drill) -> None:
    drill.responder().iam.detach_role_policy(
        RoleName="runner", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess"
    )
    drill.wait(3 * HOUR)
    assert runs(drill) == 0
    tried = [one for one in drill.journal if one.principal == "function counter"]
    assert [one.error_code for one in tried] == ["AccessDenied"]


def test_whoever_may_invoke_it_runs_it(drill: Drill) -> None:
    answer = drill.responder().client("lambda").invoke(FunctionName="counter")
    assert (answer["StatusCode"], answer["Payload"].read()) == (200, b"null")
    assert runs(drill) == 1


def test_an_invocation_that_fails_says_so(drill: Drill) -> None:
    drill.responder().iam.detach_role_policy(
        RoleName="runner", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess"
    )
    answer = drill.responder().client("lambda").invoke(FunctionName="counter")
    assert answer["FunctionError"] == "Unhandled"
    assert "AccessDenied" in json.loads(answer["Payload"].read())["errorMessage"]


def test_the_same_code_under_another_name_is_the_same_function(drill: Drill) -> None:
    drill.responder().client("lambda").create_function(
        FunctionName="copy",
        Runtime="python3.12",
        Role=f"arn:aws:iam::{drill.account.id}:role/runner",
        Handler="index.go",
        Code={"ZipFile": package("one")},
    )
    drill.responder().client("lambda").invoke(FunctionName="copy")
    assert runs(drill) == 1


def test_what_a_function_does_in_a_trial_is_undone(drill: Drill) -> None:
    with drill.trial():
        drill.functions.start_all()
        assert runs(drill) == 1
    assert runs(drill) == 0
    drill.wait(3 * HOUR)
    assert runs(drill) == 1


def test_only_a_function_that_is_there_can_be_equipped(drill: Drill) -> None:
    from simulator.errors import ScenarioError

    with pytest.raises(ScenarioError, match="no function nobody"):
        drill.functions.equip("nobody", count)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        drill.responder().client("lambda").invoke(FunctionName="nobody")
