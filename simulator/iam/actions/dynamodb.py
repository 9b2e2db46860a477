"""Amazon DynamoDB.

Source: "DynamoDB API permissions: Actions, resources, and conditions reference" and "IAM
policies with PartiQL for DynamoDB" (Amazon DynamoDB Developer Guide).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulator.iam.actions.needed import Needed, Request

Needs = tuple[Needed, ...]

_STATEMENT = re.compile(
    r"""\s*(?P<verb>SELECT|INSERT|UPDATE|DELETE|EXISTS)\b.*?
    (?:\bFROM|\bINTO|\bUPDATE|^\s*UPDATE)\s+"?(?P<table>[\w.:/-]+)"?(?:\."?(?P<index>[\w.-]+)"?)?""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_PARTIQL = {
    "DELETE": "PartiQLDelete",
    "EXISTS": "PartiQLSelect",
    "INSERT": "PartiQLInsert",
    "SELECT": "PartiQLSelect",
    "UPDATE": "PartiQLUpdate",
}
_IN_TRANSACTION = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}


def table_arn(call: Request, table: str) -> str:
    """ARN of a table by name or ARN."""
    return table if table.startswith("arn:") else call.arn("dynamodb", f"table/{table}")


def _on_tables(call: Request, action: str, tables: Iterable[str]) -> Needs:
    arns = dict.fromkeys(table_arn(call, table) for table in tables)
    return tuple(call.need(f"dynamodb:{action}", arn) for arn in arns)


def batch(call: Request) -> Needs:
    """BatchGetItem and BatchWriteItem, on each table."""
    return _on_tables(call, call.operation, call.params.get("RequestItems") or ("*",))


def query(call: Request) -> Needs:
    """Query and Scan: on the index where the call names one, else on the table."""
    arn = table_arn(call, call.params.get("TableName", "*"))
    index = call.params.get("IndexName")
    keys = {"dynamodb:Select": call.params["Select"]} if call.params.get("Select") else {}
    return (
        call.need(f"dynamodb:{call.operation}", f"{arn}/index/{index}" if index else arn, keys),
    )


def transaction(call: Request) -> Needs:
    """TransactGetItems and TransactWriteItems: what each step does, on its table."""
    needs: dict[tuple[str, str], Needed] = {}
    for step in call.params.get("TransactItems") or ():
        for kind, item in step.items():
            for need in _on_tables(call, _IN_TRANSACTION[kind], [item.get("TableName", "*")]):
                needs[need.action, need.resource] = need
    return tuple(needs.values())


def _statements(params: Mapping[str, Any]) -> Iterator[str]:
    if params.get("Statement"):
        yield params["Statement"]
    for member in ("Statements", "TransactStatements"):
        for entry in params.get(member) or ():
            yield entry.get("Statement", "")


def partiql(call: Request) -> Needs:
    """PartiQL statements: the action and the table follow from the text."""
    needs: dict[tuple[str, str], Needed] = {}
    for statement in _statements(call.params):
        match = _STATEMENT.match(statement)
        if match is None:
            raise call.unmapped("the PartiQL statement was not understood")
        arn = table_arn(call, match["table"])
        if match["index"]:
            arn = f"{arn}/index/{match['index']}"
        action = f"dynamodb:{_PARTIQL[match['verb'].upper()]}"
        needs[action, arn] = call.need(action, arn)
    return tuple(needs.values())


OPERATIONS: Mapping[str, Any] = {
    **dict.fromkeys(("BatchGetItem", "BatchWriteItem"), batch),
    **dict.fromkeys(("BatchExecuteStatement", "ExecuteStatement", "ExecuteTransaction"), partiql),
    **dict.fromkeys(("Query", "Scan"), query),
    **dict.fromkeys(("TransactGetItems", "TransactWriteItems"), transaction),
    "DescribeEndpoints": {"nothing": True},
    "RestoreTableFromBackup": ["backup=BackupArn", "table=TargetTableName"],
    "RestoreTableToPointInTime": ["table=TargetTableName", "?table=SourceTableName"],
}
