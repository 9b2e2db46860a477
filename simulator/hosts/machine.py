"""An instance as a machine: what its disks hold and what runs on it, right now.

An instance that nobody equipped is a plain Amazon Linux host with an SSH server and the SSM Agent.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from simulator.account.account import Account
from simulator.account.state import states_of
from simulator.account.world import World
from simulator.hosts.disks import disk_of, root_volume
from simulator.hosts.host import Process
from simulator.hosts.state import Disk, Memory, Running

AGENT = "amazon-ssm-agent"


@dataclass(frozen=True, slots=True)
class Machine:
    """An instance that exists. `instance` is moto's."""

    account: Account
    instance: Any

    @property
    def id(self) -> str:
        return str(self.instance.id)

    @property
    def region(self) -> str:
        return str(self.instance.region_name)

    @property
    def state(self) -> Any:
        """moto's EC2 of the Region."""
        return self.instance.ec2_backend

    @property
    def runs(self) -> bool:
        return bool(self.instance.state == "running")

    @property
    def disk(self) -> Disk:
        """The root volume's; an empty one where it has been detached."""
        volume = self.state.volumes.get(root_volume(self.instance))
        return Disk() if volume is None else disk_of(self.account, volume)

    @property
    def memory(self) -> Memory:
        """What runs. Nothing does while the instance is stopped."""
        if not self.runs:
            return Memory()
        kept = self.account.hosts.memories
        if self.id not in kept:
            kept[self.id] = _booted(self, self.disk)
        return kept[self.id]

    def change(self, how: Callable[[Memory], Memory]) -> None:
        """Put another memory in the place of this one."""
        self.account.hosts.memories[self.id] = how(self.memory)

    def start(self, process: Process) -> int:
        """Start a program; its process id."""
        self.change(lambda memory: _with(self, memory, [_running(process)]))
        return self.memory.last_pid

    def stop(self, wanted: Callable[[Running], bool]) -> int:
        """End the processes that are wanted; how many there were."""
        gone = [one for one in self.memory.processes if wanted(one)]
        left = tuple(one for one in self.memory.processes if one not in gone)
        self.change(lambda memory: replace(memory, processes=left))
        return len(gone)

    def listener(self, port: int) -> Running | None:
        """The process that listens on a TCP port."""
        return next((one for one in self.memory.processes if one.port == port), None)

    @property
    def agent_runs(self) -> bool:
        return any(one.name == AGENT for one in self.memory.processes)


def find(world: World, instance_id: str) -> Machine | None:
    """The instance of that id in any account of the world; None once it is forgotten."""
    for account in world.accounts.values():
        for state in states_of("ec2", account.id):
            instance = state.get_instance_by_id(instance_id)
            if instance is not None:
                return Machine(account, instance)
    return None


def machines(world: World) -> Iterable[Machine]:
    """Every instance that runs, in the order in which they were made."""
    for account in world.accounts.values():
        for state in states_of("ec2", account.id):
            for reservation in state.reservations.values():
                for instance in reservation.instances:
                    if instance.state == "running":
                        yield Machine(account, instance)


def _booted(machine: Machine, disk: Disk) -> Memory:
    """What a disk starts."""
    first = Running(0, "systemd", "/usr/lib/systemd/systemd --system")
    agent = Running(0, AGENT, f"/usr/bin/{AGENT}")
    services = (
        Running(0, one.name, one.command or one.name, one.user, 0.0, port, one)
        for port, one in sorted(disk.services.items())
    )
    startup = (_running(one) for one in disk.startup if one.started_by in disk.files)
    memory = Memory(processes=(replace(first, pid=1),), last_pid=1)
    return _with(machine, memory, [*([agent] if disk.agent else ()), *services, *startup])


def _running(process: Process) -> Running:
    command = process.command or process.name
    return Running(
        0,
        process.name,
        command,
        process.user,
        process.cpu,
        process.port,
        peer=process.peer,
        environ=process.environ,
    )


def _with(machine: Machine, memory: Memory, started: Iterable[Running]) -> Memory:
    """More processes, with ids that grow by chance."""
    processes, pid = list(memory.processes), memory.last_pid
    for one in started:
        chance = random.Random(f"pid/{machine.account.world.seed}/{machine.id}/{pid}/{one.name}")
        pid += chance.randint(1, 400)
        processes.append(replace(one, pid=pid))
    return replace(memory, processes=tuple(processes), last_pid=pid)
