"""Amazon S3, DynamoDB, RDS, EFS and Kinesis: tags, and what describes a database."""

from __future__ import annotations

from typing import Any

from simulator.account.lookups.arns import Arn

_RDS = {
    "cluster": "clusters",
    "cluster-pg": "db_cluster_parameter_groups",
    "cluster-snapshot": "cluster_snapshots",
    "db": "databases",
    "es": "event_subscriptions",
    "global-cluster": "global_clusters",
    "og": "option_groups",
    "pg": "db_parameter_groups",
    "secgrp": "security_groups",
    "snapshot": "database_snapshots",
    "subgrp": "subnet_groups",
}


def s3_tags(state: Any, arn: Arn) -> Any:
    """Tags of an object's current version, for s3:ExistingObjectTag/….

    A bucket's tags count for authorization only where attribute-based access control is enabled
    for it, which it is not by default ("Using tags with S3 general purpose buckets").
    """
    name, _, key = arn.resource.partition("/")
    bucket = state.buckets.get(name)
    if bucket is None or not key:
        return None
    found = bucket.keys.get(key)
    named = getattr(found, "arn", None)  # a delete marker has none
    return state.tagger.tags.get(named) if named is not None else None


def dynamodb_tags(state: Any, arn: Arn) -> Any:
    """Tags of a table; its indexes and streams share them."""
    table = state.tables.get(arn.name.split("/", 1)[0])
    return table.tags if table is not None else None


def rds_resource(state: Any, arn: Arn) -> Any:
    """What an ARN of Amazon RDS names."""
    holder = _RDS.get(arn.kind)
    return getattr(state, holder).get(arn.name) if holder else None


def rds_tags(state: Any, arn: Arn) -> Any:
    """Tags of a database, a cluster, a snapshot or a group."""
    return getattr(rds_resource(state, arn), "tags", None)


def rds_attributes(state: Any, arn: Arn) -> dict[str, str]:
    """rds:DatabaseClass and its kin, which AWS has for instances alone."""
    found = rds_resource(state, arn) if arn.kind == "db" else None
    if found is None:
        return {}
    values = {
        "rds:DatabaseClass": found.db_instance_class,
        "rds:DatabaseEngine": found.engine,
        "rds:DatabaseName": found.db_name,
        "rds:Piops": found.iops,
        "rds:StorageSize": found.allocated_storage,
    }
    told = {key: str(value) for key, value in values.items() if value}
    return told | {
        "rds:MultiAz": str(bool(found.multi_az)).lower(),
        "rds:StorageEncrypted": str(bool(found.storage_encrypted)).lower(),
    }


def efs_tags(state: Any, arn: Arn) -> Any:
    """Tags of a file system or an access point."""
    return state.tagging_service.get_tag_dict_for_resource(arn.name)


def kinesis_tags(state: Any, arn: Arn) -> Any:
    """Tags of a stream; its consumers share them."""
    stream = state.streams.get(arn.name.split("/", 1)[0])
    return stream.tags if stream is not None else None
