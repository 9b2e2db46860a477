"""Checks of the ARNs in Resource and NotResource.

Source: "IAM policy validation check reference" (IAM User Guide).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from simulator.access_analyzer.checks.issue import ERROR, Issue, Statement
from simulator.iam.patterns import ARN_PARTS, is_wild

PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
_NO_REGION = {"iam", "organizations", "cloudfront", "route53", "sts"}
_REGIONAL = {
    "dynamodb", "ec2", "ecr", "ecs", "kinesis", "kms", "lambda", "logs", "rds", "secretsmanager",
    "sns", "sqs", "ssm", "states",
}  # fmt: skip
_BUCKET = re.compile(r"[^:/]+(/.*)?", re.DOTALL)
_STRUCTURE = "arn:partition:service:region:account:resource"


@cache
def regions() -> frozenset[str]:
    """All Regions of all partitions."""
    from botocore.session import get_session

    session = get_session()
    return frozenset(
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("ec2", partition)
    )


def of_statement(statement: Statement) -> Iterator[Issue]:
    """What is to be said of a statement's resources."""
    for path, node in statement.texts("Resource", "NotResource"):
        if node.value != "*":
            for code, text in _wrong(node.value):
                yield Issue(ERROR, code, text, ((path, node),))


def _wrong(arn: str) -> Iterator[tuple[str, str]]:
    parts = arn.split(":", ARN_PARTS - 1)
    if parts[0] != "arn":
        if not parts[0].startswith(("*", "a*", "ar*", "arn*")):
            yield "INVALID_ARN_PREFIX", "Add the required prefix (arn) to the resource ARN."
        return
    if len(parts) < ARN_PARTS:
        if not is_wild(parts[-1]):
            text = f"Resource ARNs must include at least {ARN_PARTS} fields in the following"
            yield "MISSING_ARN_FIELD", f"{text} structure: {_STRUCTURE}"
        return
    _, partition, service, region, account, resource = parts
    if partition not in PARTITIONS and not is_wild(partition) and "${" not in partition:
        text = f"The resource ARN for the service {service} does not support the partition"
        listed = ", ".join(PARTITIONS)
        yield "INVALID_PARTITION", f"{text} {partition}. Use the supported values: {listed}"
    if service != service.lower():
        text = (
            f"Update the service name {service} in the resource ARN to use all lowercase letters."
        )
        yield "INVALID_ARN_SERVICE_CASE", text
        return
    yield from _region(service, region, resource)
    if service == "s3" and account and _BUCKET.fullmatch(resource) and not is_wild(account):
        if not resource.startswith(("accesspoint", "job/", "storage-lens", "access-grants")):
            text = "does not support specifying an account ID in the resource ARN."
            yield "ARN_ACCOUNT_NOT_ALLOWED", f"The service s3 {text}"
    elif account and not (re.fullmatch(r"\d{12}|aws", account) or _open(account)):
        text = f"The resource ARN account ID {account} is not valid. Provide a 12-digit account ID."
        yield "INVALID_ARN_ACCOUNT", text


def _region(service: str, region: str, resource: str) -> Iterator[tuple[str, str]]:
    plain_bucket = service == "s3" and bool(_BUCKET.fullmatch(resource))
    special = resource.startswith(("accesspoint", "job/", "storage-lens", "access-grants"))
    if region and (service in _NO_REGION or (plain_bucket and not special)):
        if not is_wild(region):
            text = (
                f"The service {service} does not support specifying a Region in the resource ARN."
            )
            yield "ARN_REGION_NOT_ALLOWED", text
    elif region and not _open(region) and region not in regions():
        text = f"The Region {region} is not valid for this resource. Update the resource ARN to"
        yield "INVALID_ARN_REGION", f"{text} include a supported Region."
    elif not region and service in _REGIONAL:
        yield "MISSING_ARN_REGION", f"Add a Region to the {service} resource ARN."


def _open(part: str) -> bool:
    return is_wild(part) or "${" in part
