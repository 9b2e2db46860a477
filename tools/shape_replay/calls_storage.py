"""Calls to CloudTrail, RDS, Route 53 Resolver and Secrets Manager."""

from __future__ import annotations

from tools.shape_replay.stage import ACCOUNT, OTHER, Stage, document
from tools.shape_replay.table import replays


@replays("cloudtrail", "DeleteTrail")
def delete_trail(stage: Stage) -> None:
    trail(stage)
    stage.call("cloudtrail").delete_trail(Name="main")


@replays("cloudtrail", "StopLogging")
def stop_logging(stage: Stage) -> None:
    trail(stage)
    stage.call("cloudtrail").stop_logging(Name="main")


@replays("cloudtrail", "PutEventSelectors")
def put_event_selectors(stage: Stage) -> None:
    trail(stage)
    stage.call("cloudtrail").put_event_selectors(
        TrailName="main",
        EventSelectors=[
            {
                "ReadWriteType": "ReadOnly",
                "IncludeManagementEvents": False,
                "DataResources": [
                    {"Type": "AWS::S3::Object", "Values": []},
                    {"Type": "AWS::Lambda::Function", "Values": []},
                ],
                "ExcludeManagementEventSources": [],
            }
        ],
    )


def trail(stage: Stage) -> None:
    """The trail "main", logging, with its bucket."""
    s3, trails = stage.prepare("s3"), stage.prepare("cloudtrail")
    s3.create_bucket(Bucket="logs")
    service = {"Service": "cloudtrail.amazonaws.com"}
    allowed = {"Effect": "Allow", "Principal": service}
    s3.put_bucket_policy(
        Bucket="logs",
        Policy=document(
            {**allowed, "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::logs"},
            {
                **allowed,
                "Action": "s3:PutObject",
                "Resource": f"arn:aws:s3:::logs/AWSLogs/{ACCOUNT}/*",
                "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
            },
        ),
    )
    trails.create_trail(Name="main", S3BucketName="logs")
    trails.start_logging(Name="main")


@replays("rds", "ModifyDBSnapshotAttribute")
def modify_db_snapshot_attribute(stage: Stage) -> None:
    rds = stage.prepare("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="shop",
        DBInstanceClass="db.t3.micro",
        Engine="mysql",
        AllocatedStorage=20,
        MasterUsername="owner",
        MasterUserPassword="Correct-horse-1",
    )
    rds.create_db_snapshot(DBInstanceIdentifier="shop", DBSnapshotIdentifier="copy")
    stage.call("rds").modify_db_snapshot_attribute(
        DBSnapshotIdentifier="copy", AttributeName="restore", ValuesToAdd=[OTHER]
    )


@replays("route53resolver", "DeleteResolverQueryLogConfig")
def delete_resolver_query_log_config(stage: Stage) -> None:
    stage.prepare("s3").create_bucket(Bucket="dns-logs")
    made = stage.prepare("route53resolver").create_resolver_query_log_config(
        Name="queries", DestinationArn="arn:aws:s3:::dns-logs", CreatorRequestId="first"
    )
    stage.call("route53resolver").delete_resolver_query_log_config(
        ResolverQueryLogConfigId=made["ResolverQueryLogConfig"]["Id"]
    )


@replays("secretsmanager", "GetSecretValue")
def get_secret_value(stage: Stage) -> None:
    stage.call("secretsmanager").get_secret_value(SecretId=secret(stage))


@replays("secretsmanager", "BatchGetSecretValue")
def batch_get_secret_value(stage: Stage) -> None:
    secret(stage)
    stage.call("secretsmanager").batch_get_secret_value(
        Filters=[{"Key": "tag-key", "Values": ["team"]}]
    )


@replays("secretsmanager", "ListSecrets")
def list_secrets(stage: Stage) -> None:
    secret(stage)
    stage.call("secretsmanager").list_secrets(
        MaxResults=100, Filters=[{"Key": "tag-key", "Values": ["team"]}]
    )


def secret(stage: Stage) -> str:
    """The ARN of a new secret."""
    made = stage.prepare("secretsmanager").create_secret(
        Name="web", SecretString="hunter2", Tags=[{"Key": "team", "Value": "web"}]
    )
    return str(made["ARN"])
