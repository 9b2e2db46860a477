"""Access previews: the findings that there would be if resources were configured otherwise.

Source: "Preview access with IAM Access Analyzer APIs" (IAM User Guide), "Configuration" (IAM Access
Analyzer API Reference): what a configuration leaves out is taken from the resource where it exists,
and otherwise is as in a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from simulator.access_analyzer.exposure import Guarded, Target
from simulator.access_analyzer.grants import granted, of_acl
from simulator.access_analyzer.resources import found
from simulator.account.s3_acl import Grant
from simulator.account.world import World
from simulator.iam.policy import Policy

_KINDS = {
    "ecrRepository": ("AWS::ECR::Repository", "repositoryPolicy", "ecr", "repository"),
    "iamRole": ("AWS::IAM::Role", "trustPolicy", "sts", "role"),
    "secretsManagerSecret": (
        "AWS::SecretsManager::Secret",
        "secretPolicy",
        "secretsmanager",
        "Secret",
    ),
    "snsTopic": ("AWS::SNS::Topic", "topicPolicy", "sns", "topic"),
    "sqsQueue": ("AWS::SQS::Queue", "queuePolicy", "sqs", "queue"),
    "dynamodbTable": ("AWS::DynamoDB::Table", "tablePolicy", "dynamodb", "table"),
}
_SNAPSHOT = ("ec2:CopySnapshot", "ec2:CreateVolume")
SUPPORTED = frozenset({*_KINDS, "ebsSnapshot", "kmsKey", "s3Bucket"})


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview. Its findings are computed as it is made."""

    id: str
    analyzer: str
    configurations: Mapping[str, Any]
    created: datetime
    resource: Guarded | None
    """None: the configuration is not valid, and the preview failed."""


def configured(
    world: World, account: str, region: str, arn: str, configuration: Mapping[str, Any]
) -> Guarded:
    """A resource as it would be.

    Raises:
        MalformedPolicy: a policy of the configuration is none.
    """
    ((kind, wanted),) = configuration.items()
    if kind == "s3Bucket":
        return _bucket(
            _present(world, account, region, "AWS::S3::Bucket", arn), arn, account, wanted
        )
    if kind == "kmsKey":
        return _key(_present(world, account, region, "AWS::KMS::Key", arn), arn, account, wanted)
    if kind == "ebsSnapshot":
        return _snapshot(arn, account, wanted)
    name, member, service, resource = _KINDS[kind]
    present = _present(world, account, region, name, arn)
    base = present or Guarded(arn, name, account, (Target(service, resource, arn),))
    return replace(base, policy=_policy(wanted, member, present))


def _present(world: World, account: str, region: str, kind: str, arn: str) -> Guarded | None:
    return next((each for each in found(world, account, region, kind) if each.arn == arn), None)


def _policy(wanted: Mapping[str, Any], member: str, present: Guarded | None) -> Policy | None:
    text = wanted.get(member)
    if text is None:
        return present.policy if present is not None else None
    return Policy.parse(text, member) if text else None


def _bucket(present: Guarded | None, arn: str, account: str, wanted: Mapping[str, Any]) -> Guarded:
    targets = (Target("s3", "bucket", arn), Target("s3", "object", f"{arn}/*"))
    base = present or Guarded(
        arn, "AWS::S3::Bucket", account, targets, block_public_access=True, sourced=True
    )
    block = wanted.get("bucketPublicAccessBlock")
    restricted = block["restrictPublicBuckets"] if block else base.block_public_access
    grants = base.grants
    if "bucketAclGrants" in wanted:
        ignored = bool(block and block["ignorePublicAcls"])
        listed = (
            Grant(one["grantee"].get("uri") or one["grantee"]["id"], one["permission"])
            for one in wanted["bucketAclGrants"]
        )
        grants = of_acl(tuple(one for one in listed if not (ignored and one.public)))
    return replace(
        base,
        policy=_policy(wanted, "bucketPolicy", present),
        grants=grants,
        block_public_access=restricted,
    )


def _key(present: Guarded | None, arn: str, account: str, wanted: Mapping[str, Any]) -> Guarded:
    base = present or Guarded(arn, "AWS::KMS::Key", account, (Target("kms", "key", arn),))
    policy = _policy(wanted.get("keyPolicies", {}), "default", present)
    grants = base.grants
    if "grants" in wanted:
        grants = tuple(
            granted(one["granteePrincipal"], tuple(one["operations"]))
            for one in wanted["grants"]
            if one["granteePrincipal"].startswith("arn:")
        )
    return replace(base, policy=policy, grants=grants)


def _snapshot(arn: str, account: str, wanted: Mapping[str, Any]) -> Guarded:
    names = [*wanted.get("userIds", ()), *(["*"] if "all" in wanted.get("groups", ()) else [])]
    shared = tuple((name, _SNAPSHOT) for name in names)
    return Guarded(arn, "AWS::EC2::Snapshot", account, (), shared=shared)
