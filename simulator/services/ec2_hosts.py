"""Amazon EC2: what its operations do to the hosts, and the disks, of an account.

Sources: "Amazon EC2 instance state changes", "Amazon EBS snapshots", "Create an Amazon EBS-backed
AMI" (Amazon EC2 User Guide). Not simulated: AMIs and snapshots that other accounts share.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.account.state import state_of
from simulator.account.subnet_addresses import settle
from simulator.gateway.call import Call
from simulator.hosts import disks, first_boot, role
from simulator.hosts.machine import Machine
from simulator.network import survey
from simulator.services import Backend, Result, ec2_default_groups, operation
from simulator.services.ec2_metadata_defaults import apply_defaults


@operation
def run_instances(call: Call, backend: Backend) -> Result:
    """Instances boot from what their image's snapshot held, and all of them get the profile.

    A launch template's profile counts where the call names none.
    """
    answer = backend()
    assert call.account is not None
    state = _state(call)
    profile = call.params.get("IamInstanceProfile") or _template(call, state).get(
        "IamInstanceProfile"
    )
    for described in answer["Instances"]:
        instance = state.get_instance_by_id(described["InstanceId"])
        options = apply_defaults(call, state, instance)
        described["MetadataOptions"] = {**described.get("MetadataOptions", {}), **options}
        if profile:
            described["IamInstanceProfile"] = _with_profile(state, instance, profile)
        disks.settle(call.account, instance)
        ec2_default_groups.settle(instance, described)
        described.update(_in_its_subnet(instance, described))
    survey.note(call)
    for described in answer["Instances"]:
        first_boot.run(Machine(call.account, state.get_instance_by_id(described["InstanceId"])))
    return answer


def _template(call: Call, state: Any) -> dict[str, Any]:
    """The launch template's data; nothing where the call names none."""
    named = call.params.get("LaunchTemplate")
    return dict(state._get_template_from_args(named).data) if named else {}


def _in_its_subnet(instance: Any, described: dict[str, Any]) -> dict[str, Any]:
    """The description with an address of the subnet: moto draws any where the call names none."""
    before = str(instance.private_ip)
    if 0 not in instance.nics or instance.nics[0].subnet is None:
        return described
    after = settle(instance.nics[0])
    if after == before:
        return described
    instance._private_ips.discard(before)
    instance._private_ips.add(after)
    dashed = before.replace(".", "-"), after.replace(".", "-")
    return dict(_replaced(_replaced(described, before, after), *dashed))


def _replaced(told: Any, before: str, after: str) -> Any:
    if isinstance(told, dict):
        return {name: _replaced(value, before, after) for name, value in told.items()}
    if isinstance(told, list):
        return [_replaced(value, before, after) for value in told]
    return told.replace(before, after) if isinstance(told, str) else told


@operation
def stop_instances(call: Call, backend: Backend) -> Result:
    """What is in memory is lost; the next start gets new credentials for the role."""
    return _emptied(call, backend(), "StoppingInstances")


@operation
def terminate_instances(call: Call, backend: Backend) -> Result:
    """Everything is lost but volumes that outlive the instance."""
    return _emptied(call, backend(), "TerminatingInstances")


@operation
def reboot_instances(call: Call, backend: Backend) -> Result:
    """What is in memory is lost."""
    answer = backend()
    assert call.account is not None
    for name in call.params["InstanceIds"]:
        call.account.hosts.memories.pop(name, None)
    return answer


@operation
def create_image(call: Call, backend: Backend) -> Result:
    """The image holds what the instance's root volume holds now."""
    answer = backend()
    if "ImageId" in answer:
        assert call.account is not None
        state = _state(call)
        instance = state.get_instance_by_id(call.params["InstanceId"])
        snapshot = state.amis[answer["ImageId"]].ebs_snapshot.id
        disks.photograph(call.account, state, disks.root_volume(instance), snapshot)
    return answer


@operation
def register_image(call: Call, backend: Backend) -> Result:
    """An image of a snapshot holds what the snapshot does."""
    answer = backend()
    snapshots = (m.get("Ebs", {}).get("SnapshotId") for m in _mappings(call))
    source = next((one for one in snapshots if one), None)
    if source is not None and "ImageId" in answer:
        assert call.account is not None
        copy_id = _state(call).amis[answer["ImageId"]].ebs_snapshot.id
        disks.copy(call.account, source, copy_id)
    return answer


@operation
def copy_image(call: Call, backend: Backend) -> Result:
    """A copy holds what the image does, in its Region."""
    answer = backend()
    assert call.account is not None
    origin = state_of("ec2", call.account.id, call.params["SourceRegion"])
    source = origin.amis.get(call.params["SourceImageId"]) if origin is not None else None
    if source is not None and "ImageId" in answer:
        copy_id = _state(call).amis[answer["ImageId"]].ebs_snapshot.id
        disks.copy(call.account, source.ebs_snapshot.id, copy_id)
    return answer


@operation
def create_snapshot(call: Call, backend: Backend) -> Result:
    """The snapshot holds what the volume holds now, whatever becomes of that."""
    answer = backend()
    _photographed(call, [answer])
    return answer


@operation
def create_snapshots(call: Call, backend: Backend) -> Result:
    """All volumes of an instance at once."""
    answer = backend()
    _photographed(call, answer.get("Snapshots", ()))
    return answer


@operation
def copy_snapshot(call: Call, backend: Backend) -> Result:
    """A copy holds what the snapshot does."""
    answer = backend()
    if "SnapshotId" in answer:
        assert call.account is not None
        disks.copy(call.account, call.params["SourceSnapshotId"], answer["SnapshotId"])
    return answer


def _with_profile(state: Any, instance: Any, profile: dict[str, Any]) -> dict[str, str]:
    """The backend gives it to the first instance alone, and an association's id for the profile's."""
    known = state.iam_instance_profile_associations
    if instance.id not in known:
        state.associate_iam_instance_profile(instance.id, profile.get("Name"), profile.get("Arn"))
    held = known[instance.id].iam_instance_profile
    instance.iam_instance_profile = {"Arn": held.arn, "Id": held.id}
    return {"Arn": held.arn, "Id": held.id}


def _state(call: Call) -> Any:
    assert call.account is not None
    return state_of("ec2", call.account.id, call.region)


def _mappings(call: Call) -> Iterable[dict[str, Any]]:
    return call.params.get("BlockDeviceMappings") or ()


def _photographed(call: Call, snapshots: Iterable[dict[str, Any]]) -> None:
    assert call.account is not None
    for made in snapshots:
        if "SnapshotId" in made:
            disks.photograph(call.account, _state(call), made["VolumeId"], made["SnapshotId"])


def _emptied(call: Call, answer: Result, key: str) -> Result:
    assert call.account is not None
    state = _state(call)
    for changed in answer.get(key, ()):
        name = changed["InstanceId"]
        call.account.hosts.memories.pop(name, None)
        instance = state.get_instance_by_id(name)
        if instance is not None:
            role.forget(Machine(call.account, instance))
    return answer
