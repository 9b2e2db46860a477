"""Who AMIs and EBS snapshots are shared with, and the account's guard, Region by Region.

Sources: "Understand block public access for AMIs" (on in new accounts), "Block public access for
Amazon EBS snapshots" (off until it is turned on), and the pages of the operations in the Amazon EC2
API Reference. Not simulated: the ten minutes that a change for AMIs can take, declarative policies.
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.ec2_insights_state import dry

_NEW, _ALL, _NONE = "block-new-sharing", "block-all-sharing", "unblocked"
_IMAGES, _SNAPSHOTS = "image_block_public_access", "snapshot_block_public_access"
_EVERYBODY = {"Group": "all"}


@operation
def enable_image_block_public_access(call: Call, backend: Backend) -> Result:
    """No AMI of the Region can be made public any more; those that are stay public."""
    if call.params["ImageBlockPublicAccessState"] != _NEW:
        raise _invalid(call.params["ImageBlockPublicAccessState"], "ImageBlockPublicAccessState")
    return {"ImageBlockPublicAccessState": _keep(call, _IMAGES, _NEW)}


@operation
def disable_image_block_public_access(call: Call, backend: Backend) -> Result:
    """AMIs of the Region can be made public."""
    return {"ImageBlockPublicAccessState": _keep(call, _IMAGES, _NONE)}


@operation
def get_image_block_public_access_state(call: Call, backend: Backend) -> Result:
    """Whether AMIs of the Region can be made public: not until somebody allows it."""
    return {"ImageBlockPublicAccessState": _kept(call, _IMAGES), "ManagedBy": "account"}


@operation
def enable_snapshot_block_public_access(call: Call, backend: Backend) -> Result:
    """No snapshot of the Region can be made public any more.

    Raises:
        AwsError: InvalidParameterValue.
    """
    if call.params["State"] not in (_NEW, _ALL):
        raise _invalid(call.params["State"], "State")
    return {"State": _keep(call, _SNAPSHOTS, call.params["State"])}


@operation
def disable_snapshot_block_public_access(call: Call, backend: Backend) -> Result:
    """Snapshots of the Region can be made public, and those that were are so again."""
    return {"State": _keep(call, _SNAPSHOTS, _NONE)}


@operation
def get_snapshot_block_public_access_state(call: Call, backend: Backend) -> Result:
    """Whether snapshots of the Region can be made public."""
    return {"State": _kept(call, _SNAPSHOTS), "ManagedBy": "account"}


@operation
def modify_image_attribute(call: Call, backend: Backend) -> Result:
    """Refused where it would make an AMI public and that is blocked.

    Raises:
        AwsError: OperationNotPermitted.
    """
    if _opens(call, "LaunchPermission", "UserGroups") and _kept(call, _IMAGES) != _NONE:
        raise _blocked("image", "AMIs", "DisableImageBlockPublicAccess")
    return backend()


@operation
def modify_snapshot_attribute(call: Call, backend: Backend) -> Result:
    """Who may make volumes of a snapshot; moto passes over the permissions given as a structure.

    Raises:
        AwsError: InvalidSnapshot.NotFound; OperationNotPermitted where it would make a snapshot
            public and that is blocked.
    """
    if _opens(call, "CreateVolumePermission", "GroupNames") and _kept(call, _SNAPSHOTS) != _NONE:
        raise _blocked("snapshot", "snapshots", "DisableSnapshotBlockPublicAccess")
    name, wanted = call.params["SnapshotId"], call.params.get("CreateVolumePermission", {})
    snapshot = _state(call).snapshots.get(name)
    if snapshot is None:
        raise AwsError("InvalidSnapshot.NotFound", f"The snapshot '{name}' does not exist.")
    answer = backend()
    for member, kept in (
        ("UserId", snapshot.create_volume_permission_userids),
        ("Group", snapshot.create_volume_permission_groups),
    ):
        kept.update(each[member] for each in wanted.get("Add", ()) if member in each)
        kept.difference_update(each[member] for each in wanted.get("Remove", ()) if member in each)
    return answer


def _opens(call: Call, permission: str, groups: str) -> bool:
    added = call.params.get(permission, {}).get("Add", ())
    by_name = call.params.get("OperationType") == "add" and "all" in call.params.get(groups, ())
    return by_name or any(each.items() >= _EVERYBODY.items() for each in added)


def _state(call: Call) -> Any:
    from moto.ec2.models import ec2_backends

    assert call.account is not None
    return ec2_backends[call.account.id][call.region]


def _kept(call: Call, what: str) -> str:
    default = _NEW if what == _IMAGES else _NONE
    return str(_state(call).__dict__.get(what, default))


def _keep(call: Call, what: str, state: str) -> str:
    dry(call)
    _state(call).__dict__[what] = state
    return state


def _invalid(value: str, parameter: str) -> AwsError:
    return AwsError("InvalidParameterValue", f"Invalid value '{value}' for parameter {parameter}.")


def _blocked(what: str, kind: str, way_out: str) -> AwsError:
    return AwsError(
        "OperationNotPermitted",
        f"You can't publicly share this {what} because block public access for {kind} is enabled "
        f"for this account. To publicly share the {what}, you must call the {way_out} API.",
    )
