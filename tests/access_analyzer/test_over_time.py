"""Findings change as resources do, and EventBridge is told."""

from __future__ import annotations

import json

import pytest

from tests.access_analyzer.conftest import Watch
from tests.access_analyzer.test_external_access import FOREIGN, OBJECTS, allow, document, opened

OTHER = "444455556666"


def test_nothing_is_found_without_an_analyzer(watch: Watch) -> None:
    opened(watch, allow("*", "s3:GetObject", OBJECTS))
    watch.later()
    assert not watch.told
    assert not watch.cloud.world.awake


def test_a_change_is_seen_some_minutes_later(watch: Watch) -> None:
    opened(watch, allow({"AWS": FOREIGN}, "s3:GetObject", OBJECTS))
    watch.start()
    (first,) = watch.findings()
    policy = document(allow({"AWS": OTHER}, "s3:GetObject", OBJECTS))
    watch.client("s3").put_bucket_policy(Bucket="papers", Policy=policy)
    watch.wait(minutes=2)
    assert [one["id"] for one in watch.findings()] == [first["id"]]
    watch.wait(minutes=2)
    assert [one["principal"] for one in watch.findings()] == [{"AWS": OTHER}]
    assert [one["id"] for one in watch.findings("RESOLVED")] == [first["id"]]


def test_the_same_access_again_is_the_same_finding(watch: Watch) -> None:
    opened(watch, allow({"AWS": FOREIGN}, "s3:GetObject", OBJECTS))
    watch.start()
    (first,) = watch.findings()
    s3 = watch.client("s3")
    policy = s3.get_bucket_policy(Bucket="papers")["Policy"]
    s3.delete_bucket_policy(Bucket="papers")
    watch.later()
    assert not watch.findings()
    s3.put_bucket_policy(Bucket="papers", Policy=policy)
    watch.later()
    assert [one["id"] for one in watch.findings()] == [first["id"]]
    assert [event.detail["status"] for event in watch.told] == ["ACTIVE", "RESOLVED", "ACTIVE"]


def test_a_deleted_resource_is_resolved(watch: Watch) -> None:
    opened(watch, allow({"AWS": FOREIGN}, "s3:GetObject", OBJECTS))
    watch.start()
    watch.client("s3").delete_bucket(Bucket="papers")
    watch.later()
    assert [one["resource"] for one in watch.findings("RESOLVED")] == ["arn:aws:s3:::papers"]
    arns = watch.api.list_analyzed_resources(analyzerArn=watch.arn)["analyzedResources"]
    assert "arn:aws:s3:::papers" not in [one["resourceArn"] for one in arns]


def test_a_new_resource_is_found(watch: Watch) -> None:
    watch.start()
    opened(watch, allow({"AWS": FOREIGN}, "s3:GetObject", OBJECTS))
    trust = watch.cloud.trust({"AWS": FOREIGN})
    watch.client("iam").create_role(RoleName="vendor", AssumeRolePolicyDocument=trust)
    watch.later()
    assert [one["resourceType"] for one in watch.findings()] == [
        "AWS::IAM::Role",
        "AWS::S3::Bucket",
    ]


def test_what_no_record_tells_of_is_found_within_a_day(watch: Watch) -> None:
    watch.start()
    iam = watch.cloud.root("iam")
    iam.create_role(RoleName="vendor", AssumeRolePolicyDocument=watch.cloud.trust({"AWS": FOREIGN}))
    watch.later()
    assert not watch.findings()
    watch.wait(hours=24)
    assert len(watch.findings()) == 1


def test_somebody_asks_for_another_look(watch: Watch) -> None:
    watch.start()
    role = watch.cloud.role("vendor", watch.cloud.trust({"AWS": FOREIGN}))
    watch.api.start_resource_scan(analyzerArn=watch.arn, resourceArn=role)
    watch.wait(seconds=5)
    assert [one["resource"] for one in watch.findings()] == [role]


def test_the_event_of_a_finding(watch: Watch) -> None:
    opened(watch, allow({"AWS": FOREIGN}, "s3:GetObject", OBJECTS))
    watch.start()
    (found,) = watch.findings()
    (event,) = watch.told
    assert (event.source, event.detail_type) == ("aws.access-analyzer", "Access Analyzer Finding")
    assert event.resources == (watch.arn,)
    assert json.loads(json.dumps(event.as_json()))["detail"] == {
        "accountId": "111122223333",
        "action": ["s3:GetObject"],
        "analyzedAt": "2026-11-02T12:01:00Z",
        "condition": {},
        "createdAt": "2026-11-02T12:01:00Z",
        "id": found["id"],
        "isDeleted": False,
        "isPublic": False,
        "principal": {"AWS": FOREIGN},
        "region": "us-east-1",
        "resource": "arn:aws:s3:::papers",
        "resourceType": "AWS::S3::Bucket",
        "status": "ACTIVE",
        "updatedAt": "2026-11-02T12:01:00Z",
        "version": "1.0",
    }


def test_events_tell_of_what_was_archived_and_deleted(watch: Watch) -> None:
    opened(watch, allow({"AWS": FOREIGN}, "s3:GetObject", OBJECTS))
    watch.start()
    (found,) = watch.findings()
    watch.api.update_findings(analyzerArn=watch.arn, ids=[found["id"]], status="ARCHIVED")
    watch.wait(seconds=1)
    watch.api.delete_analyzer(analyzerName="watch")
    watch.wait(hours=23)
    assert [one.detail["status"] for one in watch.told] == ["ACTIVE", "ARCHIVED"]
    watch.wait(hours=2)
    assert watch.told[-1].detail["isDeleted"] is True
    assert len({one.id for one in watch.told}) == 3


def test_a_resolved_finding_is_kept_for_ninety_days(watch: Watch) -> None:
    opened(watch, allow({"AWS": FOREIGN}, "s3:GetObject", OBJECTS))
    watch.start()
    watch.client("s3").delete_bucket_policy(Bucket="papers")
    watch.later()
    watch.wait(days=89)
    assert watch.findings("RESOLVED")
    watch.wait(days=2)
    assert not watch.findings("RESOLVED")
    assert watch.told[-1].detail["isDeleted"] is True


def test_a_restored_moment_has_the_findings_it_had(watch: Watch) -> None:
    opened(watch, allow({"AWS": FOREIGN}, "s3:GetObject", OBJECTS))
    watch.start()
    saved = watch.cloud.gateway.save(watch.cloud.world)
    before = watch.findings()
    watch.client("s3").delete_bucket_policy(Bucket="papers")
    watch.later()
    assert not watch.findings()
    watch.cloud.gateway.restore(watch.cloud.world, saved)
    after = watch.findings()
    assert [one["id"] for one in after] == [one["id"] for one in before]


def test_nothing_is_looked_at_while_nothing_happens(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither reading nor ordinary writing leads to a look at any resource."""
    from simulator.access_analyzer import observer

    opened(watch, allow({"AWS": FOREIGN}, "s3:GetObject", OBJECTS))
    watch.start()
    watch.later()
    looked: list[object] = []
    monkeypatch.setattr(observer, "found", lambda *asked: looked.append(asked) or iter(()))
    watch.client("s3").put_object(Bucket="papers", Key="a", Body=b"x")
    watch.client("iam").list_roles()
    watch.later()
    assert not looked
    assert len(watch.findings()) == 1
