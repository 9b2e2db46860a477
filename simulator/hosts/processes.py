"""ps, ss, kill and their like."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.hosts.asked import Asked, Completed, Program
from simulator.hosts.memory import established
from simulator.hosts.state import Running


def _ps(asked: Asked) -> Completed:
    rows = ["USER         PID %CPU COMMAND"]
    rows += [
        f"{one.user:<8} {one.pid:>7} {one.cpu:>4.1f} {one.command}"
        for one in asked.machine.memory.processes
    ]
    return Completed("\n".join(rows) + "\n")


def _ss(asked: Asked) -> Completed:
    rows = ["State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process"]
    rows += [
        f'LISTEN 0      128    0.0.0.0:{one.port} 0.0.0.0:* users:(("{one.name}",pid={one.pid},fd=3))'
        for one in asked.machine.memory.processes
        if one.port is not None
    ]
    rows += [
        f'ESTAB  0      0      {asked.machine.instance.private_ip}:{port} {one.peer} users:(("{one.name}",pid={one.pid},fd=4))'
        for one, port in established(asked.machine)
    ]
    return Completed("\n".join(rows) + "\n")


def _kill(asked: Asked) -> Completed:
    err = ""
    for name in asked.names:
        if not name.isdigit():
            err += f"kill: {name}: arguments must be process or job IDs\n"
        elif not _end(asked, _numbered(int(name))):
            err += f"kill: ({name}) - No such process\n"
    return Completed("", err, 1 if err else 0)


def _pkill(asked: Asked) -> Completed:
    """By a part of the name or, with -f, of the whole command line."""
    if not asked.names:
        return Completed("", "pkill: no matching criteria specified\n", 2)
    wanted, whole = asked.names[-1], "f" in asked.options
    ended = _end(asked, lambda one: wanted in (one.command if whole else one.name))
    return Completed("", "", 0 if ended else 1)


def _pgrep(asked: Asked) -> Completed:
    whole, wanted = "f" in asked.options, asked.names[-1] if asked.names else ""
    found = [
        one
        for one in asked.machine.memory.processes
        if wanted in (one.command if whole else one.name)
    ]
    named = [f"{one.pid} {one.name}" if "l" in asked.options else f"{one.pid}" for one in found]
    return Completed("".join(f"{line}\n" for line in named), "", 0 if found else 1)


def _numbered(pid: int) -> Callable[[Running], bool]:
    return lambda one: one.pid == pid


def _end(asked: Asked, wanted: Callable[[Running], bool]) -> int:
    def killed(one: Running) -> bool:
        return one.pid != 1 and wanted(one) and asked.user in {"root", one.user}

    return asked.machine.stop(killed)


PROGRAMS: Mapping[str, Program] = {
    "kill": _kill,
    "netstat": _ss,
    "pgrep": _pgrep,
    "pkill": _pkill,
    "ps": _ps,
    "ss": _ss,
}
