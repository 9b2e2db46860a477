"""New objects: whose they are, their ACL, their encryption.

Sources: "Controlling ownership of objects and disabling ACLs for your bucket", "Setting default
server-side encryption behavior for Amazon S3 buckets" (Amazon S3 User Guide).
"""

from __future__ import annotations

from typing import Any

from simulator.account import canonical, s3_acl, s3_bucket
from simulator.account.kms_needs_s3 import encryption_context
from simulator.account.s3_acl import Acl
from simulator.gateway.call import Call
from simulator.gateway.caller import CallerType
from simulator.services import Backend, Result, operation
from simulator.services.s3_acls import says_nothing
from simulator.services.s3_refusals import acl_not_supported, blocked


@operation
def put_object(call: Call, backend: Backend) -> Result:
    """The object belongs to its writer or to the bucket's owner, as Object Ownership says."""
    return _write(call, backend)


@operation
def copy_object(call: Call, backend: Backend) -> Result:
    """As PutObject: neither owner nor ACL nor encryption is copied."""
    return _write(call, backend)


@operation
def create_multipart_upload(call: Call, backend: Backend) -> Result:
    """Owner and ACL are settled when the upload begins."""
    bucket = s3_bucket.find_bucket(str(call.params["Bucket"]))
    acl = None if bucket is None else _acl(call, bucket)
    answer = backend()
    if acl is not None:
        s3_bucket.set_acl(bucket.multiparts[answer["UploadId"]], acl)
    if "SSECustomerAlgorithm" not in call.params:
        rule = (bucket.encryption or {}).get("Rule", {}) if bucket is not None else {}
        default = rule.get("ApplyServerSideEncryptionByDefault", {})
        answer.setdefault("ServerSideEncryption", default.get("SSEAlgorithm", "AES256"))
        if answer["ServerSideEncryption"] != "AES256" and default.get("KMSMasterKeyID"):
            answer.setdefault("SSEKMSKeyId", default["KMSMasterKeyID"])
    return answer


@operation
def complete_multipart_upload(call: Call, backend: Backend) -> Result:
    """The object has what its upload was begun with."""
    bucket = s3_bucket.find_bucket(str(call.params["Bucket"]))
    upload = bucket.multiparts.get(call.params["UploadId"]) if bucket is not None else None
    acl = upload.__dict__.get("access_control") if upload is not None else None
    return _finish(call, bucket, acl, backend())


def _write(call: Call, backend: Backend) -> Result:
    bucket = s3_bucket.find_bucket(str(call.params["Bucket"]))
    acl = None if bucket is None else _acl(call, bucket)
    return _finish(call, bucket, acl, backend())


def _acl(call: Call, bucket: Any) -> Acl:
    """The ACL of the object to come.

    Raises:
        AwsError: AccessControlListNotSupported, or AccessDenied by BlockPublicAcls.
    """
    home = s3_bucket.owner_id(bucket)
    writer = _writer(call, home)
    wanted = s3_acl.asked(call.params, writer, home)
    if s3_bucket.acls_disabled(bucket):
        if wanted is not None and not says_nothing(call, wanted, home):
            raise acl_not_supported()
        return s3_acl.private(home)
    public = wanted is not None and wanted.public
    if public and s3_bucket.block_in_force(bucket).block_public_acls:
        arn = f"arn:aws:s3:::{bucket.name}/{call.params['Key']}"
        raise blocked(call, "s3:PutObject", arn, "BlockPublicAcls")
    given = call.params.get("ACL") == "bucket-owner-full-control"
    if given and bucket.ownership_rule == s3_bucket.PREFERRED:
        return s3_acl.private(home)
    return wanted or s3_acl.private(writer)


def _writer(call: Call, home: str) -> str:
    """Canonical user id of who writes. What a service delivers is the bucket owner's here."""
    if call.caller.type is CallerType.AWS_SERVICE:
        return home
    if call.caller.type is CallerType.ANONYMOUS:
        return canonical.ANONYMOUS
    return canonical.canonical_id(call.caller.account_id)


def _finish(call: Call, bucket: Any, acl: Acl | None, answer: Result) -> Result:
    item = bucket.keys.get(str(call.params["Key"])) if bucket is not None else None
    if item is None:
        return answer
    s3_bucket.set_acl(item, acl or s3_acl.private(s3_bucket.owner_id(bucket)))
    if "SSECustomerAlgorithm" not in call.params:
        item.encryption = item.encryption or "AES256"
        answer.setdefault("ServerSideEncryption", item.encryption)
    if call.params.get("SSEKMSEncryptionContext"):
        item.encryption_context = encryption_context(call.params)
    return answer
