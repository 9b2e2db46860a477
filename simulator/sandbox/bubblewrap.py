"""What of this machine is seen inside the sandbox: the command line of bubblewrap.

Sources: the manual page bwrap(1).
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import simulator
from simulator.errors import DrillError
from simulator.sandbox.isolation import HOME, Someone

PACKAGE = Path(simulator.__file__).parent
INSIDE = Path("/opt/drill")
"""Where the simulator's package is inside, wherever it is outside."""
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_ETC = (
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/pki",
    "/etc/ssl/certs",
    "/etc/terminfo",
)
_CAPABILITIES = (
    "CAP_SYS_ADMIN",  # to make each kernel's namespaces and mounts
    "CAP_CHOWN",  # to give it its folders
    "CAP_SETUID",  # to make it an unprivileged user's
    "CAP_SETGID",
    "CAP_SETPCAP",  # to take all capabilities from it, for good
    "CAP_KILL",  # to end it
    "CAP_SYS_PTRACE",  # to see how much memory its processes use
)
_INSTALL = (
    "Install it with `apt-get install bubblewrap` (Debian, Ubuntu) or `dnf install bubblewrap` "
    "(Fedora); on macOS and Windows grade in the container, with `docker compose`. With --unsafe "
    "the notebooks run unsandboxed: they can read and change whatever you can."
)


def command(bwrap: str, someone: Someone, arguments: list[str]) -> list[str]:
    """bwrap's command line for a warm parent with `arguments`, whose kernels are `someone`'s."""
    line = [bwrap, "--new-session", "--clearenv"]
    if threading.current_thread() is threading.main_thread():
        line.append("--die-with-parent")  # which is the thread that starts it
    line += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    line += ["--unshare-cgroup-try", "--hostname", "drill"]
    if os.getuid() == 0:
        for each in _CAPABILITIES:
            line += ["--cap-add", each]
    line += ["--proc", "/proc", "--dev", "/dev", "--dir", HOME, "--dir", "/tmp"]
    for ancestor in _ancestors([*map(Path, _ETC), *python(), INSIDE / "simulator"]):
        line += ["--dir", str(ancestor)]  # else bubblewrap makes it for its own user alone
    for path in (*_SYSTEM, *_ETC):
        line += _shown(Path(path))
    line += [part for root in python() for part in ("--ro-bind", str(root), str(root))]
    line += ["--ro-bind", str(PACKAGE), str(INSIDE / "simulator")]
    for masked in (*_masked(), INSIDE / "simulator/scenarios"):
        line += ["--tmpfs", str(masked), "--remount-ro", str(masked)]
    for name, value in environment(str(INSIDE)).items():
        line += ["--setenv", name, value]
    line += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]
    return [*line, "--", sys.executable, *arguments]


def environment(where: str) -> dict[str, str]:
    """Of the warm parent, whose package is in the folder `where`."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
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


def _ancestors(paths: list[Path]) -> list[Path]:
    return sorted({each for path in paths for each in path.parents} - {Path("/")})


def _shown(path: Path) -> list[str]:
    if path.is_symlink() and path.parent == Path("/"):
        return ["--symlink", os.readlink(path), str(path)]
    return ["--ro-bind-try", str(path), str(path)]


def _masked() -> Iterator[Path]:
    """What would be seen in the folders that are shown, and must not be: the simulator, installed
    or as a clone with its solutions, of which the package alone is shown elsewhere."""
    around = PACKAGE.parent
    roots = [Path("/usr"), *python()]
    if any(around.is_relative_to(root) for root in roots):
        yield PACKAGE if around.name in {"site-packages", "dist-packages"} else around


def find() -> str:
    """Where bubblewrap is.

    Raises:
        DrillError: it isn't installed, or can't be on this system.
    """
    found = shutil.which("bwrap")
    if sys.platform != "linux" or found is None:
        missing = "bubblewrap is not installed" if sys.platform == "linux" else "this is not Linux"
        raise DrillError(f"Submissions are graded in a sandbox, and {missing}. {_INSTALL}")
    return found


def permitted(said: str) -> DrillError:
    """The error to raise where bubblewrap, or what runs in it, `said` that it may not."""
    return DrillError(
        f"Submissions are graded in a sandbox, and this system doesn't permit one: "
        f"{said.strip() or 'bubblewrap ended without a word'}. Unprivileged user namespaces must "
        "be allowed (sysctl kernel.unprivileged_userns_clone, "
        "kernel.apparmor_restrict_unprivileged_userns); a container needs "
        "`--security-opt seccomp=unconfined --security-opt apparmor=unconfined --cap-add SYS_ADMIN`, "
        "which `docker compose` gives it. With --unsafe the notebooks run unsandboxed: they can "
        "read and change whatever you can."
    )
