"""Where the account's own settings say that its logs are delivered.

Each function takes what makes a boto3 client of a service, and returns buckets with prefixes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Clients = Callable[[str], Any]
Places = list[tuple[str, str]]


def of_trails(client: Clients) -> Places:
    """By DescribeTrails."""
    trails = client("cloudtrail").describe_trails()["trailList"]
    return [
        (trail["S3BucketName"], _folder(trail.get("S3KeyPrefix")) + "AWSLogs/") for trail in trails
    ]


def of_server_access(client: Clients) -> Places:
    """By GetBucketLogging of every bucket that says it."""
    s3 = client("s3")
    found = []
    for bucket in s3.list_buckets()["Buckets"]:
        enabled = _told(s3, bucket["Name"])
        if enabled:
            found.append((enabled["TargetBucket"], enabled.get("TargetPrefix", "")))
    return found


def _told(s3: Any, bucket: str) -> dict[str, Any]:
    """A bucket that refuses the question doesn't keep the others from answering."""
    from botocore.exceptions import ClientError

    try:
        return dict(s3.get_bucket_logging(Bucket=bucket).get("LoggingEnabled") or {})
    except ClientError:
        return {}


def of_albs(client: Clients) -> Places:
    """By the access log attributes of the Application Load Balancers."""
    return _of_balancers(client, "application")


def of_nlbs(client: Clients) -> Places:
    """By the access log attributes of the Network Load Balancers."""
    return _of_balancers(client, "network")


def _of_balancers(client: Clients, kind: str) -> Places:
    elb = client("elbv2")
    found = []
    for page in elb.get_paginator("describe_load_balancers").paginate():
        for each in page["LoadBalancers"]:
            if each["Type"] != kind:
                continue
            arn = each["LoadBalancerArn"]
            attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
            told = {item["Key"]: item["Value"] for item in attributes}
            if told.get("access_logs.s3.enabled") == "true":
                prefix = _folder(told.get("access_logs.s3.prefix"))
                found.append((told["access_logs.s3.bucket"], f"{prefix}AWSLogs/"))
    return found


def of_resolver_queries(client: Clients) -> Places:
    """By ListResolverQueryLogConfigs."""
    resolver = client("route53resolver")
    pages = resolver.get_paginator("list_resolver_query_log_configs").paginate()
    arns = [one["DestinationArn"] for page in pages for one in page["ResolverQueryLogConfigs"]]
    return list(_in_s3(arns))


def of_flow_logs(client: Clients) -> Places:
    """By DescribeFlowLogs."""
    flows = client("ec2").describe_flow_logs()["FlowLogs"]
    return list(_in_s3([each.get("LogDestination", "") for each in flows]))


def _in_s3(arns: list[str]) -> Iterator[tuple[str, str]]:
    for arn in arns:
        if arn.startswith("arn:aws:s3:::"):
            bucket, _, prefix = arn.removeprefix("arn:aws:s3:::").partition("/")
            yield bucket, f"{_folder(prefix)}AWSLogs/"


def _folder(prefix: str | None) -> str:
    return f"{prefix.rstrip('/')}/" if prefix else ""
