"""Rules on instances of the Region.

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
