"""Kernels for whatever speaks with Jupyter: nbval, nbclient, nbgrader.

The kernelspec `drill` names this provisioner, and DRILL_SANDBOX the sandbox to ask.
"""

from __future__ import annotations

import asyncio
import json
import os
import uuid
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

from simulator.errors import CannotServe
from simulator.grading.job import MIB, Limits
from simulator.sandbox import kernel

PASSED = ("DRILL_URL", "DRILL_TOKEN", "DRILL_LEARNER")
"""All that a kernel is told of this process's environment."""
_POLL = 0.05
_LONGEST = 128 * MIB
_WAITING = 8
"""Messages, each of at most so many bytes, that a kernel can have this process keep unread: a
hostile one is on the other side."""


class DrillProvisioner(KernelProvisionerBase):
    """One kernel of the sandbox at $DRILL_SANDBOX, within $DRILL_LIMITS (JSON; `Limits`' own)."""

    process: kernel.Kernel | None = None

    @property
    def has_process(self) -> bool:
        return self.process is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        manager = self.parent
        if manager is None:
            raise CannotServe("The kernel `drill` is started by a Jupyter KernelManager only.")
        if not self.connection_info:  # a kernel that is started again is found where it was
            name = f"{_sandbox().parent}/{uuid.uuid4().hex[:12]}"
            manager.transport, manager.ip = "ipc", name
            manager.connection_file = f"{name}.json"
            manager.write_connection_file()
            manager.client_factory = _careful(manager.client_factory)
        self.connection_info = manager.get_connection_info()
        kwargs.pop("extra_arguments", None)
        return await super().pre_launch(cmd=[], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        given = kwargs.get("env", os.environ)
        environ = {name: given[name] for name in PASSED if name in given}
        limits = Limits(**json.loads(given.get("DRILL_LIMITS", "{}")))
        self.process = kernel.start(_sandbox(), self.connection_info, environ, limits)
        return self.connection_info

    async def poll(self) -> int | None:
        return 0 if self.process is None else self.process.poll()

    async def wait(self) -> int | None:
        if self.process is None:
            return 0
        while (code := self.process.poll()) is None:
            await asyncio.sleep(_POLL)
        return code

    async def send_signal(self, signum: int) -> None:
        if self.process is not None:
            self.process.signal(signum)

    async def kill(self, restart: bool = False) -> None:
        if self.process is not None:
            self.process.kill()

    async def terminate(self, restart: bool = False) -> None:
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        if self.process is not None:
            self.process.close()
            self.process = None


def _careful(client: type[Any]) -> type[Any]:
    """The same kind of client, that takes no message of any length and not any number of them.

    It hears no more from a channel on which a longer one came.
    """

    class Careful(client):  # type: ignore[misc]
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self.context.setsockopt(zmq.MAXMSGSIZE, _LONGEST)
            self.context.setsockopt(zmq.RCVHWM, _WAITING)

    return Careful


def _sandbox() -> Path:
    told = os.environ.get("DRILL_SANDBOX", "")
    if not told:
        raise CannotServe(
            "The kernel `drill` runs in a sandbox, and DRILL_SANDBOX names none: `drill grade` "
            "starts one."
        )
    return Path(told)
