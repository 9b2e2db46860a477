"""What a kernel needs, imported before it is born."""

from __future__ import annotations

import gc
import importlib
import json
from contextlib import suppress
from typing import Any

from simulator.sandbox import aws_warm, models

_MODULES = (
    "asttokens",
    "bdb",
    "boto3",
    "boto3.s3.transfer",
    "botocore.httpsession",
    "botocore.parsers",
    "botocore.signers",
    "comm",
    "IPython.core.interactiveshell",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.history",
    "IPython.core.logger",
    "IPython.core.magics",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "IPython.utils.wildcard",
    "executing",
    "ipykernel.comm",
    "ipykernel.debugger",
    "ipykernel.heartbeat",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "ipywidgets",
    "markdown_it",
    "matplotlib_inline.backend_inline",
    "matplotlib.pyplot",
    "numpy",
    "numpy.random",
    "pandas",
    "pandas.core.methods.to_dict",
    "pandas.io.formats.html",
    "pandas.io.formats.string",
    "pexpect",
    "pure_eval",
    "pygments.formatters.terminal256",
    "pygments.lexers.python",
    "pygments.styles.default",
    "simulator.lab",
    "simulator.notebook.logs",
    "simulator.notebook.trail",
    "simulator.notebook.audit",
    "simulator.notebook.proxy",
    "simulator.widgets.panel",
    "simulator.widgets.report",
    "simulator.widgets.watch",
    "sqlite3",
    "tornado.platform.asyncio",
    "zmq.eventloop.zmqstream",
)

_SELDOM = (20_000, 10, 10)
"""When a kernel searches for garbage: it lives for seconds, and its memory is bounded."""


def imports() -> None:
    """Import all that is installed of it, and let no collection of garbage touch it again."""
    gc.disable()  # nearly all that is made here stays
    for name in _MODULES:
        with suppress(ImportError):
            importlib.import_module(name)
    models.read()
    aws_warm.prepare()
    _explain_an_error()
    with suppress(ImportError):
        _close_what_ended_at_once()
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)


def _explain_an_error() -> None:
    """What IPython shows of an error takes much that is prepared with the first one."""
    from IPython.core.ultratb import VerboseTB

    try:
        json.loads("")
    except ValueError as error:
        VerboseTB().text(type(error), error, error.__traceback__)


def _close_what_ended_at_once() -> None:
    """ptyprocess, with which IPython runs `!commands`, waits for a process to go when it closes its
    terminal: here not for one whose end it has seen."""
    process: Any = importlib.import_module("ptyprocess").PtyProcess
    close = process.close

    def closed(self: Any, force: bool = True) -> None:
        if self.terminated:
            self.delayafterclose = 0
        close(self, force)

    process.close = closed
