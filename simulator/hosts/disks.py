"""What volumes, snapshots and images hold: the files of the time at which they were made.

Sources: "Amazon EBS snapshots", "Create an Amazon EBS-backed AMI" (Amazon EC2 User Guide).
"""

from __future__ import annotations

from typing import Any

from simulator.account.account import Account
from simulator.hosts.host import Ssh
from simulator.hosts.state import Disk

PLAIN = Disk(
    files={
        "/etc/hostname": "localhost",
        "/etc/os-release": 'NAME="Amazon Linux"\nVERSION="2023"\nID="amzn"\n',
        "/etc/passwd": (
            "root:x:0:0:root:/root:/bin/bash\n"
            "ec2-user:x:1000:1000:EC2 Default User:/home/ec2-user:/bin/bash\n"
        ),
    },
    packages={"amazon-ssm-agent": "3.3.987.0", "openssh-server": "8.7p1"},
    services={22: Ssh()},
    agent=True,
)
"""What an image of AWS's own holds, as far as it matters."""


def root_volume(instance: Any) -> str:
    """The id of an instance's root volume; empty if it has none."""
    devices = instance.block_device_mapping
    for name in (instance.root_device_name, "/dev/sda1", "/dev/xvda", *devices):
        if name in devices:
            return str(devices[name].volume_id)
    return ""


def disk_of(account: Account, volume: Any) -> Disk:
    """What a volume of moto's holds, as it was last written or as it was made."""
    kept = account.hosts.disks
    if volume.id not in kept:
        kept[volume.id] = _made_with(account, volume)
    return kept[volume.id]


def _made_with(account: Account, volume: Any) -> Disk:
    kept = account.hosts.disks
    if volume.snapshot_id in kept:
        return kept[volume.snapshot_id]
    instance = volume.attachment.instance if volume.attachment else None
    if instance is None or root_volume(instance) != volume.id:
        return Disk()
    image = volume.ec2_backend.amis.get(instance.image_id)
    return PLAIN if image is None else kept.get(image.ebs_snapshot.id, PLAIN)


def settle(account: Account, instance: Any) -> None:
    """Keep what an instance's volumes hold, before what they were made of can be gone."""
    for device in instance.block_device_mapping.values():
        volume = instance.ec2_backend.volumes.get(device.volume_id)
        if volume is not None:
            disk_of(account, volume)


def photograph(account: Account, state: Any, volume_id: str, snapshot_id: str) -> None:
    """Let a snapshot hold what a volume holds now."""
    volume = state.volumes.get(volume_id)
    if volume is not None:
        account.hosts.disks[snapshot_id] = disk_of(account, volume)


def copy(account: Account, source_id: str, copy_id: str) -> None:
    """Let one snapshot hold what another one does."""
    if source_id in account.hosts.disks:
        account.hosts.disks[copy_id] = account.hosts.disks[source_id]
