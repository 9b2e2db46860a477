"""A table as the AWS Glue Data Catalog keeps it, and as queries need it.

Source: "Table structure" (AWS Glue Web API Reference), "SerDe libraries" (Athena User Guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.athena.ddl import Column, CreateTable
from simulator.athena.refusal import QueryFailed
from simulator.athena.types import parse_type

CATALOG = "AwsDataCatalog"
HIVE_JSON = "org.apache.hive.hcatalog.data.JsonSerDe"
OPENX_JSON = "org.openx.data.jsonserde.JsonSerDe"
ION = "com.amazon.ionhiveserde.IonHiveSerDe"
CLOUDTRAIL = "com.amazon.emr.hive.serde.CloudTrailSerde"
CLOUDTRAIL_INPUT = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
REGEX = ("org.apache.hadoop.hive.serde2.RegexSerDe", "com.amazonaws.glue.serde.GrokSerDe")
LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
_TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_STORED_AS = {
    "TEXTFILE": (LAZY, _TEXT_INPUT, _TEXT_OUTPUT),
    "PARQUET": (
        PARQUET,
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    ),
    "ORC": (
        "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
    ),
}


@dataclass(frozen=True, slots=True)
class Table:
    """`keys` are the partition columns; `view` is the definition of a view, else None."""

    database: str
    name: str
    columns: tuple[Column, ...]
    keys: tuple[Column, ...] = ()
    location: str = ""
    serde: str = LAZY
    serde_properties: Mapping[str, str] = field(default_factory=dict)
    input_format: str = _TEXT_INPUT
    properties: Mapping[str, str] = field(default_factory=dict)
    view: str | None = None

    @property
    def projected(self) -> bool:
        return self.properties.get("projection.enabled", "").lower() == "true"


def table_input(made: CreateTable) -> dict[str, Any]:
    """Glue's TableInput for a CREATE EXTERNAL TABLE."""
    if made.stored_as not in _STORED_AS:
        raise QueryFailed(
            f"FAILED: SemanticException Unrecognized file format in STORED AS clause:"
            f" '{made.stored_as.lower()}'"
        )
    serde, given, put = _STORED_AS[made.stored_as]
    if made.formats is not None:
        given, put = made.formats
    properties = dict(made.serde_properties)
    if "field.delim" in properties or made.serde is None:
        properties.setdefault("serialization.format", properties.get("field.delim", "1"))
    parameters = {"EXTERNAL": "TRUE", **made.properties}
    if made.comment is not None:
        parameters["comment"] = made.comment
    return {
        "Name": made.name[1],
        "Owner": "hadoop",
        "Retention": 0,
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": {
            "Columns": [glue_column(column) for column in made.columns],
            "Location": made.location,
            "InputFormat": given,
            "OutputFormat": put,
            "Compressed": False,
            "NumberOfBuckets": -1,
            "SerdeInfo": {
                "SerializationLibrary": made.serde or serde,
                "Parameters": properties,
            },
            "BucketColumns": [],
            "SortColumns": [],
            "Parameters": {},
            "SkewedInfo": {
                "SkewedColumnNames": [],
                "SkewedColumnValues": [],
                "SkewedColumnValueLocationMaps": {},
            },
            "StoredAsSubDirectories": False,
        },
        "PartitionKeys": [glue_column(column) for column in made.keys],
        "Parameters": parameters,
    }


def glue_column(column: Column) -> dict[str, str]:
    """A column in Glue's form."""
    shown = {"Name": column.name, "Type": column.type.written}
    return shown if column.comment is None else {**shown, "Comment": column.comment}


def read_table(kept: Mapping[str, Any]) -> Table:
    """The table that Glue describes.

    Raises:
        QueryFailed: a column is of a type that Athena does not know.
    """
    storage = kept.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    is_view = kept.get("TableType") == "VIRTUAL_VIEW"
    return Table(
        database=str(kept["DatabaseName"]),
        name=str(kept["Name"]),
        columns=_columns(storage.get("Columns")),
        keys=_columns(kept.get("PartitionKeys")),
        location=str(storage.get("Location") or ""),
        serde=str(serde.get("SerializationLibrary") or LAZY),
        serde_properties=dict(serde.get("Parameters") or {}),
        input_format=str(storage.get("InputFormat") or _TEXT_INPUT),
        properties=dict(kept.get("Parameters") or {}),
        view=str(kept.get("ViewOriginalText") or "") if is_view else None,
    )


def _columns(kept: Any) -> tuple[Column, ...]:
    return tuple(
        Column(
            str(one["Name"]).lower(),
            parse_type(str(one.get("Type") or "string")),
            one.get("Comment"),
        )
        for one in kept or ()
    )
