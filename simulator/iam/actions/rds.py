"""Amazon RDS.

Source: "Actions, resources, and condition keys for Amazon RDS" (Service Authorization
Reference) and "Policy best practices for creating a DB instance" (Amazon RDS User Guide): the
groups that a call leaves out are the default ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from simulator.iam.actions.needed import Request


def _default(name: str, call: Request) -> str:
    if call.operation.startswith(("Create", "Restore", "Copy", "Modify")):
        return call.arn("rds", f"{name}")
    return call.arn("rds", f"{name.split(':', maxsplit=1)[0]}:*")


ABSENT: Mapping[str, Callable[[Request], str]] = {
    "cluster-pg": partial(_default, "cluster-pg:default.*"),
    "og": partial(_default, "og:default:*"),
    "pg": partial(_default, "pg:default.*"),
    "subgrp": partial(_default, "subgrp:default"),
}
_NEW_INSTANCE = {
    "rds:DatabaseClass": "DBInstanceClass",
    "rds:DatabaseEngine": "Engine",
    "rds:DatabaseName": "DBName",
    "rds:ManageMasterUserPassword": "ManageMasterUserPassword",
    "rds:MultiAz": "MultiAZ",
    "rds:Piops": "Iops",
    "rds:PubliclyAccessible": "PubliclyAccessible",
    "rds:StorageEncrypted": "StorageEncrypted",
    "rds:StorageSize": "AllocatedStorage",
}
_NEW_CLUSTER = {
    "rds:DatabaseEngine": "Engine",
    "rds:DatabaseName": "DatabaseName",
    "rds:ManageMasterUserPassword": "ManageMasterUserPassword",
    "rds:StorageEncrypted": "StorageEncrypted",
}


def _tagged(*resources: str, **more: Any) -> dict[str, Any]:
    return {"resources": resources, "tags": "Tags", "tagging": "AddTagsToResource", **more}


def _copied(kind: str, name: str) -> dict[str, Any]:
    return _tagged(f"{kind}=Target{name}", f"{kind}=Source{name}")


_GROUPS = ("og=OptionGroupName", "pg=DBParameterGroupName", "subgrp=DBSubnetGroupName")
_CLUSTER_GROUPS = (
    "cluster-pg=DBClusterParameterGroupName",
    "og=OptionGroupName",
    "subgrp=DBSubnetGroupName",
)

OPERATIONS: Mapping[str, Any] = {
    "ApplyPendingMaintenanceAction": ["db=ResourceIdentifier"],
    "CopyDBClusterParameterGroup": _copied("cluster-pg", "DBClusterParameterGroupIdentifier"),
    "CopyDBClusterSnapshot": _copied("cluster-snapshot", "DBClusterSnapshotIdentifier"),
    "CopyDBParameterGroup": _copied("pg", "DBParameterGroupIdentifier"),
    "CopyDBSnapshot": _copied("snapshot", "DBSnapshotIdentifier"),
    "CopyOptionGroup": _copied("og", "OptionGroupIdentifier"),
    "CreateDBCluster": _tagged(
        "cluster=DBClusterIdentifier",
        "?global-cluster=GlobalClusterIdentifier",
        *_CLUSTER_GROUPS,
        keys=_NEW_CLUSTER,
    ),
    "CreateDBInstance": _tagged(
        "db=DBInstanceIdentifier", "?cluster=DBClusterIdentifier", *_GROUPS, keys=_NEW_INSTANCE
    ),
    "CreateDBInstanceReadReplica": _tagged(
        "db=DBInstanceIdentifier",
        "?db=SourceDBInstanceIdentifier",
        "?cluster=SourceDBClusterIdentifier",
        *_GROUPS,
        keys={"rds:PubliclyAccessible": "PubliclyAccessible"},
    ),
    "CreateGlobalCluster": _tagged(
        "global-cluster=GlobalClusterIdentifier", "?cluster=SourceDBClusterIdentifier"
    ),
    "CreateIntegration": _tagged("integration=IntegrationName", "cluster=SourceArn"),
    "DeleteDBCluster": [
        "cluster=DBClusterIdentifier",
        "?cluster-snapshot=FinalDBSnapshotIdentifier",
    ],
    "DeleteDBClusterAutomatedBackup": ["cluster-auto-backup=DbClusterResourceId"],
    "DeleteDBInstanceAutomatedBackup": ["auto-backup=DBInstanceAutomatedBackupsArn"],
    "DescribeDBClusterSnapshots": ["cluster-snapshot=DBClusterSnapshotIdentifier"],
    "DescribeDBSnapshots": ["snapshot=DBSnapshotIdentifier", "?db=DBInstanceIdentifier"],
    "FailoverGlobalCluster": [
        "global-cluster=GlobalClusterIdentifier",
        "cluster=TargetDbClusterIdentifier",
    ],
    "RestoreDBInstanceFromDBSnapshot": _tagged(
        "db=DBInstanceIdentifier",
        "?snapshot=DBSnapshotIdentifier",
        "?cluster-snapshot=DBClusterSnapshotIdentifier",
        *_GROUPS,
        keys={"rds:PubliclyAccessible": "PubliclyAccessible"},
    ),
    "RestoreDBInstanceToPointInTime": _tagged(
        "db=TargetDBInstanceIdentifier", "?db=SourceDBInstanceIdentifier", *_GROUPS
    ),
    "StartExportTask": ["snapshot=SourceArn"],
    "StartDBInstanceAutomatedBackupsReplication": _tagged("auto-backup", "db=SourceDBInstanceArn"),
    "StopDBInstanceAutomatedBackupsReplication": ["db=SourceDBInstanceArn"],
    "SwitchoverGlobalCluster": [
        "global-cluster=GlobalClusterIdentifier",
        "cluster=TargetDbClusterIdentifier",
    ],
}
