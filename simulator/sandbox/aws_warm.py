"""awscli, imported in the warm parent, and kept apart from what kernels import.

It brings a botocore of its own, of another version than boto3's, under the same name: its modules
are in `sys.modules` only where `take_over` was called.
"""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import suppress
from types import ModuleType
from typing import Any

from simulator.sandbox import aws_known, botocores

_NAMES = ("awscli", "botocore", "s3transfer")
_ALSO = ("awscli.table", "awscli.text", "awscli.formatter", "botocore.httpsession")
_SERVICES = ("sts", "iam", "s3", "cloudtrail", "ec2")
"""Those that labs call most from the command line."""
_modules: dict[str, ModuleType] = {}


def prepare() -> None:
    """Import it, if it is installed, and leave this process as it was."""
    environ, finders = dict(os.environ), list(sys.meta_path)
    others = _taken_out()
    try:
        with suppress(ImportError):
            _warm()
            _modules.update(_taken_out())
    finally:
        _taken_out()
        sys.modules.update(others)
        sys.meta_path[:] = finders
        os.environ.clear()
        os.environ.update(environ)


def ready() -> bool:
    """Whether there is one to take over."""
    return bool(_modules)


def take_over() -> None:
    """From now on this process's botocore is awscli's."""
    _taken_out()
    sys.modules.update(_modules)


def main() -> int:
    """Its command line, for sys.argv and os.environ. The package itself is read again: it puts its
    folder of data into the environment."""
    importlib.reload(sys.modules["awscli"])
    code: int = sys.modules["awscli.clidriver"].main()
    return code


def _taken_out() -> dict[str, ModuleType]:
    found = [name for name in sys.modules if name.partition(".")[0] in _NAMES]
    return {name: sys.modules.pop(name) for name in found}


def _warm() -> None:
    """Have it read the commonest descriptions of services. Its session ends here: no call has it,
    nor what it found in the environment."""
    clidriver: Any = importlib.import_module("awscli.clidriver")
    for name in _ALSO:
        importlib.import_module(name)
    aws_known.read_once()
    botocores.quicken()
    aws_known.read_dates()
    driver = clidriver.create_clidriver()
    driver.create_help_command()
    loader = driver.session.get_component("data_loader")
    for name in _SERVICES:
        driver.session.create_client(
            name,
            region_name="us-east-1",
            endpoint_url="http://127.0.0.1:9",
            aws_access_key_id="none",
            aws_secret_access_key="none",
        ).close()
        for kind in ("paginators-1", "waiters-2"):
            with suppress(Exception):
                loader.load_service_model(name, kind)
    aws_known.remember(loader, driver.session.get_component("event_emitter"))
