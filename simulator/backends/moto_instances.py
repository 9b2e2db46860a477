"""moto lists every object it ever makes, for a page of its own that nobody can ask for here.

The lists keep all that was deleted or undone from being freed, and S3's closes the objects of
every account in it when one account is reset.
"""

from __future__ import annotations

import sys
from typing import Any


def adopt() -> None:
    """Have moto keep its objects in its backends alone. Again after moto's S3 has been loaded."""
    from moto.core.common_models import BaseModel

    BaseModel.__new__ = make  # type: ignore[assignment]
    if "moto.s3.models" in sys.modules:
        from moto.s3.models import FakeKey

        FakeKey.__del__ = _close  # type: ignore[method-assign]


def make(kind: Any, *_: Any, **__: Any) -> Any:
    """A new object of a class of moto's, in no list."""
    from moto.core.common_models import BaseModel

    return super(BaseModel, kind).__new__(kind)


def _close(key: Any) -> None:
    """Close an S3 object's body when the object is gone; moto's own way warns of each."""
    if buffer := vars(key).get("_value_buffer"):
        buffer.close()
