"""The backend's state of an account, looked at without making any."""

from __future__ import annotations

from typing import Any

_found: dict[str, Any] = {}
"""moto's tables that hold something, by service; a table stays the same as long as the process."""


def state_of(service: str, account_id: str, region: str = "aws") -> Any:
    """moto's backend of a service, by moto's name of it; None where nothing was ever done.

    To index moto's tables would make a backend, with default VPCs and ids drawn by chance.
    "aws" is the region of a service that has none.
    """
    regions = dict.get(_accounts(service), account_id)
    return None if regions is None else dict.get(regions, region)


def states_of(service: str, account_id: str) -> tuple[Any, ...]:
    """The backends of a service in every region where something was done."""
    regions = dict.get(_accounts(service), account_id)
    return () if regions is None else tuple(dict.values(regions))


def _accounts(service: str) -> Any:
    if service not in _found:
        from moto.core.base_backend import BackendDict

        instances: Any = BackendDict
        table = next((one for one in instances._instances if one.service_name == service), None)
        if table is None:
            return {}
        _found[service] = table
    return _found[service]
