"""An account in which AWS Config records, on a clock that stands until it is moved."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import Cloud, LogTrail

_ACCOUNT = "111122223333"


class Recorded:
    """The means to record: a role, a bucket, and the clients of an administrator."""

    role = f"arn:aws:iam::{_ACCOUNT}:role/aws-service-role/config.amazonaws.com/"
    role += "AWSServiceRoleForConfig"

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.world, self.account = cloud, cloud.world, cloud.account
        self._keys = cloud.user("admin", cloud.statement("*"))
        self.clients: dict[str, Any] = {}
        self.client("iam").create_service_linked_role(AWSServiceName="config.amazonaws.com")
        self.config, self.s3 = self.client("config"), self.client("s3")
        self.bucket("configs")

    def client(self, service: str, region: str = "us-east-1") -> Any:
        name = f"{service}/{region}"
        if name not in self.clients:
            self.clients[name] = self.cloud.client(service, self._keys, region=region)
        return self.clients[name]

    def bucket(self, name: str) -> None:
        """A bucket that AWS Config may deliver to, as AWS documents it."""
        self.s3.create_bucket(Bucket=name)
        service = {"Service": "config.amazonaws.com"}
        arn = f"arn:aws:s3:::{name}"
        own = {"AWS:SourceAccount": _ACCOUNT}
        owned = {"s3:x-amz-acl": "bucket-owner-full-control", **own}
        policy = self.cloud.policy(
            self.cloud.statement("s3:GetBucketAcl", arn, Principal=service),
            self.cloud.statement(
                "s3:PutObject",
                f"{arn}/AWSLogs/{_ACCOUNT}/Config/*",
                Principal=service,
                Condition={"StringEquals": owned},
            ),
        )
        self.s3.put_bucket_policy(Bucket=name, Policy=policy)

    def start(self, group: dict[str, Any] | None = None, **channel: Any) -> None:
        """Record from now on: everything, IAM as well, where no group is given."""
        everything = {"allSupported": True, "includeGlobalResourceTypes": True}
        self.config.put_configuration_recorder(
            ConfigurationRecorder={
                "name": "default",
                "roleARN": self.role,
                "recordingGroup": group or everything,
            }
        )
        self.config.put_delivery_channel(
            DeliveryChannel={"name": "default", "s3BucketName": "configs", **channel}
        )
        self.config.start_configuration_recorder(ConfigurationRecorderName="default")
        self.wait(minutes=1)

    def rule(self, identifier: str, name: str = "rule", **more: Any) -> None:
        self.config.put_config_rule(
            ConfigRule={
                "ConfigRuleName": name,
                "Source": {"Owner": "AWS", "SourceIdentifier": identifier},
                **more,
            }
        )

    def said(self, name: str = "rule") -> dict[str, str]:
        """What a rule says of each resource, by its id."""
        found = self.config.get_compliance_details_by_config_rule(ConfigRuleName=name, Limit=100)
        return {
            each["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"]: each[
                "ComplianceType"
            ]
            for each in found["EvaluationResults"]
        }

    def history(self, kind: str, name: str) -> list[dict[str, Any]]:
        """The items of a resource, the first one first."""
        found = self.config.get_resource_config_history(
            resourceType=kind, resourceId=name, chronologicalOrder="Forward"
        )
        items: list[dict[str, Any]] = found["configurationItems"]
        return items

    def wait(self, **duration: float) -> None:
        clock = self.world.clock
        clock.pin(clock.now() + timedelta(**duration))
        self.world.react()

    def files(self, kind: str) -> dict[str, Any]:
        """The files of a kind ("ConfigHistory", "ConfigSnapshot") in the bucket, by key."""
        found = {}
        for item in self.s3.list_objects_v2(Bucket="configs").get("Contents", ()):
            if f"/{kind}/" in item["Key"]:
                body = self.s3.get_object(Bucket="configs", Key=item["Key"])["Body"].read()
                found[item["Key"]] = json.loads(gzip.decompress(body))
        return found


@pytest.fixture
def recorded(cloud: Cloud) -> Iterator[Recorded]:
    """2 November 2026 at noon; nothing is recorded yet."""
    with cloud.world.clock.pinned(LogTrail.noon):
        yield Recorded(cloud)
