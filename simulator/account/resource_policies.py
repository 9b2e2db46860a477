"""The policy attached to a resource, by its ARN, read from the backend's state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.account import policy_readers as readers
from simulator.account.state import state_of
from simulator.iam.policy import Policy

_PARTS = 6
"""Of an ARN: "arn", partition, service, region, account and resource."""


def resource_policy(arn: str, action: str, account_id: str, region: str) -> Policy | None:
    """The policy of the bucket, key, queue, function, role… that guards `arn`.

    None for a resource that has none, that doesn't exist, or whose ARN is no whole one: the
    service itself says what is wrong with it.
    """
    parts = arn.split(":", _PARTS - 1)
    whole = parts[0] == "arn" and len(parts) == _PARTS
    service = parts[2] if whole else ""
    read = _READERS.get(service)
    document = read(arn, action, account_id, region) if read else None
    return Policy.parse(document, _NAMES[service]) if document else None


def bucket_owner(bucket: str) -> str | None:
    """The account that a bucket belongs to: bucket names are global."""
    from moto.s3.models import s3_backends

    owner = s3_backends.bucket_accounts.get(bucket)
    return owner[1] if owner else None


def bucket_of(arn: str) -> str:
    """The bucket that an S3 ARN, or a bare name, is about."""
    return arn.split(":::", 1)[-1].split("/", 1)[0]


def _bucket(arn: str, action: str, account_id: str, region: str) -> Any:
    from moto.s3.models import s3_backends

    name = bucket_of(arn)
    owner = bucket_owner(name)
    bucket = s3_backends[owner]["aws"].buckets.get(name) if owner else None
    return bucket.policy.decode() if bucket is not None and bucket.policy else None


def _trust(arn: str, action: str, account_id: str, region: str) -> Any:
    """A role's trust policy guards nothing but taking the role."""
    if not action.startswith(("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")):
        return None
    from moto.iam.models import iam_backends

    owner = arn.split(":")[4]
    if owner not in iam_backends:
        return None
    roles = iam_backends[owner]["aws"].roles.values()
    return next((role.assume_role_policy_document for role in roles if role.arn == arn), None)


def _key(arn: str, action: str, account_id: str, region: str) -> Any:
    from moto.kms.models import kms_backends

    key = kms_backends[arn.split(":")[4]][arn.split(":")[3]].keys.get(arn.rsplit("/", 1)[-1])
    return key.policy if key else None


def _queue(arn: str, action: str, account_id: str, region: str) -> Any:
    state = state_of("sqs", account_id, arn.split(":")[3])
    queue = state.queues.get(arn.rsplit(":", 1)[-1]) if state is not None else None
    return queue.policy if queue else None


def _topic(arn: str, action: str, account_id: str, region: str) -> Any:
    state = state_of("sns", account_id, arn.split(":")[3])
    topic = state.topics.get(arn) if state is not None else None
    return topic.policy if topic else None


def _secret(arn: str, action: str, account_id: str, region: str) -> Any:
    state = state_of("secretsmanager", account_id, arn.split(":")[3])
    secrets = state.secrets.values() if state is not None else ()
    secret = next((one for one in secrets if one.arn == arn), None)
    return secret.policy if secret else None


_READERS: dict[str, Callable[[str, str, str, str], Any]] = {
    "s3": _bucket,
    "iam": _trust,
    "kms": _key,
    "sqs": _queue,
    "sns": _topic,
    "secretsmanager": _secret,
    "dynamodb": readers.table_policy,
    "ecr": readers.repository_policy,
    "es": readers.domain_policy,
    "events": readers.bus_policy,
    "glue": readers.catalog_policy,
    "kinesis": readers.stream_policy,
    "lambda": readers.function_policy,
    "logs": readers.logs_policy,
}
_NAMES = {
    "s3": "bucket policy",
    "iam": "trust policy",
    "kms": "key policy",
    "sqs": "queue policy",
    "sns": "topic policy",
    "secretsmanager": "secret policy",
    "dynamodb": "table policy",
    "ecr": "repository policy",
    "es": "domain policy",
    "events": "event bus policy",
    "glue": "Data Catalog policy",
    "kinesis": "stream policy",
    "lambda": "function policy",
    "logs": "Logs resource policy",
}
