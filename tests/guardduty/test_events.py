"""What EventBridge and Security Hub are told."""

from __future__ import annotations

from simulator.guardduty.asff import asff
from simulator.network.resolver import ask
from tests.conftest import Lan
from tests.guardduty.conftest import Guard
from tests.guardduty.test_api_calls import with_habits


def query(guard: Guard, lan: Lan) -> None:
    with guard.cloud.gateway.turn(guard.cloud.world):
        ask(guard.cloud.world, "xmr.deep-mine.example", instance=lan.web)


def test_a_new_finding_is_told_once_and_updates_by_the_detectors_frequency(
    guard: Guard, lan: Lan
) -> None:
    guard.on(FindingPublishingFrequency="FIFTEEN_MINUTES")
    query(guard, lan)
    guard.wait(minutes=4)
    assert guard.told == []
    guard.wait(minutes=1)
    (event,) = guard.told
    assert (event.source, event.detail_type) == ("aws.guardduty", "GuardDuty Finding")
    assert (event.account, event.region) == ("111122223333", "us-east-1")
    assert event.detail["type"] == "CryptoCurrency:EC2/BitcoinTool.B!DNS"
    assert event.detail["schemaVersion"] == "2.0"
    assert event.detail["service"]["count"] == 1
    assert event.detail["createdAt"] == f"{event.time:%Y-%m-%dT%H:%M:%S}.000Z"
    query(guard, lan)
    query(guard, lan)
    guard.wait(minutes=14)
    assert len(guard.told) == 1
    guard.wait(minutes=1)
    assert guard.told[1].detail["id"] == event.detail["id"]
    assert guard.told[1].detail["service"]["count"] == 3
    assert guard.told[1].id != event.id
    guard.wait(hours=7)
    assert len(guard.told) == 2


def test_updates_are_told_every_six_hours_by_default(guard: Guard, lan: Lan) -> None:
    guard.on()
    query(guard, lan)
    guard.wait(minutes=6)
    query(guard, lan)
    guard.wait(hours=5)
    assert len(guard.told) == 1
    guard.wait(hours=1)
    assert len(guard.told) == 2


def test_updates_of_an_archived_finding_are_not_told(guard: Guard, lan: Lan) -> None:
    guard.on(FindingPublishingFrequency="FIFTEEN_MINUTES")
    query(guard, lan)
    guard.wait(minutes=6)
    ids = [one["Id"] for one in guard.findings()]
    guard.client.archive_findings(DetectorId=guard.id, FindingIds=ids)
    query(guard, lan)
    guard.wait(hours=1)
    assert len(guard.told) == 1
    (found,) = guard.findings()
    assert found["Service"]["Count"] == 2


def test_the_same_events_come_of_the_same_world_again(guard: Guard, lan: Lan) -> None:
    guard.on()
    query(guard, lan)
    saved = guard.cloud.gateway.save(guard.cloud.world)
    guard.wait(minutes=6)
    guard.cloud.gateway.restore(guard.cloud.world, saved)
    guard.wait(minutes=6)
    first, second = guard.told
    assert dict(first.detail) == dict(second.detail)
    assert first == second


def test_security_hub_gets_them_in_its_own_format(guard: Guard) -> None:
    guard.on()
    iam = guard.called_from(guard.elsewhere, "iam", with_habits(guard))
    iam.create_user(UserName="svc")
    guard.wait(minutes=6)
    (found,) = guard.findings()
    (one,) = asff(guard.cloud.account, "us-east-1")
    assert one["SchemaVersion"] == "2018-10-08"
    assert one["Id"] == found["Arn"]
    assert one["ProductArn"] == "arn:aws:securityhub:us-east-1::product/aws/guardduty"
    assert one["Types"] == ["TTPs/Persistence/Persistence-IAMUser-AnomalousBehavior"]
    assert one["Severity"] == {"Product": 5.0, "Label": "MEDIUM", "Normalized": 50}
    (resource,) = one["Resources"]
    assert resource["Type"] == "AwsIamAccessKey"
    assert resource["Details"]["AwsIamAccessKey"]["PrincipalName"] == "ada"
    assert asff(guard.cloud.account, "eu-west-1") == []
