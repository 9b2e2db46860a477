"""The databases and tables of the Glue Data Catalog, found by name."""

from __future__ import annotations

from typing import Any

from simulator.athena.glue_store import KeptDatabase, KeptTable, databases
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError


def absent(message: str) -> AwsError:
    """An EntityNotFoundException."""
    return AwsError("EntityNotFoundException", message)


def database_of(call: Call, name: Any) -> KeptDatabase:
    """The database.

    Raises:
        AwsError: EntityNotFoundException.
    """
    found = databases(call).get(str(name).lower())
    if found is None:
        raise absent(f"Database {name} not found.")
    return found


def table_of(call: Call, database: Any, name: Any) -> KeptTable:
    """The table.

    Raises:
        AwsError: EntityNotFoundException.
    """
    found = database_of(call, database).tables.get(str(name).lower())
    if found is None:
        raise absent(f"Entity Not Found: Table {name} not found.")
    return found
