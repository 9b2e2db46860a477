"""systemctl: units of /etc/systemd/system, which start a program now and at every boot.

Simulated are units of one program: what ExecStart says is what runs. Timers, dependencies and
restarts are not. Source: systemctl(1), systemd.service(5).
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from posixpath import basename

from simulator.hosts import files
from simulator.hosts.asked import Asked, Completed, Program
from simulator.hosts.disks import disk_of, root_volume
from simulator.hosts.host import Process
from simulator.hosts.machine import Machine

_UNITS = "/etc/systemd/system"


def _systemctl(asked: Asked) -> Completed:
    verb, *units = asked.names or ["list-units"]
    if verb == "daemon-reload":
        return Completed()
    if verb == "list-units":
        return Completed("".join(f"{_told(asked.machine, one)}\n" for one in _known(asked.machine)))
    now, out, err = "--now" in asked.arguments, "", ""
    for name in units:
        unit = f"{_UNITS}/{name.removesuffix('.service')}.service"
        process = _process(asked.machine, unit)
        if verb in {"disable", "stop"}:
            _end(asked.machine, unit, process, stop=now or verb == "stop", forget=verb == "disable")
        elif process is None:
            err += f"Failed to {verb} unit: Unit file {basename(unit)} does not exist.\n"
        elif verb in {"enable", "start", "restart"}:
            _begin(asked.machine, process, start=now or verb != "enable", keep=verb == "enable")
        elif verb == "status":
            out += f"{_told(asked.machine, unit)}\n"
        else:
            err += f"Unknown command verb {verb}.\n"
    return Completed(out, err, 1 if err else 0)


def _known(machine: Machine) -> list[str]:
    held = files.files(machine)
    return sorted(
        path for path in held if path.startswith(f"{_UNITS}/") and path.endswith(".service")
    )


def _told(machine: Machine, unit: str) -> str:
    process = _process(machine, unit)
    runs = process is not None and _runs(machine, process)
    enabled = any(one.started_by == unit for one in machine.disk.startup)
    how = "enabled" if enabled else "disabled"
    state = "active (running)" if runs else "inactive (dead)"
    return f"{basename(unit)} loaded {how} {state} {process.command if process else ''}".rstrip()


def _process(machine: Machine, unit: str) -> Process | None:
    """What a unit's file starts; None without a file, or without ExecStart in it."""
    for line in files.files(machine).get(unit, "").splitlines():
        name, _, value = line.partition("=")
        if name.strip() == "ExecStart" and value.strip():
            program = shlex.split(value)[0]
            return Process(basename(program), value.strip(), started_by=unit)
    return None


def _runs(machine: Machine, process: Process) -> bool:
    return any(one.command == process.command for one in machine.memory.processes)


def _begin(machine: Machine, process: Process, *, start: bool, keep: bool) -> None:
    if keep:
        volume = machine.state.volumes[root_volume(machine.instance)]
        disk = disk_of(machine.account, volume)
        others = tuple(one for one in disk.startup if one.started_by != process.started_by)
        machine.account.hosts.disks[volume.id] = replace(disk, startup=(*others, process))
    if start and not _runs(machine, process):
        machine.start(process)


def _end(machine: Machine, unit: str, process: Process | None, *, stop: bool, forget: bool) -> None:
    begun = [one.command or one.name for one in machine.disk.startup if one.started_by == unit]
    begun += [process.command] if process is not None else []
    if stop:
        machine.stop(lambda one: one.command in begun)
    if forget:
        volume = machine.state.volumes[root_volume(machine.instance)]
        disk = disk_of(machine.account, volume)
        left = tuple(one for one in disk.startup if one.started_by != unit)
        machine.account.hosts.disks[volume.id] = replace(disk, startup=left)


PROGRAMS: Mapping[str, Program] = {"systemctl": _systemctl}
