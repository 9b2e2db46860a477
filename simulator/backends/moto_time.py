"""moto reads the machine's clock; here it reads the clock of the account being served."""

from __future__ import annotations

import datetime as real_datetime
import sys
import time as real_time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from simulator.backends.facade import facade

Now = Callable[[], real_datetime.datetime]
"""Returns the simulated time, aware UTC."""

_now: list[Now | None] = [None]


def current() -> real_datetime.datetime:
    """The simulated time of the call being dispatched, or the machine's outside of one."""
    now = _now[0]
    return now() if now else real_datetime.datetime.now(real_datetime.UTC)


@contextmanager
def serving(now: Now) -> Iterator[None]:
    """moto's time is `now` inside the block. Dispatch is serialised, so one is enough."""
    before, _now[0] = _now[0], now
    try:
        yield
    finally:
        _now[0] = before


class _DatetimeType(type(real_datetime.datetime)):  # type: ignore[misc]
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, real_datetime.datetime)


class _Datetime(real_datetime.datetime, metaclass=_DatetimeType):
    @classmethod
    def now(cls, tz: real_datetime.tzinfo | None = None) -> Any:
        aware = current()
        return aware.astimezone(tz) if tz else aware.replace(tzinfo=None)

    @classmethod
    def utcnow(cls) -> Any:
        return current().replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        return cls.now()


_DATETIME_MODULE = facade(real_datetime, datetime=_Datetime)
_TIME_MODULE = facade(real_time, time=lambda: current().timestamp())
_REPLACEMENTS: dict[int, object] = {
    id(real_datetime): _DATETIME_MODULE,
    id(real_datetime.datetime): _Datetime,
    id(real_time): _TIME_MODULE,
    id(real_time.time): _TIME_MODULE.time,
}


def _utcnow() -> real_datetime.datetime:
    return current().replace(tzinfo=None)


def adopt(prefix: str = "moto.") -> None:
    """Make every loaded module of moto read the account's clock.

    Call it again after a service of moto has been loaded: a module that is already adopted is
    left as it is.
    """
    for name, module in list(sys.modules.items()):
        if not name.startswith(prefix) or getattr(module, "__drill_time__", False):
            continue
        module.__dict__["__drill_time__"] = True
        for attribute, value in list(vars(module).items()):
            if attribute == "utcnow":
                setattr(module, attribute, _utcnow)
            elif (replacement := _REPLACEMENTS.get(id(value))) is not None:
                setattr(module, attribute, replacement)
