"""The recorder: what it takes in, and when."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from tests.configuration.conftest import Recorded

SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def statuses(items: list[dict[str, Any]]) -> list[str]:
    return [item["configurationItemStatus"] for item in items]


def test_what_is_there_is_discovered_when_the_recorder_starts(recorded: Recorded) -> None:
    recorded.start()
    (item,) = recorded.history("AWS::S3::Bucket", "configs")
    assert item["configurationItemStatus"] == "ResourceDiscovered"
    assert item["arn"] == "arn:aws:s3:::configs"
    assert json.loads(item["configuration"])["name"] == "configs"
    policy = json.loads(item["supplementaryConfiguration"]["BucketPolicy"])["policyText"]
    assert "config.amazonaws.com" in policy
    counts = recorded.config.get_discovered_resource_counts()
    assert {one["resourceType"]: one["count"] for one in counts["resourceCounts"]} == {
        "AWS::IAM::Role": 1,
        "AWS::IAM::User": 1,
        "AWS::S3::Bucket": 1,
    }


def test_a_security_groups_history_tells_when_it_was_opened_and_closed(recorded: Recorded) -> None:
    recorded.start()
    ec2 = recorded.client("ec2")
    group = ec2.create_security_group(GroupName="web", Description="web")["GroupId"]
    recorded.wait(minutes=5)
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[SSH])
    recorded.wait(hours=2)
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[SSH])
    recorded.wait(minutes=5)
    ec2.delete_security_group(GroupId=group)
    recorded.wait(minutes=5)
    items = recorded.history("AWS::EC2::SecurityGroup", group)
    assert statuses(items) == ["ResourceDiscovered", "OK", "OK", "ResourceDeleted"]
    opened = [bool(json.loads(item["configuration"])["ipPermissions"]) for item in items[:3]]
    assert opened == [False, True, False]
    times = [item["configurationItemCaptureTime"] for item in items]
    assert times == sorted(times)
    assert len(set(times)) == 4
    assert items[0]["resourceName"] == "web"
    assert "configuration" not in items[3]


def test_later_and_earlier_narrow_the_history(recorded: Recorded) -> None:
    recorded.start()
    ec2 = recorded.client("ec2")
    group = ec2.create_security_group(GroupName="web", Description="web")["GroupId"]
    recorded.wait(hours=1)
    until = recorded.world.clock.now()
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[SSH])
    recorded.wait(hours=1)
    asked = {"resourceType": "AWS::EC2::SecurityGroup", "resourceId": group}
    history = recorded.config.get_resource_config_history
    assert statuses(history(**asked)["configurationItems"]) == ["OK", "ResourceDiscovered"]
    before = history(**asked, laterTime=until)["configurationItems"]
    assert statuses(before) == ["ResourceDiscovered"]
    page = history(**asked, limit=1)
    rest = history(**asked, limit=1, nextToken=page["nextToken"])
    assert statuses(page["configurationItems"] + rest["configurationItems"]) == [
        "OK",
        "ResourceDiscovered",
    ]


def test_what_changes_nothing_leaves_no_item(recorded: Recorded) -> None:
    """Neither a call that fails, nor one that sets what is set."""
    recorded.start()
    s3 = recorded.s3
    versioning = {"Bucket": "configs", "VersioningConfiguration": {"Status": "Enabled"}}
    s3.put_bucket_versioning(**versioning)
    recorded.wait(minutes=1)
    s3.put_bucket_versioning(**versioning)
    s3.get_bucket_versioning(Bucket="configs")
    assert statuses(recorded.history("AWS::S3::Bucket", "configs")) == ["ResourceDiscovered", "OK"]


def test_a_stopped_recorder_misses_what_happens_until_it_is_started_again(
    recorded: Recorded,
) -> None:
    recorded.start()
    config, s3 = recorded.config, recorded.s3
    config.stop_configuration_recorder(ConfigurationRecorderName="default")
    s3.put_bucket_versioning(Bucket="configs", VersioningConfiguration={"Status": "Enabled"})
    s3.create_bucket(Bucket="hidden")
    recorded.wait(hours=1)
    s3.put_bucket_versioning(Bucket="configs", VersioningConfiguration={"Status": "Suspended"})
    assert statuses(recorded.history("AWS::S3::Bucket", "configs")) == ["ResourceDiscovered"]
    (status,) = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    assert not status["recording"]
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    first, second = recorded.history("AWS::S3::Bucket", "configs")
    versioning = second["supplementaryConfiguration"]["BucketVersioningConfiguration"]
    assert json.loads(versioning)["status"] == "Suspended"
    assert first["configurationItemCaptureTime"] < second["configurationItemCaptureTime"]
    assert statuses(recorded.history("AWS::S3::Bucket", "hidden")) == ["ResourceDiscovered"]


def test_iam_is_recorded_where_global_types_are_asked_for(
    recorded: Recorded, refusal: Callable[..., Any]
) -> None:
    recorded.start({"allSupported": True, "includeGlobalResourceTypes": False})
    iam = recorded.client("iam")
    user = iam.create_user(UserName="eve")["User"]["UserId"]
    code, _, text = refusal(lambda: recorded.history("AWS::IAM::User", user))
    assert code == "ResourceNotDiscoveredException"
    assert user in text
    group = {"resourceTypes": ["AWS::IAM::User"]}
    recorded.start(group)
    assert statuses(recorded.history("AWS::IAM::User", user)) == ["ResourceDiscovered"]
    iam.attach_user_policy(UserName="eve", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    recorded.wait(minutes=1)
    iam.detach_user_policy(UserName="eve", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    recorded.wait(minutes=1)
    iam.delete_user(UserName="eve")
    items = recorded.history("AWS::IAM::User", user)
    assert statuses(items) == ["ResourceDiscovered", "OK", "OK", "ResourceDeleted"]
    (attached,) = json.loads(items[1]["configuration"])["attachedManagedPolicies"]
    assert attached["policyName"] == "AdministratorAccess"


def test_excluded_types_are_not_recorded(recorded: Recorded) -> None:
    recorded.start(
        {
            "exclusionByResourceTypes": {"resourceTypes": ["AWS::EC2::Volume"]},
            "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"},
        }
    )
    recorded.client("ec2").create_volume(AvailabilityZone="us-east-1a", Size=8)
    recorded.client("iam").create_user(UserName="eve")
    listed = recorded.config.list_discovered_resources
    assert not listed(resourceType="AWS::EC2::Volume")["resourceIdentifiers"]
    users = listed(resourceType="AWS::IAM::User")["resourceIdentifiers"]
    assert {one["resourceName"] for one in users} == {"admin", "eve"}


def test_an_instances_volume_and_group_are_its_relationships(recorded: Recorded) -> None:
    recorded.start()
    ec2 = recorded.client("ec2")
    made = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
    instance = made["Instances"][0]["InstanceId"]
    recorded.wait(minutes=1)
    (item,) = recorded.history("AWS::EC2::Instance", instance)
    related = {one["resourceType"]: one["resourceId"] for one in item["relationships"]}
    volume = related["AWS::EC2::Volume"]
    assert {"AWS::EC2::Subnet", "AWS::EC2::VPC", "AWS::EC2::SecurityGroup"} < related.keys()
    assert statuses(recorded.history("AWS::EC2::Volume", volume)) == ["ResourceDiscovered"]
    ec2.terminate_instances(InstanceIds=[instance])
    recorded.wait(minutes=1)
    ended = [statuses(recorded.history("AWS::EC2::Instance", instance))[-1]]
    ended.append(statuses(recorded.history("AWS::EC2::Volume", volume))[-1])
    assert ended == ["ResourceDeleted", "ResourceDeleted"]


def test_a_keys_rotation_and_deletion_are_recorded(recorded: Recorded) -> None:
    recorded.start()
    kms = recorded.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    recorded.wait(minutes=1)
    kms.enable_key_rotation(KeyId=key)
    items = recorded.history("AWS::KMS::Key", key)
    rotations = [item["supplementaryConfiguration"]["KeyRotationStatus"] for item in items]
    assert rotations == ["false", "true"]
    recorded.wait(minutes=1)
    kms.schedule_key_deletion(KeyId=key)
    last = recorded.history("AWS::KMS::Key", key)[-1]
    assert json.loads(last["configuration"])["keyState"] == "PendingDeletion"


def test_a_function_that_everybody_may_invoke_has_an_item(recorded: Recorded) -> None:
    recorded.start()
    trust = recorded.cloud.trust({"Service": "lambda.amazonaws.com"})
    functions = recorded.client("lambda")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def run(event, context): pass")
    functions.create_function(
        FunctionName="tidy",
        Runtime="python3.12",
        Handler="app.run",
        Role=recorded.cloud.role("tidy", trust),
        Code={"ZipFile": packed.getvalue()},
        Environment={"Variables": {"TABLE_Name": "orders"}},
    )
    recorded.rule("LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED")
    recorded.wait(minutes=1)
    assert recorded.said() == {"tidy": "COMPLIANT"}
    functions.add_permission(
        FunctionName="tidy", StatementId="all", Action="lambda:InvokeFunction", Principal="*"
    )
    recorded.wait(minutes=1)
    assert recorded.said() == {"tidy": "NON_COMPLIANT"}
    first, second = recorded.history("AWS::Lambda::Function", "tidy")
    configuration = json.loads(first["configuration"])
    assert configuration["environment"]["variables"] == {"TABLE_Name": "orders"}
    assert "Policy" not in first["supplementaryConfiguration"]
    assert "InvokeFunction" in second["supplementaryConfiguration"]["Policy"]


def test_a_trail_that_stops_logging_has_an_item(recorded: Recorded) -> None:
    recorded.start()
    trails, s3 = recorded.client("cloudtrail"), recorded.s3
    s3.create_bucket(Bucket="logs")
    service = {"Service": "cloudtrail.amazonaws.com"}
    condition = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    arn = "arn:aws:s3:::logs"
    statement = recorded.cloud.statement
    policy = recorded.cloud.policy(
        statement("s3:GetBucketAcl", arn, Principal=service),
        statement("s3:PutObject", f"{arn}/*", Principal=service, Condition=condition),
    )
    s3.put_bucket_policy(Bucket="logs", Policy=policy)
    name = trails.create_trail(Name="main", S3BucketName="logs")["TrailARN"]
    trails.start_logging(Name="main")
    recorded.wait(minutes=1)
    trails.stop_logging(Name="main")
    items = recorded.history("AWS::CloudTrail::Trail", name)
    logging = [item["supplementaryConfiguration"]["IsLogging"] for item in items]
    assert logging[-2:] == ["true", "false"]
    assert items[-1]["relationships"][0]["resourceId"] == "logs"


def test_a_recorder_whose_role_is_gone_fails(recorded: Recorded) -> None:
    """An adversary blinds it without a call to AWS Config."""
    iam = recorded.client("iam")
    trust = recorded.cloud.trust({"Service": "config.amazonaws.com"})
    recorded.role = iam.create_role(RoleName="recorder", AssumeRolePolicyDocument=trust)["Role"][
        "Arn"
    ]
    recorded.start()
    recorded.wait(minutes=1)
    trust = recorded.cloud.trust({"Service": "ec2.amazonaws.com"})
    iam.update_assume_role_policy(RoleName="recorder", PolicyDocument=trust)
    recorded.s3.create_bucket(Bucket="unseen")
    listed = recorded.config.list_discovered_resources(resourceType="AWS::S3::Bucket")
    assert [one["resourceId"] for one in listed["resourceIdentifiers"]] == ["configs"]
    (status,) = recorded.config.describe_configuration_recorder_status()[
        "ConfigurationRecordersStatus"
    ]
    assert (status["lastStatus"], status["lastErrorCode"]) == ("FAILURE", "AccessDenied")


def test_a_region_records_its_own_resources(recorded: Recorded) -> None:
    recorded.start()
    recorded.client("ec2", "eu-west-1").create_volume(AvailabilityZone="eu-west-1a", Size=8)
    listed = recorded.config.list_discovered_resources(resourceType="AWS::EC2::Volume")
    assert not listed["resourceIdentifiers"]
    other = recorded.client("config", "eu-west-1")
    assert not other.describe_configuration_recorders()["ConfigurationRecorders"]


def test_deleted_resources_are_listed_on_demand(recorded: Recorded) -> None:
    recorded.start()
    recorded.s3.create_bucket(Bucket="brief")
    recorded.wait(minutes=1)
    recorded.s3.delete_bucket(Bucket="brief")
    config = recorded.config
    asked = {"resourceType": "AWS::S3::Bucket"}
    listed = config.list_discovered_resources(**asked)["resourceIdentifiers"]
    assert [one["resourceId"] for one in listed] == ["configs"]
    whole = config.list_discovered_resources(**asked, includeDeletedResources=True)
    gone = {one["resourceId"]: one for one in whole["resourceIdentifiers"]}["brief"]
    assert gone["resourceDeletionTime"] == recorded.world.clock.now()
    keys = [{"resourceId": name, **asked} for name in ("brief", "never")]
    found = config.batch_get_resource_config(resourceKeys=keys)
    (item,) = found["baseConfigurationItems"]
    assert item["configurationItemStatus"] == "ResourceDeleted"
    assert found["unprocessedResourceKeys"] == [{"resourceId": "never", **asked}]


def test_a_restored_moment_has_the_history_of_then(recorded: Recorded) -> None:
    recorded.start()
    before = recorded.history("AWS::S3::Bucket", "configs")
    saved = recorded.cloud.gateway.save(recorded.world)
    recorded.s3.delete_bucket_policy(Bucket="configs")
    assert len(recorded.history("AWS::S3::Bucket", "configs")) == 2
    recorded.cloud.gateway.restore(recorded.world, saved)
    assert recorded.history("AWS::S3::Bucket", "configs") == before


@pytest.mark.parametrize(
    "group",
    [
        {"allSupported": True, "resourceTypes": ["AWS::S3::Bucket"]},
        {"allSupported": False},
        {"resourceTypes": ["AWS::S3::Bucket"], "includeGlobalResourceTypes": True},
    ],
)
def test_a_group_that_contradicts_itself_is_refused(
    recorded: Recorded, refusal: Callable[..., Any], group: dict[str, Any]
) -> None:
    assert refusal(lambda: recorded.start(group))[0] == "InvalidRecordingGroupException"
