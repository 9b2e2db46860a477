"""Session Manager: who may open a shell on which node, and which sessions there were.

What is typed in a session is not simulated. Source: "StartSession", "TerminateSession" and
"DescribeSessions" of the AWS Systems Manager API Reference.
"""

from __future__ import annotations

import base64
import string
from typing import Any

from simulator.account.managed_nodes import managed_nodes
from simulator.backends.moto import generator
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation

_FILTERS = {"Target": "Target", "Owner": "Owner", "SessionId": "SessionId", "Status": "Status"}


@operation
def start_session(call: Call, backend: Backend) -> Result:
    """Only a managed node that is online can be connected to."""
    assert call.account is not None
    target = call.params["Target"]
    if all(node.id != target for node in managed_nodes(call.account, call.region)):
        raise AwsError("TargetNotConnected", f"{target} is not connected.")
    chance = generator()
    name = call.caller.user_name or call.caller.arn.rpartition("/")[2].rpartition(":")[2]
    session_id = f"{name}-{''.join(chance.choices(string.ascii_lowercase + string.digits, k=26))}"
    _sessions(call)[session_id] = {
        "SessionId": session_id,
        "Target": target,
        "Status": "Connected",
        "StartDate": call.time,
        "DocumentName": call.params.get("DocumentName", "SSM-SessionManagerRunShell"),
        "Owner": call.caller.arn,
        **({"Reason": call.params["Reason"]} if "Reason" in call.params else {}),
    }
    channel = f"wss://ssmmessages.{call.region}.amazonaws.com/v1/data-channel/{session_id}"
    return {
        "SessionId": session_id,
        "TokenValue": base64.b64encode(chance.randbytes(192)).decode(),
        "StreamUrl": f"{channel}?role=publish_subscribe",
    }


@operation
def terminate_session(call: Call, backend: Backend) -> Result:
    """The session ends for good; one that is not there is no error."""
    session = _sessions(call).get(call.params["SessionId"])
    if session is not None and "EndDate" not in session:
        session |= {"Status": "Terminated", "EndDate": call.time}
    return {"SessionId": call.params["SessionId"]}


@operation
def describe_sessions(call: Call, backend: Backend) -> Result:
    """The sessions of one state, Active or History, that all filters fit."""
    active = call.params["State"] == "Active"
    found = [one for one in _sessions(call).values() if ("EndDate" not in one) is active]
    for each in call.params.get("Filters", ()):
        if each["key"] not in _FILTERS:
            raise AwsError("InvalidFilterKey", f"The filter {each['key']} is not simulated.")
        found = [one for one in found if one[_FILTERS[each["key"]]] == each["value"]]
    return {"Sessions": [dict(one) for one in found]}


def _sessions(call: Call) -> dict[str, dict[str, Any]]:
    from moto.ssm.models import ssm_backends

    assert call.account is not None
    kept: dict[str, dict[str, Any]] = ssm_backends[call.account.id][
        call.region
    ].__dict__.setdefault("manager_sessions", {})
    return kept
