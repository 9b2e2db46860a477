"""AWS operations that the backend lacks or fakes: one module a service, one function an operation.

A module is named as botocore names the service (`-` becomes `_`), a function as boto3 names the
method, and it is marked with `@operation`. There is nothing to register.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.gateway.call import Call

Result = dict[str, Any]
"""A response in boto3's shape, without ResponseMetadata."""


@dataclass(frozen=True, slots=True)
class Backend:
    """The backend's own answer to the very call being served."""

    answer: Callable[[], Result]

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

    module = f"{__name__}.{service.replace('-', '_')}"
    if importlib.util.find_spec(module) is None:
        return None
    found = getattr(importlib.import_module(module), xform_name(name), None)
    return found if found is not None and found.__dict__.get("is_operation") else None
