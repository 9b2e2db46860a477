"""The backend's state of an account, looked at without making any."""

from __future__ import annotations

import functools
from typing import Any


@functools.cache
def _accounts(service: str) -> Any:
    from moto.backends import get_backend

    name: Any = service
    return get_backend(name)


def state_of(service: str, account_id: str, region: str = "aws") -> Any:
    """moto's backend of a service, by moto's name of it; None where nothing was ever done.

    To index moto's tables would make a backend, with default VPCs and ids drawn by chance.
    "aws" is the region of a service that has none.
    """
    regions = dict.get(_accounts(service), account_id)
    return None if regions is None else dict.get(regions, region)


def regions_of(service: str, account_id: str) -> tuple[Any, ...]:
    """The backends of a service in every region where something was done."""
    regions = dict.get(_accounts(service), account_id)
    return () if regions is None else tuple(dict.values(regions))
