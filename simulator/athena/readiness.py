"""All that a first query loads, loaded before it: for a process from which others are forked.

No connection is opened: that would start threads, which a fork leaves behind.
"""

from __future__ import annotations

import importlib
from typing import Final

_MODULES: Final = (
    *("duckdb", "sqlglot", "sqlglot.dialects.duckdb", "sqlglot.optimizer.scope", "_strptime"),
    *("simulator.athena.queries", "simulator.athena.statements", "simulator.athena.views"),
)
_CALLS: Final = (
    *(("athena", "StartQueryExecution"), ("athena", "GetQueryExecution")),
    *(("athena", "GetQueryResults"), ("glue", "CreateTable"), ("glue", "GetTable")),
)


def load() -> None:
    """Load modules and service models. Nothing of it is an account's."""
    from simulator import services
    from simulator.athena import dialect
    from simulator.gateway.models import operation_model
    from simulator.telemetry.cloudtrail.models import service_model

    for name in _MODULES:
        importlib.import_module(name)
    for service, operation in _CALLS:
        operation_model(service, operation)
        service_model(service)
        services.find(service, operation)
    dialect.read("SELECT 1")
