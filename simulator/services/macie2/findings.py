"""Findings: listed, read, counted, made up.

Sources: "ListFindings", "GetFindings", "GetFindingStatistics", "CreateSampleFindings" (Amazon Macie API
Reference).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from simulator.gateway.call import Call
from simulator.macie import collecting, criteria
from simulator.macie.finding import TITLES, answered, told
from simulator.macie.samples import sample
from simulator.macie.state import Found
from simulator.services import Backend, Result, operation
from simulator.services.macie2.common import invalid, keep, page, session_of

_MOST = 50


def _visible(call: Call) -> list[Found]:
    kept = session_of(call).findings.values()
    return [one for one in kept if one.created <= call.time]


def _fitting(call: Call, found: Iterable[Found]) -> list[dict[str, Any]]:
    criterion = (call.params.get("findingCriteria") or {}).get("criterion") or {}
    documents = (told(one) for one in found)
    return [one for one in documents if criteria.matches(one, criterion)]


@operation
def list_findings(call: Call, backend: Backend) -> Result:
    """Ids, sorted as asked; the latest updated first by default."""
    found = _fitting(call, _visible(call))
    order = call.params.get("sortCriteria") or {}
    path = order.get("attributeName") or "updatedAt"
    descending = order.get("orderBy", "ASC" if order else "DESC") == "DESC"
    found.sort(key=lambda one: criteria.sort_key(one, path), reverse=descending)
    shown, token = page(call, [one["id"] for one in found])
    return {"findingIds": list(shown), **token}


@operation
def get_findings(call: Call, backend: Backend) -> Result:
    """Findings in full; ids that are not the account's are left out."""
    wanted = list(call.params["findingIds"])
    if len(wanted) > _MOST:
        raise invalid(f"findingIds can contain as many as {_MOST} values")
    found = {one.id: one for one in _visible(call)}
    chosen = [found[one] for one in wanted if one in found]
    order = call.params.get("sortCriteria")
    if order:
        path = order.get("attributeName") or "updatedAt"
        chosen.sort(
            key=lambda one: criteria.sort_key(told(one), path),
            reverse=order.get("orderBy") == "DESC",
        )
    return {"findings": [answered(one) for one in chosen]}


@operation
def get_finding_statistics(call: Call, backend: Backend) -> Result:
    """How many findings there are of each type, bucket, job or severity."""
    found = _fitting(call, _visible(call))
    keys = (next(criteria.values(one, call.params["groupBy"]), None) for one in found)
    counts = Counter(str(one) for one in keys if one is not None)
    order = call.params.get("sortCriteria") or {}
    by_key = order.get("attributeName") == "groupKey"
    ordered = sorted(
        sorted(counts.items()),
        key=lambda one: one[0] if by_key else one[1],
        reverse=order.get("orderBy", "ASC" if by_key else "DESC") == "DESC",
    )[: int(call.params.get("size") or len(counts) or 1)]
    return {"countsByGroup": [{"count": count, "groupKey": key} for key, count in ordered]}


@operation
def create_sample_findings(call: Call, backend: Backend) -> Result:
    """One of each type asked for; of every type if none is.

    Raises:
        AwsError: a type is unknown.
    """
    assert call.account is not None
    session = session_of(call)
    kinds = list(call.params.get("findingTypes") or TITLES)
    unknown = [kind for kind in kinds if kind not in TITLES]
    if unknown:
        raise invalid(f"The finding type {unknown[0]} is invalid")
    made = [
        sample(call.account, call.region, kind, call.time, number)
        for number, kind in enumerate(kinds, session.made + 1)
    ]
    session = collecting.collect(session, made)
    keep(call, replace(session, made=session.made + len(made)))
    return {}
