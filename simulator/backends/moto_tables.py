"""moto's tables of backends, looked up without a lock and a list of all accounts each time."""

from __future__ import annotations

from typing import Any


def adopt() -> None:
    """Have what is there found at once; what isn't is made as moto makes it."""
    from moto.core import base_backend

    module: Any = base_backend
    for table in (module.BackendDict, module.AccountSpecificBackend):
        if not hasattr(table.__getitem__, "drill_otherwise"):
            table.__getitem__ = _found_first(table.__getitem__)


def _found_first(otherwise: Any) -> Any:
    find = dict.get

    def getitem(self: Any, key: str) -> Any:
        found = find(self, key)
        return otherwise(self, key) if found is None else found

    getitem.__dict__["drill_otherwise"] = otherwise
    return getitem
