"""Databases, tables and partitions, kept in the AWS Glue Data Catalog with the caller's rights.

Source: "Fine-grained access to databases and tables in the AWS Glue Data Catalog" (Athena User
Guide).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from simulator.athena.refusal import QueryFailed
from simulator.athena.tables import Table, read_table
from simulator.gateway.errors import AwsError
from simulator.gateway.forwarded_call import Forwarder

_BATCH = 100


class Absent(Exception):
    """No such database or table."""


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition: the values of the partition columns, in their order, and its location."""

    values: tuple[str, ...]
    location: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """The catalog as the caller may see and change it."""

    forwarder: Forwarder

    def ask(self, operation: str, **params: Any) -> dict[str, Any]:
        """Call Glue for the caller.

        Raises:
            Absent: it does not know the database or table.
            QueryFailed: the caller may not, or Glue refuses.
        """
        try:
            return self.forwarder.answer("glue", operation, params)
        except AwsError as error:
            if error.code == "EntityNotFoundException":
                raise Absent from None
            if "not authorized" in error.message:
                raise QueryFailed(
                    f"Insufficient permissions to execute the query. {error.message}"
                ) from None
            raise QueryFailed(
                f"FAILED: Execution Error, return code 1 from"
                f" org.apache.hadoop.hive.ql.exec.DDLTask. {error.code}: {error.message}"
            ) from None

    def databases(self) -> list[dict[str, Any]]:
        return list(self.ask("GetDatabases")["DatabaseList"])

    def database(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GetDatabase", Name=name)["Database"]
        return found

    def tables(self, database: str) -> list[dict[str, Any]]:
        return list(self.ask("GetTables", DatabaseName=database)["TableList"])

    def described(self, database: str, name: str) -> dict[str, Any]:
        """A table in Glue's own form."""
        found: dict[str, Any] = self.ask("GetTable", DatabaseName=database, Name=name)["Table"]
        return found

    def table(self, database: str, name: str) -> Table:
        return read_table(self.described(database, name))

    def partitions(self, table: Table) -> list[Partition]:
        """The partitions that were added, as they were added."""
        found = self.ask("GetPartitions", DatabaseName=table.database, TableName=table.name)
        return [
            Partition(
                tuple(map(str, one["Values"])),
                str((one.get("StorageDescriptor") or {}).get("Location") or ""),
            )
            for one in found["Partitions"]
        ]

    def add_partitions(
        self, table: Table, described: dict[str, Any], added: Iterable[Partition]
    ) -> list[tuple[str, ...]]:
        """Add partitions; gives those that were there before."""
        storage = described.get("StorageDescriptor") or {}
        wanted = [
            {
                "Values": list(one.values),
                "StorageDescriptor": {**storage, "Location": one.location},
                "Parameters": {},
            }
            for one in added
        ]
        there: list[tuple[str, ...]] = []
        for start in range(0, len(wanted), _BATCH):
            answer = self.ask(
                "BatchCreatePartition",
                DatabaseName=table.database,
                TableName=table.name,
                PartitionInputList=wanted[start : start + _BATCH],
            )
            there += [tuple(error["PartitionValues"]) for error in answer.get("Errors") or ()]
        return there
