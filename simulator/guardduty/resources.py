"""What a finding tells of the resource it is about, as it is when the finding is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.account.account import Account
from simulator.account.canonical import canonical_id
from simulator.account.state import state_of
from simulator.guardduty.api_call import Record, access_key


def of_key(record: Record) -> dict[str, Any]:
    """A resource of type AccessKey."""
    return {"resourceType": "AccessKey", "accessKeyDetails": access_key(record)}


def of_bucket(record: Record, name: str) -> dict[str, Any]:
    """A resource of type S3Bucket: the bucket, and whose credentials were used."""
    return {
        "resourceType": "S3Bucket",
        "accessKeyDetails": access_key(record),
        "s3BucketDetails": [bucket_details(name, str(record.get("recipientAccountId", "")))],
    }


def bucket_details(name: str, account_id: str) -> dict[str, Any]:
    """One of s3BucketDetails; of a bucket that is no more, its name."""
    told: dict[str, Any] = {"arn": f"arn:aws:s3:::{name}", "name": name, "type": "Destination"}
    found = _bucket(name)
    if found is None:
        return told
    rule = _encryption(found)
    return told | {
        "createdAt": found.creation_date.timestamp(),
        "owner": {"id": canonical_id(str(found.account_id or account_id))},
        "tags": [],
        "defaultServerSideEncryption": rule,
        "publicAccess": _public_access(found),
    }


def _bucket(name: str) -> Any:
    from simulator.account.s3_bucket import find_bucket

    return find_bucket(name)


def _encryption(bucket: Any) -> dict[str, str]:
    rule = (bucket.encryption or {}).get("Rule", {})
    applied = rule.get("ApplyServerSideEncryptionByDefault", {}) if isinstance(rule, dict) else {}
    told = {"encryptionType": str(applied.get("SSEAlgorithm", "AES256"))}
    if applied.get("KMSMasterKeyID"):
        told["kmsMasterKeyArn"] = str(applied["KMSMasterKeyID"])
    return told


def _public_access(bucket: Any) -> dict[str, Any]:
    """effectivePermission is UNKNOWN while Block Public Access is on.

    Source: "Policy:S3/BucketAnonymousAccessGranted" in "GuardDuty S3 Protection finding types".
    """
    from simulator.account import s3_bucket
    from simulator.iam.policy import Policy
    from simulator.iam.public import is_public

    acl = s3_bucket.acl(bucket)
    open_for = {one.permission for one in acl.grants if one.public}
    policy = bool(bucket.policy) and is_public(Policy.parse(bucket.policy.decode(), "bucket"))
    block = s3_bucket.block_in_force(bucket)
    on = block.restrict_public_buckets or block.ignore_public_acls
    public = policy or bool(open_for)
    return {
        "permissionConfiguration": {
            "bucketLevelPermissions": {
                "accessControlList": {
                    "allowsPublicReadAccess": bool(open_for & {"READ", "FULL_CONTROL"}),
                    "allowsPublicWriteAccess": bool(open_for & {"WRITE", "FULL_CONTROL"}),
                },
                "bucketPolicy": {
                    "allowsPublicReadAccess": policy,
                    "allowsPublicWriteAccess": False,
                },
                "blockPublicAccess": _block(bucket.public_access_block),
            },
            "accountLevelPermissions": {"blockPublicAccess": _account_block(bucket)},
        },
        "effectivePermission": ("UNKNOWN" if on else "PUBLIC") if public else "NOT_PUBLIC",
    }


def _account_block(bucket: Any) -> dict[str, bool]:
    state = state_of("s3control", str(bucket.account_id))
    return _block(getattr(state, "public_access_block", None))


def _block(said: Any) -> dict[str, bool]:
    names = {
        "ignorePublicAcls": "ignore_public_acls",
        "restrictPublicBuckets": "restrict_public_buckets",
        "blockPublicAcls": "block_public_acls",
        "blockPublicPolicy": "block_public_policy",
    }
    return {told: bool(getattr(said, name, False)) for told, name in names.items()}


def of_instance(account: Account, region: str, name: str) -> dict[str, Any]:
    """A resource of type Instance; of one that is no more, its id."""
    state = state_of("ec2", account.id, region)
    found = state.get_instance_by_id(name) if state is not None else None
    told: dict[str, Any] = {"instanceId": name}
    if found is not None:
        told |= {
            "instanceType": str(found.instance_type),
            "launchTime": f"{found.launch_time:%Y-%m-%dT%H:%M:%S}.000Z",
            "instanceState": str(found._state.name),
            "availabilityZone": str(found._placement.zone),
            "imageId": str(found.image_id),
            "imageDescription": "",
            "productCodes": [],
            "iamInstanceProfile": _profile(state, name),
            "networkInterfaces": [_interface(one) for one in found.nics.values()],
            "tags": [{"key": one["key"], "value": one["value"]} for one in found.get_tags()],
        }
        told = {key: value for key, value in told.items() if value is not None}
    return {"resourceType": "Instance", "instanceDetails": told}


def _profile(state: Any, instance: str) -> Mapping[str, str] | None:
    held = state.iam_instance_profile_associations.get(instance)
    if held is None:
        return None
    profile = held.iam_instance_profile
    return {"arn": str(profile.arn), "id": str(profile.id)}


def _interface(one: Any) -> dict[str, Any]:
    return {
        "networkInterfaceId": str(one.id),
        "privateIpAddress": str(one.private_ip_address),
        "privateIpAddresses": [{"privateIpAddress": str(one.private_ip_address)}],
        "publicIp": str(one.public_ip or ""),
        "subnetId": str(one.subnet.id),
        "vpcId": str(one.subnet.vpc_id),
        "ipv6Addresses": [],
        "securityGroups": [
            {"groupId": str(group.id), "groupName": str(group.name)}
            for group in sorted(one.group_set or (), key=lambda group: str(group.id))
        ],
    }
