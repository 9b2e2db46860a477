"""The services covered, and which of them have exceptions made by hand."""

from __future__ import annotations

SERVICES = frozenset(
    (
        "accessanalyzer account acm athena autoscaling backup cloudformation cloudfront "
        "cloudtrail cloudwatch cognito-idp config detective dynamodb ebs ec2 ec2-instance-connect "
        "ecr ecs eks elb elbv2 events firehose glue guardduty iam identitystore inspector2 "
        "kinesis kms lambda logs macie2 network-firewall organizations ram rds "
        "resourcegroupstaggingapi route53 route53resolver s3 s3control scheduler secretsmanager "
        "securityhub shield sns sqs ssm ssmmessages sso sso-admin sso-oidc stepfunctions sts wafv2"
    ).split()
)
"""botocore's names; ssmmessages, which the SSM agent calls, has no model there."""

BY_HAND = frozenset({"s3", "sts"})
"""Services all of whose rules are in their module; no data is generated for them."""

EXCEPTIONS = {
    "cloudtrail": "cloudtrail",
    "ec2": "ec2",
    "iam": "iam",
    "kms": "kms",
    "lambda": "lambda_",
    "logs": "logs",
    "organizations": "organizations",
    "s3": "s3",
    "secretsmanager": "secretsmanager",
    "sns": "sns",
    "sqs": "sqs",
    "ssm": "ssm",
    "sts": "sts",
}
"""Service → module of this package."""
