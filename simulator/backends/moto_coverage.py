"""Which operations moto carries out, found the way moto counts its own coverage: by method names."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable
from types import ModuleType

from simulator.backends import moto

_MODULES = ("responses", "models")


def carried_out(service: str, operations: Iterable[str]) -> frozenset[str]:
    """Those of a service's operations that moto has a method for; names are botocore's.

    That a method is there does not say that it does all of it.
    """
    from botocore import xform_name
    from moto.core.utils import camelcase_to_underscores

    methods = _methods(service)
    return frozenset(
        name
        for name in operations
        if not methods.isdisjoint({xform_name(name), camelcase_to_underscores(name)})
    )


def _methods(service: str) -> frozenset[str]:
    from moto.core.base_backend import BaseBackend
    from moto.core.responses import BaseResponse

    found: set[str] = set()
    for module in _modules(service):
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, BaseResponse | BaseBackend):
                found |= set(dir(kind))
    return frozenset(found - set(dir(BaseResponse)) - set(dir(BaseBackend)))


def _modules(service: str) -> list[ModuleType]:
    """The modules of moto's package for a service; none where moto has no such service."""
    from moto.backend_index import backend_url_patterns

    moto.prepare()
    address = moto.host(service, "us-east-1")
    urls = (f"https://{address}", f"https://111122223333.{address}")
    packages = [name for name, pattern in backend_url_patterns if any(map(pattern.match, urls))]
    own = service.replace("-", "")  # elb and elbv2 have one address
    package = own if own in packages else next(iter(packages), None)
    found: list[ModuleType] = []
    for name in _MODULES if package else ():
        try:
            found.append(importlib.import_module(f"moto.{package}.{name}"))
        except ModuleNotFoundError:  # an extra of moto's that is not installed
            return []
    return found
