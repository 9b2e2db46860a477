"""The process that runs nbval on one submission: forked from a worker that has imported everything.

What a submission's kernel makes it take in, costs this process at most.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import resource
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.grading import footprint
from simulator.grading.job import MIB, Limits
from simulator.grading.ledger import Ledger
from simulator.grading.sitting import Sitting

if TYPE_CHECKING:
    import pytest

_MEMORY = 2048 * MIB
"""Bytes of data that an examiner may have beside what it was forked with."""
_DIE_WITH_PARENT = 1
_PLUGINS = ("nbval.plugin", "simulator.grading.plugin")
_NEEDED = (
    *_PLUGINS,
    "simulator.grading.items",
    "jupyter_client.manager",
    "asyncio",
    "tornado.ioloop",
    "IPython.paths",
    "pdb",
    *(
        f"_pytest.{each}"
        for each in ("helpconfig", "pastebin", "setuponly", "setupplan", "skipping")
    ),
)
_OPTIONS = (
    *("--nbval-lax", "-q", "--tb=no", "--color=no", "--assert=plain", "--capture=no"),
    *("--import-mode=importlib",),
    *("-p", "no:cacheprovider", "-p", "no:junitxml", "-p", "no:doctest"),
    *("-p", "no:python", "-p", "no:unittest", "-p", "no:faulthandler", "-p", "no:logging"),
    *("-p", "no:warnings", "-p", "no:tmpdir", "-p", "no:monkeypatch", "-p", "no:recwarn"),
    *("-p", "no:unraisableexception", "-p", "no:threadexception"),
)


class _Given:
    """Tells the plugin of the one submission there is."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting

    def pytest_configure(self, config: pytest.Config) -> None:
        from simulator.grading import plugin

        config.stash[plugin.FIND] = lambda path: self._sitting


def examine(
    folder: Path, environ: dict[str, str], limits: Limits, let_go: Callable[[], None]
) -> int:
    """Fork an examiner of `folder`'s notebook.ipynb, and return its process id.

    It writes `ledger` there, and `log` when it has to complain. `environ` is the kernel's. It is
    the leader of a session of its own and ends with this process. `let_go` is called in the fork.
    """
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        _apart(folder, parent)
        let_go()
        code = _examine(folder, environ, limits)
    except BaseException as error:
        Ledger(folder / "ledger").broke(f"{type(error).__name__}: {error}")
    finally:
        sys.stderr.flush()
        os._exit(code)


def _apart(folder: Path, parent: int) -> None:
    """Nothing of this process is the worker's: no terminal, no signals, no folder."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        most = footprint.data() + _MEMORY
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if os.getppid() != parent:
        os._exit(0)
    nothing = os.open(os.devnull, os.O_RDWR)
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream, to in ((0, nothing), (1, log), (2, log)):
        os.dup2(to, stream)
    sys.stdout = sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace")
    os.chdir(folder)
    warnings.simplefilter("ignore")


def _examine(folder: Path, environ: dict[str, str], limits: Limits) -> int:
    import pytest

    from simulator.grading.kernel import BoundedKernel

    path = folder / "notebook.ipynb"
    ledger = Ledger(folder / "ledger")
    sitting = Sitting(
        notebook=path.read_text(encoding="utf-8"),
        limits=limits,
        start=lambda: BoundedKernel(environ, limits),
        tell=ledger.cell,
        over=ledger.end,
    )
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    timeout = f"--nbval-cell-timeout={limits.cell_seconds}"
    where = ["-c", os.devnull, f"--rootdir={folder}", f"--confcutdir={folder}", str(path)]
    plugins = [*map(importlib.import_module, _PLUGINS), _Given(sitting)]
    return int(pytest.main([*_OPTIONS, timeout, *where], plugins=plugins))


def warm() -> None:
    """Have what an examiner needs imported before it is forked."""
    with _unneeded("rfc3987_syntax"):
        for each in _NEEDED:
            importlib.import_module(each)
    factory: Any = importlib.import_module("jupyter_client.provisioning.factory")
    factory.KernelProvisionerFactory.instance()


@contextmanager
def _unneeded(name: str) -> Iterator[None]:
    """Let nothing import a module that is imported only where it is installed: jsonschema builds
    the grammar of a format with it, for longer than all else takes, that no notebook's schema has.
    """
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
