"""Unused roles, keys, passwords and permissions, within the analyzer's tracking period."""

from __future__ import annotations

from typing import Any

import pytest

from tests.access_analyzer.conftest import Watch

OWN = "111122223333"


def unused(watch: Watch, name: str, status: str = "ACTIVE") -> dict[str, Any]:
    """The findings about a user or role, with their details, by finding type."""
    found = watch.api.list_findings_v2(
        analyzerArn=watch.arn,
        filter={"resource": {"contains": [f"/{name}"]}, "status": {"eq": [status]}},
    )["findings"]
    return {
        one["findingType"]: watch.api.get_finding_v2(analyzerArn=watch.arn, id=one["id"])[
            "findingDetails"
        ]
        for one in found
    }


def start(watch: Watch, **more: Any) -> None:
    settings = {"unusedAccess": {"unusedAccessAge": 30, **more}}
    watch.start("ACCOUNT_UNUSED_ACCESS", configuration=settings)


def test_a_role_that_nobody_takes(watch: Watch) -> None:
    trust = watch.cloud.trust({"AWS": OWN})
    watch.cloud.role("idle", trust)
    watch.wait(days=29)
    start(watch)
    assert not unused(watch, "idle")
    watch.wait(days=2)
    assert unused(watch, "idle") == {"UnusedIAMRole": [{"unusedIamRoleDetails": {}}]}


def test_a_role_in_use_again_is_resolved(watch: Watch) -> None:
    cloud = watch.cloud
    role = cloud.role("idle", cloud.trust({"AWS": OWN}), cloud.statement("s3:ListAllMyBuckets"))
    watch.wait(days=31)
    start(watch)
    assert "UnusedIAMRole" in unused(watch, "idle")
    keys = watch.client("sts").assume_role(RoleArn=role, RoleSessionName="again")["Credentials"]
    cloud.client("s3", keys).list_buckets()
    watch.wait(days=1)
    assert "UnusedIAMRole" not in unused(watch, "idle")
    assert "UnusedIAMRole" in unused(watch, "idle", "RESOLVED")
    event = watch.told[-1]
    assert event.detail_type == "Unused Access Finding for IAM entities"
    assert (event.detail["previousStatus"], event.detail["status"]) == ("ACTIVE", "RESOLVED")
    assert event.detail["findingType"] == "UnusedIAMRole"


def test_keys_and_passwords(watch: Watch) -> None:
    cloud = watch.cloud
    busy, idle = cloud.user("busy"), cloud.user("idle")
    cloud.root("iam").create_login_profile(UserName="idle", Password="Correct-Horse-1-Battery")
    watch.wait(days=31)
    cloud.client("sts", busy).get_caller_identity()
    start(watch)
    found = unused(watch, "idle")
    assert found["UnusedIAMUserAccessKey"] == [
        {"unusedIamUserAccessKeyDetails": {"accessKeyId": idle["AccessKeyId"]}}
    ]
    assert found["UnusedIAMUserPassword"] == [{"unusedIamUserPasswordDetails": {}}]
    assert "UnusedIAMUserAccessKey" not in unused(watch, "busy")


def test_permissions_of_who_is_busy(watch: Watch) -> None:
    """A service never tried is told of as a whole; of one in use the actions that weren't tried."""
    cloud = watch.cloud
    keys = cloud.user(
        "busy",
        cloud.statement(["sqs:SendMessage", "sqs:ListQueues", "sns:*"]),
    )
    watch.wait(days=31)
    cloud.client("sqs", keys).list_queues()
    start(watch)
    details = unused(watch, "busy")["UnusedPermission"]
    shown = {one["unusedPermissionDetails"]["serviceNamespace"]: one for one in details}
    assert set(shown) == {"sns", "sqs"}
    assert "actions" not in shown["sns"]["unusedPermissionDetails"]
    actions = shown["sqs"]["unusedPermissionDetails"]["actions"]
    assert [one["action"] for one in actions] == ["sqs:SendMessage"]


@pytest.mark.parametrize(
    "exclusion", [{"accountIds": [OWN]}, {"resourceTags": [{"kind": "break-glass"}]}]
)
def test_exclusions(watch: Watch, exclusion: dict[str, Any]) -> None:
    trust = watch.cloud.trust({"AWS": OWN})
    watch.cloud.role("glass", trust, Tags=[{"Key": "kind", "Value": "break-glass"}])
    watch.wait(days=31)
    start(watch, analysisRule={"exclusions": [exclusion]})
    assert not unused(watch, "glass")


def test_the_first_version_of_the_api_knows_none(watch: Watch, refusal: Any) -> None:
    start(watch)
    code, _, _ = refusal(lambda: watch.api.list_findings(analyzerArn=watch.arn))
    assert code == "ValidationException"


def test_statistics_and_another_period(watch: Watch) -> None:
    watch.cloud.role("idle", watch.cloud.trust({"AWS": OWN}))
    watch.wait(days=31)
    start(watch)
    found = watch.api.get_findings_statistics(analyzerArn=watch.arn)["findingsStatistics"][0]
    counted = found["unusedAccessFindingsStatistics"]
    assert {"unusedAccessType": "UnusedIAMRole", "total": 1} in counted[
        "unusedAccessTypeStatistics"
    ]
    watch.api.update_analyzer(
        analyzerName="watch", configuration={"unusedAccess": {"unusedAccessAge": 90}}
    )
    watch.wait(minutes=1)
    assert not unused(watch, "idle")
