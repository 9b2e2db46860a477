"""What kind of event an operation is: data or management, read or write."""

from __future__ import annotations

from functools import cache
from typing import Final

_READING_VERBS: Final = (
    "BatchGet",
    "Check",
    "Describe",
    "Discover",
    "Estimate",
    "Filter",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Preview",
    "Query",
    "Scan",
    "Search",
    "Select",
    "Simulate",
    "Validate",
    "View",
)

_READS_DESPITE_VERB: Final = frozenset(
    {
        ("bedrock-runtime", "Converse"),
        ("bedrock-runtime", "ConverseStream"),
        ("bedrock-runtime", "InvokeModel"),
        ("bedrock-runtime", "InvokeModelWithResponseStream"),
        ("cloudformation", "DetectStackDrift"),
        ("cloudformation", "DetectStackResourceDrift"),
        ("ecr", "BatchCheckLayerAvailability"),
        ("iam", "GenerateCredentialReport"),
        ("iam", "GenerateServiceLastAccessedDetails"),
        ("kms", "Decrypt"),
        ("kms", "DeriveSharedSecret"),
        ("kms", "Encrypt"),
        ("kms", "GenerateDataKey"),
        ("kms", "GenerateDataKeyPair"),
        ("kms", "GenerateDataKeyPairWithoutPlaintext"),
        ("kms", "GenerateDataKeyWithoutPlaintext"),
        ("kms", "GenerateMac"),
        ("kms", "GenerateRandom"),
        ("kms", "ReEncrypt"),
        ("kms", "Sign"),
        ("kms", "Verify"),
        ("kms", "VerifyMac"),
        ("s3", "CreateSession"),
        ("sqs", "ReceiveMessage"),
        ("sts", "AssumeRole"),
        ("sts", "AssumeRoleWithSAML"),
        ("sts", "AssumeRoleWithWebIdentity"),
        ("sts", "DecodeAuthorizationMessage"),
    }
)

_WRITES_DESPITE_VERB: Final = frozenset(
    {
        ("cognito-identity", "GetCredentialsForIdentity"),
        ("cognito-identity", "GetId"),
        ("cognito-identity", "GetOpenIdToken"),
        ("sts", "GetFederationToken"),
        ("sts", "GetSessionToken"),
    }
)

_S3_OBJECT_OPERATIONS: Final = frozenset(
    {
        "AbortMultipartUpload",
        "CompleteMultipartUpload",
        "CopyObject",
        "CreateMultipartUpload",
        "CreateSession",
        "HeadBucket",
        "ListParts",
        "RestoreObject",
        "SelectObjectContent",
        "UploadPart",
        "UploadPartCopy",
        "WriteGetObjectResponse",
    }
)

_DATA_OPERATIONS: Final[dict[str, frozenset[str]]] = {
    "bedrock-agent-runtime": frozenset({"InvokeAgent", "Retrieve", "RetrieveAndGenerate"}),
    "cloudtrail-data": frozenset({"PutAuditEvents"}),
    "cognito-identity": frozenset(
        {
            "GetCredentialsForIdentity",
            "GetId",
            "GetOpenIdToken",
            "GetOpenIdTokenForDeveloperIdentity",
        }
    ),
    "dynamodb": frozenset(
        {
            "BatchExecuteStatement",
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "ExecuteStatement",
            "ExecuteTransaction",
            "GetItem",
            "PutItem",
            "Query",
            "Scan",
            "TransactGetItems",
            "TransactWriteItems",
            "UpdateItem",
        }
    ),
    "dynamodbstreams": frozenset({"GetRecords", "GetShardIterator"}),
    "ebs": frozenset(
        {
            "CompleteSnapshot",
            "GetSnapshotBlock",
            "ListChangedBlocks",
            "ListSnapshotBlocks",
            "PutSnapshotBlock",
            "StartSnapshot",
        }
    ),
    "kinesis": frozenset(
        {
            "GetRecords",
            "GetShardIterator",
            "PutRecord",
            "PutRecords",
            "SubscribeToShard",
        }
    ),
    "lambda": frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"}),
    "s3": _S3_OBJECT_OPERATIONS,
    "sns": frozenset({"Publish", "PublishBatch"}),
    "sqs": frozenset(
        {
            "ChangeMessageVisibility",
            "ChangeMessageVisibilityBatch",
            "DeleteMessage",
            "DeleteMessageBatch",
            "ReceiveMessage",
            "SendMessage",
            "SendMessageBatch",
        }
    ),
    "stepfunctions": frozenset({"InvokeHTTPEndpoint"}),
    "timestream-query": frozenset({"Query"}),
    "timestream-write": frozenset({"WriteRecords"}),
}


@cache
def is_data_event(service: str, operation: str) -> bool:
    """Whether a trail records `operation` only where its selectors ask for data events.

    `service` and `operation` are botocore's names. Source: "Logging data events" and
    "Amazon S3 CloudTrail events" of the AWS documentation.
    """
    if operation in _DATA_OPERATIONS.get(service, ()):
        return True
    if service != "s3":
        return False
    return "Object" in operation and "ObjectLockConfiguration" not in operation


@cache
def read_only(service: str, operation: str) -> bool:
    """CloudTrail's `readOnly` of an operation (botocore's names)."""
    named = (service, operation)
    if named in _READS_DESPITE_VERB:
        return True
    return operation.startswith(_READING_VERBS) and named not in _WRITES_DESPITE_VERB
