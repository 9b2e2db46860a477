"""Buckets, whose policy, ACL and settings are in the item's supplementary configuration.

Source: "Supplementary Configuration for Amazon S3" ("Supported Resource Types for AWS Config").
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from simulator.account.account import Account
from simulator.account.canonical import canonical_id
from simulator.account.state import state_of
from simulator.configuration.kinds import Kind
from simulator.configuration.resource import Resource, aware, camel, stamp, tags_of
from simulator.gateway.errors import AwsError

_KIND = "AWS::S3::Bucket"
ACCOUNT_BLOCK: Final = "AWS::S3::AccountPublicAccessBlock"
_PERMISSIONS: Final = {
    "FULL_CONTROL": "FullControl",
    "READ": "Read",
    "READ_ACP": "ReadAcp",
    "WRITE": "Write",
    "WRITE_ACP": "WriteAcp",
}
_WHERE_THERE: Final = {
    "PublicAccessBlockConfiguration": ("GetPublicAccessBlock", "PublicAccessBlockConfiguration"),
    "ServerSideEncryptionConfiguration": (
        "GetBucketEncryption",
        "ServerSideEncryptionConfiguration",
    ),
    "BucketLifecycleConfiguration": ("GetBucketLifecycleConfiguration", ""),
    "OwnershipControls": ("GetBucketOwnershipControls", "OwnershipControls"),
}


def _listed(account: Account, region: str) -> Iterator[str]:
    held = state_of("s3", account.id)
    for name, bucket in list(held.buckets.items()) if held is not None else ():
        if bucket.region_name == region:
            yield str(name)


def _described(account: Account, region: str, name: str) -> Resource | None:
    held = state_of("s3", account.id)
    bucket = held.buckets.get(name) if held is not None else None
    if bucket is None or bucket.region_name != region:
        return None
    owner, born = canonical_id(account.id), aware(bucket.creation_date)
    configuration = {
        "name": name,
        "creationDate": stamp(born),
        "owner": {"displayName": None, "id": owner},
        "region": None if region == "us-east-1" else region,
    }
    tags = _asked(account, region, name, "GetBucketTagging").get("TagSet")
    return Resource(
        _KIND,
        name,
        f"arn:aws:s3:::{name}",
        region,
        name,
        "Regional",
        born,
        tags_of(tags),
        (),
        configuration,
        _supplementary(account, region, name),
    )


def _supplementary(account: Account, region: str, name: str) -> dict[str, Any]:
    policy = _asked(account, region, name, "GetBucketPolicy").get("Policy")
    versioning = _asked(account, region, name, "GetBucketVersioning")
    logging = _asked(account, region, name, "GetBucketLogging").get("LoggingEnabled", {})
    told: dict[str, Any] = {
        "AccessControlList": json.dumps(_acl(_asked(account, region, name, "GetBucketAcl"))),
        "BucketPolicy": {"policyText": policy},
        "BucketVersioningConfiguration": {
            "status": versioning.get("Status", "Off"),
            "isMfaDeleteEnabled": versioning.get("MFADelete") == "Enabled" or None,
        },
        "BucketLoggingConfiguration": {
            "destinationBucketName": logging.get("TargetBucket"),
            "logFilePrefix": logging.get("TargetPrefix"),
        },
    }
    for member, (operation, within) in _WHERE_THERE.items():
        answer = _asked(account, region, name, operation)
        if answer:
            told[member] = camel(answer.get(within, answer) if within else answer)
    return told


def _acl(told: dict[str, Any]) -> dict[str, Any]:
    """An ACL as AWS Config writes it: groups by their short names."""
    grants = [
        {
            "grantee": str(one["Grantee"]["URI"]).rpartition("/")[2]
            if "URI" in one["Grantee"]
            else {"id": one["Grantee"]["ID"], "displayName": None},
            "permission": _PERMISSIONS[one["Permission"]],
        }
        for one in told.get("Grants", ())
    ]
    owner = {"displayName": None, "id": told.get("Owner", {}).get("ID")}
    return {"grantSet": None, "grantList": grants, "owner": owner, "isRequesterCharged": False}


def _asked(account: Account, region: str, name: str, operation: str) -> dict[str, Any]:
    from simulator.gateway.inner_call import ask

    try:
        return ask(account, region, "s3", operation, {"Bucket": name})
    except AwsError:
        return {}


def _accounts(account: Account, region: str) -> Iterator[str]:
    held = state_of("s3control", account.id)
    if held is not None and held.public_access_block is not None:
        yield account.id


def _account(account: Account, region: str, name: str) -> Resource | None:
    if name not in set(_accounts(account, region)):
        return None
    from simulator.gateway.inner_call import ask

    told = ask(account, region, "s3control", "GetPublicAccessBlock", {"AccountId": name})
    block = camel(told["PublicAccessBlockConfiguration"])
    return Resource(ACCOUNT_BLOCK, name, f"arn:aws:s3:::{name}", region, name, configuration=block)


KINDS: Final = {_KIND: Kind(_listed, _described), ACCOUNT_BLOCK: Kind(_accounts, _account)}
