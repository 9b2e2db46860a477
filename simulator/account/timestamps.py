"""botocore reads a timestamp in any form by trial; the forms that AWS writes are read directly."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import botocore.parsers
import botocore.utils
from botocore.utils import tzutc

_ISO = re.compile(
    r"(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(?:\d{3}|\d{6}))?|\d{8}T\d{6})Z", re.ASCII
)
_HTTP = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT",
    re.ASCII,
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def read_directly() -> None:
    """From now on in this process. What is read stays the same."""
    read_directly_in(botocore.utils, botocore.parsers)


@functools.cache
def read_directly_in(utils: Any, parsers: Any) -> None:
    """The same for one of several botocores, by its modules of these names; each once."""
    utils.parse_timestamp = reading(utils.parse_timestamp)
    parsers.DEFAULT_TIMESTAMP_PARSER = utils.parse_timestamp


def reading(otherwise: Callable[[Any], datetime]) -> Callable[[Any], datetime]:
    """A parser of timestamps that knows these forms, and asks `otherwise` about any other."""

    def parse(value: Any) -> datetime:
        if isinstance(value, str) and (read := _known(value)) is not None:
            return read
        return otherwise(value)

    return parse


def _known(value: str) -> datetime | None:
    try:
        if _ISO.fullmatch(value):
            return datetime.fromisoformat(value[:-1]).replace(tzinfo=tzutc())
        if http := _HTTP.fullmatch(value):
            month = _MONTHS.index(http[2]) + 1
            day, year, hour, minute, second = map(int, http.group(1, 3, 4, 5, 6))
            return datetime(year, month, day, hour, minute, second, tzinfo=tzutc())
    except ValueError:  # no such day or month: refused in botocore's own words
        pass
    return None
