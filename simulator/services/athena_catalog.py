"""Athena's view of data catalogs: AwsDataCatalog is the account's Glue Data Catalog.

Source: "GetDataCatalog", "ListTableMetadata" and "MetadataException" (Amazon Athena API Reference).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.athena_paging import page

_OWN = "AwsDataCatalog"
_SUMMARY = {"CatalogName": _OWN, "Type": "GLUE", "Status": "CREATE_COMPLETE"}


@operation
def get_data_catalog(call: Call, backend: Backend) -> Result:
    """AwsDataCatalog is always there."""
    name = str(call.params["Name"])
    if name.lower() != _OWN.lower():
        answer = backend()
        if not answer.get("DataCatalog"):
            raise AwsError("InvalidRequestException", f"DataCatalog {name} was not found")
        return answer
    assert call.account is not None
    return {
        "DataCatalog": {
            "Name": _OWN,
            "Description": "",
            "Type": "GLUE",
            "Parameters": {"catalog-id": call.account.id},
            "Status": "CREATE_COMPLETE",
        }
    }


@operation
def list_data_catalogs(call: Call, backend: Backend) -> Result:
    """AwsDataCatalog and those that were registered."""
    others = backend().get("DataCatalogsSummary") or []
    shown, token = page(call, [dict(_SUMMARY), *others], 50)
    return {"DataCatalogsSummary": shown, **token}


@operation
def list_databases(call: Call, backend: Backend) -> Result:
    """The databases of the Glue Data Catalog."""
    found = sorted(_glue(call, lambda catalog: catalog.databases()), key=lambda one: one["Name"])
    shown, token = page(call, [_database(one) for one in found], 50)
    return {"DatabaseList": shown, **token}


@operation
def get_database(call: Call, backend: Backend) -> Result:
    """One database of the Glue Data Catalog."""
    name = str(call.params["DatabaseName"]).lower()
    found = _glue(call, lambda catalog: catalog.database(name), f"Database {name} not found.")
    return {"Database": _database(found)}


@operation
def list_table_metadata(call: Call, backend: Backend) -> Result:
    """The tables and views of a database; Expression is a regular expression."""
    name = str(call.params["DatabaseName"]).lower()
    found = _glue(call, lambda catalog: catalog.tables(name), f"Database {name} not found.")
    expression = call.params.get("Expression")
    try:
        wanted = re.compile(str(expression)[:256]) if expression else None
    except re.error as error:
        raise _metadata(f"Expression is not valid: {error}") from None
    tables = [
        _table(one)
        for one in sorted(found, key=lambda one: str(one["Name"]))
        if wanted is None or wanted.fullmatch(str(one["Name"]))
    ]
    shown, token = page(call, tables, 50)
    return {"TableMetadataList": shown, **token}


@operation
def get_table_metadata(call: Call, backend: Backend) -> Result:
    """One table or view."""
    database = str(call.params["DatabaseName"]).lower()
    name = str(call.params["TableName"]).lower()
    found = _glue(
        call, lambda catalog: catalog.described(database, name), f"Entity Not Found: {name}"
    )
    return {"TableMetadata": _table(found)}


def _glue(call: Call, ask: Callable[[Any], Any], absent: str = "") -> Any:
    from simulator.athena.catalog import Absent, Catalog
    from simulator.athena.glue_store import ensure_default
    from simulator.athena.queries import SERVICE
    from simulator.athena.refusal import QueryFailed
    from simulator.gateway.forwarded_call import Forwarder

    named = str(call.params.get("CatalogName", _OWN))
    if named.lower() != _OWN.lower():
        raise AwsError("InvalidRequestException", f"DataCatalog {named} was not found")
    ensure_default(call)
    try:
        return ask(Catalog(Forwarder(call, SERVICE)))
    except Absent:
        raise _metadata(
            f"{absent} (Service: AmazonDataCatalog; Status Code: 400; Error Code:"
            f" EntityNotFoundException; Request ID: {call.request_id}; Proxy: null)"
        ) from None
    except QueryFailed as error:
        raise _metadata(error.reason) from None


def _metadata(message: str) -> AwsError:
    return AwsError("MetadataException", message)


def _database(kept: Any) -> dict[str, Any]:
    shown = {"Name": kept["Name"], "Parameters": kept.get("Parameters") or {}}
    if kept.get("Description"):
        shown["Description"] = kept["Description"]
    return shown


def _table(kept: Any) -> dict[str, Any]:
    storage = kept.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    parameters = dict(kept.get("Parameters") or {})
    if kept.get("TableType") != "VIRTUAL_VIEW":
        parameters |= {
            "location": storage.get("Location", ""),
            "inputformat": storage.get("InputFormat", ""),
            "outputformat": storage.get("OutputFormat", ""),
            "serde.serialization.lib": serde.get("SerializationLibrary", ""),
        }
        properties = serde.get("Parameters") or {}
        parameters |= {f"serde.param.{key}": value for key, value in properties.items()}
    return {
        "Name": kept["Name"],
        "CreateTime": kept.get("CreateTime"),
        "TableType": kept.get("TableType", "EXTERNAL_TABLE"),
        "Columns": [_column(one) for one in storage.get("Columns") or ()],
        "PartitionKeys": [_column(one) for one in kept.get("PartitionKeys") or ()],
        "Parameters": parameters,
    }


def _column(kept: Any) -> dict[str, str]:
    shown = {"Name": str(kept["Name"]), "Type": str(kept.get("Type", ""))}
    return {**shown, "Comment": str(kept["Comment"])} if kept.get("Comment") else shown
