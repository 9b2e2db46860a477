"""Athena in an account whose buckets hold log files."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

LOGS = "amzn-s3-demo-bucket"
RESULTS = "results"


class Athena:
    """The first account on 2 November 2026 at noon, and its IAM user ann, who may do everything."""

    noon = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)

    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud
        self.keys = cloud.user("ann", cloud.statement("*"))
        self.s3 = cloud.client("s3", self.keys)
        for name in (LOGS, RESULTS):
            self.s3.create_bucket(Bucket=name)

    def client(self, service: str = "athena", keys: Any = None) -> Any:
        return self.cloud.client(service, keys or self.keys)

    def put(self, key: str, body: str | bytes, bucket: str = LOGS) -> None:
        """An object, packed where its key ends with .gz."""
        data = body.encode() if isinstance(body, str) else body
        if key.endswith(".gz"):
            data = gzip.compress(data, mtime=0)
        self.s3.put_object(Bucket=bucket, Key=key, Body=data)

    def trail(self, records: list[dict[str, Any]], day: str = "2026/11/02") -> None:
        """A log file as CloudTrail delivers it."""
        key = f"AWSLogs/111122223333/CloudTrail/us-east-1/{day}/file.json.gz"
        self.put(key, json.dumps({"Records": records}))

    def start(self, query: str, keys: Any = None, **more: Any) -> dict[str, Any]:
        """The execution of a query, as GetQueryExecution shows it."""
        athena = self.client(keys=keys)
        more.setdefault("ResultConfiguration", {"OutputLocation": f"s3://{RESULTS}/out/"})
        name = athena.start_query_execution(QueryString=query, **more)["QueryExecutionId"]
        shown = self.client().get_query_execution(QueryExecutionId=name)["QueryExecution"]
        return dict(shown)

    def run(self, query: str, keys: Any = None, **more: Any) -> list[list[str | None]]:
        """The rows of a query that succeeds, header first."""
        done = self.start(query, keys, **more)
        assert done["Status"]["State"] == "SUCCEEDED", done["Status"].get("StateChangeReason")
        pages = self.client(keys=keys).get_paginator("get_query_results")
        return [
            [value.get("VarCharValue") for value in row["Data"]]
            for page in pages.paginate(QueryExecutionId=done["QueryExecutionId"])
            for row in page["ResultSet"]["Rows"]
        ]

    def reason(self, query: str, keys: Any = None, **more: Any) -> str:
        """Why a query fails."""
        status = self.start(query, keys, **more)["Status"]
        assert status["State"] == "FAILED", status
        return str(status["StateChangeReason"])


@pytest.fixture
def athena(cloud: Any) -> Iterator[Athena]:
    with cloud.world.clock.pinned(Athena.noon):
        yield Athena(cloud)
