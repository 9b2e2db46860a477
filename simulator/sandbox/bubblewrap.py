"""What of this machine is seen inside the sandbox: the command line of bubblewrap.

Sources: the manual page bwrap(1).
"""

from __future__ import annotations

import os
import sys
import sysconfig
import threading
from collections.abc import Iterator
from pathlib import Path

import simulator
from simulator.sandbox import users
from simulator.sandbox.isolation import HOME, USER, Someone

PACKAGE = Path(simulator.__file__).parent
INSIDE = Path("/opt/drill")
"""Where the simulator's package is inside, wherever it is outside."""
AWS = INSIDE / "bin/aws"
"""The program that kernels find under this name: aws_shim.py."""
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_ETC = (
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/mime.types",
    "/etc/pki/ca-trust",
    "/etc/pki/tls/certs",
    "/etc/ssl/certs",
    "/etc/terminfo",
)
_MADE = ("passwd", "group", "hosts", "nsswitch.conf")
"""Files in /etc that are written for the sandbox: this machine's tell of its users."""


def command(bwrap: str, someone: Someone, made: Path, arguments: list[str]) -> list[str]:
    """bwrap's command line for a warm parent with `arguments`, whose kernels are `someone`'s.

    `made` is a folder with the files of `etc`.
    """
    line = [bwrap, "--new-session", "--clearenv"]
    if threading.current_thread() is threading.main_thread():
        line.append("--die-with-parent")  # which is the thread that starts it
    line += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    line += ["--unshare-cgroup-try", "--hostname", "drill"]
    if someone.own:
        line += ["--unshare-user", "--uid", str(someone.uid), "--gid", str(someone.gid)]
    else:
        line += [part for each in users.CAPABILITIES for part in ("--cap-add", each)]
    line += ["--proc", "/proc", "--dev", "/dev", "--dir", HOME, "--dir", "/tmp"]
    for ancestor in _ancestors([*map(Path, _ETC), *python(), INSIDE / "simulator", AWS]):
        line += ["--dir", str(ancestor)]  # else bubblewrap makes it for its own user alone
    for path in (*_SYSTEM, *_ETC):
        line += _shown(Path(path))
    line += [part for name in _MADE for part in ("--ro-bind", str(made / name), f"/etc/{name}")]
    line += [part for root in python() for part in ("--ro-bind", str(root), str(root))]
    line += ["--ro-bind", str(PACKAGE), str(INSIDE / "simulator")]
    for masked in (*_masked(), INSIDE / "simulator/scenarios"):
        line += ["--tmpfs", str(masked), "--remount-ro", str(masked)]
    programs = [AWS.parent] if _stands_for_another() else []
    for folder in programs:
        line += ["--ro-bind", str(made / AWS.name), str(folder / AWS.name)]
    for name, value in environment(str(INSIDE), *programs).items():
        line += ["--setenv", name, value]
    line += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]
    return [*line, "--", sys.executable, *arguments]


def etc(someone: Someone, made: Path) -> None:
    """Write into the folder `made` what kernels find in /etc: one user under each of its ids; and
    the program `aws`."""
    turns = [users.of_turn(someone, turn) for turn in range(1 if someone.own else users.EACH)]
    told = {
        "passwd": [f"{USER}:x:{each.uid}:{each.gid}::{HOME}:/bin/sh" for each in turns],
        "group": [f"{USER}:x:{each.gid}:" for each in turns],
        "hosts": ["127.0.0.1 localhost", "::1 localhost"],
        "nsswitch.conf": [f"{what}: files" for what in ("passwd", "group", "hosts")],
    }
    made.mkdir()
    for name, lines in told.items():
        (made / name).write_text("\n".join([*lines, ""]))
    shim = made / AWS.name
    shim.write_text(f"#!{sys.executable} -ISE\n" + (PACKAGE / "sandbox/aws_shim.py").read_text())
    shim.chmod(0o755)


def environment(where: str, *programs: Path) -> dict[str, str]:
    """Of the warm parent, whose package is in the folder `where`; the folders `programs` come
    first in its PATH."""
    folders = [*programs, Path(sys.executable).parent, "/usr/local/bin", "/usr/bin", "/bin"]
    return {
        "PATH": os.pathsep.join(map(str, folders)),
        "PYTHONPATH": where,
        "PYTHONHASHSEED": "0",  # the same notebook does the same again
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "HOME": HOME,
        # a process with threads can't be forked safely, and a kernel's are counted
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def python() -> list[Path]:
    """The folders of this Python and its environment that are not the system's anyway."""
    wanted = [Path(sys.base_prefix), Path(sys.prefix), Path(sys.base_exec_prefix)]
    wanted += [Path(sys.executable).resolve().parent.parent]
    real = sorted({each for path in wanted for each in (path, path.resolve())})
    kept: list[Path] = []
    for path in real:
        if not any(path.is_relative_to(shown) for shown in (Path("/usr"), *kept)):
            kept.append(path)
    return kept


def _stands_for_another() -> bool:
    """Whether this environment has the program `aws` that AWS becomes where it has to, and a path
    that can be named in a script's first line: execve(2)."""
    return Path(sys.executable).with_name(AWS.name).exists() and " " not in sys.executable


def _ancestors(paths: list[Path]) -> list[Path]:
    return sorted({each for path in paths for each in path.parents} - {Path("/")})


def _shown(path: Path) -> list[str]:
    if path.is_symlink() and path.parent == Path("/"):
        return ["--symlink", os.readlink(path), str(path)]
    return ["--ro-bind-try", str(path), str(path)]


def _masked() -> Iterator[Path]:
    """What would be seen in the folders that are shown, and must not be: the simulator, installed
    or as a clone with its solutions, of which the package alone is shown elsewhere."""
    installed = Path(sysconfig.get_path("purelib"), PACKAGE.name)
    if installed.is_dir():
        yield installed
    around = PACKAGE.parent
    roots = [Path("/usr"), *python()]
    if around != installed.parent and any(around.is_relative_to(root) for root in roots):
        yield around
