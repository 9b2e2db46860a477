"""The delivery channel. Source: "Managing the Delivery Channel" (AWS Config Developer Guide)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.configuration import delivering
from simulator.configuration.evaluating import FREQUENCIES
from simulator.configuration.state import Delivery
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.config.shared import catch_up, keep, kept


@operation
def put_delivery_channel(call: Call, backend: Backend) -> Result:
    """Make the Region's one delivery channel, or change it. The bucket must let AWS Config write.

    Raises:
        AwsError: NoAvailableConfigurationRecorderException, NoSuchBucketException,
            InsufficientDeliveryPolicyException, MaxNumberOfDeliveryChannelsExceededException,
            InvalidSNSTopicARNException.
    """
    assert call.account is not None
    state, given = kept(call), dict(call.params["DeliveryChannel"])
    given["name"] = name = given.get("name") or "default"
    if state.recorder is None:
        raise AwsError(
            "NoAvailableConfigurationRecorderException",
            "Configuration recorder is not available to put delivery channel.",
        )
    if state.channel is not None and state.channel["name"] != name:
        raise AwsError(
            "MaxNumberOfDeliveryChannelsExceededException",
            f"Failed to put delivery channel '{name}' because the maximum number of delivery "
            "channels: 1 is reached.",
        )
    _check(given)
    refused = delivering.check_bucket(call.account, call.region, given)
    if refused is not None and refused.code == "NoSuchBucket":
        bucket = given["s3BucketName"]
        text = f"Cannot find a S3 bucket with name {bucket}."
        raise AwsError("NoSuchBucketException", text)
    if refused is not None:
        raise AwsError(
            "InsufficientDeliveryPolicyException",
            f"Insufficient delivery policy to s3 bucket: {given['s3BucketName']}, unable to write"
            f" to bucket, provided s3 key prefix is '{given.get('s3KeyPrefix')}', provided kms key"
            f" is '{given.get('s3KmsKeyArn')}'.",
        )
    keep(call, replace(kept(call), channel=given, snapshot_due=None))
    return {}


@operation
def describe_delivery_channels(call: Call, backend: Backend) -> Result:
    """The channel, if there is one."""
    return {"DeliveryChannels": [dict(one) for one in _named(call)]}


@operation
def describe_delivery_channel_status(call: Call, backend: Backend) -> Result:
    """How the last deliveries went."""
    state, told = kept(call), []
    for one in _named(call):
        history, snapshots = _told(state.history), _told(state.snapshots)
        if state.snapshot_due is not None:
            snapshots["nextDeliveryTime"] = state.snapshot_due
        stream = {
            "lastStatus": state.stream.status,
            "lastStatusChangeTime": state.stream.attempted,
            **_error(state.stream),
        }
        status = {
            "name": one["name"],
            "configSnapshotDeliveryInfo": snapshots,
            "configHistoryDeliveryInfo": history,
            "configStreamDeliveryInfo": {k: v for k, v in stream.items() if v is not None},
        }
        told.append(status)
    return {"DeliveryChannelsStatus": told}


@operation
def delete_delivery_channel(call: Call, backend: Backend) -> Result:
    """Not while the recorder needs it.

    Raises:
        AwsError: NoSuchDeliveryChannelException, LastDeliveryChannelDeleteFailedException.
    """
    _check_name(call, call.params["DeliveryChannelName"])
    if kept(call).recording:
        raise AwsError(
            "LastDeliveryChannelDeleteFailedException",
            "Failed to delete last specified delivery channel with name "
            f"'{call.params['DeliveryChannelName']}', because there is a running configuration "
            "recorder.",
        )
    keep(call, replace(kept(call), channel=None, snapshot_due=None))
    return {}


@operation
def deliver_config_snapshot(call: Call, backend: Backend) -> Result:
    """Put a snapshot of everything recorded into the channel's bucket.

    Raises:
        AwsError: NoSuchDeliveryChannelException, NoAvailableConfigurationRecorderException,
            NoRunningConfigurationRecorderException.
    """
    assert call.account is not None
    _check_name(call, call.params["deliveryChannelName"])
    catch_up(call)
    if not kept(call).recording:
        text = "There is no configuration recorder running."
        raise AwsError("NoRunningConfigurationRecorderException", text)
    return {"configSnapshotId": delivering.snapshot(call.account, call.region, call.time)}


def _check(given: dict[str, Any]) -> None:
    if not given.get("s3BucketName"):
        text = "Cannot find a S3 bucket with an empty bucket name."
        raise AwsError("NoSuchBucketException", text)
    topic = given.get("snsTopicARN")
    if topic is not None and not str(topic).startswith("arn:aws:sns:"):
        text = f"The sns topic arn '{topic}' is not valid."
        raise AwsError("InvalidSNSTopicARNException", text)
    frequency = (given.get("configSnapshotDeliveryProperties") or {}).get("deliveryFrequency")
    if frequency is not None and frequency not in FREQUENCIES:
        raise AwsError(
            "ValidationException",
            f"1 validation error detected: Value '{frequency}' at 'deliveryChannel."
            "configSnapshotDeliveryProperties.deliveryFrequency' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{', '.join(FREQUENCIES)}]",
        )


def _told(delivery: Delivery) -> dict[str, Any]:
    told = {
        "lastStatus": delivery.status,
        "lastAttemptTime": delivery.attempted,
        "lastSuccessfulTime": delivery.succeeded,
        **_error(delivery),
    }
    if delivery.attempted is None:
        return {}
    return {name: value for name, value in told.items() if value is not None}


def _error(delivery: Delivery) -> dict[str, str]:
    if delivery.error is None:
        return {}
    return {"lastErrorCode": delivery.error[0], "lastErrorMessage": delivery.error[1]}


def _named(call: Call) -> list[Any]:
    for name in call.params.get("DeliveryChannelNames") or ():
        _check_name(call, name)
    channel = kept(call).channel
    return [channel] if channel is not None else []


def _check_name(call: Call, name: str) -> None:
    channel = kept(call).channel
    if channel is None or channel["name"] != name:
        text = f"Cannot find delivery channel with specified name '{name}'."
        raise AwsError("NoSuchDeliveryChannelException", text)
