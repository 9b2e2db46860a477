"""What is in a host's memory, as /proc and a memory image show it.

The image is text: what an analyst's tools (Volatility's pslist, psaux, envars and sockstat) would
read out of a real one. A real one is as large as the memory, and binary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simulator.hosts import files
from simulator.hosts.asked import Asked, Completed, Program
from simulator.hosts.machine import Machine
from simulator.hosts.state import Running
from simulator.network.addresses import text


def established(machine: Machine) -> Iterator[tuple[Running, int]]:
    """Processes that hold a connection that is open, and its local port."""
    now = machine.account.world.clock.now().timestamp()
    interfaces = {one.id for one in machine.instance.nics.values()}
    open_ = {
        f"{text(key.remote)}:{key.remote_port}": key.local_port
        for key, flow in machine.account.connections.items()
        if key.interface in interfaces and flow.alive(now)
    }
    for one in machine.memory.processes:
        if one.peer in open_:
            yield one, open_[one.peer]


def proc(machine: Machine, path: str) -> str | None:
    """A file of /proc/<pid>: cmdline, environ or status; None for any other file."""
    parts = path.split("/")
    if len(parts) != 4 or parts[1] != "proc" or not parts[2].isdigit():
        return None
    one = next((one for one in machine.memory.processes if one.pid == int(parts[2])), None)
    if one is None:
        return None
    return {
        "cmdline": f"{one.command}\n",
        "environ": one.environ if one.environ.endswith("\n") else f"{one.environ}\n",
        "status": f"Name:\t{one.name}\nState:\tS (sleeping)\nPid:\t{one.pid}\n",
    }.get(parts[3])


def image(machine: Machine) -> str:
    """The whole of the memory."""
    world = machine.account.world
    lines = [f"# memory image of {machine.id}, {world.clock.now():%Y-%m-%dT%H:%M:%SZ}"]
    for one in machine.memory.processes:
        lines.append(f"[process] pid={one.pid} user={one.user} name={one.name} args={one.command}")
        lines += [f"[environ] pid={one.pid} {line}" for line in one.environ.splitlines()]
    lines += [
        f"[socket] pid={one.pid} {machine.instance.private_ip}:{port} {one.peer} ESTABLISHED"
        for one, port in established(machine)
    ]
    return "\n".join(lines) + "\n"


def _avml(asked: Asked) -> Completed:
    """AVML acquires the memory of a Linux host into a file. Only root may."""
    if not asked.names:
        return Completed(
            "", "error: the following required arguments were not provided: <FILENAME>\n", 2
        )
    if asked.user != "root":
        return Completed("", "error: unable to create memory snapshot: permission denied\n", 1)
    files.write(asked.machine, asked.names[0], image(asked.machine))
    return Completed()


PROGRAMS: Mapping[str, Program] = {"avml": _avml}
