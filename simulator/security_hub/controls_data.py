"""Controls on buckets, databases and functions. Source: as simulator.security_hub.control."""

from __future__ import annotations

from typing import Final

from simulator.security_hub.control import Control

CONTROLS: Final = (
    Control(
        "S3.1",
        "MEDIUM",
        "s3_account_level_public_access_blocks_periodic",
        "S3 general purpose buckets should have block public access settings enabled",
        "all four Block Public Access settings are on for the account",
        cis3="2.1.4",
        periodic=True,
    ),
    Control(
        "S3.2",
        "CRITICAL",
        "s3_bucket_public_read_prohibited",
        "S3 general purpose buckets should block public read access",
        "anybody can read a bucket, by its policy or its ACL",
    ),
    Control(
        "S3.3",
        "CRITICAL",
        "s3_bucket_public_write_prohibited",
        "S3 general purpose buckets should block public write access",
        "anybody can write to a bucket, by its policy or its ACL",
    ),
    Control(
        "S3.5",
        "MEDIUM",
        "s3_bucket_ssl_requests_only",
        "S3 general purpose buckets should require requests to use SSL",
        "a bucket's policy denies requests without TLS",
        cis3="2.1.1",
    ),
    Control(
        "S3.8",
        "HIGH",
        "s3_bucket_level_public_access_prohibited",
        "S3 general purpose buckets should block public access",
        "all four Block Public Access settings are on for a bucket",
        cis3="2.1.4",
    ),
    Control(
        "S3.9",
        "MEDIUM",
        "s3_bucket_logging_enabled",
        "S3 general purpose buckets should have server access logging enabled",
        "requests to a bucket are logged",
    ),
    Control(
        "S3.12",
        "MEDIUM",
        "s3_bucket_acl_prohibited",
        "ACLs should not be used to manage user access to S3 general purpose buckets",
        "a bucket's ACLs are turned off, or grant nothing to anybody else",
    ),
    Control(
        "S3.14",
        "LOW",
        "s3_bucket_versioning_enabled",
        "S3 general purpose buckets should have versioning enabled",
        "a bucket keeps earlier versions",
        fsbp=False,
    ),
    Control(
        "S3.15",
        "MEDIUM",
        "s3_bucket_default_lock_enabled",
        "S3 general purpose buckets should have Object Lock enabled",
        "a bucket has Object Lock",
        fsbp=False,
    ),
    Control(
        "S3.20",
        "LOW",
        "s3_bucket_mfa_delete_enabled",
        "S3 general purpose buckets should have MFA delete enabled",
        "versions of a bucket are deleted with MFA only",
        fsbp=False,
        cis3="2.1.2",
    ),
    Control(
        "RDS.1",
        "CRITICAL",
        "rds_snapshots_public_prohibited",
        "RDS snapshot should be private",
        "anybody can restore a snapshot",
    ),
    Control(
        "RDS.2",
        "CRITICAL",
        "rds_instance_public_access_check",
        "RDS DB Instances should prohibit public access, as determined by the PubliclyAccessible "
        "configuration",
        "a DB instance has a public address",
        cis3="2.3.3",
    ),
    Control(
        "RDS.3",
        "MEDIUM",
        "rds_storage_encrypted",
        "RDS DB instances should have encryption at-rest enabled",
        "a DB instance's storage is encrypted",
        cis3="2.3.1",
    ),
    Control(
        "RDS.4",
        "MEDIUM",
        "rds_snapshot_encrypted",
        "RDS cluster snapshots and database snapshots should be encrypted at rest",
        "a snapshot is encrypted",
    ),
    Control(
        "RDS.13",
        "HIGH",
        "rds_automatic_minor_version_upgrade_enabled",
        "RDS automatic minor version upgrades should be enabled",
        "a DB instance takes minor versions by itself",
        cis3="2.3.2",
    ),
    Control(
        "Lambda.1",
        "CRITICAL",
        "lambda_function_public_access_prohibited",
        "Lambda function policies should prohibit public access",
        "anybody can invoke a function",
    ),
)
