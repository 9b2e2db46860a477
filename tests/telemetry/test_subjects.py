"""Who and what an event is about."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.telemetry.subjects import access_key, resources, username

SESSION = "arn:aws:sts::111122223333:assumed-role/deploy/build-42"


def record(source: str = "iam", **fields: Any) -> dict[str, Any]:
    return {
        "userIdentity": {},
        "eventSource": f"{source}.amazonaws.com",
        "requestParameters": None,
        "responseElements": None,
        **fields,
    }


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        ({"type": "IAMUser", "userName": "ann"}, "ann"),
        ({"type": "Root", "arn": "arn:aws:iam::111122223333:root"}, "root"),
        ({"type": "AssumedRole", "arn": SESSION}, "build-42"),
        (
            {"type": "FederatedUser", "arn": "arn:aws:sts::111122223333:federated-user/guest"},
            "guest",
        ),
        ({"type": "WebIdentityUser", "userName": "repo:acme/app:ref"}, "repo:acme/app:ref"),
        ({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}, None),
        ({"type": "AWSAccount", "principalId": "AROA:x", "accountId": "444455556666"}, None),
    ],
)
def test_the_username_of_each_kind_of_caller(identity: dict[str, Any], name: str | None) -> None:
    assert username(record(userIdentity=identity)) == name


def test_the_key_that_signed() -> None:
    assert access_key(record(userIdentity={"accessKeyId": "ASIA1"})) == "ASIA1"
    assert access_key(record(userIdentity={"accessKeyId": ""})) is None
    assert access_key(record()) is None


def test_lists_are_searched() -> None:
    items = {"items": [{"instanceId": "i-1", "imageId": "ami-1"}, {"instanceId": "i-2"}]}
    found = resources(record("ec2", requestParameters={"instancesSet": items}))
    assert found == (
        ("AWS::EC2::Instance", "i-1"),
        ("AWS::EC2::Ami", "ami-1"),
        ("AWS::EC2::Instance", "i-2"),
    )


def test_each_resource_is_listed_once() -> None:
    found = resources(
        record(
            "s3",
            requestParameters={"bucketName": "box"},
            resources=[
                {"type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::box", "accountId": "1"},
                {"type": "AWS::S3::Object", "ARNPrefix": "arn:aws:s3:::box/"},
            ],
        )
    )
    assert found == (("AWS::S3::Bucket", "box"), ("AWS::S3::Bucket", "arn:aws:s3:::box"))


def test_the_name_of_a_selector_is_not_a_trail() -> None:
    selectors = [{"name": "all writes", "fieldSelectors": [{"field": "readOnly"}]}]
    shown = {"trailName": "main", "advancedEventSelectors": selectors}
    found = resources(record("cloudtrail", requestParameters=shown))
    assert found == (("AWS::CloudTrail::Trail", "main"),)


def test_what_names_nothing_known_has_no_resources() -> None:
    assert resources(record("billing", requestParameters={"userName": "ann"})) == ()
    assert resources(record(responseElements={"x": {"arn": "arn:aws:iam"}})) == ()
