"""AWS Glue Data Catalog: databases and tables. Partitions are in `glue_partitions`.

Source: "Catalog API" (AWS Glue Web API Reference). Names are kept in lower case.
"""

from __future__ import annotations

import re
from typing import Any

from simulator.athena.glue_store import KeptDatabase, KeptTable, databases
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.athena_paging import page
from simulator.services.glue_partitions import (
    batch_create_partition,
    batch_delete_partition,
    create_partition,
    delete_partition,
    get_partition,
    get_partitions,
    update_partition,
)
from simulator.services.glue_tables import absent, database_of, table_of

__all__ = [
    "batch_create_partition",
    "batch_delete_partition",
    "batch_delete_table",
    "create_database",
    "create_partition",
    "create_table",
    "delete_database",
    "delete_partition",
    "delete_table",
    "get_database",
    "get_databases",
    "get_partition",
    "get_partitions",
    "get_table",
    "get_tables",
    "update_database",
    "update_partition",
    "update_table",
]


@operation
def create_database(call: Call, backend: Backend) -> Result:
    """A new database."""
    assert call.account is not None
    given = dict(call.params["DatabaseInput"])
    name = str(given["Name"]).lower()
    if name in databases(call):
        raise AwsError("AlreadyExistsException", "Database already exists.")
    described = {**given, "Name": name, "CreateTime": call.time, "CatalogId": call.account.id}
    databases(call)[name] = KeptDatabase(described)
    return {}


@operation
def get_database(call: Call, backend: Backend) -> Result:
    """One database."""
    return {"Database": database_of(call, call.params["Name"]).described}


@operation
def get_databases(call: Call, backend: Backend) -> Result:
    """All databases."""
    shown, token = _page(call, [one.described for one in databases(call).values()])
    return {"DatabaseList": shown, **token}


@operation
def update_database(call: Call, backend: Backend) -> Result:
    """Take the new definition; the name stays."""
    kept = database_of(call, call.params["Name"])
    own = {key: kept.described[key] for key in ("Name", "CreateTime", "CatalogId")}
    kept.described = {**call.params["DatabaseInput"], **own}
    return {}


@operation
def delete_database(call: Call, backend: Backend) -> Result:
    """Delete a database and its tables."""
    del databases(call)[database_of(call, call.params["Name"]).described["Name"]]
    return {}


@operation
def create_table(call: Call, backend: Backend) -> Result:
    """A new table or view."""
    assert call.account is not None
    kept = database_of(call, call.params["DatabaseName"])
    given = dict(call.params["TableInput"])
    name = str(given["Name"]).lower()
    if name in kept.tables:
        raise AwsError("AlreadyExistsException", "Table already exists.")
    described = {
        **given,
        "Name": name,
        "DatabaseName": kept.described["Name"],
        "CreateTime": call.time,
        "UpdateTime": call.time,
        "CreatedBy": call.caller.arn,
        "CatalogId": call.account.id,
        "IsRegisteredWithLakeFormation": False,
        "VersionId": "0",
    }
    kept.tables[name] = KeptTable(described)
    return {}


@operation
def get_table(call: Call, backend: Backend) -> Result:
    """One table."""
    return {"Table": table_of(call, call.params["DatabaseName"], call.params["Name"]).described}


@operation
def get_tables(call: Call, backend: Backend) -> Result:
    """The tables of a database; Expression is a regular expression of their names."""
    kept = database_of(call, call.params["DatabaseName"])
    expression = call.params.get("Expression")
    try:
        wanted = re.compile(str(expression)[:256].replace("*", ".*")) if expression else None
    except re.error as error:
        raise AwsError("InvalidInputException", f"Expression is not valid: {error}") from None
    found = [
        one.described
        for name, one in kept.tables.items()
        if wanted is None or wanted.fullmatch(name)
    ]
    shown, token = _page(call, found)
    return {"TableList": shown, **token}


@operation
def update_table(call: Call, backend: Backend) -> Result:
    """Take the new definition; the partitions stay."""
    given = dict(call.params["TableInput"])
    kept = table_of(call, call.params["DatabaseName"], given["Name"])
    kept.versions += 1
    keys = ("Name", "DatabaseName", "CreateTime", "CreatedBy", "CatalogId")
    own = {key: kept.described[key] for key in keys}
    changed = {"UpdateTime": call.time, "VersionId": str(kept.versions)}
    kept.described = {**given, **own, "IsRegisteredWithLakeFormation": False, **changed}
    return {}


@operation
def delete_table(call: Call, backend: Backend) -> Result:
    """Delete a table and its partitions."""
    kept = table_of(call, call.params["DatabaseName"], call.params["Name"])
    del database_of(call, call.params["DatabaseName"]).tables[kept.described["Name"]]
    return {}


@operation
def batch_delete_table(call: Call, backend: Backend) -> Result:
    """Delete several tables; those that are not there are named."""
    kept = database_of(call, call.params["DatabaseName"])
    errors: list[dict[str, Any]] = []
    for name in call.params["TablesToDelete"]:
        if kept.tables.pop(str(name).lower(), None) is None:
            error = absent(f"Table {name} not found.")
            detail = {"ErrorCode": error.code, "ErrorMessage": error.message}
            errors.append({"TableName": name, "ErrorDetail": detail})
    return {"Errors": errors}


def _page(call: Call, found: list[dict[str, Any]]) -> tuple[Any, dict[str, Any]]:
    """A hundred at most; a service that asks for its caller is given all."""
    most = max(100, len(found)) if call.invoked_by else 100
    return page(call, found, most, most)
