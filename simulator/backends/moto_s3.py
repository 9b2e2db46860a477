"""The body of an object of moto's S3: replaced as a whole, so that copies of the object share it."""

from __future__ import annotations

import io
from typing import Any


class Body(io.BytesIO):
    """What an object holds. Nobody writes into it."""


def adopt() -> None:
    """Keep bodies so; moto.s3.models must be loaded. moto's are files, rewritten in place."""
    from moto.s3.models import FakeKey

    kind: Any = FakeKey
    kind.value = kind.value.setter(_replace)
    kind.dispose = _leave
    kind.__del__ = _leave


def _replace(key: Any, value: bytes | str) -> None:
    content = value.encode() if isinstance(value, str) else value
    if not isinstance(key._value_buffer, Body):  # the file that moto has made for it
        key._value_buffer.close()
    key._value_buffer, key.contentsize = Body(content), len(content)


def _leave(key: Any, garbage: bool = False) -> None:
    """Close nothing: another copy may have the same body. It goes with the last of them."""
