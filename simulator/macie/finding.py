"""A finding's JSON, as EventBridge and GetFindings have it.

Sources: "Findings" (Amazon Macie API Reference), "Amazon EventBridge event schema for Macie findings".
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from simulator.account import canonical
from simulator.account.account import Account
from simulator.macie import buckets, scope, severity
from simulator.macie.content import extension
from simulator.macie.state import Found

_OWNERS: Final = ("displayName", "id")
TITLES: Final = {
    "SensitiveData:S3Object/Credentials": (
        "The S3 object contains credentials data",
        "The S3 object contains credentials data such as AWS secret access keys or private keys.",
    ),
    "SensitiveData:S3Object/CustomIdentifier": (
        "The S3 object contains data that matches a custom data identifier",
        "The S3 object contains text that matches the criteria of a custom data identifier.",
    ),
    "SensitiveData:S3Object/Financial": (
        "The S3 object contains financial information",
        "The S3 object contains financial information such as credit card or bank account numbers.",
    ),
    "SensitiveData:S3Object/Multiple": (
        "The S3 object contains multiple categories of sensitive data",
        "The S3 object contains more than one category of sensitive data.",
    ),
    "SensitiveData:S3Object/Personal": (
        "The S3 object contains personal information",
        "The S3 object contains personal information such as names or identification numbers.",
    ),
    "Policy:IAMUser/S3BlockPublicAccessDisabled": (
        "Block public access settings are disabled for the S3 bucket",
        "All bucket-level block public access settings were disabled for the S3 bucket. Access to "
        "the bucket is controlled by account-level settings, ACLs and the bucket's policy.",
    ),
    "Policy:IAMUser/S3BucketEncryptionDisabled": (
        "Encryption is disabled for the S3 bucket",
        "Default encryption settings for the S3 bucket were reset to encryption with an Amazon S3 "
        "managed key.",
    ),
    "Policy:IAMUser/S3BucketPublic": (
        "The S3 bucket is publicly accessible",
        "An ACL or the bucket policy of the S3 bucket was changed to allow access by anonymous users "
        "or by all authenticated IAM identities.",
    ),
    "Policy:IAMUser/S3BucketReplicatedExternally": (
        "The S3 bucket is replicated to an external AWS account",
        "Replication was configured from the S3 bucket to a bucket of an AWS account that isn't part "
        "of your organization.",
    ),
    "Policy:IAMUser/S3BucketSharedExternally": (
        "The S3 bucket is shared with an external AWS account",
        "An ACL or the bucket policy of the S3 bucket was changed to share it with an AWS account "
        "that isn't part of your organization.",
    ),
    "Policy:IAMUser/S3BucketSharedWithCloudFront": (
        "The S3 bucket is shared with CloudFront",
        "The bucket policy of the S3 bucket was changed to share it with a CloudFront origin access "
        "identity or origin access control.",
    ),
}
"""Of each type, its title and description. The words are our own where AWS documents none."""


def stamp(moment: datetime) -> str:
    """A time as findings have it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def new(
    account: Account,
    region: str,
    kind: str,
    score: int,
    affected: Mapping[str, Any],
    at: datetime,
    number: int,
    details: Mapping[str, Any],
) -> Found:
    """A finding. `details` has classificationDetails or policyDetails, and `sample` maybe."""
    seed = f"macie finding/{account.world.seed}/{account.id}/{region}/{number}"
    title, description = TITLES[kind]
    told = {
        "schemaVersion": "1.0",
        "id": f"{random.Random(seed).getrandbits(128):032x}",
        "accountId": account.id,
        "partition": "aws",
        "region": region,
        "type": kind,
        "title": title,
        "description": description,
        "severity": severity.told(score),
        "resourcesAffected": dict(affected),
        "category": "POLICY" if kind.startswith("Policy") else "CLASSIFICATION",
        "policyDetails": None,
        "classificationDetails": None,
        "sample": False,
        **details,
    }
    return Found(told, at, at)


def told(found: Found) -> dict[str, Any]:
    """The JSON of a finding as it is now."""
    return {
        **found.told,
        "createdAt": stamp(found.created),
        "updatedAt": stamp(found.updated),
        "count": found.count,
        "archived": found.archived,
    }


def bucket_told(account: Account, bucket: Any) -> dict[str, Any]:
    """The bucket that a finding is about."""
    own = buckets.encryption(bucket)
    return {
        "arn": f"arn:aws:s3:::{bucket.name}",
        "name": bucket.name,
        "createdAt": stamp(buckets.created(bucket)),
        "owner": dict(zip(_OWNERS, (account.id, canonical.canonical_id(account.id)), strict=True)),
        "tags": buckets.tags(bucket),
        "defaultServerSideEncryption": {
            "encryptionType": own["type"],
            "kmsMasterKeyId": own.get("kmsMasterKeyId"),
        },
        "publicAccess": buckets.public_access(bucket),
        "allowsUnencryptedObjectUploads": buckets.unencrypted_uploads(bucket),
    }


def object_told(bucket: Any, item: Any) -> dict[str, Any]:
    """The object that a finding is about."""
    from simulator.account import s3_bucket

    acl = () if s3_bucket.acls_disabled(bucket) else s3_bucket.object_acl(bucket, item).grants
    ignored = s3_bucket.block_in_force(bucket).ignore_public_acls
    public = buckets.public_access(bucket)
    by_policy = public["permissionConfiguration"]["bucketLevelPermissions"]["bucketPolicy"]
    open_ = by_policy["allowsPublicReadAccess"] and public["effectivePermission"] == "PUBLIC"
    return {
        "bucketArn": f"arn:aws:s3:::{bucket.name}",
        "key": item.name,
        "path": f"{bucket.name}/{item.name}",
        "extension": extension(item.name),
        "lastModified": stamp(scope.modified(item)),
        "eTag": str(item.etag).strip('"'),
        "size": int(item.size),
        "storageClass": item.storage_class,
        "versionId": str(item.version_id or "") if bucket.versioning_status else "",
        "serverSideEncryption": {
            "encryptionType": item.encryption or "AES256",
            "kmsMasterKeyId": item.kms_key_id,
        },
        "publicAccess": open_ or (any(one.public for one in acl) and not ignored),
        "tags": scope.object_tags(item),
    }


def answered(found: Found) -> dict[str, Any]:
    """A finding in boto3's shape: times are times, and what is null is left out."""
    from simulator.gateway.models import operation_model

    shape: Any = operation_model("macie2", "GetFindings").output_shape
    answer: dict[str, Any] = _shaped(told(found), shape.members["findings"].member)
    return answer


def _shaped(value: Any, shape: Any) -> Any:
    if shape.type_name == "structure":
        return {
            name: _shaped(value[name], member)
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if shape.type_name == "list":
        return [_shaped(each, shape.member) for each in value]
    if shape.type_name == "timestamp":
        return datetime.fromisoformat(value)
    return value
