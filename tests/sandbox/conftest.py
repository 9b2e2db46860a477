"""A sandbox, and kernels in it as Jupyter's libraries start them."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

import pytest

from simulator.errors import DrillError
from simulator.grading.job import Limits
from simulator.sandbox import kernelspec
from simulator.sandbox.kernel import Kernel
from simulator.sandbox.sandbox import Sandbox

Open = Callable[..., "Notebook"]
_PATIENCE = 60


class Notebook:
    """A kernel named `drill`, and cells for it."""

    def __init__(self) -> None:
        from jupyter_client.manager import KernelManager

        self.manager = KernelManager(kernel_name=kernelspec.NAME)
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=_PATIENCE)

    @property
    def kernel(self) -> Kernel:
        process: Kernel = self.manager.provisioner.process
        return process

    def run(self, code: str) -> str:
        """All that the cell prints and shows; for an error its name and words."""
        said: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                said.append(content["text"])
            elif message["msg_type"] == "execute_result":
                said.append(content["data"]["text/plain"])
            elif message["msg_type"] == "error":
                said.append(f"{content['ename']}: {content['evalue']}")

        self.client.execute_interactive(
            textwrap.dedent(code), timeout=_PATIENCE, output_hook=hear, allow_stdin=False
        )
        return "".join(said).strip()

    def start(self, code: str) -> None:
        """Run a cell and don't wait for it."""
        self.client.execute(textwrap.dedent(code))

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    try:
        made = Sandbox()
    except DrillError as error:
        pytest.skip(str(error))
    with made:
        yield made


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Notebook]]:
    """Opens notebooks in a sandbox, within limits; closes them at the end."""
    monkeypatch.setenv("JUPYTER_PATH", "")
    kernelspec.offer()
    with ExitStack() as stack:

        def open_in(where: Sandbox, **limits: int) -> Notebook:
            monkeypatch.setenv("DRILL_SANDBOX", str(where.control))
            monkeypatch.setenv("DRILL_LIMITS", json.dumps(asdict(Limits(**limits))))
            made = Notebook()
            stack.callback(made.close)
            return made

        yield open_in


@pytest.fixture
def notebook(sandbox: Sandbox, opened: Open) -> Notebook:
    return opened(sandbox)
