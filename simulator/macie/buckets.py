"""Buckets of a region, as Macie's inventory has them: who gets in, how they are encrypted.

Sources: "BucketMetadata" (Amazon Macie API Reference), "How Macie monitors Amazon S3 data security".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from simulator.account import canonical, s3_bucket
from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.iam.policy import Policy, Statement
from simulator.iam.public import is_public
from simulator.macie.content import classifiable
from simulator.macie.identifiers.rule import listed

_READS: Final = ("s3:getobject", "s3:getobjectversion", "s3:listbucket")
_WRITES: Final = ("s3:putobject", "s3:deleteobject", "s3:putobjectacl", "s3:putbucketpolicy")
_SETTINGS: Final = {
    "blockPublicAcls": "block_public_acls",
    "blockPublicPolicy": "block_public_policy",
    "ignorePublicAcls": "ignore_public_acls",
    "restrictPublicBuckets": "restrict_public_buckets",
}
CLASSES: Final = frozenset(
    listed("STANDARD, REDUCED_REDUNDANCY, STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR")
)
"""Storage classes in which Macie analyzes objects."""
_CLOUDFRONT: Final = ("arn:aws:iam::cloudfront:", "cloudfront.amazonaws.com")


def in_region(account: Account, region: str) -> list[Any]:
    """The backend's buckets, by name."""
    state = state_of("s3", account.id)
    found = state.buckets.values() if state is not None else ()
    return sorted((one for one in found if one.region_name == region), key=lambda one: one.name)


def objects(bucket: Any) -> list[Any]:
    """The present versions of its objects, by key."""
    found = (bucket.keys.get(key) for key in sorted(bucket.keys))
    return [one for one in found if hasattr(one, "acl")]


def metadata(account: Account, bucket: Any, jobs: Iterable[Any], at: datetime) -> dict[str, Any]:
    """A bucket in the inventory; times are datetimes."""
    held = objects(bucket)
    readable = [one for one in held if one.storage_class in CLASSES and classifiable(one.name)]
    return {
        "accountId": account.id,
        "allowsUnencryptedObjectUploads": unencrypted_uploads(bucket),
        "automatedDiscoveryMonitoringStatus": "NOT_MONITORED",
        "bucketArn": f"arn:aws:s3:::{bucket.name}",
        "bucketCreatedAt": created(bucket),
        "bucketName": bucket.name,
        "classifiableObjectCount": len(readable),
        "classifiableSizeInBytes": sum(one.size for one in readable),
        "jobDetails": _jobs(bucket.name, jobs),
        "lastUpdated": at,
        "objectCount": len(held),
        "objectCountByEncryptionType": _encrypted(held),
        "publicAccess": public_access(bucket),
        "region": bucket.region_name,
        "replicationDetails": replication(account, bucket),
        "serverSideEncryption": encryption(bucket),
        "sharedAccess": shared_access(account, bucket),
        "sizeInBytes": sum(one.size for one in held),
        "sizeInBytesCompressed": sum(
            one.size for one in held if one.name.lower().endswith((".gz", ".gzip", ".zip"))
        ),
        "tags": tags(bucket),
        "unclassifiableObjectCount": _unread(held, lambda one: 1),
        "unclassifiableObjectSizeInBytes": _unread(held, lambda one: int(one.size)),
        "versioning": bucket.versioning_status == "Enabled",
    }


def created(bucket: Any) -> datetime:
    """When it was made."""
    at: datetime = bucket.creation_date
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def tags(bucket: Any) -> list[dict[str, str]]:
    """A bucket's tags."""
    state = state_of("s3", bucket.account_id)
    kept = state.tagger.get_tag_dict_for_resource(bucket.arn) if state is not None else {}
    return [{"key": key, "value": value or ""} for key, value in kept.items()]


def policy_of(bucket: Any) -> Policy | None:
    """Its policy."""
    return Policy.parse(bucket.policy.decode(), "bucket policy") if bucket.policy else None


def public_access(bucket: Any) -> dict[str, Any]:
    """Who of all the world gets in, by what, and whether it comes to that."""
    block, policy = s3_bucket.block_in_force(bucket), policy_of(bucket)
    acl = () if s3_bucket.acls_disabled(bucket) else s3_bucket.acl(bucket).grants
    granted = {each.permission for each in acl if each.public}
    by_policy = [_opens(policy, one) for one in (_READS, _WRITES)]
    by_acl = [bool(granted & {one, "FULL_CONTROL"}) for one in ("READ", "WRITE")]
    through = (any(by_policy) and not block.restrict_public_buckets) or (
        bool(granted) and not block.ignore_public_acls
    )
    control = state_of("s3control", bucket.account_id)
    words = ("allowsPublicReadAccess", "allowsPublicWriteAccess")
    return {
        "effectivePermission": "PUBLIC" if through else "NOT_PUBLIC",
        "permissionConfiguration": {
            "accountLevelPermissions": {
                "blockPublicAccess": _block(control and control.public_access_block)
            },
            "bucketLevelPermissions": {
                "accessControlList": dict(zip(words, by_acl, strict=True)),
                "blockPublicAccess": _block(bucket.public_access_block),
                "bucketPolicy": dict(zip(words, by_policy, strict=True)),
            },
        },
    }


def _block(settings: Any) -> dict[str, bool]:
    return {
        name: bool(getattr(settings, attribute, False)) for name, attribute in _SETTINGS.items()
    }


def blocked(bucket: Any) -> bool:
    """Whether any of the bucket's own settings of Block Public Access is on."""
    return any(_block(bucket.public_access_block).values())


