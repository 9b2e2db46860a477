"""Files as a process on a host sees them: the root volume's, and those of what is mounted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from posixpath import normpath
from typing import Any

from simulator.hosts.disks import disk_of, root_volume
from simulator.hosts.machine import Machine


def files(machine: Machine) -> dict[str, str]:
    """Text by path."""
    found: dict[str, str] = {}
    for directory, volume in _mounts(machine):
        found = {path: text for path, text in found.items() if not _inside(path, directory)}
        held = disk_of(machine.account, volume).files
        found |= {f"{directory.rstrip('/')}{path}": text for path, text in held.items()}
    return found


def write(machine: Machine, path: str, text: str) -> None:
    """Make a file, or put other text in it."""
    _change(machine, path, text)


def remove(machine: Machine, path: str) -> None:
    """Take a file away; one that isn't there is no error."""
    _change(machine, path, None)


def devices(machine: Machine) -> dict[str, str]:
    """Volume id by device, named as Linux names it: /dev/xvdf for what EC2 calls /dev/sdf."""
    mapping = machine.instance.block_device_mapping
    return {_device(name): str(held.volume_id) for name, held in sorted(mapping.items())}


def mount(machine: Machine, device: str, directory: str) -> bool:
    """Show an attached volume's files below a directory; False if there is no such device."""
    volume = devices(machine).get(_device(device))
    if volume is None:
        return False
    added = {normpath(directory): volume}
    machine.change(lambda memory: replace(memory, mounts={**memory.mounts, **added}))
    return True


def unmount(machine: Machine, name: str) -> bool:
    """Show a volume's files no longer, by its directory or device; False if it isn't mounted."""
    volume, mounts = devices(machine).get(_device(name)), machine.memory.mounts
    left = {at: held for at, held in mounts.items() if at != normpath(name) and held != volume}
    machine.change(lambda memory: replace(memory, mounts=left))
    return len(left) < len(mounts)


def _device(name: str) -> str:
    """A device without its partition's number."""
    return name.replace("/dev/sd", "/dev/xvd").rstrip("0123456789")


def _mounts(machine: Machine) -> Iterator[tuple[str, Any]]:
    """Directories and moto's volumes, the outer before the inner. A detached one shows nothing."""
    attached = set(devices(machine).values())
    mounts = {"/": root_volume(machine.instance), **machine.memory.mounts}
    for directory, volume_id in sorted(mounts.items()):
        if volume_id in attached:
            yield directory, machine.state.volumes[volume_id]


def _inside(path: str, directory: str) -> bool:
    return path.startswith(directory.rstrip("/") + "/")


def _change(machine: Machine, path: str, text: str | None) -> None:
    path = normpath(path)
    for directory, volume in reversed(list(_mounts(machine))):
        if not _inside(path, directory):
            continue
        disk = disk_of(machine.account, volume)
        own = path.removeprefix(directory.rstrip("/"))
        left = {name: held for name, held in disk.files.items() if name != own}
        changed = left if text is None else {**left, own: text}
        machine.account.hosts.disks[volume.id] = replace(disk, files=changed)
        return
