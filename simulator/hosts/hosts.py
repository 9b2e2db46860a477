"""The hosts of an account, as a scenario and its principals work with them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.account.account import Account
from simulator.account.principal import Principal
from simulator.errors import ScenarioError
from simulator.hosts import disks, web
from simulator.hosts.host import Host, Process
from simulator.hosts.machine import Machine, find
from simulator.hosts.resident import Resident
from simulator.hosts.state import Disk
from simulator.network.message import Reply, WebRequest

if TYPE_CHECKING:
    from simulator.gateway.app import Gateway


class Hosts:
    """What a scenario asks for as `hosts`."""

    def __init__(self, account: Account, gateway: Gateway) -> None:
        self.account, self._gateway = account, gateway

    def turn(self) -> AbstractContextManager[None]:
        """Nobody else works in this world inside the block."""
        return self._gateway.turn(self.account.world)

    def equip(self, instance_id: str, host: Host) -> None:
        """Say what is on an instance from now on, in the place of all that was on it.

        Its root volume then holds the files, packages, services and whatever starts at boot;
        the processes run if it does.

        Raises:
            ScenarioError: there is no such instance.
        """
        with self.turn():
            machine = self._machine(instance_id)
            volume = machine.state.volumes[disks.root_volume(machine.instance)]
            self.account.hosts.disks[volume.id] = _disk(host)
            self.account.hosts.memories.pop(machine.id, None)
            for process in host.processes if machine.runs else ():
                if process.started_by not in host.files:
                    machine.start(process)

    def install(self, machine: Machine, process: Process) -> None:
        """Let a program start at every boot, as long as the file is there that starts it."""
        volume = machine.state.volumes[disks.root_volume(machine.instance)]
        disk = disks.disk_of(machine.account, volume)
        files = {process.started_by: f"{process.command or process.name}\n", **disk.files}
        machine.account.hosts.disks[volume.id] = replace(
            disk, files=files, startup=(*disk.startup, process)
        )

    def on(self, who: Principal, instance_id: str, user: str, container: bool) -> Resident:
        """`who` as a process on an instance, or in a container there.

        Raises:
            ScenarioError: there is no such instance.
        """
        return Resident(who, self, self._machine(instance_id), user, container)

    def has(self, instance_id: str) -> bool:
        """Whether there is such an instance."""
        return find(self.account.world, instance_id) is not None

    def visit(self, request: WebRequest) -> Reply:
        """What a host answers a request from the internet: see `simulator.hosts.web.visit`."""
        with self.turn():
            return web.visit(self.account.world, request)

    def _machine(self, instance_id: str) -> Machine:
        machine = find(self.account.world, instance_id)
        if machine is None:
            raise ScenarioError(f"There is no instance {instance_id} to be on.")
        return machine


def _disk(host: Host) -> Disk:
    return Disk(
        files={**disks.PLAIN.files, **host.files},
        packages={**disks.PLAIN.packages, **host.packages},
        services=dict(host.services),
        startup=tuple(one for one in host.processes if one.started_by),
        agent=host.agent,
    )
