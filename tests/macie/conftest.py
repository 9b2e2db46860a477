"""Macie that is on, on a clock that stands until it is moved."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.events import bus
from simulator.reactions.event import Event
from tests.conftest import LogTrail


class Privacy:
    """Macie of the first account, and a bucket named data."""

    def __init__(self, trail: LogTrail, told: list[Event]) -> None:
        self.trail, self.cloud, self.told = trail, trail.cloud, told
        self.client, self.s3 = trail.client("macie2"), trail.client("s3")
        self.account = self.cloud.account

    def on(self, **options: Any) -> None:
        """Switch it on."""
        self.client.enable_macie(**options)

    def wait(self, **duration: float) -> None:
        """Time passes, and services catch up."""
        self.trail.wait(**duration)
        self.cloud.world.react()

    def put(self, key: str, body: str | bytes, bucket: str = "data", **options: Any) -> None:
        """An object; its bucket is made."""
        if bucket not in [each["Name"] for each in self.s3.list_buckets()["Buckets"]]:
            self.s3.create_bucket(Bucket=bucket)
        self.s3.put_object(Bucket=bucket, Key=key, Body=body, **options)

    def start(self, *, name: str = "job", scope: Any = None, **options: Any) -> str:
        """A job over the bucket; its id."""
        own = {"bucketDefinitions": [{"accountId": self.account.id, "buckets": ["data"]}]}
        definition = options.pop("s3JobDefinition", own)
        settings: dict[str, Any] = {
            "jobType": "ONE_TIME",
            "clientToken": name,
            "managedDataIdentifierSelector": "ALL",
            "s3JobDefinition": {**definition, **({"scoping": scope} if scope else {})},
            **options,
        }
        return str(self.client.create_classification_job(name=name, **settings)["jobId"])

    def run(self, **options: Any) -> dict[str, Any]:
        """A job, to its end."""
        job = self.start(**options)
        self.wait(minutes=6)
        told: dict[str, Any] = self.client.describe_classification_job(jobId=job)
        return told

    def findings(self, **criterion: Any) -> list[dict[str, Any]]:
        """All that fit, the oldest first."""
        ids = self.client.list_findings(
            findingCriteria={"criterion": criterion},
            sortCriteria={"attributeName": "createdAt", "orderBy": "ASC"},
        )["findingIds"]
        by_id = {one["id"]: one for one in self.client.get_findings(findingIds=ids)["findings"]}
        return [by_id[one] for one in ids]

    def detected(self) -> dict[str, dict[str, int]]:
        """How often each identifier matched in each object."""
        found: dict[str, dict[str, int]] = {}
        for one in self.findings(category={"eq": ["CLASSIFICATION"]}):
            result = one["classificationDetails"]["result"]
            groups = [*result["sensitiveData"], result["customDataIdentifiers"]]
            found[one["resourcesAffected"]["s3Object"]["key"]] = {
                each.get("type") or each["name"]: each["count"]
                for group in groups
                for each in group["detections"]
            }
        return found


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What comes to the event bus."""
    arrived: list[Event] = []
    monkeypatch.setattr(bus, "put", lambda world, event: arrived.append(event))
    return arrived


@pytest.fixture
def macie(trail: LogTrail, told: list[Event]) -> Privacy:
    """Macie, on."""
    privacy = Privacy(trail, told)
    privacy.on()
    return privacy
