"""`resources`: the resources a call touched, for the services that record them."""

from __future__ import annotations

import json
from typing import Any, Final

from simulator.gateway.call import Call
from simulator.telemetry.cloudtrail.tweaks import function_name

_SSM_PARAMETER_READS: Final = frozenset({"GetParameter", "GetParameters", "GetParameterHistory"})


def resources(call: Call, account_id: str) -> list[dict[str, Any]]:
    """The record's `resources`; empty where AWS writes none."""
    reader = _READERS.get(call.service)
    return reader(call, account_id) if reader is not None else []


def _s3(call: Call, account_id: str) -> list[dict[str, Any]]:
    bucket = call.params.get("Bucket")
    if not bucket:
        return []
    arn = f"arn:aws:s3:::{bucket}"
    owner = {"accountId": account_id, "type": "AWS::S3::Bucket", "ARN": arn}
    if "Key" in call.params:
        return [
            {"type": "AWS::S3::Object", "ARN": f"{arn}/{call.params['Key']}"},
            owner,
        ]
    if call.operation in {
        "ListObjects",
        "ListObjectsV2",
        "ListObjectVersions",
        "DeleteObjects",
    }:
        prefix = call.params.get("Prefix") or ""
        return [{"type": "AWS::S3::Object", "ARNPrefix": f"{arn}/{prefix}"}, owner]
    return [owner]


def _kms(call: Call, account_id: str) -> list[dict[str, Any]]:
    result = _kms_result(call)
    key = (
        result.get("KeyMetadata", {}).get("Arn") or result.get("KeyId") or call.params.get("KeyId")
    )
    if not key:
        return []
    if key.startswith("alias/") or ":alias/" in key:
        return []
    if not key.startswith("arn:"):
        key = f"arn:aws:kms:{call.region}:{account_id}:key/{key}"
    return [{"accountId": account_id, "type": "AWS::KMS::Key", "ARN": key}]


def _kms_result(call: Call) -> dict[str, Any]:
    """The result, read from the response where the gateway did not parse it: a read's."""
    if call.outcome is None or call.outcome.error_code is not None:
        return {}
    if call.outcome.result is not None:
        return call.outcome.result
    try:
        result = json.loads(call.outcome.response.get_data())
    except ValueError:
        return {}
    return result if isinstance(result, dict) else {}


def _sts(call: Call, account_id: str) -> list[dict[str, Any]]:
    role = call.params.get("RoleArn")
    if not role or (call.outcome is not None and call.outcome.error_code is not None):
        return []
    return [{"accountId": _owner(role, account_id), "type": "AWS::IAM::Role", "ARN": role}]


def _owner(arn: str, default: str) -> str:
    """The account in an ARN that the caller wrote, which may be anything."""
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 and parts[4].isdecimal() else default


def _ssm(call: Call, account_id: str) -> list[dict[str, Any]]:
    if call.operation not in _SSM_PARAMETER_READS:
        return []
    if call.outcome is not None and call.outcome.error_code is not None:
        return []
    names = call.params.get("Names") or [call.params.get("Name", "")]
    return [
        {"accountId": account_id, "ARN": _parameter_arn(name, call.region, account_id)}
        for name in names
    ]


def _parameter_arn(name: str, region: str, account_id: str) -> str:
    if name.startswith("arn:"):
        return name
    return f"arn:aws:ssm:{region}:{account_id}:parameter/{name.lstrip('/')}"


def _lambda(call: Call, account_id: str) -> list[dict[str, Any]]:
    function = call.params.get("FunctionName")
    if not function or not call.operation.startswith("Invoke"):
        return []
    arn = f"arn:aws:lambda:{call.region}:{account_id}:function:{function_name(function)}"
    return [{"accountId": account_id, "type": "AWS::Lambda::Function", "ARN": arn}]


def _dynamodb(call: Call, account_id: str) -> list[dict[str, Any]]:
    names = [call.params["TableName"]] if call.params.get("TableName") else []
    if call.operation in {"BatchGetItem", "BatchWriteItem"}:
        names = list(call.params.get("RequestItems", ()))
    arns = (
        name
        if name.startswith("arn:")
        else f"arn:aws:dynamodb:{call.region}:{account_id}:table/{name}"
        for name in names
    )
    return [{"accountId": account_id, "type": "AWS::DynamoDB::Table", "ARN": arn} for arn in arns]


def _sqs(call: Call, account_id: str) -> list[dict[str, Any]]:
    url = call.params.get("QueueUrl")
    if not url or "Message" not in call.operation:
        return []
    owner, _, name = url.rstrip("/").rpartition("/")
    owner = owner.rpartition("/")[2]
    owner = owner if owner.isdecimal() else account_id
    arn = f"arn:aws:sqs:{call.region}:{owner}:{name}"
    return [{"accountId": owner, "type": "AWS::SQS::Queue", "ARN": arn}]


def _sns(call: Call, account_id: str) -> list[dict[str, Any]]:
    topic = call.params.get("TopicArn")
    if not topic or not call.operation.startswith("Publish"):
        return []
    return [{"accountId": _owner(topic, account_id), "type": "AWS::SNS::Topic", "ARN": topic}]


_READERS: Final = {
    "dynamodb": _dynamodb,
    "kms": _kms,
    "lambda": _lambda,
    "s3": _s3,
    "sns": _sns,
    "sqs": _sqs,
    "ssm": _ssm,
    "sts": _sts,
}
