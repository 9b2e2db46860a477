"""What calls need, worked out by hand from AWS's Service Authorization Reference."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.iam.actions import Needed, Unmapped, covered, needed

ACCOUNT, OTHER, REGION = "111122223333", "444455556666", "eu-west-1"
EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
IAM = f"arn:aws:iam::{ACCOUNT}"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd"
TAGS = [{"Key": "team", "Value": "blue"}]
RESOURCE_NAMES = {
    ("ec2", "security-group", "web"): f"{EC2}:security-group/sg-9",
    ("organizations", "ou", "ou-1"): f"arn:aws:organizations::{ACCOUNT}:ou/o-x/ou-1",
}


class State:
    """A small account that knows a few things."""

    def caller_user(self) -> str | None:
        return f"{IAM}:user/ci/deployer"

    def iam_path(self, kind: str, name: str) -> str | None:
        return "/ci/" if name in {"deployer", "builder"} else None

    def instance_profile_role(self, name_or_arn: str) -> str | None:
        return f"{IAM}:role/ci/builder"

    def access_key_user(self, access_key_id: str) -> str | None:
        return f"{IAM}:user/ci/deployer" if access_key_id == "AKIAKNOWN" else None

    def kms_key(self, alias: str) -> str | None:
        return KEY if alias.endswith("alias/app") else None

    def kms_key_of_ciphertext(self, blob: bytes) -> str | None:
        return KEY if blob == b"sealed" else None

    def secret_arn(self, name_or_arn: str) -> str | None:
        arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-AbCdEf"
        return arn if name_or_arn in ("db", arn, arn[:-7]) else None

    def resource_arn(self, service: str, kind: str, name: str) -> str | None:
        return RESOURCE_NAMES.get((service, kind, name))

    def ec2_template(self, id_or_name: str, version: str) -> Mapping[str, Any] | None:
        return {"InstanceType": "m5.large", "ImageId": "ami-9"}

    def tags(self, arn: str) -> Mapping[str, str] | None:
        return {"class": "secret"} if arn.endswith(("/tagged.csv", "instance/i-1")) else None

    def attributes(self, arn: str) -> Mapping[str, str | tuple[str, ...]] | None:
        if arn.endswith("user/ci/deployer"):
            return {"iam:PermissionsBoundary": f"{IAM}:policy/edge"}
        return {"ec2:Vpc": f"{EC2}:vpc/vpc-1"} if "subnet/subnet-1" in arn else None


def call(service: str, operation: str, *, state: State | None = None, **params: Any) -> Any:
    return needed(service, operation, params, account_id=ACCOUNT, region=REGION, lookup=state)


def pairs(needs: tuple[Needed, ...]) -> list[tuple[str, str]]:
    return [(need.action, need.resource) for need in needs]


S3 = "arn:aws:s3:::b"
LOGS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group"
SSM = f"arn:aws:ssm:{REGION}:{ACCOUNT}"
LAMBDA = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret"
RDS = f"arn:aws:rds:{REGION}:{ACCOUNT}"
ROLE = f"{IAM}:role/app"
ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
EVENTS = f"arn:aws:events:{REGION}:{ACCOUNT}"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"
DETECTOR = f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/d1"
PERMISSION_SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"

TABLES: list[tuple[str, str, dict[str, Any], list[tuple[str, str]]]] = [
    # s3: the operation's name is seldom the action's
    ("s3", "ListBuckets", {}, [("s3:ListAllMyBuckets", "*")]),
    ("s3", "ListObjectsV2", {"Bucket": "b"}, [("s3:ListBucket", S3)]),
    ("s3", "ListObjectVersions", {"Bucket": "b"}, [("s3:ListBucketVersions", S3)]),
    ("s3", "HeadBucket", {"Bucket": "b"}, [("s3:ListBucket", S3)]),
    ("s3", "HeadObject", {"Bucket": "b", "Key": "k"}, [("s3:GetObject", f"{S3}/k")]),
    (
        "s3",
        "GetObject",
        {"Bucket": "b", "Key": "k/l", "VersionId": "v"},
        [("s3:GetObjectVersion", f"{S3}/k/l")],
    ),
    (
        "s3",
        "GetObject",
        {"Bucket": f"arn:aws:s3:{REGION}:{ACCOUNT}:accesspoint/ap", "Key": "k"},
        [("s3:GetObject", f"arn:aws:s3:{REGION}:{ACCOUNT}:accesspoint/ap/object/k")],
    ),
    (
        "s3",
        "CopyObject",
        {"Bucket": "b", "Key": "k", "CopySource": "/src/a%20b?versionId=3"},
        [("s3:GetObjectVersion", "arn:aws:s3:::src/a b"), ("s3:PutObject", f"{S3}/k")],
    ),
    (
        "s3",
        "UploadPartCopy",
        {"Bucket": "b", "Key": "k", "CopySource": {"Bucket": "src", "Key": "a"}},
        [("s3:GetObject", "arn:aws:s3:::src/a"), ("s3:PutObject", f"{S3}/k")],
    ),
    (
        "s3",
        "DeleteObjects",
        {"Bucket": "b", "Delete": {"Objects": [{"Key": "x"}, {"Key": "y", "VersionId": "1"}]}},
        [("s3:DeleteObject", f"{S3}/x"), ("s3:DeleteObjectVersion", f"{S3}/y")],
    ),
    (
        "s3",
        "PutObject",
        {"Bucket": "b", "Key": "k", "ACL": "public-read", "Tagging": "a=1"},
        [
            ("s3:PutObject", f"{S3}/k"),
            ("s3:PutObjectAcl", f"{S3}/k"),
            ("s3:PutObjectTagging", f"{S3}/k"),
        ],
    ),
    (
        "s3",
        "DeleteObject",
        {"Bucket": "b", "Key": "k", "VersionId": "v", "BypassGovernanceRetention": True},
        [("s3:DeleteObjectVersion", f"{S3}/k"), ("s3:BypassGovernanceRetention", f"{S3}/k")],
    ),
    (
        "s3",
        "GetObjectAttributes",
        {"Bucket": "b", "Key": "k"},
        [("s3:GetObject", f"{S3}/k"), ("s3:GetObjectAttributes", f"{S3}/k")],
    ),
    ("s3", "DeletePublicAccessBlock", {"Bucket": "b"}, [("s3:PutBucketPublicAccessBlock", S3)]),
    ("s3", "GetBucketEncryption", {"Bucket": "b"}, [("s3:GetEncryptionConfiguration", S3)]),
    ("s3", "DeleteBucketLifecycle", {"Bucket": "b"}, [("s3:PutLifecycleConfiguration", S3)]),
    ("s3", "CreateBucket", {"Bucket": "b", "ACL": "private"}, [("s3:CreateBucket", S3)]),
    (
        "s3",
        "CreateBucket",
        {"Bucket": "b", "ACL": "public-read", "ObjectOwnership": "ObjectWriter"},
        [
            ("s3:CreateBucket", S3),
            ("s3:PutBucketAcl", S3),
            ("s3:PutBucketOwnershipControls", S3),
        ],
    ),
    (
        "s3",
        "PutBucketReplication",
        {"Bucket": "b", "ReplicationConfiguration": {"Role": ROLE}},
        [("s3:PutReplicationConfiguration", S3), ("iam:PassRole", ROLE)],
    ),
    (
        "s3control",
        "PutPublicAccessBlock",
        {"AccountId": ACCOUNT},
        [("s3:PutAccountPublicAccessBlock", "*")],
    ),
    # sts
    ("sts", "GetCallerIdentity", {}, []),
    ("sts", "GetSessionToken", {}, []),
    (
        "sts",
        "AssumeRole",
        {"RoleArn": ROLE, "RoleSessionName": "s", "Tags": TAGS, "SourceIdentity": "ada"},
        [("sts:AssumeRole", ROLE), ("sts:TagSession", ROLE), ("sts:SetSourceIdentity", ROLE)],
    ),
    (
        "sts",
        "GetFederationToken",
        {"Name": "bob"},
        [("sts:GetFederationToken", f"arn:aws:sts::{ACCOUNT}:federated-user/bob")],
    ),
    (
        "sts",
        "AssumeRoot",
        {"TargetPrincipal": OTHER, "TaskPolicyArn": {"arn": "arn:aws:iam::aws:policy/x"}},
        [("sts:AssumeRoot", f"arn:aws:iam::{OTHER}:root")],
    ),
    # iam
    (
        "iam",
        "CreateRole",
        {"RoleName": "r", "Path": "/p/", "Tags": TAGS},
        [("iam:CreateRole", f"{IAM}:role/p/r"), ("iam:TagRole", f"{IAM}:role/p/r")],
    ),
    (
        "iam",
        "AttachUserPolicy",
        {"UserName": "u", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
        [("iam:AttachUserPolicy", f"{IAM}:user/u")],
    ),
    (
        "iam",
        "SetDefaultPolicyVersion",
        {"PolicyArn": f"{IAM}:policy/p", "VersionId": "v1"},
        [("iam:SetDefaultPolicyVersion", f"{IAM}:policy/p")],
    ),
    (
        "iam",
        "AddRoleToInstanceProfile",
        {"InstanceProfileName": "ip", "RoleName": "app"},
        [
            ("iam:AddRoleToInstanceProfile", f"{IAM}:instance-profile/ip"),
            ("iam:PassRole", ROLE),
        ],
    ),
    (
        "iam",
        "UpdateUser",
        {"UserName": "u", "NewUserName": "v"},
        [("iam:UpdateUser", f"{IAM}:user/u"), ("iam:UpdateUser", f"{IAM}:user/v")],
    ),
    (
        "iam",
        "CreateOpenIDConnectProvider",
        {"Url": "https://token.actions.githubusercontent.com"},
        [
            (
                "iam:CreateOpenIDConnectProvider",
                f"{IAM}:oidc-provider/token.actions.githubusercontent.com",
            )
        ],
    ),
    (
        "iam",
        "CreateServiceLinkedRole",
        {"AWSServiceName": "guardduty.amazonaws.com"},
        [
            (
                "iam:CreateServiceLinkedRole",
                f"{IAM}:role/aws-service-role/guardduty.amazonaws.com/*",
            )
        ],
    ),
    ("iam", "ListUsers", {}, [("iam:ListUsers", "*")]),
    # kms
    ("kms", "Decrypt", {"KeyId": "1234abcd"}, [("kms:Decrypt", KEY)]),
    (
        "kms",
        "ReEncrypt",
        {"SourceKeyId": "1234abcd", "DestinationKeyId": KEY.replace(ACCOUNT, OTHER)},
        [("kms:ReEncryptFrom", KEY), ("kms:ReEncryptTo", KEY.replace(ACCOUNT, OTHER))],
    ),
    (
        "kms",
        "CreateAlias",
        {"AliasName": "alias/app", "TargetKeyId": "1234abcd"},
        [
            ("kms:CreateAlias", f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/app"),
            ("kms:CreateAlias", KEY),
        ],
    ),
    (
        "kms",
        "CreateKey",
        {"Tags": [{"TagKey": "a", "TagValue": "b"}]},
        [
            ("kms:CreateKey", "*"),
            ("kms:TagResource", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*"),
        ],
    ),
    (
        "kms",
        "DescribeKey",
        {"KeyId": f"arn:aws:kms:{REGION}:{OTHER}:alias/app"},
        [("kms:DescribeKey", f"arn:aws:kms:{REGION}:{OTHER}:key/*")],
    ),
    # lambda
    (
        "lambda",
        "CreateFunction",
        {"FunctionName": "f", "Role": ROLE},
        [("lambda:CreateFunction", f"{LAMBDA}:f"), ("iam:PassRole", ROLE)],
    ),
    (
        "lambda",
        "Invoke",
        {"FunctionName": "f:prod"},
        [("lambda:InvokeFunction", f"{LAMBDA}:f:prod")],
    ),
    (
        "lambda",
        "Invoke",
        {"FunctionName": f"{OTHER}:function:f", "Qualifier": "7"},
        [("lambda:InvokeFunction", f"{LAMBDA.replace(ACCOUNT, OTHER)}:f:7")],
    ),
    (
        "lambda",
        "GetLayerVersion",
        {"LayerName": "l", "VersionNumber": 3},
        [("lambda:GetLayerVersion", f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:l:3")],
    ),
    # logs, ssm, secretsmanager, sqs, sns
    (
        "logs",
        "FilterLogEvents",
        {"logGroupName": "/app"},
        [("logs:FilterLogEvents", f"{LOGS}:/app:log-stream:")],
    ),
    (
        "logs",
        "PutLogEvents",
        {"logGroupName": "/app", "logStreamName": "s"},
        [("logs:PutLogEvents", f"{LOGS}:/app:log-stream:s")],
    ),
    (
        "logs",
        "TagResource",
        {"resourceArn": f"{LOGS}:/app:*", "tags": {"a": "b"}},
        [("logs:TagResource", f"{LOGS}:/app")],
    ),
    ("logs", "DescribeLogGroups", {}, [("logs:DescribeLogGroups", f"{LOGS}::log-stream:")]),
    (
        "ssm",
        "GetParameters",
        {"Names": ["/a/b:3", "c"]},
        [
            ("ssm:GetParameters", f"{SSM}:parameter/a/b"),
            ("ssm:GetParameters", f"{SSM}:parameter/c"),
        ],
    ),
    (
        "ssm",
        "GetParametersByPath",
        {"Path": "/a/"},
        [("ssm:GetParametersByPath", f"{SSM}:parameter/a/")],
    ),
    (
        "ssm",
        "SendCommand",
        {"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-1", "mi-2"]},
        [
            ("ssm:SendCommand", f"arn:aws:ssm:{REGION}::document/AWS-RunShellScript"),
            ("ssm:SendCommand", f"{EC2}:instance/i-1"),
            ("ssm:SendCommand", f"{SSM}:managed-instance/mi-2"),
        ],
    ),
    (
        "ssm",
        "SendCommand",
        {"DocumentName": "own", "Targets": [{"Key": "tag:a", "Values": ["b"]}]},
        [("ssm:SendCommand", f"{SSM}:document/own"), ("ssm:SendCommand", f"{EC2}:instance/*")],
    ),
    ("ssm", "StartSession", {"Target": "i-1"}, [("ssm:StartSession", f"{EC2}:instance/i-1")]),
    (
        "secretsmanager",
        "GetSecretValue",
        {"SecretId": "db"},
        [("secretsmanager:GetSecretValue", f"{SECRET}:db-??????")],
    ),
    (
        "secretsmanager",
        "BatchGetSecretValue",
        {"Filters": [{"Key": "name", "Values": ["d"]}]},
        [
            ("secretsmanager:BatchGetSecretValue", "*"),
            ("secretsmanager:ListSecrets", "*"),
            ("secretsmanager:GetSecretValue", f"{SECRET}:*"),
        ],
    ),
    (
        "sqs",
        "SendMessageBatch",
        {"QueueUrl": f"http://127.0.0.1:4566/{OTHER}/q"},
        [("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{OTHER}:q")],
    ),
    (
        "sqs",
        "CreateQueue",
        {"QueueName": "q"},
        [("sqs:CreateQueue", f"arn:aws:sqs:{REGION}:{ACCOUNT}:q")],
    ),
    ("sns", "Publish", {"PhoneNumber": "+15550100"}, [("sns:Publish", "*")]),
    (
        "sns",
        "Unsubscribe",
        {"SubscriptionArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:t:0a1b"},
        [("sns:Unsubscribe", f"arn:aws:sns:{REGION}:{ACCOUNT}:t")],
    ),
    # ec2
    ("ec2", "DescribeInstances", {}, [("ec2:DescribeInstances", "*")]),
    (
        "ec2",
        "CreateTags",
        {"Resources": ["i-1", "ami-2", "tgw-attach-3"], "Tags": TAGS},
        [
            ("ec2:CreateTags", f"{EC2}:instance/i-1"),
            ("ec2:CreateTags", f"arn:aws:ec2:{REGION}::image/ami-2"),
            ("ec2:CreateTags", f"{EC2}:transit-gateway-attachment/tgw-attach-3"),
        ],
    ),
    (
        "ec2",
        "CreateVpc",
        {"TagSpecifications": [{"ResourceType": "vpc", "Tags": TAGS}]},
        [("ec2:CreateVpc", f"{EC2}:vpc/*"), ("ec2:CreateTags", f"{EC2}:vpc/*")],
    ),
    (
        "ec2",
        "CopySnapshot",
        {"SourceSnapshotId": "snap-1", "SourceRegion": REGION},
        [
            ("ec2:CopySnapshot", f"arn:aws:ec2:{REGION}::snapshot/*"),
            ("ec2:CopySnapshot", f"arn:aws:ec2:{REGION}::snapshot/snap-1"),
        ],
    ),
    (
        "ec2",
        "CreateFlowLogs",
        {"ResourceIds": ["vpc-1"], "DeliverLogsPermissionArn": ROLE},
        [
            ("ec2:CreateFlowLogs", f"{EC2}:vpc-flow-log/*"),
            ("ec2:CreateFlowLogs", f"{EC2}:vpc/vpc-1"),
            ("iam:PassRole", ROLE),
        ],
    ),
    (
        "ec2",
        "AuthorizeSecurityGroupIngress",
        {"GroupId": "sg-1"},
        [("ec2:AuthorizeSecurityGroupIngress", f"{EC2}:security-group/sg-1")],
    ),
    # organizations, identity center, cloudtrail
    (
        "organizations",
        "LeaveOrganization",
        {},
        [("organizations:LeaveOrganization", "*")],
    ),
    (
        "organizations",
        "AttachPolicy",
        {"PolicyId": "p-1", "TargetId": "r-1"},
        [
            ("organizations:AttachPolicy", f"arn:aws:organizations::{ACCOUNT}:policy/o-*/*/p-1"),
            ("organizations:AttachPolicy", f"arn:aws:organizations::{ACCOUNT}:root/o-*/r-1"),
        ],
    ),
    (
        "sso-admin",
        "CreateAccountAssignment",
        {
            "InstanceArn": "arn:aws:sso:::instance/ssoins-1",
            "PermissionSetArn": PERMISSION_SET,
            "TargetId": OTHER,
        },
        [
            ("sso:CreateAccountAssignment", "arn:aws:sso:::instance/ssoins-1"),
            ("sso:CreateAccountAssignment", PERMISSION_SET),
            ("sso:CreateAccountAssignment", f"arn:aws:sso:::account/{OTHER}"),
        ],
    ),
    (
        "cloudtrail",
        "StopLogging",
        {"Name": "main"},
        [("cloudtrail:StopLogging", f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/main")],
    ),
    ("cloudtrail", "LookupEvents", {}, [("cloudtrail:LookupEvents", "*")]),
    # the rest
    (
        "events",
        "PutRule",
        {"Name": "r", "EventBusName": "own", "RoleArn": ROLE},
        [("events:PutRule", f"{EVENTS}:rule/own/r"), ("iam:PassRole", ROLE)],
    ),
    ("events", "DisableRule", {"Name": "r"}, [("events:DisableRule", f"{EVENTS}:rule/r")]),
    (
        "dynamodb",
        "Query",
        {"TableName": "t", "IndexName": "i"},
        [("dynamodb:Query", f"{TABLE}/t/index/i")],
    ),
    (
        "dynamodb",
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "t"}}, {"Delete": {"TableName": "u"}}]},
        [("dynamodb:PutItem", f"{TABLE}/t"), ("dynamodb:DeleteItem", f"{TABLE}/u")],
    ),
    (
        "dynamodb",
        "ExecuteStatement",
        {"Statement": 'SELECT * FROM "t"."i" WHERE a = \'b\''},
        [("dynamodb:PartiQLSelect", f"{TABLE}/t/index/i")],
    ),
    (
        "rds",
        "ModifyDBSnapshotAttribute",
        {"DBSnapshotIdentifier": "s", "AttributeName": "restore"},
        [("rds:ModifyDBSnapshotAttribute", f"{RDS}:snapshot:s")],
    ),
    (
        "rds",
        "CopyDBSnapshot",
        {"SourceDBSnapshotIdentifier": "s", "TargetDBSnapshotIdentifier": "t"},
        [("rds:CopyDBSnapshot", f"{RDS}:snapshot:t"), ("rds:CopyDBSnapshot", f"{RDS}:snapshot:s")],
    ),
    (
        "elbv2",
        "CreateListener",
        {"LoadBalancerArn": f"{ELB}:loadbalancer/app/web/1", "Tags": TAGS},
        [
            ("elasticloadbalancing:CreateListener", f"{ELB}:loadbalancer/app/web/1"),
            ("elasticloadbalancing:AddTags", f"{ELB}:listener/app/web/1/*"),
        ],
    ),
    (
        "wafv2",
        "UpdateWebACL",
        {"Name": "w", "Id": "1", "Scope": "CLOUDFRONT"},
        [("wafv2:UpdateWebACL", f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/w/1")],
    ),
    (
        "guardduty",
        "CreateFilter",
        {"DetectorId": "d1", "Name": "f"},
        [("guardduty:CreateFilter", f"{DETECTOR}/filter/f")],
    ),
    (
        "network-firewall",
        "DescribeRuleGroup",
        {"RuleGroupName": "g", "Type": "STATEFUL"},
        [
            (
                "network-firewall:DescribeRuleGroup",
                f"arn:aws:network-firewall:{REGION}:{ACCOUNT}:stateful-rulegroup/g",
            )
        ],
    ),
    (
        "stepfunctions",
        "CreateStateMachine",
        {"name": "m", "roleArn": ROLE},
        [
            ("states:CreateStateMachine", f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m"),
            ("iam:PassRole", ROLE),
        ],
    ),
    (
        "accessanalyzer",
        "ListFindingsV2",
        {"analyzerArn": f"arn:aws:access-analyzer:{REGION}:{ACCOUNT}:analyzer/a"},
        [
            (
                "access-analyzer:ListFindings",
                f"arn:aws:access-analyzer:{REGION}:{ACCOUNT}:analyzer/a",
            )
        ],
    ),
    ("ssmmessages", "CreateDataChannel", {}, [("ssmmessages:CreateDataChannel", "*")]),
]


@pytest.mark.parametrize(
    ("service", "operation", "params", "expected"),
    TABLES,
    ids=[f"{service}-{operation}" for service, operation, *_ in TABLES],
)
def test_actions_and_resources(
    service: str, operation: str, params: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert pairs(call(service, operation, **params)) == expected


def test_run_instances_is_decided_for_each_resource_type_with_its_own_keys() -> None:
    needs = call(
        "ec2",
        "RunInstances",
        ImageId="ami-1",
        InstanceType="t3.micro",
        SubnetId="subnet-1",
        SecurityGroups=["web"],
        KeyName="k",
        IamInstanceProfile={"Name": "p"},
        BlockDeviceMappings=[{"Ebs": {"VolumeSize": 9, "Encrypted": True}}],
        TagSpecifications=[{"ResourceType": "instance", "Tags": TAGS}],
        state=State(),
    )
    assert pairs(needs) == [
        ("ec2:RunInstances", f"arn:aws:ec2:{REGION}::image/ami-1"),
        ("ec2:RunInstances", f"{EC2}:instance/*"),
        ("ec2:RunInstances", f"{EC2}:volume/*"),
        ("ec2:RunInstances", f"{EC2}:network-interface/*"),
        ("ec2:RunInstances", f"{EC2}:security-group/sg-9"),
        ("ec2:RunInstances", f"{EC2}:subnet/subnet-1"),
        ("ec2:RunInstances", f"{EC2}:key-pair/k"),
        ("iam:PassRole", f"{IAM}:role/ci/builder"),
        ("ec2:CreateTags", f"{EC2}:instance/*"),
    ]
    by_kind = {need.resource.split("/")[0].rpartition(":")[2]: need.context for need in needs[:7]}
    assert by_kind["instance"]["ec2:InstanceType"] == "t3.micro"
    assert by_kind["instance"]["aws:RequestTag/team"] == "blue"
    assert "ec2:InstanceType" not in by_kind["image"]
    assert "aws:RequestTag/team" not in by_kind["volume"]
    assert by_kind["volume"] == {
        "ec2:Region": REGION,
        "ec2:Encrypted": "true",
        "ec2:VolumeSize": "9",
    }
    assert by_kind["network-interface"]["ec2:Vpc"] == f"{EC2}:vpc/vpc-1"
    assert needs[-1].context["ec2:CreateAction"] == "RunInstances"
    assert needs[-2].context == {"iam:PassedToService": "ec2.amazonaws.com"}


def test_run_instances_takes_what_it_leaves_out_from_the_launch_template() -> None:
    needs = call("ec2", "RunInstances", LaunchTemplate={"LaunchTemplateId": "lt-1"}, state=State())
    template, image, instance = needs[:3]
    assert template.resource == f"{EC2}:launch-template/lt-1"
    assert image.resource == f"arn:aws:ec2:{REGION}::image/ami-9"
    assert image.context["ec2:IsLaunchTemplateResource"] == "true"
    assert instance.context["ec2:InstanceType"] == "m5.large"


def test_role_behind_an_unknown_instance_profile_could_be_any() -> None:
    needs = call("ec2", "RunInstances", ImageId="ami-1", IamInstanceProfile={"Name": "p"})
    assert ("iam:PassRole", f"{IAM}:role/*") in pairs(needs)


def test_iam_names_get_their_path_from_the_account() -> None:
    needs = call("iam", "DeleteUser", UserName="deployer", state=State())
    assert pairs(needs) == [("iam:DeleteUser", f"{IAM}:user/ci/deployer")]


def test_user_left_out_is_the_caller() -> None:
    assert pairs(call("iam", "CreateAccessKey", state=State())) == [
        ("iam:CreateAccessKey", f"{IAM}:user/ci/deployer")
    ]
    assert pairs(call("iam", "CreateAccessKey")) == [("iam:CreateAccessKey", f"{IAM}:user/*")]


def test_access_key_leads_to_its_user() -> None:
    needs = call("iam", "GetAccessKeyLastUsed", AccessKeyId="AKIAKNOWN", state=State())
    assert needs[0].resource == f"{IAM}:user/ci/deployer"


def test_boundary_asked_for_wins_over_the_one_there_is() -> None:
    """iam:PermissionsBoundary is the user's own, but for a call that sets one."""
    own = call("iam", "PutUserPolicy", UserName="deployer", state=State())
    asked = call(
        "iam",
        "PutUserPermissionsBoundary",
        UserName="deployer",
        PermissionsBoundary=f"{IAM}:policy/loose",
        state=State(),
    )
    assert own[0].context["iam:PermissionsBoundary"] == f"{IAM}:policy/edge"
    assert asked[0].context["iam:PermissionsBoundary"] == f"{IAM}:policy/loose"


