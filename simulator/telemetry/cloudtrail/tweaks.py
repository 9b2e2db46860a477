"""What some operations record beside or instead of their parameters and results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from simulator.gateway.call import Call

_REQUEST_DEFAULTS: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("ec2-instance-connect", "SendSerialConsoleSSHPublicKey"): {"monitorMode": False},
    ("kms", "Decrypt"): {"encryptionAlgorithm": "SYMMETRIC_DEFAULT"},
    ("kms", "Encrypt"): {"encryptionAlgorithm": "SYMMETRIC_DEFAULT"},
    ("lambda", "CreateFunction"): {"environment": {}},
    ("lambda", "UpdateFunctionCode"): {"dryRun": False, "publish": False},
    ("lambda", "UpdateFunctionConfiguration"): {"environment": {}},
    ("route53resolver", "DeleteResolverQueryLogConfig"): {"originSequenceNumber": 0},
    ("ssm", "SendCommand"): {"interactive": False},
}
"""Members that the service fills in before CloudTrail sees the request."""

_COMMAND_DEFAULTS: Final = {
    "clientName": "",
    "clientSourceId": "",
    "comment": "",
    "completedCount": 0,
    "deliveryTimedOutCount": 0,
    "errorCount": 0,
    "hasCancelCommandSignature": False,
    "hasSendCommandSignature": False,
    "interactive": False,
    "outputS3BucketName": "",
    "outputS3KeyPrefix": "",
    "serviceRole": "",
}

_UNSHOWN_IN_ROLE: Final = frozenset({"maxSessionDuration", "roleLastUsed"})

_UNSHOWN_RESPONSES: Final = frozenset(
    {
        ("dynamodb", "BatchWriteItem"),
        ("dynamodb", "DeleteItem"),
        ("dynamodb", "PutItem"),
        ("dynamodb", "TransactWriteItems"),
        ("dynamodb", "UpdateItem"),
        ("lambda", "Invoke"),
        ("secretsmanager", "CreateSecret"),
    }
)

_DESCRIBES_FUNCTION: Final = frozenset(
    {
        "CreateFunction",
        "PublishVersion",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
    }
)
"""Lambda's operations that show an environment, whose variables are hidden."""

_UNWRAPPING_SERVICES: Final = frozenset({"docdb", "elasticache", "neptune", "rds", "redshift"})
"""Services that record a result of one structure without its wrapper."""


def tweak_request(call: Call, shown: dict[str, Any], account_id: str) -> dict[str, Any]:
    """`shown`, the generic requestParameters of `call`, as the operation records them."""
    for name, value in _REQUEST_DEFAULTS.get((call.service, call.operation), {}).items():
        shown.setdefault(name, dict(value) if isinstance(value, dict) else value)
    change = _REQUESTS.get((call.service, call.operation)) or _REQUESTS.get((call.service, "*"))
    if change is not None:
        change(call, shown, account_id)
    return shown


def tweak_response(call: Call, shown: dict[str, Any]) -> dict[str, Any] | None:
    """`shown`, the generic responseElements of `call`, as the operation records them."""
    if (call.service, call.operation) in _UNSHOWN_RESPONSES:
        return None
    if call.service == "ec2-instance-connect":
        shown.setdefault("requestId", call.request_id)
    if (call.service, call.operation) == ("ssm", "SendCommand") and "command" in shown:
        shown["command"] = {**_COMMAND_DEFAULTS, **shown["command"]}
    if (call.service, call.operation) == ("iam", "CreateRole") and "role" in shown:
        role = shown["role"].items()
        shown["role"] = {name: value for name, value in role if name not in _UNSHOWN_IN_ROLE}
    if call.service == "lambda" and call.operation in _DESCRIBES_FUNCTION:
        shown.setdefault("environment", {})
    if call.service in _UNWRAPPING_SERVICES and len(shown) == 1:
        (body,) = shown.values()
        return body if isinstance(body, dict) else shown
    return shown


def additional_event_data(call: Call, account_id: str) -> dict[str, Any]:
    """What an operation outside S3 adds to additionalEventData."""
    if (call.service, call.operation) != ("lambda", "Invoke"):
        return {}
    qualifier = call.params.get("Qualifier", "$LATEST")
    return {"functionVersion": f"{_function_arn(call, account_id)}:{qualifier}"}


def _function_arn(call: Call, account_id: str) -> str:
    name = function_name(call.params.get("FunctionName", ""))
    return f"arn:aws:lambda:{call.region}:{account_id}:function:{name}"


def function_name(name: str) -> str:
    """The bare name of a Lambda function given as name, partial ARN or ARN."""
    return name.rpartition("function:")[2].partition(":")[0]


def _qualified_arn(call: Call, shown: dict[str, Any], account_id: str) -> None:
    shown["fullyQualifiedArn"] = {
        "arnPrefix": {"partition": "aws", "region": call.region, "account": account_id},
        "relativeId": {"functionName": function_name(shown.get("functionName", ""))},
        "functionQualifier": {},
    }


def _called_function(call: Call, shown: dict[str, Any], account_id: str) -> None:
    shown["functionName"] = _function_arn(call, account_id)


def _bare_values(call: Call, shown: dict[str, Any], _: str) -> None:
    """A data event shows an item's key without types, and of an item its names only."""
    if "key" in shown:
        shown["key"] = {
            name: next(iter(value.values()), None) for name, value in shown["key"].items()
        }
    if "Item" in call.params:
        shown["item"] = sorted(call.params["Item"])


_REQUESTS: Final[dict[tuple[str, str], Callable[[Call, dict[str, Any], str], None]]] = {
    ("dynamodb", "*"): _bare_values,
    ("lambda", "Invoke"): _called_function,
    ("lambda", "UpdateFunctionCode"): _qualified_arn,
}
