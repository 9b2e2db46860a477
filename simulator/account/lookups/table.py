"""Which module knows the resources of which service.

Services whose backend keeps tags by ARN in moto's common way need no reader of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.account.lookups import compute, ec2, identity, macie, messages, secrets, storage
from simulator.account.lookups.arns import Arn
from simulator.account.lookups.ec2_attributes import ec2_attributes
from simulator.iam.actions.needed import ContextValue

TagReader = Callable[[Any, Arn], Any]
"""moto's state of the service and the resource's ARN → tags in any of AWS's shapes, or None."""


def by_arn(state: Any, arn: Arn) -> Any:
    """Tags that the backend keeps by the resource's ARN."""
    tagger = getattr(state, "tagger", None) or getattr(state, "tagging_service", None)
    return tagger.tags.get(arn.text) if tagger is not None else None


MOTO_NAME = {
    "elasticloadbalancing": "elbv2",
    "elasticfilesystem": "efs",
    "es": "opensearch",
    "states": "stepfunctions",
}
"""The service in an ARN → moto's name of it, where they differ."""

GLOBAL = frozenset({"cloudfront", "iam", "organizations", "route53", "s3", "shield"})
"""Services without regions."""

TAGS: dict[str, TagReader] = {
    **dict.fromkeys(
        (
            "athena",
            "backup",
            "cloudfront",
            "cloudtrail",
            "cloudwatch",
            "ecr",
            "elasticloadbalancing",
            "es",
            "events",
            "firehose",
            "glue",
            "inspector2",
            "network-firewall",
            "route53resolver",
            "scheduler",
            "shield",
            "states",
            "wafv2",
        ),
        by_arn,
    ),
    "acm": secrets.acm_tags,
    "autoscaling": compute.autoscaling_tags,
    "cloudformation": compute.cloudformation_tags,
    "dynamodb": storage.dynamodb_tags,
    "ec2": ec2.ec2_tags,
    "ecs": compute.ecs_tags,
    "eks": compute.eks_tags,
    "elasticfilesystem": storage.efs_tags,
    "guardduty": messages.guardduty_tags,
    "macie2": macie.tags,
    "iam": identity.iam_tags,
    "kinesis": storage.kinesis_tags,
    "kms": secrets.kms_tags,
    "lambda": compute.lambda_tags,
    "logs": messages.logs_tags,
    "organizations": identity.organizations_tags,
    "rds": storage.rds_tags,
    "s3": storage.s3_tags,
    "secretsmanager": secrets.secret_tags,
    "sns": messages.sns_tags,
    "sqs": messages.sqs_tags,
    "ssm": secrets.ssm_tags,
}

ATTRIBUTES: dict[str, Callable[[Any, Arn], Mapping[str, ContextValue]]] = {
    "ec2": ec2_attributes,
    "events": messages.events_attributes,
    "iam": identity.iam_attributes,
    "kms": secrets.kms_attributes,
    "lambda": compute.lambda_attributes,
    "rds": storage.rds_attributes,
    "secretsmanager": secrets.secret_attributes,
}

NAMES: dict[str, Callable[[Any, str, str], str | None]] = {
    "account": lambda state, _, name: identity.account_arn(state, name),
    "autoscaling": compute.autoscaling_arn,
    "cloudformation": compute.cloudformation_arn,
    "ec2": ec2.ec2_arn,
    "ecs": compute.ecs_arn,
    "elbv2": compute.elbv2_arn,
    "organizations": lambda state, _, name: identity.organizations_arn(state, name),
}
"""botocore's name of a service → from the kind and name of a resource to its ARN."""