def test_alias_and_ciphertext_lead_to_the_key() -> None:
    by_alias = call("kms", "Encrypt", KeyId="alias/app", state=State())
    assert by_alias[0].resource == KEY
    assert by_alias[0].context["kms:RequestAlias"] == "alias/app"
    assert call("kms", "Decrypt", CiphertextBlob=b"sealed", state=State())[0].resource == KEY
    assert call("kms", "Decrypt", CiphertextBlob=b"?", state=State())[0].resource.endswith("key/*")


def test_secret_is_known_by_name_and_partial_arn() -> None:
    full = f"{SECRET}:db-AbCdEf"
    for name in ("db", f"{SECRET}:db", full):
        assert (
            call("secretsmanager", "GetSecretValue", SecretId=name, state=State())[0].resource
            == full
        )


def test_copying_a_tagged_object_copies_its_tags() -> None:
    needs = call(
        "s3", "CopyObject", Bucket="b", Key="k", CopySource="src/tagged.csv", state=State()
    )
    assert pairs(needs) == [
        ("s3:GetObject", "arn:aws:s3:::src/tagged.csv"),
        ("s3:PutObject", f"{S3}/k"),
        ("s3:GetObjectTagging", "arn:aws:s3:::src/tagged.csv"),
        ("s3:PutObjectTagging", f"{S3}/k"),
    ]
    assert needs[0].context == {"s3:ExistingObjectTag/class": "secret"}


