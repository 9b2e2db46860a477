"""The bucket of a flow log: whether it takes the files, and the policy that lets it.

Sources: "Amazon S3 bucket permissions for flow logs" (Amazon VPC User Guide), "Logs sent to Amazon
S3" (Amazon CloudWatch Logs User Guide).
"""

from __future__ import annotations

import json
from typing import Any

from simulator.account.resource_policies import bucket_owner
from simulator.account.s3_bucket import find_bucket
from simulator.gateway.call import Call
from simulator.gateway.caller import CallerType
from simulator.gateway.errors import AwsError
from simulator.services.ec2_flow_log_settings import Settings


def check_caller(call: Call, action: str) -> None:
    """Creating or deleting a log delivery is an action of its own.

    Raises:
        AwsError: UnauthorizedOperation.
    """
    from simulator.account.principal_policies import policies_of
    from simulator.gateway import authorize
    from simulator.gateway.context import global_context
    from simulator.iam.actions import Needed

    need = Needed(action, "*", wildcard_only=True)
    authorize.decide(call, need, policies_of(call.caller), global_context(call), "ec2")


def prepare(call: Call, settings: Settings) -> str | None:
    """Let the bucket take the files, if the caller may; what is wrong, if anything is."""
    from simulator.gateway.service_call import refusal
    from simulator.telemetry.load_balancer.files import from_delivery
    from simulator.telemetry.upload import bucket_region

    assert call.account is not None
    name = settings.bucket
    if bucket_region(name, call.account.world) is None:
        return f"LogDestination: {name} does not exist."
    top = f"{settings.prefix}/" if settings.prefix else ""
    if settings.options["HiveCompatiblePartitions"]:
        folder = f"{top}AWSLogs/aws-account-id={call.account.id}"
    else:
        folder = f"{top}AWSLogs/{call.account.id}"
    key = f"{folder}/vpcflowlogs/{call.region}/{call.account.id}_vpcflowlogs.log.gz"
    (upload,) = from_delivery(call.account, call.region, {"Bucket": name, "Key": key}, b"")
    if refusal(upload, call.account) is None:
        return None
    if _may_change_policy(call, name):
        _let_in(call, name, folder)
        if refusal(upload, call.account) is None:
            return None
    return f"Access Denied for LogDestination: {name}. Please check LogDestination permission"


def _may_change_policy(call: Call, bucket: str) -> bool:
    from simulator.gateway import service_role

    assert call.account is not None
    if bucket_owner(bucket) != call.account.id:
        return False
    if call.caller.type is CallerType.ROOT:
        return True
    try:
        for operation, more in (("GetBucketPolicy", {}), ("PutBucketPolicy", {"Policy": "{}"})):
            params = {"Bucket": bucket, **more}
            service_role.check(call.account, call.caller, "s3", operation, params, call.region)
    except AwsError:
        return False
    return True


def _let_in(call: Call, name: str, folder: str) -> None:
    """The documented statements, appended to what the bucket's policy says."""
    from simulator.gateway import service_role
    from simulator.telemetry.load_balancer.files import DELIVERY

    assert call.account is not None
    bucket = find_bucket(name)
    policy: dict[str, Any] = json.loads(bucket.policy or b"{}")
    said = policy.get("Statement") or []
    arn, service = f"arn:aws:s3:::{name}", {"Service": DELIVERY}
    source = {
        "StringEquals": {"aws:SourceAccount": call.account.id},
        "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{call.region}:{call.account.id}:*"},
    }
    write = {"s3:x-amz-acl": "bucket-owner-full-control", **source["StringEquals"]}
    policy = {
        "Version": policy.get("Version", "2012-10-17"),
        "Id": policy.get("Id", "AWSLogDeliveryWrite20150319"),
        "Statement": [
            *(said if isinstance(said, list) else [said]),
            {
                "Sid": "AWSLogDeliveryWrite",
                "Effect": "Allow",
                "Principal": service,
                "Action": "s3:PutObject",
                "Resource": f"{arn}/{folder}/*",
                "Condition": {**source, "StringEquals": write},
            },
            {
                "Sid": "AWSLogDeliveryAclCheck",
                "Effect": "Allow",
                "Principal": service,
                "Action": "s3:GetBucketAcl",
                "Resource": arn,
                "Condition": source,
            },
        ],
    }
    bucket.policy = json.dumps(policy).encode()
    params = {"Bucket": name, "Policy": json.dumps(policy)}
    if call.caller.access_key_id is not None:
        service_role.write_down(
            call.account, call.caller, DELIVERY, "s3", "PutBucketPolicy", params, call.region
        )
