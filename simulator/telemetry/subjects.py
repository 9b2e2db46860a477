"""Who made a recorded call and which resources it names, as event history shows them.

Source: "LookupEvents" (CloudTrail API Reference), "Resource types supported by CloudTrail Event
history" (CloudTrail User Guide), and real answers of the API.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

Record = Mapping[str, Any]
Resource = tuple[str, str]
"""Type and name: ("AWS::IAM::User", "ann")."""

_USER, _ROLE, _KEY = "AWS::IAM::User", "AWS::IAM::Role", "AWS::IAM::AccessKey"
_POLICY, _GROUP, _PROFILE = "AWS::IAM::Policy", "AWS::IAM::Group", "AWS::IAM::InstanceProfile"
_ASSUMED, _BUCKET, _TRAIL = "AWS::STS::AssumedRole", "AWS::S3::Bucket", "AWS::CloudTrail::Trail"
_FUNCTION, _SECRET = "AWS::Lambda::Function", "AWS::SecretsManager::Secret"

_TYPE_OF_KEY: Final[dict[str, dict[str, str]]] = {
    "cloudtrail": {
        "name": _TRAIL,
        "trailName": _TRAIL,
        "trailARN": _TRAIL,
        "s3BucketName": _BUCKET,
    },
    "dynamodb": {"tableName": "AWS::DynamoDB::Table"},
    "ec2": {
        "allocationId": "AWS::EC2::EIP",
        "flowLogId": "AWS::EC2::FlowLog",
        "groupId": "AWS::EC2::SecurityGroup",
        "imageId": "AWS::EC2::Ami",
        "instanceId": "AWS::EC2::Instance",
        "internetGatewayId": "AWS::EC2::InternetGateway",
        "keyName": "AWS::EC2::KeyPair",
        "natGatewayId": "AWS::EC2::NatGateway",
        "networkAclId": "AWS::EC2::NetworkAcl",
        "networkInterfaceId": "AWS::EC2::NetworkInterface",
        "routeTableId": "AWS::EC2::RouteTable",
        "snapshotId": "AWS::EC2::Snapshot",
        "subnetId": "AWS::EC2::Subnet",
        "volumeId": "AWS::EC2::Volume",
        "vpcId": "AWS::EC2::VPC",
    },
    "guardduty": {"detectorId": "AWS::GuardDuty::Detector"},
    "iam": {
        "accessKeyId": _KEY,
        "groupId": _GROUP,
        "groupName": _GROUP,
        "instanceProfileId": _PROFILE,
        "instanceProfileName": _PROFILE,
        "policyArn": _POLICY,
        "policyId": _POLICY,
        "roleId": _ROLE,
        "roleName": _ROLE,
        "serialNumber": "AWS::IAM::MfaDevice",
        "userId": _USER,
        "userName": _USER,
    },
    "kms": {
        "keyId": "AWS::KMS::Key",
        "targetKeyId": "AWS::KMS::Key",
        "aliasName": "AWS::KMS::Alias",
    },
    "lambda": {"functionName": _FUNCTION, "functionArn": _FUNCTION},
    "logs": {"logGroupName": "AWS::Logs::LogGroup"},
    "rds": {
        "dBInstanceIdentifier": "AWS::RDS::DBInstance",
        "dBSnapshotIdentifier": "AWS::RDS::DBSnapshot",
        "dBClusterIdentifier": "AWS::RDS::DBCluster",
    },
    "s3": {"bucketName": _BUCKET},
    "secretsmanager": {"secretId": _SECRET, "aRN": _SECRET},
    "sns": {"topicArn": "AWS::SNS::Topic"},
    "sqs": {"queueUrl": "AWS::SQS::Queue", "queueName": "AWS::SQS::Queue"},
    "sts": {
        "accessKeyId": _KEY,
        "assumedRoleId": _ASSUMED,
        "federatedUserId": "AWS::STS::FederatedUser",
        "roleArn": _ROLE,
        "roleSessionName": _ASSUMED,
    },
}
"""Per service, the parameters and response elements that name a resource."""

_TYPE_OF_ARN: Final = {
    ("iam", "user"): _USER,
    ("iam", "role"): _ROLE,
    ("iam", "policy"): _POLICY,
    ("iam", "group"): _GROUP,
    ("iam", "instance-profile"): _PROFILE,
    ("iam", "mfa"): "AWS::IAM::MfaDevice",
    ("iam", "oidc-provider"): "AWS::IAM::OIDCProvider",
    ("iam", "saml-provider"): "AWS::IAM::SAMLProvider",
    ("sts", "assumed-role"): _ASSUMED,
    ("sts", "federated-user"): "AWS::STS::FederatedUser",
}


def username(record: Record) -> str | None:
    """Event history's Username: a user's name, a session's name, "root"; None for a service."""
    identity = record["userIdentity"]
    kind = identity.get("type")
    if kind == "Root":
        return "root"
    if kind in {"AssumedRole", "FederatedUser"}:
        return str(identity.get("arn", "")).rpartition("/")[2] or None
    name = identity.get("userName")
    return str(name) if name else None


def access_key(record: Record) -> str | None:
    """The access key id that signed the call; None for an unsigned call or a service's."""
    return record["userIdentity"].get("accessKeyId") or None


def resources(record: Record) -> tuple[Resource, ...]:
    """The resources that a call names or made, each once."""
    service = record["eventSource"].partition(".")[0]
    found: dict[Resource, None] = {}
    for part in ("responseElements", "requestParameters"):
        named = _named(
            record.get(part), _TYPE_OF_KEY.get(service, {}), deep=service != "cloudtrail"
        )
        found.update(dict.fromkeys(named))
    for touched in record.get("resources") or ():
        if touched.get("type") and touched.get("ARN"):
            found[touched["type"], touched["ARN"]] = None
    return tuple(found)


def _named(value: Any, types: Mapping[str, str], *, deep: bool) -> Iterator[Resource]:
    if isinstance(value, list):
        for item in value:
            yield from _named(item, types, deep=deep)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(item, str):
                if deep:
                    yield from _named(item, types, deep=deep)
            elif key in types:
                yield types[key], item
            elif key == "arn" and (kind := _type_of_arn(item)):
                yield kind, item


def _type_of_arn(arn: str) -> str | None:
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return None
    return _TYPE_OF_ARN.get((parts[2], parts[5].partition("/")[0]))