def _opens(policy: Policy | None, actions: Iterable[str]) -> bool:
    """Whether the policy lets anybody do one of these, and denies it not to everybody."""
    if policy is None:
        return False
    return any(
        is_public(replace(policy, statements=policy.allows(action)))
        and not any(map(_shuts, policy.denies(action)))
        for action in actions
    )


def _shuts(statement: Statement) -> bool:
    return bool(
        statement.principal is not None
        and statement.principal.everyone
        and not statement.conditions
    )


def sharers(account: Account, bucket: Any) -> tuple[set[str], bool]:
    """The other accounts that the policy or the ACL names, and whether CloudFront is named."""
    accounts, cloudfront = set[str](), False
    policy = policy_of(bucket)
    for statement in policy.statements if policy is not None else ():
        if statement.denies:
            continue
        for name in _names(statement):
            if name.startswith(_CLOUDFRONT):
                cloudfront = True
            number = name.split(":")[4] if name.startswith("arn:") and name.count(":") > 4 else name
            if number.isdecimal() and len(number) == 12:
                accounts.add(number)
    if not s3_bucket.acls_disabled(bucket):
        own = canonical.canonical_id(account.id)
        for grant in s3_bucket.acl(bucket).grants:
            if grant.grantee != own and not grant.grantee.startswith("http"):
                known = canonical.account_of(grant.grantee, account.world.accounts)
                accounts.add(known or grant.grantee)
    return accounts - {account.id}, cloudfront


def _names(statement: Statement) -> Iterator[str]:
    """Principals, and accounts in conditions that say who they are."""
    who = statement.written.get("Principal")
    for values in who.values() if isinstance(who, dict) else ():
        yield from (str(one) for one in ([values] if isinstance(values, str) else values))
    for condition in statement.conditions:
        if condition.key.lower() in {"aws:principalaccount", "aws:principalarn"}:
            yield from condition.wanted


def shared_access(account: Account, bucket: Any) -> str:
    """EXTERNAL, or NOT_SHARED: an account alone is a Macie organization of its own."""
    accounts, cloudfront = sharers(account, bucket)
    return "EXTERNAL" if accounts or cloudfront else "NOT_SHARED"


def encryption(bucket: Any) -> dict[str, str]:
    """The default encryption; SSE-S3 where nothing is set."""
    kind, key = _default(bucket)
    return {"type": kind, "kmsMasterKeyId": key} if key else {"type": kind}


def _default(bucket: Any) -> tuple[str, str]:
    rule = (bucket.encryption or {}).get("Rule") or {}
    rule = rule[0] if isinstance(rule, list) else rule
    said = rule.get("ApplyServerSideEncryptionByDefault") or {}
    return str(said.get("SSEAlgorithm") or "AES256"), str(said.get("KMSMasterKeyID") or "")


def unencrypted_uploads(bucket: Any) -> str:
    """FALSE where the policy denies uploads without a header that asks for encryption."""
    policy = policy_of(bucket)
    for statement in policy.denies("s3:putobject") if policy is not None else ():
        told = json.dumps(statement.written.get("Condition") or {}).lower()
        if "s3:x-amz-server-side-encryption" in told:
            return "FALSE"
    return "TRUE"


def replication(account: Account, bucket: Any) -> dict[str, Any]:
    """Whether objects are copied to other buckets, and to whose."""
    config = getattr(bucket, "replication", None) or {}
    rules = config.get("Rule", []) if isinstance(config, dict) else []
    owners = set[str]()
    for rule in rules if isinstance(rules, list) else [rules]:
        target = (rule.get("Destination") or {}).get("Bucket", "")
        owner = (rule.get("Destination") or {}).get("Account") or _owner(target)
        if rule.get("Status", "Enabled") == "Enabled" and owner:
            owners.add(owner)
    return {
        "replicated": bool(rules),
        "replicatedExternally": bool(owners - {account.id}),
        "replicationAccounts": sorted(owners),
    }


def _owner(arn: str) -> str:
    from simulator.account.resource_policies import bucket_of, bucket_owner

    return bucket_owner(bucket_of(arn)) or ""


def _encrypted(held: list[Any]) -> dict[str, int]:
    counts = {"customerManaged": 0, "kmsManaged": 0, "s3Managed": 0, "unencrypted": 0, "unknown": 0}
    for one in held:
        kms = (one.encryption or "").startswith("aws:kms")
        counts["kmsManaged" if kms else "s3Managed"] += 1
    return counts


def _unread(held: list[Any], weight: Any) -> dict[str, int]:
    classes = sum(weight(one) for one in held if one.storage_class not in CLASSES)
    kinds = sum(
        weight(one) for one in held if one.storage_class in CLASSES and not classifiable(one.name)
    )
    return {"fileType": kinds, "storageClass": classes, "total": kinds + classes}


def _jobs(name: str, jobs: Iterable[Any]) -> dict[str, Any]:
    from simulator.macie.scope import names_bucket

    about = [one for one in jobs if names_bucket(one.settings, name)]
    ran = [one for one in about if one.begun is not None]
    last = max(ran, key=lambda one: one.begun, default=None)
    active = [one for one in about if one.status in {"RUNNING", "IDLE", "PAUSED"}]
    recurring = any(one.settings["jobType"] == "SCHEDULED" for one in active)
    told: dict[str, Any] = {
        "isDefinedInJob": "TRUE" if about else "FALSE",
        "isMonitoredByJob": "TRUE" if recurring else "FALSE",
    }
    return told | ({"lastJobId": last.id, "lastJobRunTime": last.begun} if last else {})
