"""The resources of an account that can be shared, read from the backend's state.

Source: "IAM Access Analyzer resource types for external access" (IAM User Guide). Left out are
those that the backend doesn't hold or whose policies it doesn't keep: EFS file systems, DynamoDB
streams, S3 directory buckets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from simulator.access_analyzer import shared_snapshots
from simulator.access_analyzer.exposure import Guarded, Target
from simulator.access_analyzer.grants import of_bucket, of_key
from simulator.account import organization, s3_bucket
from simulator.account.resource_policies import resource_policy
from simulator.account.state import state_of
from simulator.account.world import World
from simulator.iam.policy import MalformedPolicy, Policy

Find = Callable[[str, str], Iterator[Guarded]]


def found(world: World, account: str, region: str, kind: str | None = None) -> Iterator[Guarded]:
    """Every resource of an account in a Region, or those of one type, in a fixed order."""
    for name, find in KINDS.items():
        if kind is None or name == kind:
            for guarded in sorted(find(account, region), key=lambda each: each.arn):
                yield replace(guarded, restriction=_restriction(world, guarded))


def _restriction(world: World, guarded: Guarded) -> str:
    if not world.memberships or not guarded.targets:
        return "NOT_APPLICABLE"
    levels = organization.rcps(world, guarded.owner, f"{guarded.targets[0].service}:Any")
    limiting = (one.denies for level in levels for policy in level for one in policy.statements)
    return "APPLICABLE" if any(limiting) else "NOT_APPLICABLE"


def _buckets(account: str, region: str) -> Iterator[Guarded]:
    state = state_of("s3", account)
    for name, bucket in state.buckets.items() if state is not None else ():
        if bucket.region_name != region:
            continue
        arn = f"arn:aws:s3:::{name}"
        yield Guarded(
            arn,
            "AWS::S3::Bucket",
            account,
            (Target("s3", "bucket", arn), Target("s3", "object", f"{arn}/*")),
            _policy(arn, "s3:GetObject", account, region),
            of_bucket(bucket),
            s3_bucket.block_in_force(bucket).restrict_public_buckets,
            sourced=True,
        )


def _roles(account: str, region: str) -> Iterator[Guarded]:
    """A role is there in every Region."""
    state = state_of("iam", account)
    for role in state.roles.values() if state is not None else ():
        target = (Target("sts", "role", role.arn),)
        policy = _policy(role.arn, "sts:AssumeRole", account, region)
        yield Guarded(role.arn, "AWS::IAM::Role", account, target, policy)


def _keys(account: str, region: str) -> Iterator[Guarded]:
    state = state_of("kms", account, region)
    for key in state.keys.values() if state is not None else ():
        target = (Target("kms", "key", key.arn),)
        policy = _policy(key.arn, "kms:Decrypt", account, region)
        yield Guarded(key.arn, "AWS::KMS::Key", account, target, policy, of_key(key))


def _functions(account: str, region: str) -> Iterator[Guarded]:
    state = state_of("lambda", account, region)
    for name in state._lambdas._functions if state is not None else ():
        arn = f"arn:aws:lambda:{region}:{account}:function:{name}"
        targets = tuple(Target("lambda", "function", each) for each in (arn, f"{arn}:*"))
        policy = _policy(arn, "lambda:InvokeFunction", account, region)
        yield Guarded(arn, "AWS::Lambda::Function", account, targets, policy)


def _layers(account: str, region: str) -> Iterator[Guarded]:
    state = state_of("lambda", account, region)
    for name, layer in state._layers._layers.items() if state is not None else ():
        for version in layer.layer_versions:
            arn = f"arn:aws:lambda:{region}:{account}:layer:{name}:{version}"
            policy = _policy(arn, "lambda:GetLayerVersion", account, region)
            targets = (Target("lambda", "layerVersion", arn),)
            yield Guarded(arn, "AWS::Lambda::LayerVersion", account, targets, policy)


def _queues(account: str, region: str) -> Iterator[Guarded]:
    state = state_of("sqs", account, region)
    for name in state.queues if state is not None else ():
        arn = f"arn:aws:sqs:{region}:{account}:{name}"
        policy = _policy(arn, "sqs:SendMessage", account, region)
        yield Guarded(arn, "AWS::SQS::Queue", account, (Target("sqs", "queue", arn),), policy)


def _topics(account: str, region: str) -> Iterator[Guarded]:
    state = state_of("sns", account, region)
    for arn in state.topics if state is not None else ():
        policy = _policy(arn, "sns:Publish", account, region)
        yield Guarded(arn, "AWS::SNS::Topic", account, (Target("sns", "topic", arn),), policy)


def _secrets(account: str, region: str) -> Iterator[Guarded]:
    state = state_of("secretsmanager", account, region)
    for secret in state.secrets.values() if state is not None else ():
        targets = (Target("secretsmanager", "Secret", secret.arn),)
        policy = _policy(secret.arn, "secretsmanager:GetSecretValue", account, region)
        yield Guarded(secret.arn, "AWS::SecretsManager::Secret", account, targets, policy)


def _repositories(account: str, region: str) -> Iterator[Guarded]:
    state = state_of("ecr", account, region)
    for repository in state.repositories.values() if state is not None else ():
        arn = repository.arn
        policy = _policy(arn, "ecr:BatchGetImage", account, region)
        targets = (Target("ecr", "repository", arn),)
        yield Guarded(arn, "AWS::ECR::Repository", account, targets, policy)


def _tables(account: str, region: str) -> Iterator[Guarded]:
    state = state_of("dynamodb", account, region)
    for table in state.tables.values() if state is not None else ():
        arn = table.table_arn
        policy = _policy(arn, "dynamodb:GetItem", account, region)
        targets = (Target("dynamodb", "table", arn),)
        yield Guarded(arn, "AWS::DynamoDB::Table", account, targets, policy)


def _policy(arn: str, action: str, account: str, region: str) -> Policy | None:
    """None for a policy that says nothing: the backend may keep what AWS would refuse."""
    try:
        return resource_policy(arn, action, account, region)
    except (MalformedPolicy, KeyError, TypeError):
        return None


KINDS: dict[str, Find] = {
    "AWS::S3::Bucket": _buckets,
    "AWS::IAM::Role": _roles,
    "AWS::KMS::Key": _keys,
    "AWS::Lambda::Function": _functions,
    "AWS::Lambda::LayerVersion": _layers,
    "AWS::SQS::Queue": _queues,
    "AWS::SNS::Topic": _topics,
    "AWS::SecretsManager::Secret": _secrets,
    "AWS::ECR::Repository": _repositories,
    "AWS::DynamoDB::Table": _tables,
    "AWS::EC2::Snapshot": shared_snapshots.volumes,
    "AWS::RDS::DBSnapshot": shared_snapshots.databases,
    "AWS::RDS::DBClusterSnapshot": shared_snapshots.clusters,
}
"""How the resources of each type are found."""
