"""Volumes go to one instance, and keep their files when they leave it.

Sources: "AttachVolume", "DetachVolume", "Error codes for the Amazon EC2 API".
"""

from __future__ import annotations

from typing import Any

from simulator.account.state import state_of
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.hosts.disks import disk_of, root_volume
from simulator.services import Backend, Result, operation


@operation
def attach_volume(call: Call, backend: Backend) -> Result:
    """Only a volume that is free, to an instance of its Availability Zone.

    Raises:
        AwsError: VolumeInUse, InvalidVolume.ZoneMismatch.
    """
    state, volume = _volume(call)
    instance = state.get_instance_by_id(call.params["InstanceId"]) if state is not None else None
    if volume is not None and instance is not None:
        if volume.attachment is not None:
            raise AwsError("VolumeInUse", f"{volume.id} is already attached to an instance")
        if volume.availability_zone != instance.availability_zone:
            raise AwsError(
                "InvalidVolume.ZoneMismatch",
                f"The volume '{volume.id}' is not in the same availability zone as instance "
                f"'{instance.id}'",
            )
    return backend()


@operation
def detach_volume(call: Call, backend: Backend) -> Result:
    """The instance needn't be named. The root volume stays with an instance that runs.

    Raises:
        AwsError: IncorrectState, OperationNotPermitted.
    """
    state, volume = _volume(call)
    if volume is None:
        return backend()
    if volume.attachment is None:
        raise AwsError("IncorrectState", f"Volume '{volume.id}' is in the 'available' state.")
    instance = volume.attachment.instance
    if root_volume(instance) == volume.id and instance.state == "running":
        raise AwsError(
            "OperationNotPermitted",
            f"Unable to detach root volume '{volume.attachment.device}' from instance "
            f"'{instance.id}'",
        )
    assert call.account is not None
    disk_of(call.account, volume)
    if call.params.get("InstanceId") or call.params.get("DryRun"):
        return backend()
    gone = state.detach_volume(volume.id, instance.id, call.params.get("Device"))
    return {
        "VolumeId": volume.id,
        "InstanceId": instance.id,
        "Device": gone.device,
        "State": "detaching",
        "AttachTime": gone.attach_time,
    }


def _volume(call: Call) -> tuple[Any, Any]:
    """moto's EC2 of the Region, and the volume; None for what there is not."""
    assert call.account is not None
    state = state_of("ec2", call.account.id, call.region)
    return state, state.volumes.get(call.params["VolumeId"]) if state is not None else None
