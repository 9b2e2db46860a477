"""CloudTrail log files.

Source: "CloudTrail record contents for management, data, and network activity events" (CloudTrail
User Guide).
"""

from __future__ import annotations

import gc
import json
import marshal
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd

FIELDS: Final = (
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "userIdentity",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "resources",
    "readOnly",
    "managementEvent",
    "eventCategory",
    "eventType",
    "eventVersion",
    "eventID",
    "requestID",
    "sharedEventID",
    "recipientAccountId",
    "vpcEndpointId",
    "vpcEndpointAccountId",
    "apiVersion",
    "serviceEventDetails",
    "sessionCredentialFromConsole",
    "edgeDeviceDetails",
    "tlsDetails",
    "insightDetails",
    "addendum",
)
_IDENTITY: Final = (
    "type",
    "principalId",
    "arn",
    "accountId",
    "accessKeyId",
    "userName",
    "invokedBy",
)
_SHARED: Final = {
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "eventCategory",
    "eventType",
    "eventVersion",
    "recipientAccountId",
}
"""Fields of few values: each is kept once in memory."""
_OBJECTS: Final = {
    "userIdentity",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "resources",
    "serviceEventDetails",
    "edgeDeviceDetails",
    "tlsDetails",
    "insightDetails",
    "addendum",
}
_REPEATED: Final = {"userIdentity", "resources", "tlsDetails"}
"""Those of them that are often equal to another record's: each is kept once in memory."""
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(name: str) -> str:
    """ "sourceIPAddress" → "source_ip_address"."""
    return _WORD.sub("_", name).lower()


def frame(files: Iterable[bytes]) -> pd.DataFrame:
    """One row an event, oldest first.

    Elements that are objects stay so, and equal ones are one and the same object; those of
    userIdentity are columns as well: `user_identity_arn`.
    """
    import pandas as pd

    with _no_collection():
        columns = _columns(files)
        made = {}
        for name in FIELDS:
            kind = "object" if name in _OBJECTS or name == "eventTime" else None
            made[snake(name)] = pd.Series(columns.pop(name), dtype=kind)
            if name == "userIdentity":
                for part in _IDENTITY:
                    made[f"user_identity_{snake(part)}"] = pd.Series(columns.pop(part))
        made["event_time"] = pd.to_datetime(made["event_time"], format="ISO8601", utc=True)
        whole = pd.DataFrame(made, copy=False)
        del made
        if whole["event_time"].is_monotonic_increasing:
            return whole
        return whole.sort_values("event_time", kind="stable", ignore_index=True)


def _columns(files: Iterable[bytes]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {name: [] for name in (*FIELDS, *_IDENTITY)}
    once: dict[Any, Any] = {}
    for content in files:
        records = json.loads(content).get("Records") or []
        present = set().union(*records)
        for name in FIELDS:
            if name not in present:
                columns[name] += [None] * len(records)
                continue
            values = [record.get(name) for record in records]
            if name in _SHARED:
                values = [once.setdefault(value, value) for value in values]
            elif name in _REPEATED:
                values = [once.setdefault(marshal.dumps(value, 2), value) for value in values]
            columns[name] += values
    parts: dict[int, tuple[Any, ...]] = {}
    for who in columns["userIdentity"]:
        if id(who) not in parts:
            parts[id(who)] = tuple((who or {}).get(name) for name in _IDENTITY)
    for place, name in enumerate(_IDENTITY):
        told = {who: values[place] for who, values in parts.items()}
        columns[name] = [told[id(who)] for who in columns["userIdentity"]]
    return columns


@contextmanager
def _no_collection() -> Iterator[None]:
    """A million records are made of many objects, and none of them is garbage yet."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
