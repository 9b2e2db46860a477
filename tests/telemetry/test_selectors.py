"""Which events a trail logs."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.telemetry.selectors import Selection, is_global

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:pay"


def management(**fields: Any) -> dict[str, Any]:
    return {
        "managementEvent": True,
        "eventCategory": "Management",
        "readOnly": True,
        "eventName": "ListKeys",
        "eventSource": "kms.amazonaws.com",
        "awsRegion": "us-east-1",
        "userIdentity": {"arn": "arn:aws:iam::111122223333:user/ann"},
        **fields,
    }


def data(kind: str, arn: str, **fields: Any) -> dict[str, Any]:
    return management(
        **{
            "managementEvent": False,
            "eventCategory": "Data",
            "eventName": "GetObject",
            "eventSource": "s3.amazonaws.com",
            "resources": [{"type": kind, "ARN": arn}],
            **fields,
        }
    )


def selection(*, advanced: Any = (), basic: Any = ()) -> Selection:
    return Selection("us-east-1", True, True, basic, advanced)


def fields(**wanted: Any) -> list[dict[str, Any]]:
    """One advanced selector; `resources_ARN` stands for resources.ARN."""
    return [{"FieldSelectors": [{"Field": k.replace("_", "."), **v} for k, v in wanted.items()]}]


def test_the_default_is_every_management_event() -> None:
    assert selection().logs(management())
    assert not selection().logs(data("AWS::S3::Object", "arn:aws:s3:::b/k"))


@pytest.mark.parametrize(
    ("kind", "value", "arn", "logged"),
    [
        ("AWS::S3::Object", "arn:aws:s3", "arn:aws:s3:::b/k", True),
        ("AWS::S3::Object", "arn:aws:s3:::", "arn:aws:s3:::b/k", True),
        ("AWS::S3::Object", "arn:aws:s3:::b/", "arn:aws:s3:::b/k", True),
        ("AWS::S3::Object", "arn:aws:s3:::b/", "arn:aws:s3:::b2/k", False),
        ("AWS::S3::Object", "arn:aws:s3:::b/ke", "arn:aws:s3:::b/key", True),
        ("AWS::Lambda::Function", "arn:aws:lambda", FUNCTION, True),
        ("AWS::Lambda::Function", FUNCTION, FUNCTION, True),
        ("AWS::Lambda::Function", FUNCTION, f"{FUNCTION}2", False),
    ],
)
def test_data_resources_of_basic_selectors(kind: str, value: str, arn: str, logged: bool) -> None:
    """Objects by prefix, functions by their whole ARN."""
    chosen = selection(basic=[{"DataResources": [{"Type": kind, "Values": [value]}]}])
    assert chosen.logs(data(kind, arn)) is logged
    assert chosen.logs(management())


def test_any_selector_is_enough() -> None:
    chosen = selection(basic=[{"ReadWriteType": "WriteOnly"}, {"ReadWriteType": "ReadOnly"}])
    assert chosen.logs(management(readOnly=True))
    assert chosen.logs(management(readOnly=False))


def test_a_source_can_be_excluded() -> None:
    chosen = selection(basic=[{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}])
    assert not chosen.logs(management())
    assert chosen.logs(management(eventSource="iam.amazonaws.com"))


def test_listing_and_heading_a_bucket_are_about_its_objects() -> None:
    chosen = selection(
        basic=[{"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::b/"]}]}]
    )
    listing = data("", "", eventName="ListObjects")
    listing["resources"] = [{"type": "AWS::S3::Object", "ARNPrefix": "arn:aws:s3:::b/x"}]
    assert chosen.logs(listing)
    assert chosen.logs(data("AWS::S3::Bucket", "arn:aws:s3:::b", eventName="HeadBucket"))


@pytest.mark.parametrize(
    ("operators", "logged"),
    [
        ({"Equals": ["ListKeys", "x"]}, True),
        ({"Equals": ["x"]}, False),
        ({"StartsWith": ["List"]}, True),
        ({"EndsWith": ["Keys"]}, True),
        ({"EndsWith": ["keys"]}, False),
        ({"NotEquals": ["ListKeys"]}, False),
        ({"NotStartsWith": ["Get"]}, True),
        ({"NotStartsWith": ["Get", "List"]}, False),
        ({"NotEndsWith": ["Keys"]}, False),
        ({"StartsWith": ["List"], "NotEquals": ["ListKeys"]}, False),
        ({"StartsWith": ["List"], "NotEquals": ["ListAliases"]}, True),
    ],
)
def test_operators_of_advanced_selectors(operators: dict[str, list[str]], logged: bool) -> None:
    assert selection(advanced=fields(eventName=operators)).logs(management()) is logged


def test_all_fields_of_a_selector_must_match() -> None:
    chosen = selection(
        advanced=fields(
            eventCategory={"Equals": ["Data"]},
            resources_type={"Equals": ["AWS::S3::Object"]},
            resources_ARN={"NotStartsWith": ["arn:aws:s3:::logs/"]},
            userIdentity_arn={"NotEndsWith": ["/robot"]},
        )
    )
    assert chosen.logs(data("AWS::S3::Object", "arn:aws:s3:::b/k"))
    assert not chosen.logs(data("AWS::S3::Object", "arn:aws:s3:::logs/k"))
    assert not chosen.logs(management())
    robot = {"arn": "arn:aws:iam::111122223333:user/robot"}
    assert not chosen.logs(data("AWS::S3::Object", "arn:aws:s3:::b/k", userIdentity=robot))


@pytest.mark.parametrize(
    ("fields_", "expected"),
    [
        ({"eventSource": "iam.amazonaws.com"}, True),
        ({"eventSource": "ec2.amazonaws.com"}, False),
        ({"eventSource": "sts.amazonaws.com"}, False),
        (
            {
                "eventSource": "sts.amazonaws.com",
                "tlsDetails": {"clientProvidedHostHeader": "sts.amazonaws.com"},
            },
            True,
        ),
    ],
)
def test_global_service_events(fields_: dict[str, Any], expected: bool) -> None:
    """STS is global by its global endpoint only."""
    assert is_global(management(**fields_)) is expected
