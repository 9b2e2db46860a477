"""Athena's workgroups.

Source: "Manage workgroups" (Athena User Guide), "WorkGroupConfigurationUpdates" (API Reference).
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.athena_paging import page

_VERSION = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}
_RESULTS = ("OutputLocation", "EncryptionConfiguration", "ExpectedBucketOwner", "AclConfiguration")


def backend_of(call: Call) -> Any:
    """The backend's state of Athena in the region called."""
    from moto.athena.models import athena_backends

    assert call.account is not None
    return athena_backends[call.account.id][call.region]


def find(call: Call, name: str) -> Any:
    """The workgroup.

    Raises:
        AwsError: InvalidRequestException, if there is none.
    """
    found = backend_of(call).work_groups.get(name)
    if found is None:
        raise AwsError("InvalidRequestException", f"WorkGroup {name} is not found.")
    return found


def enabled(call: Call, name: str) -> Any:
    """The workgroup, if queries may run in it."""
    group = find(call, name)
    if group.state != "ENABLED":
        raise AwsError("InvalidRequestException", f"WorkGroup {name} is disabled.")
    return group


@operation
def create_work_group(call: Call, backend: Backend) -> Result:
    """A new workgroup, enabled; its settings are enforced unless it says otherwise."""
    name = str(call.params["Name"])
    if name in backend_of(call).work_groups:
        raise AwsError("InvalidRequestException", "WorkGroup is already created")
    backend()
    backend_of(call).work_groups[name].__dict__["created"] = call.time
    return {}


@operation
def get_work_group(call: Call, backend: Backend) -> Result:
    """A workgroup and its settings."""
    return {"WorkGroup": _described(call, find(call, str(call.params["WorkGroup"])))}


@operation
def list_work_groups(call: Call, backend: Backend) -> Result:
    """All workgroups, by name."""
    groups = sorted(backend_of(call).work_groups.items())
    shown, token = page(call, groups, 50)
    summaries = []
    for _, group in shown:
        whole = _described(call, group)
        keys = ("Name", "State", "Description", "CreationTime")
        summaries.append({key: whole[key] for key in keys} | {"EngineVersion": dict(_VERSION)})
    return {"WorkGroups": summaries, **token}


@operation
def update_work_group(call: Call, backend: Backend) -> Result:
    """Change what is named; the rest stays."""
    params = call.params
    group = find(call, str(params["WorkGroup"]))
    group.state = params.get("State", group.state)
    group.description = params.get("Description", group.description)
    updates = dict(params.get("ConfigurationUpdates") or {})
    results = dict(group.configuration.get("ResultConfiguration") or {})
    changed = updates.pop("ResultConfigurationUpdates", None) or {}
    for key in _RESULTS:
        if changed.get(f"Remove{key}"):
            results.pop(key, None)
        if key in changed:
            results[key] = changed[key]
    updates.pop("EngineVersion", None)
    group.configuration = {**group.configuration, **updates, "ResultConfiguration": results}
    return {}


@operation
def delete_work_group(call: Call, backend: Backend) -> Result:
    """Delete a workgroup that is empty, or with all it has."""
    from simulator.athena.executions import executions

    name = str(call.params["WorkGroup"])
    group = find(call, name)
    if name == "primary":
        raise AwsError("InvalidRequestException", "The primary workgroup cannot be deleted")
    kept = executions(call)
    mine = [one for one, ran in kept.items() if ran.workgroup == name]
    saved = backend_of(call).named_queries
    named = [one for one, query in saved.items() if query.workgroup is group]
    if (mine or named) and not call.params.get("RecursiveDeleteOption"):
        raise AwsError("InvalidRequestException", f"WorkGroup {name} is not empty")
    for one in mine:
        del kept[one]
    for one in named:
        del saved[one]
    del backend_of(call).work_groups[name]
    return {}


def _described(call: Call, group: Any) -> dict[str, Any]:
    configuration = {**group.configuration, "EngineVersion": dict(_VERSION)}
    assert call.account is not None
    return {
        "Name": group.name,
        "State": group.state,
        "Configuration": configuration,
        "Description": group.description or "",
        "CreationTime": group.__dict__.get("created", call.time),
    }
