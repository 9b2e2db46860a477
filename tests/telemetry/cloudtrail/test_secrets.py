"""No secret of any call reaches its record."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape

from simulator.telemetry.cloudtrail import record
from simulator.telemetry.cloudtrail.models import operation_model, service_model

if TYPE_CHECKING:
    from tests.telemetry.conftest import Calls

SECRET = "correct-horse"
SHOWN_BY_AWS = {
    "ModifyInstanceAttributeValue",
    "NonEmptyKmsKeyArnString",
    "SSEKMSEncryptionContext",
    "SSEKMSKeyId",
}
"""Shapes that botocore marks as secret and real records show."""


def filled(shape: Shape | None, within: tuple[str, ...] = ()) -> Any:
    """A value with every member of `shape`, secrets and blobs being SECRET."""
    if shape is None or shape.name in within:
        return {} if shape is None or isinstance(shape, StructureShape | MapShape) else []
    inside = (*within, shape.name)
    if isinstance(shape, StructureShape):
        return {name: filled(member, inside) for name, member in shape.members.items()}
    if isinstance(shape, ListShape):
        return [filled(shape.member, inside)]
    if isinstance(shape, MapShape):
        return {"key": filled(shape.value, inside)}
    match shape.type_name:
        case "blob":
            return SECRET.encode()
        case "timestamp":
            return datetime(2026, 11, 24, tzinfo=UTC)
        case "boolean":
            return True
        case "integer" | "long" | "float" | "double":
            return 1
    secret = shape.metadata.get("sensitive") and shape.name not in SHOWN_BY_AWS
    return SECRET if secret else "text"


@pytest.mark.parametrize(
    "service",
    [
        "cloudtrail",
        "dynamodb",
        "ec2",
        "iam",
        "kms",
        "lambda",
        "organizations",
        "rds",
        "s3",
        "secretsmanager",
        "sns",
        "sqs",
        "ssm",
        "sts",
    ],
)
def test_every_operation_is_recorded_without_its_secrets(calls: Calls, service: str) -> None:
    """Each operation with every parameter and result set makes a JSON record free of secrets."""
    model = service_model(service)
    assert model is not None
    leaking = []
    for name in model.operation_names:
        operation = operation_model(service, name)
        assert operation is not None
        made = calls(service, name, filled(operation.input_shape), filled(operation.output_shape))
        if SECRET in json.dumps(record(made)):
            leaking.append(name)
    assert leaking == []


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("sts", "AssumeRole", {"RoleArn": "nonsense"}),
        ("sns", "Publish", {"TopicArn": "a:b", "Message": "m"}),
        ("sqs", "SendMessage", {"QueueUrl": "/", "MessageBody": "m"}),
        ("kms", "DescribeKey", {"KeyId": ":::"}),
        ("lambda", "Invoke", {"FunctionName": ":function:"}),
        ("s3", "PutBucketPolicy", {"Bucket": "b", "Policy": "{"}),
    ],
)
def test_nonsense_from_the_network_is_recorded_too(
    calls: Calls, service: str, operation: str, params: dict[str, Any]
) -> None:
    """A malformed name never costs a record."""
    assert record(calls(service, operation, params))["eventName"] == operation
