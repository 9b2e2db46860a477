"""A call that was authorized is carried out by a service of ours, or else by the backend."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator import services


@pytest.fixture
def ann(cloud: Any) -> Any:
    """Keys of a user who may do anything."""
    return cloud.user("ann", cloud.statement("*"))


def test_an_operation_of_ours_is_found_by_botocores_names() -> None:
    assert services.find("sts", "GetCallerIdentity") is not None
    assert services.find("cloudtrail", "LookupEvents") is not None
    assert services.find("sts", "NoSuchOperation") is None
    assert services.find("no-such-service", "ListThings") is None
    assert services.find("services", "find") is None


def test_only_what_is_marked_is_an_operation() -> None:
    """A function of a service's module is no operation for having the name of one."""
    from simulator.services import sts

    others = [
        name
        for name, value in vars(sts).items()
        if callable(value) and not value.__dict__.get("is_operation")
        if hasattr(value, "__dict__")
    ]
    assert others
    assert all(services.find("sts", name) is None for name in others)


def test_the_backends_errors_are_passed_on_and_recorded(cloud: Any, ann: Any, refusal: Any) -> None:
    iam, s3, secrets = (cloud.client(name, ann) for name in ("iam", "s3", "secretsmanager"))
    assert refusal(lambda: iam.get_user(UserName="nobody"))[:2] == ("NoSuchEntity", 404)
    assert cloud.account.records[-1]["errorCode"] == "NoSuchEntityException"
    assert refusal(lambda: s3.list_objects_v2(Bucket="nosuchbucket"))[:2] == ("NoSuchBucket", 404)
    missing = ("ResourceNotFoundException", 400)
    assert refusal(lambda: secrets.describe_secret(SecretId="nope"))[:2] == missing
    assert cloud.account.records[-1]["errorCode"] == "ResourceNotFoundException"


def test_a_service_that_is_not_simulated_is_refused_not_carried_out(
    cloud: Any, ann: Any, refusal: Any
) -> None:
    code, status, message = refusal(cloud.client("outposts", ann).list_outposts)
    assert status == 501
    assert code == "NotImplemented"
    assert "not simulated in this training account" in message


@pytest.mark.parametrize("service", ["iam", "sts", "s3", "ec2", "kms", "lambda"])
def test_every_answer_carries_the_request_id_of_its_record(
    cloud: Any, ann: Any, service: str
) -> None:
    call = {
        "iam": lambda c: c.list_users(),
        "sts": lambda c: c.get_caller_identity(),
        "s3": lambda c: c.list_buckets(),
        "ec2": lambda c: c.describe_vpcs(),
        "kms": lambda c: c.list_keys(),
        "lambda": lambda c: c.list_functions(),
    }[service]
    answer = call(cloud.client(service, ann))
    assert answer["ResponseMetadata"]["RequestId"] == cloud.account.records[-1]["requestID"]


def test_a_refused_answer_carries_it_too(cloud: Any, ann: Any) -> None:
    iam, s3 = cloud.client("iam", ann), cloud.client("s3", ann)
    for call in (
        lambda: iam.get_user(UserName="nobody"),
        lambda: s3.list_objects_v2(Bucket="nosuchbucket"),
    ):
        with pytest.raises(ClientError) as caught:
            call()
        said = caught.value.response["ResponseMetadata"]["RequestId"]
        assert said == cloud.account.records[-1]["requestID"]


def test_a_call_is_carried_out_at_the_accounts_time(cloud: Any, ann: Any) -> None:
    cloud.world.clock.advance(timedelta(days=400))
    made = cloud.client("iam", ann).create_user(UserName="bob")["User"]["CreateDate"]
    key = cloud.client("kms", ann).create_key()["KeyMetadata"]["CreationDate"]
    s3 = cloud.client("s3", ann)
    s3.create_bucket(Bucket="logs")
    s3.put_object(Bucket="logs", Key="k", Body=b"x")
    written = s3.head_object(Bucket="logs", Key="k")["LastModified"]
    now = cloud.world.clock.now()
    for each in (made, key, written):
        assert abs(now - each.astimezone(UTC)) < timedelta(minutes=5)
    with cloud.world.clock.pinned(datetime(2020, 2, 3, tzinfo=UTC)):
        made = cloud.client("iam", ann).create_user(UserName="eve")["User"]["CreateDate"]
    assert made == datetime(2020, 2, 3, tzinfo=UTC)


def test_each_account_has_a_state_of_its_own(cloud: Any, ann: Any) -> None:
    other = cloud.open("444455556666", seed=8)
    theirs = cloud.user("ann", cloud.statement("*"), account=other)
    cloud.client("iam", ann).create_group(GroupName="mine")
    assert cloud.client("iam", theirs).list_groups()["Groups"] == []
    assert cloud.client("sts", theirs).get_caller_identity()["Account"] == other.id
