"""Query executions, kept beside the backend's state of Athena.

Source: "QueryExecution" (Amazon Athena API Reference).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from simulator.account.chance import drawn_uuid
from simulator.gateway.call import Call

_KEPT = timedelta(days=45)
"""How long Athena keeps a query's history."""
_ENGINE = "Athena engine version 3"


@dataclass(frozen=True, slots=True)
class Execution:
    """A query that was started. It is finished as soon as anybody can ask about it."""

    id: str
    query: str
    kind: str
    """DDL, DML or UTILITY."""
    substatement: str
    state: str
    submitted: datetime
    workgroup: str
    context: Mapping[str, str]
    configuration: Mapping[str, Any]
    """ResultConfiguration, with the result file itself as its OutputLocation."""
    parameters: tuple[str, ...] = ()
    reason: str | None = None
    category: int = 0
    columns: tuple[tuple[str, str], ...] = ()
    """Names and types of the result; the types are Athena's, a decimal's with its digits."""
    scanned: int = 0
    """Bytes of the objects that were read."""
    token: str = field(default="", compare=False)

    @property
    def location(self) -> str:
        return str(self.configuration["OutputLocation"])

    @property
    def milliseconds(self) -> int:
        """How long it is said to have taken: the time of the account's clock says nothing."""
        return 312 + self.scanned // 50_000


def executions(call: Call) -> dict[str, Execution]:
    """Those of the account in the region called, oldest first."""
    from moto.athena.models import athena_backends

    assert call.account is not None
    backend = athena_backends[call.account.id][call.region]
    kept: dict[str, Execution] = backend.__dict__.setdefault("query_executions", {})
    return kept


def remembered(call: Call) -> dict[str, Execution]:
    """Executions that Athena has not forgotten."""
    since = call.time - _KEPT
    return {name: one for name, one in executions(call).items() if one.submitted >= since}


def new_id(call: Call, what: str) -> str:
    """An id that follows from the world's seed and the call."""
    assert call.account is not None
    chance = random.Random(f"athena {what}/{call.account.world.seed}/{call.request_id}")
    return drawn_uuid(chance)


def described(one: Execution) -> dict[str, Any]:
    """QueryExecution in boto3's shape."""
    total = one.milliseconds
    status: dict[str, Any] = {
        "State": one.state,
        "SubmissionDateTime": one.submitted,
        "CompletionDateTime": one.submitted + timedelta(milliseconds=total),
    }
    if one.reason is not None:
        status["StateChangeReason"] = one.reason
        status["AthenaError"] = {
            "ErrorCategory": one.category,
            "ErrorType": 1006 if "denied" in one.reason else 1301,
            "Retryable": False,
            "ErrorMessage": one.reason,
        }
    shown: dict[str, Any] = {
        "QueryExecutionId": one.id,
        "Query": one.query,
        "StatementType": one.kind,
        "ResultConfiguration": dict(one.configuration),
        "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
        "QueryExecutionContext": dict(one.context),
        "Status": status,
        "Statistics": {
            "EngineExecutionTimeInMillis": total - 112,
            "DataScannedInBytes": one.scanned,
            "TotalExecutionTimeInMillis": total,
            "QueryQueueTimeInMillis": 64,
            "ServiceProcessingTimeInMillis": 48,
            "ResultReuseInformation": {"ReusedPreviousResult": False},
        },
        "WorkGroup": one.workgroup,
        "EngineVersion": {
            "SelectedEngineVersion": "AUTO",
            "EffectiveEngineVersion": _ENGINE,
        },
        "SubstatementType": one.substatement,
    }
    if one.parameters:
        shown["ExecutionParameters"] = list(one.parameters)
    return shown
