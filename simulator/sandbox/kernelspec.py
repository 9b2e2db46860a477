"""The kernelspec `drill`, and how Jupyter's libraries find it in this process."""

from __future__ import annotations

import os
from importlib.metadata import EntryPoint
from pathlib import Path

NAME = "drill"
FOLDER = Path(__file__).parent
"""For JUPYTER_PATH: it has `kernels/drill/kernel.json`."""
_PROVISIONER = "drill-sandbox"


def offer() -> None:
    """Let the KernelManagers of this process and its children find the kernel `drill`.

    The provisioner is an entry point of the package as well; a clone that was installed before
    there was one works all the same.
    """
    from jupyter_client.provisioning.factory import KernelProvisionerFactory as Factory

    known = os.environ.get("JUPYTER_PATH", "").split(os.pathsep)
    if str(FOLDER) not in known:
        os.environ["JUPYTER_PATH"] = os.pathsep.join([str(FOLDER), *filter(None, known)])
    where = "simulator.sandbox.provisioner:DrillProvisioner"
    Factory.provisioners.setdefault(
        _PROVISIONER, EntryPoint(_PROVISIONER, where, Factory.GROUP_NAME)
    )
