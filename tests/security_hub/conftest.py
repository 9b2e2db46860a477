"""An account with Security Hub, on a clock that stands until it is moved."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.account.account import Account
from simulator.events import bus
from simulator.reactions.event import Event
from tests.conftest import Cloud, LogTrail

OWN = "arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default"
FSBP = "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0"
CIS3 = "arn:aws:securityhub:us-east-1::standards/cis-aws-foundations-benchmark/v/3.0.0"


class Watch:
    """Security Hub of the first account, called by its IAM user admin."""

    def __init__(self, trail: LogTrail, sent: list[Event]) -> None:
        self.cloud, self.client, self.keys = trail.cloud, trail.client, trail.keys
        self.sent, self._wait = sent, trail.wait
        self.hub: Any = trail.client("securityhub")

    def wait(self, **duration: float) -> None:
        """Let time pass, and services catch up with it."""
        self._wait(**duration)
        self.cloud.world.react()

    def enable(self, *standards: str) -> None:
        """Security Hub with these standards, whose first checks ran."""
        self.hub.enable_security_hub(EnableDefaultStandards=False)
        self.add(*(standards or (FSBP,)))
        self.wait(minutes=5)

    def add(self, *standards: str) -> None:
        """Further standards."""
        asked = [{"StandardsArn": each} for each in standards]
        self.hub.batch_enable_standards(StandardsSubscriptionRequests=asked)

    def findings(self, hub: Any = None, **filters: Any) -> list[dict[str, Any]]:
        """Those that match filters, each given as its value or as what the API takes."""
        wanted = {
            name: value if isinstance(value, list) else [{"Value": value, "Comparison": "EQUALS"}]
            for name, value in filters.items()
        }
        pages = (hub or self.hub).get_paginator("get_findings").paginate(Filters=wanted)
        return [each for page in pages for each in page["Findings"]]

    def control(self, control: str, resource: str = "") -> dict[str, Any]:
        """The one finding of a control about a resource."""
        found = self.findings(ComplianceSecurityControlId=control)
        (only,) = [one for one in found if resource in one["Resources"][0]["Id"]]
        return only

    def finding(self, name: str = "one", **more: Any) -> dict[str, Any]:
        """A finding to import."""
        return {
            "SchemaVersion": "2018-10-08",
            "Id": name,
            "ProductArn": OWN,
            "GeneratorId": "scanner",
            "AwsAccountId": "111122223333",
            "Types": ["Software and Configuration Checks/Vulnerabilities/CVE"],
            "CreatedAt": "2026-11-01T10:00:00Z",
            "UpdatedAt": "2026-11-01T10:00:00Z",
            "Severity": {"Label": "HIGH"},
            "Title": f"Finding {name}",
            "Description": "Something is wrong.",
            "Resources": [{"Type": "Other", "Id": f"thing/{name}"}],
            **more,
        }

    def take(self, *findings: dict[str, Any]) -> None:
        """Import findings, all of which are taken."""
        answer = self.hub.batch_import_findings(Findings=list(findings))
        assert answer["FailedCount"] == 0, answer

    def update(self, *names: str, hub: Any = None, **fields: Any) -> dict[str, Any]:
        """BatchUpdateFindings of imported findings."""
        wanted = [{"Id": name, "ProductArn": OWN} for name in names]
        answer: dict[str, Any] = (hub or self.hub).batch_update_findings(
            FindingIdentifiers=wanted, **fields
        )
        return answer


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What came to event buses."""
    arrived: list[Event] = []
    monkeypatch.setattr(bus, "put", lambda world, event: arrived.append(event))
    return arrived


@pytest.fixture
def watch(trail: LogTrail, sent: list[Event]) -> Watch:
    """Security Hub is not on yet."""
    return Watch(trail, sent)


@pytest.fixture
def other(cloud: Cloud) -> Account:
    """A further account in the same world."""
    return cloud.open("444455556666", world=cloud.world)
