"""What is said where there can be no sandbox: nothing is graded outside one unasked."""

from __future__ import annotations

import shutil
import sys

from simulator.errors import DrillError

_CONTAINER = (
    "--cap-add SYS_ADMIN --cap-add NET_ADMIN --cap-add SYS_PTRACE "
    "--security-opt seccomp=unconfined --security-opt apparmor=unconfined"
)
_UNSAFE = "With --unsafe notebooks run unsandboxed: they can read and change whatever you can."


class NoSandbox(DrillError):
    """This system can't shut notebooks in; what to do about it is said."""

    def __init__(self, why: str, what: str) -> None:
        super().__init__(f"Submissions run in a sandbox, and {why}. {what} {_UNSAFE}")


def bubblewrap() -> str:
    """Where bubblewrap is.

    Raises:
        NoSandbox: it isn't installed, or isn't for this system.
    """
    if sys.platform != "linux":
        raise NoSandbox("bubblewrap is for Linux", "Grade in a container, with `docker compose`.")
    found = shutil.which("bwrap")
    if found is None:
        raise NoSandbox(
            "bubblewrap is not installed",
            "Install it with `apt-get install bubblewrap` or `dnf install bubblewrap`.",
        )
    return found


def not_permitted(said: str) -> NoSandbox:
    """For what bubblewrap, or the warm parent in it, `said` that it may not."""
    return NoSandbox(
        f"this system permits none: {said.strip() or 'bubblewrap ended without a word'}",
        "User namespaces must be allowed: `sysctl user.max_user_namespaces` is not 0, "
        "`kernel.unprivileged_userns_clone`, where there is one, is 1, and "
        "`kernel.apparmor_restrict_unprivileged_userns` is 0. A container needs to run as root "
        f"with `{_CONTAINER}`.",
    )
