"""The alarms of section 4 of the CIS AWS Foundations Benchmark, from the call to the message."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from simulator.account.browser import Browser
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.origin import Origin

if TYPE_CHECKING:
    from tests.alarms.conftest import Watch

Deed = Callable[["Watch"], None]


def _refused(watch: Watch) -> None:
    nobody = watch.cloud.client("iam", watch.cloud.user("nobody"))
    with pytest.raises(ClientError):
        nobody.list_users()


def _sign_in(watch: Watch, password: str) -> None:
    """Ann, whose password is "Correct-horse-7", tries to sign in to the console, without MFA."""
    iam = watch.cloud.root("iam")
    iam.create_user(UserName="ann")
    iam.create_login_profile(UserName="ann", Password="Correct-horse-7")
    browser = Browser(watch.cloud.gateway, watch.cloud.account)
    with suppress(ClientError):
        browser.log_in(Origin("198.51.100.7", "Mozilla/5.0"), "ann", password, False, "us-east-1")


def _no_mfa(watch: Watch) -> None:
    _sign_in(watch, "Correct-horse-7")


def _failed(watch: Watch) -> None:
    _sign_in(watch, "guess")


def _root(watch: Watch) -> None:
    number = watch.cloud.account.id
    root = Caller(CallerType.ROOT, number, f"arn:aws:iam::{number}:root", number)
    origin = Origin("198.51.100.7", "aws-cli", vouched=root, account_id=number)
    keys = {"AccessKeyId": "-", "SecretAccessKey": "-"}
    watch.cloud.client("iam", keys, origin=origin).list_users()


def _policy(watch: Watch) -> None:
    watch.trail.client("iam").put_user_policy(
        UserName="admin",
        PolicyName="more",
        PolicyDocument=watch.cloud.policy(watch.cloud.statement("s3:*")),
    )


def _stop(watch: Watch) -> None:
    watch.trail.client("cloudtrail").stop_logging(Name="main")


def _key(watch: Watch) -> None:
    kms = watch.trail.client("kms")
    kms.disable_key(KeyId=kms.create_key()["KeyMetadata"]["KeyId"])


def _bucket(watch: Watch) -> None:
    s3 = watch.trail.client("s3")
    s3.create_bucket(Bucket="another-bucket")
    s3.put_bucket_policy(
        Bucket="another-bucket",
        Policy=watch.cloud.policy(
            watch.cloud.statement(
                "s3:GetObject", "arn:aws:s3:::another-bucket/*", "Deny", Principal="*"
            )
        ),
    )


def _group(watch: Watch) -> None:
    ec2 = watch.trail.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.create_security_group(GroupName="open", Description="open", VpcId=vpc)


def _gateway(watch: Watch) -> None:
    watch.trail.client("ec2").create_internet_gateway()


CONTROLS: dict[str, tuple[str, Deed]] = {
    "4.1 unauthorized API calls": (
        '{ ($.errorCode ="*UnauthorizedOperation") || ($.errorCode ="AccessDenied*") && '
        '($.sourceIPAddress!="delivery.logs.amazonaws.com") && ($.eventName!="HeadBucket") }',
        _refused,
    ),
    "4.2 console sign-in without MFA": (
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && '
        '($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
        _no_mfa,
    ),
    "4.3 root": (
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && '
        '$.eventType != "AwsServiceEvent" }',
        _root,
    ),
    "4.4 IAM policy changes": (
        "{($.eventName=DeleteGroupPolicy)||($.eventName=DeleteRolePolicy)||"
        "($.eventName=DeleteUserPolicy)||($.eventName=PutGroupPolicy)||($.eventName=PutRolePolicy)||"
        "($.eventName=PutUserPolicy)||($.eventName=CreatePolicy)||($.eventName=DeletePolicy)||"
        "($.eventName=CreatePolicyVersion)||($.eventName=DeletePolicyVersion)||"
        "($.eventName=AttachRolePolicy)||($.eventName=DetachRolePolicy)||"
        "($.eventName=AttachUserPolicy)||($.eventName=DetachUserPolicy)||"
        "($.eventName=AttachGroupPolicy)||($.eventName=DetachGroupPolicy)}",
        _policy,
    ),
    "4.5 CloudTrail changes": (
        "{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail)"
        " || ($.eventName = StartLogging) || ($.eventName = StopLogging) }",
        _stop,
    ),
    "4.6 console authentication failures": (
        '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
        _failed,
    ),
    "4.7 keys disabled": (
        "{($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||"
        "($.eventName=ScheduleKeyDeletion)) }",
        _key,
    ),
    "4.8 bucket policies": (
        "{ ($.eventSource = s3.amazonaws.com) && (($.eventName = PutBucketAcl) || ($.eventName ="
        " PutBucketPolicy) || ($.eventName = PutBucketCors) || ($.eventName = DeleteBucketPolicy)) }",
        _bucket,
    ),
    "4.10 security groups": (
        "{ ($.eventName = AuthorizeSecurityGroupIngress) || ($.eventName ="
        " AuthorizeSecurityGroupEgress) || ($.eventName = RevokeSecurityGroupIngress) ||"
        " ($.eventName = RevokeSecurityGroupEgress) || ($.eventName = CreateSecurityGroup) ||"
        " ($.eventName = DeleteSecurityGroup) }",
        _group,
    ),
    "4.12 gateways": (
        "{ ($.eventName = CreateCustomerGateway) || ($.eventName = DeleteCustomerGateway) ||"
        " ($.eventName = AttachInternetGateway) || ($.eventName = CreateInternetGateway) }",
        _gateway,
    ),
}


@pytest.mark.parametrize("control", list(CONTROLS))
def test_a_control_tells_of_its_deed_and_of_nothing_else(watch: Watch, control: str) -> None:
    """All filters are there, each with its alarm; one deed is done."""
    watch.log()
    watch.wait(minutes=30)
    for name, (pattern, _) in CONTROLS.items():
        watch.filter(name, pattern)
        watch.alarm(name)
    watch.wait(minutes=20)
    assert watch.alarmed() == []
    CONTROLS[control][1](watch)
    watch.wait(minutes=12)
    assert (control, "ALARM") in watch.alarmed()
    others = {name for name in CONTROLS if watch.state(name) == "ALARM"} - {control}
    assert others == set()
    watch.wait(minutes=20)
    assert watch.state(control) == "OK"


def test_the_message_is_cloudwatchs_own(watch: Watch) -> None:
    watch.log()
    watch.filter("StopLogging", '{ $.eventName = "StopLogging" }')
    watch.alarm("StopLogging", AlarmDescription="The trail was stopped")
    _stop(watch)
    watch.wait(minutes=12)
    (envelope,) = watch.told()
    assert envelope["Type"] == "Notification"
    assert envelope["TopicArn"] == watch.topic
    assert envelope["Subject"] == 'ALARM: "StopLogging" in US East (N. Virginia)'
    said = json.loads(envelope["Message"])
    changed = said.pop("StateChangeTime")
    assert said.pop("AlarmConfigurationUpdatedTimestamp") == "2026-11-02T12:00:00.000+0000"
    assert "2026-11-02T12:05" <= changed <= "2026-11-02T12:12"
    assert said == {
        "AlarmName": "StopLogging",
        "AlarmDescription": "The trail was stopped",
        "AWSAccountId": "111122223333",
        "NewStateValue": "ALARM",
        "NewStateReason": said["NewStateReason"],
        "Region": "US East (N. Virginia)",
        "AlarmArn": "arn:aws:cloudwatch:us-east-1:111122223333:alarm:StopLogging",
        "OldStateValue": "OK",
        "OKActions": [],
        "AlarmActions": [watch.topic],
        "InsufficientDataActions": [],
        "Trigger": {
            "MetricName": "StopLogging",
            "Namespace": "CIS",
            "StatisticType": "Statistic",
            "Statistic": "SUM",
            "Unit": None,
            "Dimensions": [],
            "Period": 300,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "Threshold": 1.0,
            "TreatMissingData": "notBreaching",
            "EvaluateLowSampleCountPercentile": "",
        },
    }
    assert said["NewStateReason"].startswith("Threshold Crossed: 1 datapoint [1.0 (02/11/26 ")
    assert said["NewStateReason"].endswith("was greater than or equal to the threshold (1.0).")


def test_nobody_needs_to_look_for_an_alarm_to_go_off(watch: Watch) -> None:
    """Not at the logs either: services catch up once, an hour later."""
    watch.log()
    watch.filter("StopLogging", '{ $.eventName = "StopLogging" }')
    watch.alarm("StopLogging", OKActions=[watch.topic])
    _stop(watch)
    watch.wait(hours=1)
    states = [state for _, state in watch.alarmed()]
    assert states == ["OK", "ALARM", "OK"]


def test_what_came_before_the_filter_is_not_counted(watch: Watch) -> None:
    watch.log()
    _stop(watch)
    watch.wait(minutes=12)
    watch.filter("StopLogging", '{ $.eventName = "StopLogging" }')
    watch.alarm("StopLogging")
    watch.wait(minutes=12)
    assert watch.alarmed() == []
