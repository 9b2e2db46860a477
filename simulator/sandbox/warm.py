"""What a kernel needs, imported before it is born."""

from __future__ import annotations

import gc
import importlib
from contextlib import suppress

from simulator.sandbox import models

_MODULES = (
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
    "ipykernel.comm",
    "ipykernel.debugger",
    "ipykernel.heartbeat",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "ipywidgets",
    "matplotlib_inline.backend_inline",
    "matplotlib.pyplot",
    "numpy",
    "numpy.random",
    "pandas",
    "simulator.lab",
    "simulator.notebook.logs",
    "simulator.notebook.trail",
    "simulator.notebook.audit",
    "simulator.notebook.proxy",
    "simulator.widgets.report",
    "simulator.widgets.watch",
    "sqlite3",
    "tornado.platform.asyncio",
    "zmq.eventloop.zmqstream",
)


def imports() -> None:
    """Import all that is installed of it, and let no collection of garbage touch it again."""
    for name in _MODULES:
        with suppress(ImportError):
            importlib.import_module(name)
    models.read()
    gc.collect()
    gc.freeze()
