"""AWS operations that the backend lacks or fakes: one module a service, one function an operation.

A module is named as botocore names the service (`-` becomes `_`), a function as boto3 names the
method, and it is marked with `@operation`. A service of many operations is a package, whose
modules hold them. There is nothing to register.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.gateway.call import Call

Result = dict[str, Any]
"""A response in boto3's shape, without ResponseMetadata."""


@dataclass(frozen=True, slots=True)
class Backend:
    """The backend's own answer to the very call being served."""

    answer: Callable[[], Result]
    body: bytes = b""
    """The request's, where it holds raw bytes that are no parameter: the payload of Lambda's Invoke."""

    def __call__(self) -> Result:
        """Carry the call out in the backend.

        Raises:
            AwsError: the backend's error.
        """
        return self.answer()


Operation = Callable[["Call", Backend], Result]


def operation(function: Operation) -> Operation:
    """Mark a function as the service's own operation of that name."""
    function.__dict__["is_operation"] = True
    return function


@functools.cache
def find(service: str, name: str) -> Operation | None:
    """The operation served here, by botocore's names; None where the backend serves it."""
    from botocore import xform_name

    wanted = xform_name(name)
    found = (getattr(module, wanted, None) for module in _modules(service))
    return next((one for one in found if one and one.__dict__.get("is_operation")), None)


@functools.cache
def _modules(service: str) -> tuple[ModuleType, ...]:
    """The module of a service, and those inside of it where it is a package."""
    name = f"{__name__}.{service.replace('-', '_')}"
    if importlib.util.find_spec(name) is None:
        return ()
    whole = importlib.import_module(name)
    parts = pkgutil.iter_modules(getattr(whole, "__path__", ()))
    return (whole, *(importlib.import_module(f"{name}.{part.name}") for part in parts))
