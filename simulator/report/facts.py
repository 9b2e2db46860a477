"""The facts of a post-mortem, from the records: who did what from where, and what was taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.report.responses import subject

if TYPE_CHECKING:
    from simulator.drill import Drill

Record = Mapping[str, Any]


def actors(records: Iterable[Record]) -> list[dict[str, Any]]:
    """The adversary's identities in the order in which they appear, and what each changed."""
    rows: dict[str, dict[str, Any]] = {}
    for record in records:
        who = record["userIdentity"]
        name = str(who.get("arn") or who.get("type", ""))
        if name == "AWSAccount" or not name:
            account = str(who.get("accountId", "anonymous"))
            name = account if account == "anonymous" else f"account {account}"
        empty: dict[str, Any] = {"who": name, "from": [], "calls": 0, "refused": 0, "changed": []}
        row = rows.setdefault(name, empty)
        row["calls"] += 1
        row.setdefault("first", record["eventTime"])
        row["last"] = record["eventTime"]
        if record["sourceIPAddress"] not in row["from"]:
            row["from"].append(record["sourceIPAddress"])
        if record.get("errorCode"):
            row["refused"] += 1
        elif not record.get("readOnly", True):
            row["changed"].append(f"{record['eventName']} {subject(record)}".strip())
    return list(rows.values())


def taken(records: Iterable[Record]) -> list[dict[str, Any]]:
    """What the adversary read from each bucket: different objects, and bytes in all."""
    objects: dict[str, set[str]] = {}
    sizes: dict[str, int] = {}
    for record in records:
        if record["eventName"] != "GetObject" or record.get("errorCode"):
            continue
        asked = record.get("requestParameters") or {}
        bucket = str(asked.get("bucketName", ""))
        objects.setdefault(bucket, set()).add(str(asked.get("key", "")))
        more = record.get("additionalEventData") or {}
        sizes[bucket] = sizes.get(bucket, 0) + int(more.get("bytesTransferredOut", 0))
    return [
        {"bucket": bucket, "objects": len(keys), "bytes": sizes[bucket]}
        for bucket, keys in objects.items()
    ]


def outages(drill: Drill) -> list[dict[str, Any]]:
    """Every outage of the company's, in order of time; `until` is None for one that goes on."""
    found = sorted(drill.company.outages(), key=lambda each: each.since)
    return [
        {
            "workload": each.workload,
            "since": stamp(each.since),
            "until": stamp(each.until) if each.until else None,
            "minutes": round(((each.until or drill.now()) - each.since).total_seconds() / 60),
            "error": each.error,
        }
        for each in found
    ]


def stamp(time: datetime) -> str:
    """ISO 8601 to the second."""
    return time.isoformat(timespec="seconds")
