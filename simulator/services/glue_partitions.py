"""AWS Glue Data Catalog: partitions of tables.

Source: "Partition API" (AWS Glue Web API Reference).
"""

from __future__ import annotations

from typing import Any

from simulator.athena.glue_store import KeptTable
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.athena_paging import page
from simulator.services.glue_tables import absent, table_of


@operation
def create_partition(call: Call, backend: Backend) -> Result:
    """Add one partition."""
    error = _add(call, _table(call), call.params["PartitionInput"])
    if error is not None:
        raise error
    return {}


@operation
def batch_create_partition(call: Call, backend: Backend) -> Result:
    """Add several partitions; those that can't be are named."""
    kept, errors = _table(call), []
    for given in call.params["PartitionInputList"]:
        error = _add(call, kept, given)
        if error is not None:
            errors.append(_detail(given["Values"], error))
    return {"Errors": errors}


@operation
def get_partition(call: Call, backend: Backend) -> Result:
    """One partition, by its values."""
    return {"Partition": _find(_table(call), call.params["PartitionValues"])}


@operation
def get_partitions(call: Call, backend: Backend) -> Result:
    """All partitions, or a segment or page of them. An Expression is not simulated."""
    if call.params.get("Expression"):
        raise AwsError(
            "NotImplemented",
            "glue:GetPartitions with an Expression is not simulated in this training account. It"
            " was refused, not carried out.",
            501,
        )
    found = list(_table(call).partitions.values())
    most = len(found) if call.invoked_by else 1000
    shown, token = page(call, found, max(most, 1), max(most, 1))
    return {"Partitions": shown, **token}


@operation
def update_partition(call: Call, backend: Backend) -> Result:
    """Take the new definition of a partition, and its new values if they are others."""
    kept, before = _table(call), tuple(map(str, call.params["PartitionValueList"]))
    _find(kept, before)
    given = call.params["PartitionInput"]
    old = kept.partitions.pop(before)
    error = _add(call, kept, given)
    if error is not None:
        kept.partitions[before] = old
        raise error
    return {}


@operation
def delete_partition(call: Call, backend: Backend) -> Result:
    """Delete one partition."""
    kept, values = _table(call), tuple(map(str, call.params["PartitionValues"]))
    _find(kept, values)
    del kept.partitions[values]
    return {}


@operation
def batch_delete_partition(call: Call, backend: Backend) -> Result:
    """Delete several partitions; those that are not there are named."""
    kept, errors = _table(call), []
    for one in call.params["PartitionsToDelete"]:
        values = tuple(map(str, one["Values"]))
        if kept.partitions.pop(values, None) is None:
            errors.append(_detail(list(values), absent("Partition not found.")))
    return {"Errors": errors}


def _table(call: Call) -> KeptTable:
    return table_of(call, call.params["DatabaseName"], call.params["TableName"])


def _find(kept: KeptTable, values: Any) -> dict[str, Any]:
    found = kept.partitions.get(tuple(map(str, values)))
    if found is None:
        raise absent("Cannot find partition.")
    return found


def _add(call: Call, kept: KeptTable, given: dict[str, Any]) -> AwsError | None:
    assert call.account is not None
    values = tuple(map(str, given.get("Values") or ()))
    if len(values) != len(kept.described.get("PartitionKeys") or ()):
        return AwsError(
            "InvalidInputException",
            "The number of partition keys do not match the number of partition values",
        )
    if values in kept.partitions:
        return AwsError("AlreadyExistsException", "Partition already exists.")
    kept.partitions[values] = {
        **given,
        "Values": list(values),
        "DatabaseName": kept.described["DatabaseName"],
        "TableName": kept.described["Name"],
        "CreationTime": call.time,
        "CatalogId": call.account.id,
    }
    return None


def _detail(values: list[str], error: AwsError) -> dict[str, Any]:
    shown = {"ErrorCode": error.code, "ErrorMessage": error.message}
    return {"PartitionValues": values, "ErrorDetail": shown}
