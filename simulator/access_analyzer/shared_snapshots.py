"""Snapshots, which have no policies: they are shared with accounts by their id.

Sources: "Share an Amazon EBS snapshot with other AWS accounts", "Block public access for Amazon
EBS snapshots" (Amazon EBS User Guide); "Sharing a DB snapshot for Amazon RDS".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from simulator.access_analyzer.exposure import Guarded
from simulator.account.state import state_of

_VOLUME = ("ec2:CopySnapshot", "ec2:CreateVolume")
_DATABASE = ("rds:CopyDBSnapshot", "rds:RestoreDBInstanceFromDBSnapshot")
_CLUSTER = ("rds:CopyDBClusterSnapshot", "rds:RestoreDBClusterFromSnapshot")


def volumes(account: str, region: str) -> Iterator[Guarded]:
    """EBS snapshots. One that is blocked from being public isn't."""
    state = state_of("ec2", account, region)
    if state is None:
        return
    blocked = state.__dict__.get("snapshot_block_public_access") == "block-all-sharing"
    for snapshot in state.snapshots.values():
        if snapshot.owner_id != account:
            continue
        public = "all" in snapshot.create_volume_permission_groups and not blocked
        with_whom = [*sorted(snapshot.create_volume_permission_userids), *(["*"] if public else [])]
        arn = f"arn:aws:ec2:{region}::snapshot/{snapshot.id}"
        yield _shared(arn, "AWS::EC2::Snapshot", account, with_whom, _VOLUME)


def databases(account: str, region: str) -> Iterator[Guarded]:
    """Manual snapshots of DB instances."""
    state = state_of("rds", account, region)
    for snapshot in state.database_snapshots.values() if state is not None else ():
        yield _of_rds(snapshot, "AWS::RDS::DBSnapshot", account, _DATABASE)


def clusters(account: str, region: str) -> Iterator[Guarded]:
    """Manual snapshots of DB clusters."""
    state = state_of("rds", account, region)
    for snapshot in state.cluster_snapshots.values() if state is not None else ():
        yield _of_rds(snapshot, "AWS::RDS::DBClusterSnapshot", account, _CLUSTER)


def _of_rds(snapshot: Any, kind: str, account: str, actions: tuple[str, ...]) -> Guarded:
    with_whom = [
        "*" if value == "all" else str(value)
        for name, values in snapshot.attributes.items()
        if name == "restore"
        for value in values
    ]
    return _shared(snapshot.arn, kind, account, sorted(with_whom), actions)


def _shared(
    arn: str, kind: str, account: str, with_whom: Iterable[str], actions: tuple[str, ...]
) -> Guarded:
    shared = tuple((name, actions) for name in with_whom)
    return Guarded(arn, kind, account, (), shared=shared)
