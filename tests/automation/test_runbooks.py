"""AWS's runbooks change what they say, by the rights of a role or of who starts them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Cloud

ANYWHERE = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}


class Office:
    """An administrator, and a role that Systems Manager may use for anything."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.keys = cloud.user("admin", cloud.statement("*"))
        self.ssm, self.ec2 = self.client("ssm"), self.client("ec2")
        trust = cloud.trust({"Service": "ssm.amazonaws.com"})
        self.role = cloud.role("automation", trust, cloud.statement("*"))

    def client(self, service: str) -> Any:
        return self.cloud.client(service, self.keys)

    def run(self, document: str, **given: str) -> dict[str, Any]:
        """The execution of a runbook with the role."""
        parameters = {"AutomationAssumeRole": [self.role]}
        parameters |= {name: [value] for name, value in given.items()}
        made = self.ssm.start_automation_execution(DocumentName=document, Parameters=parameters)
        return self.told(made["AutomationExecutionId"])

    def told(self, number: str) -> dict[str, Any]:
        answer = self.ssm.get_automation_execution(AutomationExecutionId=number)
        execution: dict[str, Any] = answer["AutomationExecution"]
        return execution

    def group(self, *ports: int, vpc: str | None = None) -> str:
        where = {"VpcId": vpc} if vpc else {}
        made = self.ec2.create_security_group(GroupName="web", Description="web", **where)
        for port in ports:
            rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **ANYWHERE}
            self.ec2.authorize_security_group_ingress(GroupId=made["GroupId"], IpPermissions=[rule])
        return str(made["GroupId"])

    def ports(self, group: str) -> list[int]:
        (told,) = self.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
        return [one["FromPort"] for one in told["IpPermissions"]]


@pytest.fixture
def office(cloud: Cloud) -> Office:
    return Office(cloud)


def test_public_access_to_a_security_group_is_disabled(office: Office) -> None:
    group = office.group(22, 3389, 443)
    run = office.run("AWS-DisablePublicAccessForSecurityGroup", GroupId=group)
    assert run["AutomationExecutionStatus"] == "Success"
    assert {step["StepStatus"] for step in run["StepExecutions"]} == {"Success"}
    assert office.ports(group) == [443]


def test_it_fails_where_a_rule_is_not_there(office: Office) -> None:
    """As AWS's page says of a group in a VPC that isn't the default one."""
    vpc = office.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = office.group(22, vpc=vpc)
    run = office.run("AWS-DisablePublicAccessForSecurityGroup", GroupId=group)
    assert run["AutomationExecutionStatus"] == "Failed"
    assert "InvalidPermission.NotFound" in run["FailureMessage"]
    assert office.ports(group) == []


def test_ssh_alone_is_disabled(office: Office) -> None:
    group = office.group(22, 3389)
    run = office.run("AWS-DisableIncomingSSHOnPort22", SecurityGroupIds=group)
    assert run["AutomationExecutionStatus"] == "Success"
    assert office.ports(group) == [3389]


def test_a_default_group_is_emptied_and_no_other(office: Office) -> None:
    vpc = office.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    filters = [{"Name": "vpc-id", "Values": [vpc]}]
    (default,) = office.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    name = "AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules"
    run = office.run(name, GroupId=default["GroupId"])
    assert run["AutomationExecutionStatus"] == "Success"
    (told,) = office.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    assert not told["IpPermissions"]
    assert not told["IpPermissionsEgress"]
    other = office.group(22, vpc=vpc)
    assert office.run(name, GroupId=other)["AutomationExecutionStatus"] == "Failed"
    assert office.ports(other) == [22]


def test_instances_take_tokens_only(office: Office) -> None:
    made = office.ec2.run_instances(
        ImageId="ami-12345678",
        MinCount=1,
        MaxCount=1,
        MetadataOptions={"HttpTokens": "optional"},
    )
    name = made["Instances"][0]["InstanceId"]
    run = office.run("AWSConfigRemediation-EnforceEC2InstanceIMDSv2", InstanceId=name)
    assert run["AutomationExecutionStatus"] == "Success"
    (told,) = office.ec2.describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"]
    assert told["MetadataOptions"]["HttpTokens"] == "required"


def test_keys_are_kept_and_rotated(office: Office) -> None:
    kms = office.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    rotation = office.run("AWSConfigRemediation-EnableKeyRotation", KeyId=key)
    assert rotation["AutomationExecutionStatus"] == "Success"
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]
    kms.schedule_key_deletion(KeyId=key)
    office.run("AWSConfigRemediation-CancelKeyDeletion", KeyId=key)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"


def test_the_account_blocks_public_access(office: Office) -> None:
    name = "AWSConfigRemediation-ConfigureS3PublicAccessBlock"
    run = office.run(name, AccountId="111122223333", BlockPublicPolicy="false")
    assert run["AutomationExecutionStatus"] == "Success"
    control = office.client("s3control")
    block = control.get_public_access_block(AccountId="111122223333")
    assert block["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": True,
    }


