"""Occurrences become findings, and add to the findings that there are.

Further activity on the same issue updates a finding: its count, when it was last seen, the action.
Suppression filters archive a finding as it comes up. Sources: "GuardDuty finding aggregation",
"Suppression rules in GuardDuty" (Amazon GuardDuty User Guide).
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from string import Template
from typing import Any, Final

from simulator.account.account import Account
from simulator.guardduty import criteria
from simulator.guardduty.kinds import KINDS
from simulator.guardduty.signal import Signal
from simulator.guardduty.state import Detector, Found, Suppression
from simulator.guardduty.told import told

LATENCY: Final = timedelta(minutes=5)
"""How long after the event a finding is there."""
_APIS: Final = re.compile(r"([\w-]+):\[([^\]]*)\]")


def collect(
    account: Account,
    region: str,
    detector: Detector,
    signals: Iterable[Signal],
    filters: Iterable[Suppression],
) -> Detector:
    """The detector with what was found; `filters` are its own and its administrator's."""
    filters = tuple(filters)
    findings, by_key = dict(detector.findings), dict(detector.open)
    for signal in signals:
        known = findings.get(by_key.get(signal.key, ""))
        if known is not None:
            findings[known.id] = again(known, signal)
            continue
        made = suppressed(first(account, region, detector.id, signal), filters)
        findings[made.id] = made
        by_key[signal.key] = made.id
    return replace(detector, findings=findings, open=by_key)


def first(account: Account, region: str, detector_id: str, signal: Signal) -> Found:
    """The finding of a first occurrence."""
    kind = KINDS[signal.type]
    seed = f"finding/{account.world.seed}/{account.id}/{region}/{signal.key}/{signal.time}"
    name = f"{random.Random(seed).getrandbits(128):032x}"
    created = signal.time + LATENCY
    document = {
        "schemaVersion": "2.0",
        "accountId": account.id,
        "region": region,
        "partition": "aws",
        "id": name,
        "arn": f"arn:aws:guardduty:{region}:{account.id}:detector/{detector_id}/finding/{name}",
        "type": signal.type,
        "resource": dict(signal.resource),
        "service": _service(signal, detector_id),
        "severity": kind.severity if signal.severity is None else signal.severity,
        "title": Template(kind.title).safe_substitute(signal.words),
        "description": Template(kind.description).safe_substitute(signal.words),
    }
    return Found(document, signal.key, created, created, signal.time, signal.time)


def again(found: Found, signal: Signal) -> Found:
    """A finding, one occurrence later."""
    detector_id = str(found.told["service"]["detectorId"])
    service = _service(signal, detector_id)
    before = found.told["service"]["additionalInfo"]
    service["additionalInfo"] = _together(before, service["additionalInfo"])
    return replace(
        found,
        told={**found.told, "service": service},
        updated=max(found.updated, signal.time + LATENCY),
        first_seen=min(found.first_seen, signal.time),
        last_seen=max(found.last_seen, signal.time),
        count=found.count + 1,
    )


def suppressed(found: Found, filters: Iterable[Suppression]) -> Found:
    """The finding, archived if a filter says so."""
    document = told(found)
    fits = any(
        one.action == "ARCHIVE" and criteria.matches(document, one.criterion) for one in filters
    )
    return replace(found, archived=True, suppressed=True) if fits else found


def _service(signal: Signal, detector_id: str) -> dict[str, Any]:
    service = {
        "serviceName": "guardduty",
        "detectorId": detector_id,
        "action": dict(signal.action),
        "resourceRole": signal.role,
        "additionalInfo": _info(signal),
    }
    if signal.feature:
        service["featureName"] = "S3DataEvents"
    return service


def _info(signal: Signal) -> dict[str, Any]:
    if "value" in signal.additional:
        return dict(signal.additional)
    return {**signal.additional, "value": json.dumps(dict(signal.additional)), "type": "default"}


def _together(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """additionalInfo of an anomaly names the APIs of all occurrences."""
    old, new = (json.loads(one.get("value") or "{}") for one in (before, now))
    if "anomalies" not in old or "anomalies" not in new:
        return now
    apis: dict[str, list[str]] = {}
    for one in (old, new):
        for service, names in _APIS.findall(one["anomalies"]["anomalousAPIs"]):
            known = apis.setdefault(service, [])
            known += [name for name in names.split(" , ") if name not in known]
    listed = " , ".join(f"{service}:[{' , '.join(names)}]" for service, names in apis.items())
    return {**now, "value": json.dumps({**new, "anomalies": {"anomalousAPIs": listed}})}
