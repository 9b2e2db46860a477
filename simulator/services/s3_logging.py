"""Turning server access logging on and off.

Sources: "PutBucketLogging", "GetBucketLogging" (Amazon S3 API Reference), "Enabling Amazon S3
server access logging" (Amazon S3 User Guide).
"""

from __future__ import annotations

from simulator.account import s3_bucket
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation


@operation
def put_bucket_logging(call: Call, backend: Backend) -> Result:
    """The log delivery service must be let into the target bucket by a policy or an ACL."""
    from simulator.gateway.service_call import ServiceCall, refusal

    assert call.account is not None
    wanted = (call.params.get("BucketLoggingStatus") or {}).get("LoggingEnabled") or {}
    target = s3_bucket.find_bucket(str(wanted.get("TargetBucket", "")))
    if target is not None and target.account_id == call.account.id:
        trial = ServiceCall(
            "logging.s3.amazonaws.com",
            f"arn:aws:s3:::{call.params['Bucket']}",
            "PutObject",
            {"Bucket": str(target.name), "Key": f"{wanted.get('TargetPrefix') or ''}trial"},
            call.region,
        )
        if refusal(trial, call.account) is not None:
            raise AwsError(
                "InvalidTargetBucketForLogging",
                "You must either provide the necessary permissions to the logging service using a"
                " bucket policy or give the log-delivery group WRITE and READ_ACP permissions to"
                " the target bucket",
            )
    return backend()


@operation
def get_bucket_logging(call: Call, backend: Backend) -> Result:
    """With the format of the keys, which the backend keeps and does not tell."""
    answer = backend()
    bucket = s3_bucket.find_bucket(str(call.params["Bucket"]))
    kept = bucket.logging.get("TargetObjectKeyFormat") if bucket is not None else None
    if kept and "LoggingEnabled" in answer:
        answer["LoggingEnabled"]["TargetObjectKeyFormat"] = {
            name: settings or {} for name, settings in kept.items()
        }
    return answer
