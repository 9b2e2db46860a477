"""`resources`: what a call touched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.wrappers import Response

from simulator.telemetry.cloudtrail.resources import resources

if TYPE_CHECKING:
    from tests.telemetry.conftest import Calls

OWNER = "111122223333"
BUCKET = {"accountId": OWNER, "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::b"}
KEY = "arn:aws:kms:eu-west-1:111122223333:key/k"


@pytest.mark.parametrize(
    ("service", "operation", "params", "result", "touched"),
    [
        ("s3", "ListBuckets", {}, None, []),
        ("s3", "GetBucketAcl", {"Bucket": "b"}, None, [BUCKET]),
        (
            "s3",
            "GetObject",
            {"Bucket": "b", "Key": "k"},
            None,
            [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::b/k"}, BUCKET],
        ),
        (
            "s3",
            "ListObjectsV2",
            {"Bucket": "b", "Prefix": "p/"},
            None,
            [{"type": "AWS::S3::Object", "ARNPrefix": "arn:aws:s3:::b/p/"}, BUCKET],
        ),
        (
            "kms",
            "Decrypt",
            {},
            {"KeyId": KEY},
            [{"accountId": OWNER, "type": "AWS::KMS::Key", "ARN": KEY}],
        ),
        (
            "kms",
            "DisableKey",
            {"KeyId": "k"},
            None,
            [{"accountId": OWNER, "type": "AWS::KMS::Key", "ARN": KEY}],
        ),
        (
            "sts",
            "AssumeRole",
            {"RoleArn": "arn:aws:iam::444455556666:role/r"},
            None,
            [
                {
                    "accountId": "444455556666",
                    "type": "AWS::IAM::Role",
                    "ARN": "arn:aws:iam::444455556666:role/r",
                }
            ],
        ),
        (
            "ssm",
            "GetParameters",
            {"Names": ["/a", "b"]},
            None,
            [
                {"accountId": OWNER, "ARN": f"arn:aws:ssm:eu-west-1:{OWNER}:parameter/a"},
                {"accountId": OWNER, "ARN": f"arn:aws:ssm:eu-west-1:{OWNER}:parameter/b"},
            ],
        ),
        (
            "lambda",
            "Invoke",
            {"FunctionName": "arn:aws:lambda:eu-west-1:111122223333:function:f:live"},
            None,
            [
                {
                    "accountId": OWNER,
                    "type": "AWS::Lambda::Function",
                    "ARN": f"arn:aws:lambda:eu-west-1:{OWNER}:function:f",
                }
            ],
        ),
        (
            "sqs",
            "SendMessage",
            {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/q"},
            None,
            [
                {
                    "accountId": OWNER,
                    "type": "AWS::SQS::Queue",
                    "ARN": f"arn:aws:sqs:eu-west-1:{OWNER}:q",
                }
            ],
        ),
        (
            "dynamodb",
            "BatchGetItem",
            {"RequestItems": {"t": {}}},
            None,
            [
                {
                    "accountId": OWNER,
                    "type": "AWS::DynamoDB::Table",
                    "ARN": f"arn:aws:dynamodb:eu-west-1:{OWNER}:table/t",
                }
            ],
        ),
        ("iam", "GetRole", {"RoleName": "r"}, None, []),
        ("secretsmanager", "GetSecretValue", {"SecretId": "s"}, None, []),
    ],
)
def test_resources(
    calls: Calls,
    service: str,
    operation: str,
    params: dict[str, Any],
    result: dict[str, Any] | None,
    touched: list[dict[str, Any]],
) -> None:
    """Each service that records resources records its own kind."""
    assert resources(calls(service, operation, params, result), OWNER) == touched


def test_a_refused_role_is_not_touched(calls: Calls) -> None:
    """AssumeRole that was denied has no resources in CloudTrail."""
    refused = calls(
        "sts", "AssumeRole", {"RoleArn": "arn:aws:iam::1:role/r"}, error=("AccessDenied", "no")
    )
    assert resources(refused, OWNER) == []


def test_a_decrypting_key_is_read_from_an_unparsed_response(calls: Calls) -> None:
    """Decrypt is a read, whose response nobody else needs parsed."""
    decrypt = calls("kms", "Decrypt")
    assert decrypt.outcome is not None
    decrypt.outcome.response = Response(json.dumps({"KeyId": KEY, "Plaintext": "eA=="}))
    assert [touched["ARN"] for touched in resources(decrypt, OWNER)] == [KEY]
    decrypt.outcome.response = Response(b"not JSON")
    assert resources(decrypt, OWNER) == []
