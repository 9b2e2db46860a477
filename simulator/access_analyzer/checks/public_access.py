"""Whether a policy would let everybody in, asked as for a resource that has it.

Source: "CheckNoPublicAccess" (IAM Access Analyzer API Reference). Block Public Access is left out of
account: it isn't part of the policy.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.access_analyzer.assignments import filled
from simulator.access_analyzer.exposure import Guarded, Target, exposures
from simulator.access_analyzer.zone import Zone
from simulator.iam.policy import Policy, Statement

_OWNER = "111111111111"
_REGION = "us-east-1"
TARGETS: dict[str, tuple[tuple[str, str], ...]] = {
    "AWS::DynamoDB::Table": (("dynamodb", "table"),),
    "AWS::IAM::AssumeRolePolicyDocument": (("sts", "role"),),
    "AWS::KMS::Key": (("kms", "key"),),
    "AWS::Lambda::Function": (("lambda", "function"),),
    "AWS::S3::Bucket": (("s3", "bucket"), ("s3", "object")),
    "AWS::SNS::Topic": (("sns", "topic"),),
    "AWS::SQS::Queue": (("sqs", "queue"),),
    "AWS::SecretsManager::Secret": (("secretsmanager", "Secret"),),
}
"""The resource types of an action, by the type that is asked about."""
_NAMES = {"key": "key/a", "role": "role/a", "table": "table/a", "function": "function:a"}


def public_statements(policy: Policy, kind: str) -> Iterator[Statement]:
    """The Allow statements by which everybody could act on such a resource."""
    denials = tuple(one for one in policy.statements if one.denies)
    for statement in policy.statements:
        if statement.denies:
            continue
        alone = Policy(policy.name, policy.version, (statement, *denials))
        for targets in _targets(statement, kind):
            guarded = Guarded(targets[0].arn, kind, _OWNER, targets, alone)
            if any(one.public for one in exposures(guarded, Zone(frozenset({_OWNER})))):
                yield statement
                break


def _targets(statement: Statement, kind: str) -> Iterator[tuple[Target, ...]]:
    """Resources that a statement may be about: those that it names, or any."""
    written = statement.written.get("Resource", "*")
    listed = [written] if isinstance(written, str) else list(written)
    for service, resource in TARGETS[kind]:
        for pattern in (*listed, _any(service, resource)):
            sample = _any(service, resource) if pattern == "*" else filled(pattern, _OWNER)
            yield (Target(service, resource, sample),)


def _any(service: str, resource: str) -> str:
    if service == "s3":
        return "arn:aws:s3:::a" if resource == "bucket" else "arn:aws:s3:::a/a"
    region = "" if service == "sts" else _REGION
    prefix = "iam" if service == "sts" else service
    return f"arn:aws:{prefix}:{region}:{_OWNER}:{_NAMES.get(resource, 'a')}"
