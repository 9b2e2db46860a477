"""The services that access advisor reports on, and which of them a policy lets somebody reach.

Source: "Service Authorization Reference", whose pages name each service and its prefix; "Refine
permissions in AWS using last accessed information".
"""

from __future__ import annotations

from simulator.iam.patterns import Piece, glob
from simulator.iam.policy import Policy, Statement

NAMES = {
    "access-analyzer": "AWS IAM Access Analyzer",
    "account": "AWS Account Management",
    "acm": "AWS Certificate Manager",
    "athena": "Amazon Athena",
    "autoscaling": "Amazon EC2 Auto Scaling",
    "backup": "AWS Backup",
    "cloudformation": "AWS CloudFormation",
    "cloudfront": "Amazon CloudFront",
    "cloudtrail": "AWS CloudTrail",
    "cloudwatch": "Amazon CloudWatch",
    "cognito-idp": "Amazon Cognito User Pools",
    "config": "AWS Config",
    "detective": "Amazon Detective",
    "dynamodb": "Amazon DynamoDB",
    "ec2": "Amazon EC2",
    "ec2-instance-connect": "Amazon EC2 Instance Connect",
    "ecr": "Amazon Elastic Container Registry",
    "ecs": "Amazon Elastic Container Service",
    "eks": "Amazon Elastic Kubernetes Service",
    "elasticloadbalancing": "AWS Elastic Load Balancing",
    "events": "Amazon EventBridge",
    "firehose": "Amazon Kinesis Firehose",
    "glue": "AWS Glue",
    "guardduty": "Amazon GuardDuty",
    "iam": "AWS Identity and Access Management",
    "identitystore": "AWS Identity Store",
    "inspector2": "Amazon Inspector2",
    "kinesis": "Amazon Kinesis Data Streams",
    "kms": "AWS Key Management Service",
    "lambda": "AWS Lambda",
    "logs": "Amazon CloudWatch Logs",
    "macie2": "Amazon Macie",
    "network-firewall": "AWS Network Firewall",
    "organizations": "AWS Organizations",
    "ram": "AWS Resource Access Manager",
    "rds": "Amazon RDS",
    "route53": "Amazon Route 53",
    "route53resolver": "Amazon Route 53 Resolver",
    "s3": "Amazon S3",
    "scheduler": "Amazon EventBridge Scheduler",
    "secretsmanager": "AWS Secrets Manager",
    "securityhub": "AWS Security Hub",
    "shield": "AWS Shield",
    "sns": "Amazon SNS",
    "sqs": "Amazon SQS",
    "ssm": "AWS Systems Manager",
    "ssmmessages": "Amazon Session Manager Message Gateway Service",
    "sso": "AWS IAM Identity Center",
    "states": "AWS Step Functions",
    "sts": "AWS Security Token Service",
    "tag": "Amazon Resource Group Tagging API",
    "wafv2": "AWS WAF V2",
}
"""Service names by namespace."""
_SOURCES = {"monitoring": "cloudwatch", "tagging": "tag"}


def namespace_of(event_source: str) -> str:
    """The namespace of a CloudTrail event source: "cloudwatch" for "monitoring.amazonaws.com"."""
    prefix = event_source.partition(".")[0]
    return _SOURCES.get(prefix, prefix)


def reached(policy: Policy, namespace: str) -> bool:
    """Whether a permissions policy allows anything of a service.

    What another policy forbids doesn't count, unless it is all of the service everywhere:
    see `forbidden`.
    """
    return any(
        not statement.denies and _speaks_of(statement, namespace) for statement in policy.statements
    )


def forbidden(policy: Policy, namespace: str) -> bool:
    """Whether a policy denies all of a service, on every resource and without a condition."""
    return any(
        statement.denies
        and not statement.conditions
        and statement.written.get("Resource") in ("*", ["*"])
        and any(action in {"*", f"{namespace}:*"} for action in _listed(statement, "Action"))
        for statement in policy.statements
    )


def _speaks_of(statement: Statement, namespace: str) -> bool:
    if "NotAction" in statement.written:
        spared = _listed(statement, "NotAction")
        return not any(action in {"*", f"{namespace}:*"} for action in spared)
    return any(
        glob((Piece(action.partition(":")[0]),))(namespace)
        for action in _listed(statement, "Action")
    )


def _listed(statement: Statement, element: str) -> list[str]:
    actions = statement.written.get(element, [])
    listed = [actions] if isinstance(actions, str) else actions
    return [action.strip().lower() for action in listed]
