"""StartQueryExecution: a query is checked, carried out with its caller's rights, and kept.

Source: "StartQueryExecution" (Amazon Athena API Reference), "Specify a query result location",
"Manage query resources with workgroups" (Athena User Guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulator.account.resource_policies import bucket_owner
from simulator.athena import ddl, dialect, results, select, statements, values
from simulator.athena.catalog import Catalog
from simulator.athena.ddl import Malformed
from simulator.athena.executions import Execution, executions, new_id
from simulator.athena.glue_store import ensure_default
from simulator.athena.objects import split_url
from simulator.athena.refusal import QueryFailed
from simulator.athena.tokens import statements as divided
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.gateway.forwarded_call import Forwarder
from simulator.gateway.record import deliver

SERVICE = "athena.amazonaws.com"
_CATALOG = "awsdatacatalog"
_UTILITY = (ddl.Show, ddl.Describe)


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement that can be read: DDL, or a query."""

    statement: ddl.Statement | None
    query: dialect.Query | None
    failed: QueryFailed | None = None

    @property
    def kind(self) -> str:
        if self.statement is None:
            return "DML"
        return "UTILITY" if isinstance(self.statement, _UTILITY) else "DDL"

    @property
    def substatement(self) -> str:
        """ "SELECT", "CREATE_TABLE", …"""
        name = "Select" if self.statement is None else type(self.statement).__name__
        if isinstance(self.statement, ddl.Show):
            return f"SHOW_{self.statement.what.replace(' ', '_')}"
        words = "".join(f"_{sign}" if sign.isupper() else sign for sign in name).strip("_").upper()
        return {
            "DROP": "DROP_TABLE",
            "REPAIR": "MSCK_REPAIR",
            "ADD_PARTITIONS": "ALTER_TABLE_ADD_PARTITION",
            "DROP_PARTITIONS": "ALTER_TABLE_DROP_PARTITION",
            "DESCRIBE": "DESCRIBE_TABLE",
        }.get(words, words)


def invalid(message: str, code: str = "INVALID_INPUT") -> AwsError:
    """An InvalidRequestException."""
    return AwsError("InvalidRequestException", message)


def start(call: Call, workgroup: Any) -> Execution:
    """Carry a query out and keep what came of it.

    Raises:
        AwsError: InvalidRequestException for a query that can't even be started.
    """
    ensure_default(call)
    text = str(call.params["QueryString"])
    parameters = tuple(map(str, call.params.get("ExecutionParameters") or ()))
    token = str(call.params.get("ClientRequestToken") or "")
    for one in executions(call).values():
        if token and one.token == token:
            if one.query != text:
                raise invalid("Idempotent parameters do not match")
            return one
    forwarder = Forwarder(call, SERVICE)
    configuration = _configuration(call, workgroup)
    asked = _asked(text, parameters)
    context = {
        key: str(value).lower() if key == "Catalog" else str(value)
        for key, value in (call.params.get("QueryExecutionContext") or {}).items()
    }
    name = new_id(call, "query")
    suffix = ".csv" if asked.kind == "DML" else ".txt"
    location = f"{str(configuration['OutputLocation']).rstrip('/')}/{name}{suffix}"
    _check_output(forwarder, location)
    begun = Execution(
        id=name,
        query=text,
        kind=asked.kind,
        substatement=asked.substatement,
        state="SUCCEEDED",
        submitted=call.time,
        workgroup=workgroup.name,
        context=context,
        configuration={**configuration, "OutputLocation": location},
        parameters=parameters,
        token=token,
    )
    try:
        done = _carry_out(call, Catalog(forwarder), asked, begun)
    except QueryFailed as error:
        done = replace(begun, state="FAILED", reason=error.reason, category=error.category)
    executions(call)[name] = done
    return done


def _asked(text: str, parameters: tuple[str, ...]) -> Asked:
    """Read the statement.

    Raises:
        AwsError: InvalidRequestException, if it can't be read.
    """
    try:
        parts = divided(text)
        if len(parts) != 1:
            if not parts:
                raise Malformed("line 1:1: mismatched input '<EOF>'. Expecting: <statement>")
            raise Malformed(f"Only one sql statement is allowed. Got: {text}")
        try:
            statement = ddl.parse(parts[0])
            if statement is not None:
                return Asked(statement, None)
            return Asked(None, dialect.read(parts[0], parameters))
        except QueryFailed as failed:
            return Asked(None, None, failed)
    except Malformed as error:
        raise invalid(str(error), "MALFORMED_QUERY") from None


def _configuration(call: Call, workgroup: Any) -> dict[str, Any]:
    """Where the result goes: the workgroup's settings, if they are enforced or nothing is asked."""
    settings: Mapping[str, Any] = workgroup.configuration or {}
    own = dict(settings.get("ResultConfiguration") or {})
    asked = dict(call.params.get("ResultConfiguration") or {})
    enforced = settings.get("EnforceWorkGroupConfiguration") and own.get("OutputLocation")
    chosen = own if enforced else {**own, **asked}
    if not chosen.get("OutputLocation"):
        raise invalid(
            "No output location provided. An output location is required either through the"
            " Workgroup result configuration setting or as an API input."
        )
    if not str(chosen["OutputLocation"]).startswith("s3://"):
        raise invalid(f"outputLocation is not a valid S3 path: {chosen['OutputLocation']}")
    return chosen


def _check_output(forwarder: Forwarder, location: str) -> None:
    """Athena looks where the bucket is before it takes a query."""
    bucket, _ = split_url(location)
    refused = forwarder.decide("s3", "GetBucketLocation", {"Bucket": bucket})
    if refused is not None or bucket_owner(bucket) is None:
        raise invalid(f"Unable to verify/create output bucket {bucket}")


def _carry_out(call: Call, catalog: Catalog, asked: Asked, begun: Execution) -> Execution:
    if asked.failed is not None:
        raise asked.failed
    named = begun.context.get("Catalog", _CATALOG)
    if named != _CATALOG:
        raise QueryFailed(f"CATALOG_NOT_FOUND: Catalog '{named}' not found")
    database = begun.context.get("Database", "default").lower()
    options = results.put_options(begun.configuration)
    assert call.account is not None
    if asked.statement is not None:
        heading, lines = statements.carry_out(
            catalog, asked.statement, database, call.time, begun.query
        )
        rows: list[results.Row] = [(line,) for line in lines]
        results.write(catalog.forwarder, begun.location, results.lines_bytes(rows), options)
        return replace(begun, columns=((heading, "string"),) if heading else ())
    assert asked.query is not None
    planned = select.plan(catalog, asked.query, database, call.time)
    deliver(call.account, call.time)
    found = select.answer(catalog, planned, call.time)
    names = [name for name, _ in found.columns]
    columns = tuple(
        (name, kind if kind.startswith("DECIMAL") else values.trino_type(kind))
        for name, kind in found.columns
    )
    done = replace(begun, columns=columns, scanned=found.scanned)
    body = results.csv_bytes(names, found.rows)
    results.write(catalog.forwarder, done.location, body, options)
    shown = [values.column_info(name, kind) for name, kind in columns]
    results.write(
        catalog.forwarder, f"{done.location}.metadata", results.metadata_bytes(shown), options
    )
    return done