CONTEXTS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("s3", "ListObjectsV2", {"Bucket": "b"}, {}),
    ("s3", "ListObjectsV2", {"Bucket": "b", "Prefix": ""}, {"s3:prefix": ""}),
    (
        "s3",
        "PutObject",
        {"Bucket": "b", "Key": "k", "SSECustomerAlgorithm": "AES256", "ACL": "private"},
        {
            "s3:ObjectCreationOperation": "true",
            "s3:x-amz-acl": "private",
            "s3:x-amz-server-side-encryption-customer-algorithm": "AES256",
        },
    ),
    (
        "s3",
        "PutObjectTagging",
        {"Bucket": "b", "Key": "k", "Tagging": {"TagSet": TAGS}},
        {"s3:RequestObjectTag/team": "blue", "s3:RequestObjectTagKeys": ("team",)},
    ),
    (
        "sts",
        "AssumeRole",
        {"RoleArn": ROLE, "RoleSessionName": "s", "ExternalId": "e", "TransitiveTagKeys": ["t"]},
        {"sts:ExternalId": "e", "sts:RoleSessionName": "s", "sts:TransitiveTagKeys": ("t",)},
    ),
    (
        "iam",
        "AttachRolePolicy",
        {"RoleName": "r", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    ),
    (
        "iam",
        "CreateUser",
        {"UserName": "u", "PermissionsBoundary": f"{IAM}:policy/edge", "Tags": TAGS},
        {
            "aws:RequestTag/team": "blue",
            "aws:TagKeys": ("team",),
            "iam:PermissionsBoundary": f"{IAM}:policy/edge",
        },
    ),
    ("iam", "UntagUser", {"UserName": "u", "TagKeys": ["a", "b"]}, {"aws:TagKeys": ("a", "b")}),
    (
        "kms",
        "Encrypt",
        {"KeyId": "k", "EncryptionContext": {"app": "crm"}},
        {
            "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
            "kms:EncryptionContext:app": "crm",
            "kms:EncryptionContextKeys": ("app",),
        },
    ),
    (
        "kms",
        "CreateGrant",
        {"KeyId": "k", "GranteePrincipal": ROLE, "Operations": ["Decrypt"]},
        {
            "kms:GrantIsForAWSResource": "false",
            "kms:GrantOperations": ("Decrypt",),
            "kms:GranteePrincipal": ROLE,
        },
    ),
    (
        "kms",
        "ScheduleKeyDeletion",
        {"KeyId": "k", "PendingWindowInDays": 7},
        {"kms:ScheduleKeyDeletionPendingWindowInDays": "7"},
    ),
    (
        "ec2",
        "ModifySnapshotAttribute",
        {"SnapshotId": "snap-1", "CreateVolumePermission": {"Add": [{"UserId": OTHER}]}},
        {"ec2:Region": REGION, "ec2:Add/userId": OTHER},
    ),
    (
        "ec2",
        "ModifyInstanceMetadataOptions",
        {"InstanceId": "i-2", "HttpTokens": "optional"},
        {
            "ec2:Attribute": "HttpTokens",
            "ec2:Attribute/HttpTokens": "optional",
            "ec2:Region": REGION,
        },
    ),
    (
        "lambda",
        "AddPermission",
        {"FunctionName": "f", "Principal": "*", "FunctionUrlAuthType": "NONE"},
        {"lambda:FunctionUrlAuthType": "NONE", "lambda:Principal": "*"},
    ),
    (
        "sns",
        "Subscribe",
        {"TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:t", "Protocol": "https", "Endpoint": "x"},
        {"sns:Endpoint": "x", "sns:Protocol": "https"},
    ),
    (
        "organizations",
        "EnablePolicyType",
        {"RootId": "r-1", "PolicyType": "SERVICE_CONTROL_POLICY"},
        {"organizations:PolicyType": "SERVICE_CONTROL_POLICY"},
    ),
    (
        "events",
        "PutRule",
        {"Name": "r", "EventPattern": json.dumps({"source": ["aws.ec2"]})},
        {"events:source": ("aws.ec2",)},
    ),
    (
        "elbv2",
        "ModifyListener",
        {"ListenerArn": f"{ELB}:listener/app/w/1/2", "SslPolicy": "old", "Protocol": "HTTP"},
        {
            "elasticloadbalancing:ListenerProtocol": "HTTP",
            "elasticloadbalancing:SecurityPolicy": "old",
        },
    ),
]