@pytest.mark.parametrize(
    ("document", "given", "read", "wanted"),
    [
        ("AWS-ConfigureS3BucketVersioning", {}, "get_bucket_versioning", "'Status': 'Enabled'"),
        (
            "AWS-EnableS3BucketEncryption",
            {"SSEAlgorithm": "aws:kms"},
            "get_bucket_encryption",
            "kms",
        ),
        (
            "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock",
            {},
            "get_public_access_block",
            "'BlockPublicAcls': True",
        ),
    ],
)
def test_buckets_are_mended(
    office: Office, document: str, given: dict[str, str], read: str, wanted: str
) -> None:
    s3 = office.client("s3")
    s3.create_bucket(Bucket="data")
    s3.delete_public_access_block(Bucket="data")
    run = office.run(document, BucketName="data", **given)
    assert run["AutomationExecutionStatus"] == "Success"
    assert wanted in str(getattr(s3, read)(Bucket="data"))


def test_new_volumes_are_encrypted(office: Office) -> None:
    office.run("AWSConfigRemediation-EnableEbsEncryptionByDefault")
    assert office.ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"]


def test_an_instance_is_stopped_and_terminated(office: Office) -> None:
    made = office.ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
    name, states = made["Instances"][0]["InstanceId"], []
    for document in ("AWS-StopEC2Instance", "AWS-TerminateEC2Instance"):
        office.run(document, InstanceId=name)
        (told,) = office.ec2.describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"]
        states.append(told["State"]["Name"])
    assert states == ["stopped", "terminated"]


def test_without_a_role_whoever_starts_it_acts(cloud: Cloud) -> None:
    """And needs the rights, in the name of Systems Manager."""
    root = cloud.root("s3")
    root.create_bucket(Bucket="data")
    root.delete_public_access_block(Bucket="data")
    keys = cloud.user("ann", cloud.statement("ssm:*"))
    ssm = cloud.client("ssm", keys)
    asked = {
        "DocumentName": "AWS-DisableS3BucketPublicReadWrite",
        "Parameters": {"S3BucketName": ["data"]},
    }
    number = ssm.start_automation_execution(**asked)["AutomationExecutionId"]
    told = ssm.get_automation_execution(AutomationExecutionId=number)["AutomationExecution"]
    assert told["AutomationExecutionStatus"] == "Failed"
    assert "AccessDenied" in told["FailureMessage"]
    assert told["ExecutedBy"] == "arn:aws:iam::111122223333:user/ann"
    cloud.root("iam").put_user_policy(
        UserName="ann",
        PolicyName="more",
        PolicyDocument=cloud.policy(cloud.statement("s3:PutBucketPublicAccessBlock")),
    )
    ssm.start_automation_execution(**asked)
    assert root.get_public_access_block(Bucket="data")
    runs = ssm.describe_automation_executions(
        Filters=[{"Key": "ExecutionStatus", "Values": ["Success"]}]
    )["AutomationExecutionMetadataList"]
    assert len(runs) == 1
    names = [(one["eventName"], one.get("errorCode")) for one in cloud.account.records]
    assert ("PutBucketPublicAccessBlock", "AccessDenied") in names
    assert ("PutBucketPublicAccessBlock", None) in names


def test_who_starts_an_automation_passes_its_role(
    office: Office, refusal: Callable[..., Any]
) -> None:
    keys = office.cloud.user("bob", office.cloud.statement("ssm:*"))
    office.ssm = office.cloud.client("ssm", keys)
    code, _, text = refusal(lambda: office.run("AWSConfigRemediation-EnableEbsEncryptionByDefault"))
    assert code == "AccessDeniedException"
    assert "iam:PassRole" in text


def test_executions_are_forgotten_with_a_restored_moment(office: Office) -> None:
    gateway, world = office.cloud.gateway, office.cloud.world
    saved = gateway.save(world)
    first = office.run("AWSConfigRemediation-EnableEbsEncryptionByDefault")
    gateway.restore(world, saved)
    assert not office.ssm.describe_automation_executions()["AutomationExecutionMetadataList"]
    again = office.run("AWSConfigRemediation-EnableEbsEncryptionByDefault")
    assert again["AutomationExecutionId"] == first["AutomationExecutionId"]


@pytest.mark.parametrize(
    ("document", "given", "code"),
    [
        ("Own-Runbook", {}, "AutomationDefinitionNotFoundException"),
        ("AWS-CreateImage", {"InstanceId": "i-1"}, "NotImplemented"),
        ("AWS-StopEC2Instance", {}, "InvalidAutomationExecutionParametersException"),
        (
            "AWS-StopEC2Instance",
            {"InstanceId": "i-1", "Force": "yes"},
            "InvalidAutomationExecutionParametersException",
        ),
    ],
)
def test_what_cannot_be_run_is_refused(
    office: Office, refusal: Callable[..., Any], document: str, given: dict[str, str], code: str
) -> None:
    assert refusal(lambda: office.run(document, **given))[0] == code
    assert not office.ssm.describe_automation_executions()["AutomationExecutionMetadataList"]


def test_an_unknown_execution_is_not_told(office: Office, refusal: Callable[..., Any]) -> None:
    number = "00000000-0000-4000-8000-000000000000"
    assert refusal(lambda: office.told(number))[0] == "AutomationExecutionNotFoundException"
