"""`drill doctor`: how much of each AWS service is simulated."""

import json

import pytest
from click.testing import CliRunner

from simulator import doctor
from simulator.cli import main
from simulator.errors import DrillError
from simulator.iam.actions import SERVICES


def run(*arguments):
    return CliRunner().invoke(main, ["doctor", *arguments], catch_exceptions=False)


@pytest.mark.parametrize("service", ["s3", "iam", "sts", "ec2", "elbv2", "s3control", "sso"])
def test_every_operation_is_counted_once(service):
    found = doctor.coverage(service)
    assert found.operations == found.mapped + len(found.unmapped)
    assert found.mapped == found.ours + found.backend + len(found.unanswered)


def test_the_simulator_answers_before_the_backend():
    found = doctor.coverage("sts")
    assert found.ours >= 6
    assert "AssumeRole" not in found.unanswered


@pytest.mark.parametrize(
    ("service", "operation"),
    [("s3", "PutObject"), ("elbv2", "CreateLoadBalancer"), ("iam", "CreateOpenIDConnectProvider")],
)
def test_what_the_backend_carries_out_is_told_from_what_nobody_does(service, operation):
    assert operation not in doctor.coverage(service).unanswered


def test_a_service_that_the_backend_lacks_is_answered_by_nobody_else():
    found = doctor.coverage("detective")
    assert found.backend == 0
    assert len(found.unanswered) == found.mapped - found.ours


def test_every_service_with_rules_is_listed():
    assert set(doctor.simulated()) == SERVICES - {"ssmmessages"}  # botocore has no model of it


def test_a_service_that_is_not_simulated_is_named_with_the_nearest_one():
    with pytest.raises(DrillError, match=r"No part of 's4' is simulated\. Did you mean 's3'"):
        doctor.coverage("s4")
    assert run("s4").exit_code == 1


def test_the_table_has_a_row_a_service_and_their_sum():
    said = run("s3", "sts").output
    rows = [line for line in said.splitlines() if line.startswith("│ s")]
    assert [row.split("│")[1].strip() for row in rows] == ["s3", "sts"]
    total = sum(doctor.coverage(name).operations for name in ("s3", "sts"))
    assert f"{total}" in said.splitlines()[-2]


def test_the_json_names_the_operations():
    (found,) = json.loads(run("s3", "--json").output)
    assert found["service"] == "s3"
    assert "RenameObject" in found["unmapped"]


def test_an_operation_that_is_not_mapped_is_refused_as_not_simulated(cloud, refusal):
    """Whoever asks: what it would need cannot be told."""
    cloud.root("s3").create_bucket(Bucket="reports")
    s3 = cloud.client("s3", cloud.user("admin", cloud.statement("*")))
    code, status, message = refusal(
        lambda: s3.rename_object(Bucket="reports", Key="a", RenameSource="b")
    )
    assert (code, status) == ("NotImplemented", 501)
    assert "s3:RenameObject is not simulated in this training account" in message
