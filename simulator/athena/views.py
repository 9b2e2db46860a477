"""Views, kept in the catalog as Athena keeps them: the query in a comment, as base64.

Source: "Work with views" (Athena User Guide), and what Glue's GetTable shows of one.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.athena.refusal import QueryFailed
from simulator.athena.tables import Table
from simulator.athena.values import hive_type, trino_type

_BEFORE, _AFTER = "/* Presto View: ", " */"


@dataclass(frozen=True, slots=True)
class View:
    """A view's query, and the database that its bare names are in."""

    sql: str
    database: str


def read(table: Table) -> View:
    """The view that the catalog keeps.

    Raises:
        QueryFailed: it was not made by Athena.
    """
    text = table.view or ""
    try:
        kept = json.loads(base64.b64decode(text.removeprefix(_BEFORE).removesuffix(_AFTER)))
        return View(str(kept["originalSql"]), str(kept["schema"]))
    except (ValueError, KeyError, TypeError):
        raise QueryFailed(
            f"INVALID_VIEW: View '{table.database}.{table.name}' can't be read"
        ) from None


def table_input(
    name: str, sql: str, database: str, columns: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Glue's TableInput of a view; `columns` are names and the embedded engine's types."""
    kept = {
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": label, "type": trino_type(kind)} for label, kind in columns],
    }
    encoded = base64.b64encode(json.dumps(kept).encode()).decode()
    return {
        "Name": name,
        "Owner": "hadoop",
        "Retention": 0,
        "TableType": "VIRTUAL_VIEW",
        "StorageDescriptor": {
            "Columns": [{"Name": label, "Type": hive_type(kind)} for label, kind in columns],
            "Location": "",
            "SerdeInfo": {},
        },
        "PartitionKeys": [],
        "ViewOriginalText": f"{_BEFORE}{encoded}{_AFTER}",
        "ViewExpandedText": "/* Presto View */",
        "Parameters": {"comment": "Presto View", "presto_view": "true"},
    }
