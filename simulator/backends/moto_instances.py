"""moto lists every object it ever makes, for a page of its own that nobody can ask for here.

The lists keep all that was deleted or undone from being freed, and S3's closes the objects of
every account in it when one account is reset.
"""

from __future__ import annotations

import sys
from typing import Any


def adopt() -> None:
    """Have moto keep its objects in its backends alone. Again after more of moto is loaded."""
    from moto.core.common_models import BaseModel

    BaseModel.__new__ = make  # type: ignore[assignment]
    if "moto.ec2.models.instances" in sys.modules:
        from moto.ec2.models import instances

        module: Any = instances
        module.Instance.__del__ = _leave
        module.InstanceBackend.get_instance_by_id = _instance


def make(kind: Any, *_: Any, **__: Any) -> Any:
    """A new object of a class of moto's, in no list."""
    from moto.core.common_models import BaseModel

    return super(BaseModel, kind).__new__(kind)


def _instance(backend: Any, instance_id: str) -> Any:
    """An instance by its id; None for none. moto's own way copies every reservation first."""
    for reservation in backend.reservations.values():
        for instance in reservation.instances:
            if instance.id == instance_id:
                return instance
    return None


def _leave(instance: Any) -> None:
    """Nothing: moto's own way takes the address from the subnet that has the same id by then."""
