"""Athena's saved (named) queries.

Source: "NamedQuery" (Amazon Athena API Reference).
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.athena_paging import page
from simulator.services.athena_workgroups import backend_of, find


@operation
def create_named_query(call: Call, backend: Backend) -> Result:
    """Save a query in a workgroup."""
    find(call, call.params.get("WorkGroup") or "primary")
    return backend()


@operation
def get_named_query(call: Call, backend: Backend) -> Result:
    """One saved query."""
    return {"NamedQuery": _described(_saved(call))}


@operation
def batch_get_named_query(call: Call, backend: Backend) -> Result:
    """Several saved queries; those that are not known are named."""
    kept, found, absent = backend_of(call).named_queries, [], []
    for name in call.params["NamedQueryIds"]:
        if name in kept:
            found.append(_described(kept[name]))
        else:
            absent.append(
                {
                    "NamedQueryId": name,
                    "ErrorCode": "INTERNAL_FAILURE",
                    "ErrorMessage": f"Named query {name} was not found",
                }
            )
    return {"NamedQueries": found, "UnprocessedNamedQueryIds": absent}


@operation
def list_named_queries(call: Call, backend: Backend) -> Result:
    """The ids of a workgroup's saved queries."""
    group = find(call, call.params.get("WorkGroup") or "primary")
    names = [name for name, one in backend_of(call).named_queries.items() if one.workgroup is group]
    shown, token = page(call, names, 50)
    return {"NamedQueryIds": shown, **token}


@operation
def update_named_query(call: Call, backend: Backend) -> Result:
    """Change a saved query's name, description or text."""
    saved = _saved(call)
    saved.name = call.params["Name"]
    saved.query_string = call.params["QueryString"]
    saved.description = call.params.get("Description", saved.description)
    return {}


@operation
def delete_named_query(call: Call, backend: Backend) -> Result:
    """Delete a saved query."""
    del backend_of(call).named_queries[_saved(call).id]
    return {}


def _saved(call: Call) -> Any:
    name = str(call.params["NamedQueryId"])
    found = backend_of(call).named_queries.get(name)
    if found is None:
        raise AwsError("InvalidRequestException", f"Named query {name} was not found")
    return found


def _described(saved: Any) -> dict[str, Any]:
    return {
        "Name": saved.name,
        "Description": saved.description or "",
        "Database": saved.database,
        "QueryString": saved.query_string,
        "NamedQueryId": saved.id,
        "WorkGroup": saved.workgroup.name,
    }
