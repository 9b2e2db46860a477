"""The programs that a shell on a host knows. Any other is not installed.

They do the common things with the common options; an option that they don't know changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from posixpath import basename, normpath

from simulator.hosts import files, memory, processes, systemd, texts
from simulator.hosts.asked import Asked, Completed, Program
from simulator.hosts.curl import curl


def find(name: str) -> Program | None:
    """The program of a name or a path; None if there is none."""
    known: Mapping[str, Program] = {
        **_PROGRAMS,
        **memory.PROGRAMS,
        **processes.PROGRAMS,
        **systemd.PROGRAMS,
        **texts.PROGRAMS,
        "curl": curl,
    }
    return known.get(basename(name))


def _cat(asked: Asked) -> Completed:
    held, out, err = files.files(asked.machine), "", ""
    for name in asked.names:
        told = memory.proc(asked.machine, normpath(name))
        if told is not None:
            out += told
        elif normpath(name) in held:
            out += held[normpath(name)]
        else:
            what = "Is a directory" if _below(held, name) else "No such file or directory"
            err += f"cat: {name}: {what}\n"
    return Completed(out if asked.names else asked.given, err, 1 if err else 0)


def _shell(asked: Asked) -> Completed:
    """A script: of a file, after -c, or piped in."""
    from simulator.hosts.shell import Shell

    if "c" in asked.options:
        script = asked.names[0] if asked.names else ""
    elif asked.names:
        name = normpath(asked.names[0])
        held = files.files(asked.machine)
        if name not in held:
            return Completed("", f"bash: {asked.names[0]}: No such file or directory\n", 127)
        script = held[name]
    else:
        script = asked.given
    return Shell(asked.machine, asked.user, asked.hops).run(script)


def _ls(asked: Asked) -> Completed:
    held, out, err = files.files(asked.machine), "", ""
    hidden = "a" in asked.options or "A" in asked.options
    for name in asked.names or ["/"]:
        found = [name] if normpath(name) in held else _below(held, name)
        if not found:
            err += f"ls: cannot access '{name}': No such file or directory\n"
        out += "".join(f"{one}\n" for one in found if hidden or not one.startswith("."))
    return Completed(out, err, 2 if err else 0)


def _below(held: Mapping[str, str], directory: str) -> list[str]:
    start = normpath(directory).rstrip("/") + "/"
    inside = (path.removeprefix(start) for path in held if path.startswith(start))
    return sorted({one.partition("/")[0] for one in inside})


def _rm(asked: Asked) -> Completed:
    held, err = files.files(asked.machine), ""
    for name in asked.names:
        path = normpath(name)
        gone = [one for one in held if one == path]
        if "r" in asked.options.lower():
            gone += [one for one in held if one.startswith(f"{path}/")]
        for one in gone:
            files.remove(asked.machine, one)
        if not gone and "f" not in asked.options:
            err += f"rm: cannot remove '{name}': No such file or directory\n"
    return Completed("", err, 1 if err else 0)


def _find(asked: Asked) -> Completed:
    """All files below a directory; of a name, where -name says one."""
    held, words = files.files(asked.machine), asked.arguments
    start = normpath(words[0]) if words and not words[0].startswith("-") else "/"
    name = words[words.index("-name") + 1] if "-name" in words[:-1] else "*"
    below = start.rstrip("/") + "/"
    found = [one for one in sorted(held) if one == start or one.startswith(below)]
    if not found:
        return Completed("", f"find: '{start}': No such file or directory\n", 1)
    fits = (one for one in found if fnmatchcase(basename(one), name))
    return Completed("".join(f"{one}\n" for one in fits))


def _mount(asked: Asked) -> Completed:
    names = [one for one in asked.names if one.startswith("/")]
    if len(names) != 2:
        return Completed("", "mount: give a device and a directory.\n", 1)
    if files.mount(asked.machine, *names):
        return Completed()
    return Completed("", f"mount: {names[1]}: special device {names[0]} does not exist.\n", 32)


def _lsblk(asked: Asked) -> Completed:
    mounted = {volume: where for where, volume in asked.machine.memory.mounts.items()}
    out = "NAME MAJ:MIN RM SIZE RO TYPE MOUNTPOINTS\n"
    for number, (device, volume_id) in enumerate(files.devices(asked.machine).items()):
        size = asked.machine.state.volumes[volume_id].size
        where = mounted.get(volume_id, "/" if number == 0 else "")
        out += f"{basename(device)} 202:{number * 16} 0 {size}G 0 disk {where}".rstrip() + "\n"
    return Completed(out)


def _rpm(asked: Asked) -> Completed:
    held = asked.machine.disk.packages
    if "q" not in asked.options:
        return Completed("", "rpm: only queries are simulated.\n", 1)
    names = sorted(held) if "a" in asked.options else asked.names
    out = "".join(
        f"{name}-{held[name]}\n" if name in held else f"package {name} is not installed\n"
        for name in names
    )
    return Completed(out, "", 0 if all(name in held for name in names) else 1)


_PROGRAMS: Mapping[str, Program] = {
    "bash": _shell,
    "cat": _cat,
    "chmod": lambda asked: Completed(),
    "echo": lambda asked: Completed(" ".join(asked.arguments) + "\n"),
    "find": _find,
    "false": lambda asked: Completed(code=1),
    "hostname": lambda asked: Completed(f"{asked.machine.instance.private_dns_name}\n"),
    "ls": _ls,
    "lsblk": _lsblk,
    "mkdir": lambda asked: Completed(),
    "mount": _mount,
    "rm": _rm,
    "rpm": _rpm,
    "sh": _shell,
    "true": lambda asked: Completed(),
    "whoami": lambda asked: Completed(f"{asked.user}\n"),
}
