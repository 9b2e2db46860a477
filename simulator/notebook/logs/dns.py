"""Route 53 Resolver query logs.

Source: "Values that appear in VPC Resolver query logs" (Amazon Route 53 Developer Guide).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = (
    *("query_timestamp", "account_id", "region", "vpc_id", "query_name", "query_type"),
    *("query_class", "rcode", "answers", "srcaddr", "srcport", "transport", "srcids"),
    *("firewall_rule_action", "firewall_rule_group_id", "firewall_domain_list_id", "version"),
)


def frame(files: Iterable[bytes]) -> pd.DataFrame:
    """One row a query, oldest first; answers and srcids stay lists and objects."""
    import pandas as pd

    queries = [query for content in files for query in _queries(content)]
    made = pd.DataFrame(queries, columns=list(COLUMNS))
    stamps = made["query_timestamp"].astype("object")
    made["query_timestamp"] = pd.to_datetime(stamps, format="ISO8601", utc=True)
    made["srcport"] = pd.to_numeric(made["srcport"], errors="coerce").astype("Int64")
    return made.sort_values("query_timestamp", kind="stable", ignore_index=True)


def _queries(content: bytes) -> list[dict[str, object]]:
    """A file is a JSON object a line: read together, they are one document."""
    lines = [line for line in content.splitlines() if line.strip()]
    found: list[dict[str, object]] = json.loads(b"[" + b",".join(lines) + b"]")
    return found
