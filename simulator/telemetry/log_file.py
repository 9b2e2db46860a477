"""A CloudTrail log file: when it is delivered, under which key, and its bytes.

Source: "CloudTrail log file names" and "How CloudTrail delivers your log files" (CloudTrail
User Guide): a file about every five minutes, on average five minutes after a call.
"""

from __future__ import annotations

import functools
import gzip
import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from string import ascii_letters, digits
from typing import Any, Final

PERIOD: Final = timedelta(minutes=5)
_LATENESS: Final = (60.0, 240.0)
"""Seconds from a file's stamp to its arrival."""
LATEST: Final = PERIOD + timedelta(seconds=_LATENESS[1])
"""From an event to the arrival of its file, at most."""


def window(time: datetime) -> datetime:
    """The start of the five minutes that `time` lies in."""
    return time.replace(minute=time.minute - time.minute % 5, second=0, microsecond=0)


@functools.lru_cache(maxsize=4096)
def arrival(start: datetime, seed: str) -> datetime:
    """When the files of the five minutes from `start` are delivered."""
    chance = random.Random(f"log file/{seed}/{start.isoformat()}")
    return start + PERIOD + timedelta(seconds=chance.uniform(*_LATENESS))


def key(folder: str, account_id: str, region: str, start: datetime, seed: str) -> str:
    """The object key of the file for the five minutes from `start`. `seed` decides its end.

    `folder` ends with the account's id.
    """
    stamp = start + PERIOD
    chance = random.Random(f"log file/{seed}/{region}/{start.isoformat()}")
    unique = "".join(chance.choices(ascii_letters + digits, k=16))
    return (
        f"{folder}/CloudTrail/{region}/{stamp:%Y/%m/%d}/"
        f"{account_id}_CloudTrail_{region}_{stamp:%Y%m%dT%H%MZ}_{unique}.json.gz"
    )


def text(records: Sequence[dict[str, Any]]) -> str:
    """The uncompressed contents."""
    return json.dumps({"Records": records}, separators=(",", ":"))


def content(records: Sequence[dict[str, Any]]) -> bytes:
    """The gzip'd file. The same records make the same bytes."""
    return gzip.compress(text(records).encode(), mtime=0)
