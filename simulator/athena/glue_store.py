"""The AWS Glue Data Catalog of an account in a region: databases, tables, partitions.

It is kept on the backend's state of Athena, where snapshots find it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.gateway.call import Call

DEFAULT = "default"


@dataclass(slots=True)
class KeptTable:
    """A table in Glue's form, and its partitions by their values."""

    described: dict[str, Any]
    partitions: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)
    versions: int = 0


@dataclass(slots=True)
class KeptDatabase:
    """A database in Glue's form, and its tables by name."""

    described: dict[str, Any]
    tables: dict[str, KeptTable] = field(default_factory=dict)


def databases(call: Call) -> dict[str, KeptDatabase]:
    """Databases by name."""
    from moto.athena.models import athena_backends

    assert call.account is not None
    backend = athena_backends[call.account.id][call.region]
    kept: dict[str, KeptDatabase] = backend.__dict__.setdefault("glue_databases", {})
    return kept


def ensure_default(call: Call) -> None:
    """The database "default" is there as soon as Athena is used in a region."""
    assert call.account is not None
    kept = databases(call)
    if DEFAULT not in kept:
        kept[DEFAULT] = KeptDatabase(
            {
                "Name": DEFAULT,
                "Description": "Default Hive database",
                "Parameters": {},
                "CreateTime": call.time,
                "CatalogId": call.account.id,
            }
        )