@pytest.mark.parametrize(
    ("service", "operation", "params", "expected"),
    CONTEXTS,
    ids=[f"{service}-{operation}" for service, operation, *_ in CONTEXTS],
)
def test_context_of_the_first_need(
    service: str, operation: str, params: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert dict(call(service, operation, **params)[0].context) == expected


def test_tags_of_an_existing_resource() -> None:
    needs = call("ec2", "TerminateInstances", InstanceIds=["i-1", "i-2"], state=State())
    assert [need.context for need in needs] == [
        {
            "ec2:Region": REGION,
            "ec2:ResourceTag/class": "secret",
            "aws:ResourceTag/class": "secret",
        },
        {"ec2:Region": REGION},
    ]


def test_retention_days_are_reckoned_from_the_time_of_the_account() -> None:
    lock = {"Mode": "GOVERNANCE", "RetainUntilDate": datetime(2026, 3, 31, tzinfo=UTC)}
    params = {"Bucket": "b", "Key": "k", "Retention": lock}
    needs = needed(
        "s3",
        "PutObjectRetention",
        params,
        account_id=ACCOUNT,
        region=REGION,
        now=datetime(2026, 3, 1, tzinfo=UTC),
    )
    assert needs[0].context["s3:object-lock-remaining-retention-days"] == "30"
    assert "s3:object-lock-remaining-retention-days" not in (
        call("s3", "PutObjectRetention", **params)[0].context
    )


def test_only_actions_without_resource_types_are_wildcard_only() -> None:
    assert call("s3", "ListBuckets")[0].wildcard_only
    assert call("ec2", "DescribeInstances")[0].wildcard_only
    assert not call("s3", "GetObject", Bucket="b", Key="k")[0].wildcard_only
    assert not call("sns", "Publish", PhoneNumber="+15550100")[0].wildcard_only


def test_resource_of_another_account_names_it() -> None:
    foreign = f"arn:aws:iam::{OTHER}:role/partner"
    needs = call("sts", "AssumeRole", RoleArn=foreign, RoleSessionName="s")
    assert needs[0].resource_account == OTHER
    assert call("sts", "AssumeRole", RoleArn=ROLE, RoleSessionName="s")[0].resource_account is None
    assert call("s3", "GetObject", Bucket="b", Key="k")[0].resource_account is None


@pytest.mark.parametrize(
    ("service", "operation", "params", "message"),
    [
        ("nosuch", "Do", {}, "nosuch:Do is not simulated: the service has no table of IAM actions"),
        ("s3", "Nonsense", {}, "s3:Nonsense is not simulated: no rule says"),
        ("s3", "RenameObject", {}, "only directory buckets have it"),
        ("s3control", "PutBucketPolicy", {}, "S3 on Outposts"),
        ("s3", "GetObject", {"Bucket": "x--euw1-az1--x-s3", "Key": "k"}, "directory buckets"),
        ("dynamodb", "ExecuteStatement", {"Statement": "DROP TABLE x"}, "not understood"),
    ],
)
def test_what_is_not_known_is_refused(
    service: str, operation: str, params: dict[str, Any], message: str
) -> None:
    with pytest.raises(Unmapped, match=message):
        call(service, operation, **params)


def test_coverage_counts_operations() -> None:
    assert covered("sts") == (11, 12)
    mapped, known = covered("s3")
    assert known - mapped == 3
    assert covered("ssmmessages") == (4, 0)
