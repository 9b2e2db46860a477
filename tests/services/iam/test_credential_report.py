"""The credential report: AWS's columns in AWS's order, from state and use."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.account import last_used, totp

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
COLUMNS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)


@pytest.fixture
def clock(cloud: Any) -> Any:
    """The account's clock, which stands at noon."""
    with cloud.world.clock.pinned(NOON):
        yield cloud.world.clock


@pytest.fixture
def iam(cloud: Any, clock: Any) -> Any:
    return cloud.root("iam")


def rows(iam: Any) -> dict[str, dict[str, str]]:
    iam.generate_credential_report()
    text = iam.get_credential_report()["Content"].decode()
    return {row["user"]: row for row in csv.DictReader(io.StringIO(text))}


def test_the_report_is_generated_then_complete_and_then_expires(
    iam: Any, clock: Any, refusal: Any
) -> None:
    assert refusal(iam.get_credential_report)[:2] == ("ReportNotPresent", 410)
    assert iam.generate_credential_report()["State"] == "STARTED"
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    report = iam.get_credential_report()
    assert (report["ReportFormat"], report["GeneratedTime"]) == ("text/csv", NOON)
    clock.pin(NOON + timedelta(hours=4))
    assert refusal(iam.get_credential_report)[:2] == ("ReportExpired", 410)
    assert iam.generate_credential_report()["State"] == "STARTED"
    assert iam.get_credential_report()["GeneratedTime"] == NOON + timedelta(hours=4)


def test_for_four_hours_a_report_stays_as_it_was(iam: Any, clock: Any) -> None:
    iam.create_user(UserName="ann")
    assert "ann" in rows(iam)
    iam.delete_user(UserName="ann")
    clock.pin(NOON + timedelta(hours=3))
    assert "ann" in rows(iam)
    clock.pin(NOON + timedelta(hours=4))
    assert "ann" not in rows(iam)


def test_the_columns_are_awss_and_the_root_user_comes_first(iam: Any) -> None:
    for name in ("bob", "Ann"):
        iam.create_user(UserName=name)
    iam.generate_credential_report()
    lines = iam.get_credential_report()["Content"].decode().split("\n")
    assert lines[0] == COLUMNS
    assert [line.split(",")[0] for line in lines[1:]] == ["<root_account>", "Ann", "bob"]
    assert lines[1] == (
        "<root_account>,arn:aws:iam::111122223333:root,2026-11-02T12:00:00+00:00,true,"
        "no_information,2026-11-02T12:00:00+00:00,not_supported,false,"
        "false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
    )
    summary = iam.get_account_summary()["SummaryMap"]
    assert (summary["AccountMFAEnabled"], summary["AccountAccessKeysPresent"]) == (0, 0)


def test_a_user_without_credentials(iam: Any) -> None:
    iam.create_user(UserName="ann", Path="/team/")
    assert list(rows(iam)["ann"].values()) == [
        "ann", "arn:aws:iam::111122223333:user/team/ann", "2026-11-02T12:00:00+00:00",
        "false", "N/A", "N/A", "N/A", "false",
        *["false", "N/A", "N/A", "N/A", "N/A"] * 2, *["false", "N/A"] * 2,
    ]  # fmt: skip


def test_passwords_and_devices(cloud: Any, iam: Any, clock: Any) -> None:
    user = iam.create_user(UserName="ann")["User"]
    iam.create_login_profile(UserName="ann", Password="correct-Horse-1")
    clock.pin(NOON + timedelta(days=1))
    iam.update_login_profile(UserName="ann", Password="battery-Staple-2")
    iam.update_account_password_policy(MaxPasswordAge=90, MinimumPasswordLength=14)
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="ann")["VirtualMFADevice"]
    first, second = totp.codes(device["Base32StringSeed"], clock.now())
    iam.enable_mfa_device(
        UserName="ann",
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1=first,
        AuthenticationCode2=second,
    )
    ann = rows(iam)["ann"]
    assert (ann["password_enabled"], ann["mfa_active"]) == ("true", "true")
    assert ann["password_last_used"] == "no_information"
    assert ann["password_last_changed"] == "2026-11-03T12:00:00+00:00"
    assert ann["password_next_rotation"] == "2027-02-01T12:00:00+00:00"
    last_used.sign_in(cloud.account, user["UserId"], clock.now())
    clock.pin(NOON + timedelta(days=2))
    assert rows(iam)["ann"]["password_last_used"] == "2026-11-03T12:00:00+00:00"


def test_both_keys_with_their_age_and_use(cloud: Any, iam: Any, clock: Any) -> None:
    first = cloud.user("ann", cloud.statement("*"))
    clock.pin(NOON + timedelta(days=1))
    second = iam.create_access_key(UserName="ann")["AccessKey"]
    iam.update_access_key(UserName="ann", AccessKeyId=first["AccessKeyId"], Status="Inactive")
    cloud.client("ec2", second, region="eu-west-1").describe_instances()
    ann = list(rows(iam)["ann"].values())
    assert ann[8:13] == ["false", "2026-11-02T12:00:00+00:00", "N/A", "N/A", "N/A"]
    later = "2026-11-03T12:00:00+00:00"
    assert ann[13:18] == ["true", later, later, "eu-west-1", "ec2"]


def test_of_several_uses_in_a_quarter_of_an_hour_the_first_is_reported(
    cloud: Any, iam: Any, clock: Any
) -> None:
    keys = cloud.user("ann", cloud.statement("*"))
    for minutes, service in ((0, "ec2"), (14, "sqs"), (20, "s3")):
        clock.pin(NOON + timedelta(minutes=minutes))
        client = cloud.client(service, keys)
        calls = {"ec2": "describe_instances", "sqs": "list_queues", "s3": "list_buckets"}
        getattr(client, calls[service])()
        if minutes == 14:
            saved = cloud.gateway.save(cloud.world)
            assert list(rows(iam)["ann"].values())[10:13] == [
                "2026-11-02T12:00:00+00:00", "us-east-1", "ec2"
            ]  # fmt: skip
            cloud.gateway.restore(cloud.world, saved)
    assert list(rows(iam)["ann"].values())[10:13] == ["2026-11-02T12:20:00+00:00", "N/A", "s3"]
    used = iam.get_access_key_last_used(AccessKeyId=keys["AccessKeyId"])["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("s3", "us-east-1")


def test_a_role_that_a_service_made_for_itself_does_not_stop_the_report(
    cloud: Any, iam: Any
) -> None:
    ec2 = cloud.root("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    keys = cloud.user("ops", cloud.statement("*"))
    cloud.client("elbv2", keys).create_load_balancer(Name="shop", Type="network", Subnets=[subnet])
    roles = {role["RoleName"] for role in iam.list_roles()["Roles"]}
    assert "AWSServiceRoleForElasticLoadBalancing" in roles
    assert set(rows(iam)) == {"<root_account>", "ops"}
