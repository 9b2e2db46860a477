"""What still worked when: the adversary's ways and the company's workloads, try by try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.drill import Drill


def worked(drill: Drill) -> dict[str, Any]:
    """{"ways", "workloads"}: a row each, {"name", "tries": [[time, whether it worked, what]]}."""
    return {"ways": _ways(drill), "workloads": _workloads(drill)}


def _ways(drill: Drill) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    adversary = getattr(drill, "adversary", None)
    for each in adversary.tries if adversary is not None else ():
        row = rows.setdefault(each.way, {"name": each.holds, "tries": []})
        said = ", ".join(each.allowed if each.worked else each.refused)
        row["tries"].append([each.time.isoformat(timespec="seconds"), each.worked, said])
    return list(rows.values())


def _workloads(drill: Drill) -> list[dict[str, Any]]:
    company = getattr(drill, "company", None)
    if company is None:
        return []
    told: list[dict[str, Any]] = company.told(drill.now())["workloads"]
    return [
        {
            "name": each["workload"],
            "tries": [[time, not error, error] for time, error in each["runs"]],
        }
        for each in told
    ]
