"""Rules on instances, volumes and snapshots of the Region.

Source: "List of AWS Config Managed Rules" (AWS Config Developer Guide).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.account.account import Account
from simulator.account.managed_nodes import managed_nodes
from simulator.account.state import state_of
from simulator.controls.evaluation import Evaluation

_GONE = {"terminated", "shutting-down"}


def ebs_snapshot_public_restorable_check(account: Account, region: str) -> Iterator[Evaluation]:
    """No snapshot of the account is shared with everybody."""
    ec2 = state_of("ec2", account.id, region)
    public = sorted(
        each.id
        for each in (ec2.snapshots.values() if ec2 else ())
        if each.owner_id == account.id and "all" in each.create_volume_permission_groups
    )
    said = f"Anybody can restore {public}" if public else ""
    yield _account(account, not public, said)


def ec2_ebs_encryption_by_default(account: Account, region: str) -> Iterator[Evaluation]:
    """New volumes are encrypted."""
    ec2 = state_of("ec2", account.id, region)
    on = bool(ec2 and ec2.ebs_encryption_by_default)
    yield _account(account, on, "" if on else "EBS encryption by default is off")


def encrypted_volumes(account: Account, region: str) -> Iterator[Evaluation]:
    """Attached volumes are encrypted."""
    ec2 = state_of("ec2", account.id, region)
    for volume in ec2.volumes.values() if ec2 else ():
        if volume.attachment is not None:
            good = bool(volume.encrypted)
            arn = f"arn:aws:ec2:{region}:{account.id}:volume/{volume.id}"
            said = "" if good else "The volume is not encrypted"
            yield Evaluation("AWS::EC2::Volume", volume.id, arn, good, said)


def ec2_imdsv2_check(account: Account, region: str) -> Iterator[Evaluation]:
    """Instance metadata takes a token, or is off."""
    for instance in instances(account, region):
        options = instance.metadata_options
        good = options.http_tokens == "required" or options.http_endpoint == "disabled"
        said = "" if good else "Instance metadata can be had without a token (IMDSv1)"
        yield of_instance(account, region, instance, good, said)


def ec2_instance_no_public_ip(account: Account, region: str) -> Iterator[Evaluation]:
    """No instance has a public IPv4 address."""
    for instance in instances(account, region):
        address = instance.public_ip
        said = f"The instance has the public address {address}" if address else ""
        yield of_instance(account, region, instance, not address, said)


def ec2_instance_managed_by_systems_manager(account: Account, region: str) -> Iterator[Evaluation]:
    """Each running instance is a managed node."""
    managed = {one.id for one in managed_nodes(account, region)}
    for instance in instances(account, region):
        if instance.state == "running":
            good = instance.id in managed
            said = "" if good else "Systems Manager does not manage the instance"
            yield of_instance(account, region, instance, good, said)


def ec2_managedinstance_patch_compliance_status_check(
    account: Account, region: str
) -> Iterator[Evaluation]:
    """Nothing here: no patch baseline is ever run, so that no node has a patch compliance."""
    yield from ()


def instances(account: Account, region: str) -> list[Any]:
    """The instances that are not terminated."""
    ec2 = state_of("ec2", account.id, region)
    if ec2 is None:
        return []
    found = [one for each in ec2.reservations.values() for one in each.instances]
    return [one for one in found if one.state not in _GONE]


def of_instance(account: Account, region: str, instance: Any, good: bool, said: str) -> Evaluation:
    """What is said of an instance."""
    arn = f"arn:aws:ec2:{region}:{account.id}:instance/{instance.id}"
    return Evaluation("AWS::EC2::Instance", instance.id, arn, good, said)


def _account(account: Account, good: bool, said: str) -> Evaluation:
    arn = f"arn:aws:iam::{account.id}:root"
    return Evaluation("AWS::::Account", account.id, arn, good, said)
