"""Events as another account would have written them, near misses of evidence, and what scores measure."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

import pytest

from simulator.detections import twins, views
from simulator.detections.exercise import Exercise
from simulator.detections.python_rule import rule_from
from simulator.detections.scored import Known, Score, Truth, score

THIEF: dict[str, Any] = {
    "eventName": "PutBucketPolicy",
    "eventSource": "s3.amazonaws.com",
    "eventTime": "2026-03-01T12:00:00Z",
    "eventID": "e-1",
    "requestID": "r-1",
    "awsRegion": "us-east-1",
    "sourceIPAddress": "198.51.100.7",
    "userAgent": "aws-cli/2.17",
    "readOnly": False,
    "recipientAccountId": "111122223333",
    "userIdentity": {
        "type": "IAMUser",
        "userName": "deployer",
        "arn": "arn:aws:iam::111122223333:user/ci/deployer",
        "accountId": "111122223333",
    },
    "requestParameters": {
        "bucketName": "acme-exports",
        "bucketPolicy": {
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
                    "Action": "*",
                    "Resource": "arn:aws:s3:::acme-exports/*",
                }
            ]
        },
    },
    "responseElements": {"done": True},
}
OFFICE = {**THIEF, "sourceIPAddress": "192.0.2.1", "eventTime": "2026-02-01T09:00:00Z"}
ADMIN: dict[str, Any] = {
    **OFFICE,
    "userIdentity": {
        "type": "AssumedRole",
        "arn": "arn:aws:sts::111122223333:assumed-role/Admin/ann",
    },
}


def statement(event: Any) -> Any:
    return event["requestParameters"]["bucketPolicy"]["Statement"][0]


def test_other_names_are_the_same_other_ones_throughout() -> None:
    (event,) = views.seen("other names", [THIEF], "x")
    name = event["requestParameters"]["bucketName"]
    assert name not in {"acme-exports", ""}
    assert statement(event)["Resource"] == f"arn:aws:s3:::{name}/*"
    identity = event["userIdentity"]
    assert identity["arn"].endswith(f"/{identity['userName']}")
    assert "deployer" not in json.dumps(event)
    assert statement(event)["Effect"] == "Allow"
    assert (event["eventName"], event["eventSource"]) == ("PutBucketPolicy", "s3.amazonaws.com")


def test_what_is_aws_own_keeps_its_name() -> None:
    attach = {
        **THIEF,
        "requestParameters": {
            "userName": "AdministratorAccess",
            "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
        },
    }
    (event,) = views.seen("other names", [attach], "x")
    assert event["requestParameters"]["policyArn"] == "arn:aws:iam::aws:policy/AdministratorAccess"
    assert event["requestParameters"]["userName"] != "AdministratorAccess"


def test_other_accounts_stay_different_from_each_other() -> None:
    (event,) = views.seen("another account", [THIEF], "x")
    own, other = event["recipientAccountId"], statement(event)["Principal"]["AWS"].split(":")[4]
    assert len({own, other, "111122223333", "444455556666"}) == 4
    assert event["userIdentity"]["accountId"] == own


def test_other_addresses_and_regions_replace_those_that_were() -> None:
    moved = views.seen("other addresses", [THIEF, OFFICE, THIEF], "x")
    addresses = [event["sourceIPAddress"] for event in moved]
    assert addresses[0] == addresses[2] != addresses[1]
    assert not {"198.51.100.7", "192.0.2.1"} & set(addresses)
    assert views.seen("another region", [THIEF], "x")[0]["awsRegion"] != "us-east-1"


def test_fields_are_left_out_or_spelled_otherwise() -> None:
    seen = {view: views.seen(view, [THIEF], "x")[0] for view in views.FIELDS}
    assert "userAgent" not in seen["no userAgent"]
    assert {"readOnly", "recipientAccountId"}.isdisjoint(seen["an older eventVersion"])
    assert set(seen["parameters spelled otherwise"]["requestParameters"]) == {
        "BucketName",
        "BucketPolicy",
    }


@pytest.mark.parametrize("view", views.NAMES)
def test_a_view_is_the_same_each_time_and_leaves_events_as_they_were(view: str) -> None:
    before = json.dumps(THIEF)
    assert views.seen(view, [THIEF], "x") == views.seen(view, [THIEF], "x") != [THIEF]
    assert json.dumps(THIEF) == before


def test_a_near_miss_is_harmless_and_by_the_company() -> None:
    made = twins.of(THIEF, [OFFICE, ADMIN], random.Random(1))
    assert len(made) == 3
    for twin in made:
        assert twin["eventName"] == "PutBucketPolicy"
        assert twin["sourceIPAddress"] == "192.0.2.1"
        assert twin["requestParameters"]["bucketName"] == "acme-exports"
        assert statement(twin)["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
        assert statement(twin)["Action"] == "s3:ListBucket"
        assert twin["eventID"] not in {"e-1", ""}
    assert made[-1]["userIdentity"] == THIEF["userIdentity"]


@pytest.mark.parametrize(
    ("parameters", "harmless"),
    [
        ({"x-amz-acl": "public-read"}, {"x-amz-acl": "private"}),
        (
            {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
            {"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        ),
        (
            {"policy": '{"Statement": [{"Action": "*"}]}'},
            {"policy": '{"Statement": [{"Action": "s3:ListBucket"}]}'},
        ),
        ({"userName": "ann"}, {"userName": "ann"}),
        (None, None),
    ],
)
def test_parameters_are_made_harmless(parameters: Any, harmless: Any) -> None:
    assert twins.tamed({**THIEF, "requestParameters": parameters})["requestParameters"] == harmless


# What a score measures, on a small world.

KNOWN = [
    Known({"eventName": "CreateUser", "by": "thief"}, Truth.EVIDENCE, 0, "made a user"),
    Known({"eventName": "CreateUser", "by": "admin"}, Truth.TWIN, 0),
    Known({"eventName": "ListUsers", "by": "thief"}, Truth.ASIDE, 0),
    Known({"eventName": "GetObject", "by": "app"}, Truth.BENIGN, 0),
    Known({"eventName": "CreateUser", "by": "thief"}, Truth.EVIDENCE, 1, "made a user"),
    Known({"eventName": "GetObject", "by": "thief"}, Truth.EVIDENCE, 1, "read"),
]


def scored(alerts: Sequence[Sequence[int]], **anyway: Any) -> Score:
    everywhere = dict.fromkeys((views.PLAIN, *views.NAMES), alerts)
    return score(KNOWN, everywhere, dict.fromkeys(everywhere, anyway.get("anyway", ())))


def test_recall_is_of_worlds_in_which_a_covered_way_occurred() -> None:
    assert scored([[0]]).points == 50
    assert scored([[0], [4]]).points == 100
    assert scored([[0], [4]]).covers == ("made a user",)
    assert scored([[0], [4], [5]]).covers == ("made a user", "read")
    assert scored([]).points == 0


def test_an_ordinary_event_that_is_alerted_on_lowers_precision() -> None:
    told = scored([[0], [4], [1], [3]])
    assert (told.plain.precision, told.plain.twins, told.plain.others) == (0.5, 1, 1)
    assert told.points == 50


def test_what_the_adversary_was_refused_counts_neither_way() -> None:
    assert scored([[0], [2], [4]]).points == 100
    assert scored([[2]]).points == 0


def test_an_alert_about_several_events_is_right_if_it_needs_the_adversarys() -> None:
    assert scored([[0, 1], [4]]).points == 100
    assert scored([[0, 1, 3], [4]], anyway=[[1, 3]]).points == 25


def test_what_is_left_without_constants_and_fields_lowers_the_score() -> None:
    everywhere = {view: [[0], [4]] for view in (views.PLAIN, *views.NAMES)}
    assert score(KNOWN, everywhere | {"other names": []}).points == 0
    assert score(KNOWN, everywhere | {"no userAgent": []}).points == 75


def test_events_are_tried_a_world_at_a_time() -> None:
    """Places count through the worlds."""
    exercise = Exercise(KNOWN)
    tried = exercise.tried(rule_from(lambda event: event["eventName"] == "GetObject").run)
    assert tried.alerts[views.PLAIN] == [(3,), (5,)]
    assert exercise.score(tried).covers == ("read",)
