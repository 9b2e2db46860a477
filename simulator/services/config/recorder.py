"""The configuration recorder. Source: "Working with the Configuration Recorder"."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.account.principal_policies import iam_state
from simulator.configuration.groups import completed
from simulator.configuration.state import chance, short_id
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.config.shared import catch_up, keep, kept


@operation
def put_configuration_recorder(call: Call, backend: Backend) -> Result:
    """Make the Region's one recorder, or change its role and what it records.

    Raises:
        AwsError: InvalidRoleException, InvalidRecordingGroupException,
            MaxNumberOfConfigurationRecordersExceededException.
    """
    assert call.account is not None
    catch_up(call)
    state, given = kept(call), call.params["ConfigurationRecorder"]
    name = given.get("name") or "default"
    if state.recorder is not None and state.recorder["name"] != name:
        raise AwsError(
            "MaxNumberOfConfigurationRecordersExceededException",
            f"Failed to put configuration recorder '{name}' because the maximum number of "
            "configuration recorders: 1 is reached.",
        )
    before = state.recorder or {}
    role = given.get("roleARN") or before.get("roleARN")
    held = iam_state(call.account.id).roles.values()
    if not role or not any(one.arn == role for one in held):
        raise AwsError("InvalidRoleException", "You have provided an invalid role ARN.")
    frequency = (given.get("recordingMode") or {}).get("recordingFrequency", "CONTINUOUS")
    if frequency != "CONTINUOUS" or (given.get("recordingMode") or {}).get(
        "recordingModeOverrides"
    ):
        raise AwsError.not_simulated("config", "PutConfigurationRecorder with daily recording")
    group = completed(given.get("recordingGroup") or before.get("recordingGroup"))
    number = short_id(chance(call.account, call.region, "recorder", state.drawn))
    arn = f"arn:aws:config:{call.region}:{call.account.id}:configuration-recorder/{name}/{number}"
    recorder: dict[str, Any] = {
        "arn": before.get("arn") or arn,
        "name": name,
        "roleARN": role,
        "recordingGroup": group,
        "recordingMode": {"recordingFrequency": "CONTINUOUS"},
        "recordingScope": "PAID",
    }
    keep(call, replace(state, recorder=recorder, inventory=state.recording, drawn=state.drawn + 1))
    return {}


@operation
def describe_configuration_recorders(call: Call, backend: Backend) -> Result:
    """The recorder, if there is one."""
    return {"ConfigurationRecorders": [dict(one) for one in _named(call)]}


@operation
def list_configuration_recorders(call: Call, backend: Backend) -> Result:
    """The recorder in brief."""
    wanted = ("arn", "name", "recordingScope")
    found = [{name: one[name] for name in wanted} for one in _named(call)]
    return {"ConfigurationRecorderSummaries": found}


@operation
def describe_configuration_recorder_status(call: Call, backend: Backend) -> Result:
    """Whether it records, and how its last look went."""
    state = kept(call)
    told = []
    for one in _named(call):
        status: dict[str, Any] = {
            "arn": one["arn"],
            "name": one["name"],
            "recording": state.recording,
            "lastStatus": state.status,
            "lastStartTime": state.started,
            "lastStopTime": state.stopped,
            "lastStatusChangeTime": state.status_at,
        }
        if state.error is not None:
            status["lastErrorCode"], status["lastErrorMessage"] = state.error
        told.append({name: value for name, value in status.items() if value is not None})
    return {"ConfigurationRecordersStatus": told}


@operation
def start_configuration_recorder(call: Call, backend: Backend) -> Result:
    """Record from now on, and everything as it is now.

    Raises:
        AwsError: NoSuchConfigurationRecorderException, NoAvailableDeliveryChannelException.
    """
    _check_name(call)
    state = kept(call)
    if state.channel is None:
        raise AwsError(
            "NoAvailableDeliveryChannelException",
            "Delivery channel is not available to start configuration recorder.",
        )
    if not state.recording:
        assert call.account is not None
        started = replace(
            state,
            recording=True,
            started=call.time,
            status="PENDING",
            status_at=call.time,
            inventory=True,
            cursor=len(call.account.records),
        )
        keep(call, started)
    return {}


@operation
def stop_configuration_recorder(call: Call, backend: Backend) -> Result:
    """Record nothing any more; what has been recorded stays."""
    _check_name(call)
    catch_up(call)
    state = kept(call)
    if state.recording:
        keep(call, replace(state, recording=False, stopped=call.time, status_at=call.time))
    return {}


@operation
def delete_configuration_recorder(call: Call, backend: Backend) -> Result:
    """The recorder is gone; what it recorded stays."""
    _check_name(call)
    catch_up(call)
    state = kept(call)
    keep(call, replace(state, recorder=None, recording=False, status="PENDING", error=None))
    return {}


def _named(call: Call) -> list[Any]:
    state = kept(call)
    found = [state.recorder] if state.recorder is not None else []
    names, arn = call.params.get("ConfigurationRecorderNames") or (), call.params.get("Arn")
    for name in names:
        if not any(one["name"] == name for one in found):
            raise _missing(name)
    return [one for one in found if arn in {None, one["arn"]}]


def _check_name(call: Call) -> None:
    state, name = kept(call), call.params["ConfigurationRecorderName"]
    if state.recorder is None or state.recorder["name"] != name:
        raise _missing(name)


def _missing(name: str) -> AwsError:
    return AwsError(
        "NoSuchConfigurationRecorderException",
        f"Cannot find configuration recorder with the specified name '{name}'.",
    )
