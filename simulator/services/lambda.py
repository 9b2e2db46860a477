# ruff: noqa: N999 - botocore names the service so
"""AWS Lambda: what moto leaves out of a function's configuration, or says too early.

A function that was just changed is being updated, and one that was just made is pending. Sources:
"Lambda function states", "FunctionConfiguration" of the AWS Lambda API Reference.
"""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any

from simulator.account.chance import drawn_uuid
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation

_PENDING = {
    "State": "Pending",
    "StateReason": "The function is being created.",
    "StateReasonCode": "Creating",
}
_UPDATING = {
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": "The function is being created.",
    "LastUpdateStatusReasonCode": "Creating",
}


@operation
def create_function(call: Call, backend: Backend) -> Result:
    """A new function is pending ("CreateFunction")."""
    return _completed(call, backend()) | _PENDING


@operation
def update_function_code(call: Call, backend: Backend) -> Result:
    """The answer describes the new version where one is published."""
    answer = _completed(call, backend())
    if call.params.get("Publish"):
        answer.pop("LastUpdateStatus", None)
        return answer | _PENDING
    return answer | _UPDATING


@operation
def update_function_configuration(call: Call, backend: Backend) -> Result:
    """The update is in progress ("UpdateFunctionConfiguration")."""
    return _completed(call, backend()) | _UPDATING


@operation
def publish_version(call: Call, backend: Backend) -> Result:
    """A new version is pending ("PublishVersion")."""
    answer = _completed(call, backend())
    answer.pop("LastUpdateStatus", None)
    return answer | _PENDING


@operation
def get_function_configuration(call: Call, backend: Backend) -> Result:
    """The function as it is ("GetFunctionConfiguration")."""
    return _completed(call, backend())


@operation
def get_function(call: Call, backend: Backend) -> Result:
    """The function as it is, and its code ("GetFunction")."""
    answer = backend()
    answer["Configuration"] = _completed(call, answer["Configuration"])
    return answer


@operation
def invoke(call: Call, backend: Backend) -> Result:
    """Run the function, where a scenario says what its code does ("Invoke").

    An asynchronous invocation is done by the time it is answered.
    """
    assert call.account is not None
    runner, name = call.account.world.functions, call.params["FunctionName"]
    name = name.rpartition(":function:")[2].split(":")[0]
    if runner is None or not runner.runs(name, call.region):
        return backend()
    kind = call.params.get("InvocationType", "RequestResponse")
    if kind == "DryRun":
        return {"StatusCode": 204}
    ran = runner.run(name, call.region, _event(backend.body))
    if kind == "Event":
        return {"StatusCode": 202}
    payload = ran.pop("Payload").encode()
    return {"StatusCode": 200, "ExecutedVersion": "$LATEST", **ran, "Payload": payload}


def _event(payload: bytes) -> Any:
    """What a function is invoked with.

    Raises:
        AwsError: it is no JSON.
    """
    if not payload:
        return {}
    try:
        return json.loads(payload)
    except ValueError as error:
        text = f"Could not parse request body into json: {error}"
        raise AwsError("InvalidRequestContentException", text) from error


def _completed(call: Call, function: dict[str, Any]) -> Result:
    """`function`, a FunctionConfiguration, with what AWS always says and no empty layers."""
    assert call.account is not None
    name = function["FunctionName"]
    logged = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"}
    function.setdefault("LoggingConfig", logged | call.params.get("LoggingConfig", {}))
    stamp = f"{function['FunctionArn']}/{function['CodeSha256']}/{function['LastModified']}"
    chance = random.Random(f"revision/{call.account.world.seed}/{stamp}")
    function.setdefault("RevisionId", drawn_uuid(chance))
    if function.get("PackageType", "Zip") == "Zip" and function.get("Runtime"):
        digest = hashlib.sha256(function["Runtime"].encode()).hexdigest()
        arn = f"arn:aws:lambda:{call.region}::runtime:{digest}"
        function.setdefault("RuntimeVersionConfig", {"RuntimeVersionArn": arn})
    if not function.get("Layers"):
        function.pop("Layers", None)
    return function
