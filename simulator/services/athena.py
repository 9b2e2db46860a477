"""Amazon Athena: queries on the log files that lie in the account's S3 buckets.

Source: Amazon Athena API Reference. What a query reads and writes is decided with its caller's own
permissions: see `simulator.athena`.
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.athena_catalog import (
    get_data_catalog,
    get_database,
    get_table_metadata,
    list_data_catalogs,
    list_databases,
    list_table_metadata,
)
from simulator.services.athena_paging import page
from simulator.services.athena_saved import (
    batch_get_named_query,
    create_named_query,
    delete_named_query,
    get_named_query,
    list_named_queries,
    update_named_query,
)
from simulator.services.athena_workgroups import (
    create_work_group,
    delete_work_group,
    enabled,
    find,
    get_work_group,
    list_work_groups,
    update_work_group,
)

__all__ = [
    "batch_get_named_query",
    "batch_get_query_execution",
    "create_named_query",
    "create_work_group",
    "delete_named_query",
    "delete_work_group",
    "get_data_catalog",
    "get_database",
    "get_named_query",
    "get_query_execution",
    "get_query_results",
    "get_table_metadata",
    "get_work_group",
    "list_data_catalogs",
    "list_databases",
    "list_named_queries",
    "list_query_executions",
    "list_table_metadata",
    "list_work_groups",
    "start_query_execution",
    "stop_query_execution",
    "update_named_query",
    "update_work_group",
]
_MOST_ROWS = 1000


@operation
def start_query_execution(call: Call, backend: Backend) -> Result:
    """Run a query; it is done when the id is given back."""
    from simulator.athena.queries import start

    group = enabled(call, call.params.get("WorkGroup") or "primary")
    return {"QueryExecutionId": start(call, group).id}


@operation
def get_query_execution(call: Call, backend: Backend) -> Result:
    """State, reason and statistics of a query."""
    from simulator.athena.executions import described

    return {"QueryExecution": described(_execution(call))}


@operation
def batch_get_query_execution(call: Call, backend: Backend) -> Result:
    """Up to 50 at once; those that are not known are named."""
    from simulator.athena.executions import described, remembered

    kept, found, absent = remembered(call), [], []
    for name in call.params["QueryExecutionIds"]:
        if name in kept:
            found.append(described(kept[name]))
        else:
            absent.append(
                {
                    "QueryExecutionId": name,
                    "ErrorCode": "INTERNAL_FAILURE",
                    "ErrorMessage": f"QueryExecution {name} was not found",
                }
            )
    return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": absent}


@operation
def list_query_executions(call: Call, backend: Backend) -> Result:
    """The ids of a workgroup's queries, newest first."""
    from simulator.athena.executions import remembered

    group = find(call, call.params.get("WorkGroup") or "primary").name
    names = [one.id for one in remembered(call).values() if one.workgroup == group]
    shown, token = page(call, names[::-1], 50)
    return {"QueryExecutionIds": shown, **token}


@operation
def stop_query_execution(call: Call, backend: Backend) -> Result:
    """A query that is done stays as it is."""
    _execution(call)
    return {}


@operation
def get_query_results(call: Call, backend: Backend) -> Result:
    """A page of a query's result, read from its file with the caller's rights."""
    from simulator.athena import results
    from simulator.athena.queries import SERVICE
    from simulator.athena.values import column_info
    from simulator.gateway.forwarded_call import Forwarder

    one = _execution(call)
    if one.state == "FAILED":
        raise _invalid("Query did not finish successfully. Final query state: FAILED")
    size = int(call.params.get("MaxResults") or _MOST_ROWS)
    if not 1 <= size <= _MOST_ROWS:
        raise _invalid("MaxResults is more than maximum allowed length 1000.")
    columns = [column_info(name, kind) for name, kind in one.columns]
    try:
        rows = results.read(Forwarder(call, SERVICE), one.location)
    except AwsError as error:
        if error.code not in {"NoSuchBucket", "NoSuchKey"}:
            raise _invalid(f"Access denied when reading from URL: {one.location}") from error
        rows = None
    if rows is None:
        raise _invalid(f"Could not find results for query {one.id}")
    shown, token = page(call, rows, _MOST_ROWS, most=_MOST_ROWS)
    answer: Result = {
        "UpdateCount": 0,
        "ResultSet": {
            "Rows": [{"Data": [_datum(value) for value in row]} for row in shown],
            "ResultSetMetadata": {"ColumnInfo": columns},
        },
    }
    return {**answer, **token}


def _datum(value: str | None) -> dict[str, str]:
    return {} if value is None else {"VarCharValue": value}


def _execution(call: Call) -> Any:
    from simulator.athena.executions import remembered

    name = str(call.params["QueryExecutionId"])
    found = remembered(call).get(name)
    if found is None:
        raise _invalid(f"QueryExecution {name} was not found")
    return found


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidRequestException", message)
