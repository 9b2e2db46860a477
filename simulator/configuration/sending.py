"""Uploads and messages, by the recorder's role where that may, else in AWS Config's own name.

Sources: "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel", "Permissions
for the Amazon SNS Topic" (AWS Config Developer Guide).
"""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.account.account import Account
from simulator.configuration.state import PRINCIPAL, Kept
from simulator.gateway.errors import AwsError
from simulator.telemetry.upload import bucket_region

if TYPE_CHECKING:
    from simulator.gateway.caller import Caller


def put(account: Account, region: str, state: Kept, key: str, body: Any) -> AwsError | None:
    """Put JSON into the channel's bucket, compressed; None: an empty object. Why it was refused."""
    assert state.channel is not None
    bucket, prefix = str(state.channel["s3BucketName"]), state.channel.get("s3KeyPrefix")
    where = bucket_region(bucket, account.world)
    if where is None:
        return AwsError("NoSuchBucket", "The specified bucket does not exist", 404)
    params: dict[str, Any] = {
        "Bucket": bucket,
        "Key": f"{prefix}/{key}" if prefix else key,
        "ACL": "bucket-owner-full-control",
    }
    if body is not None:
        params |= {"ContentType": "application/json", "ContentEncoding": "gzip"}
    if state.channel.get("s3KmsKeyArn"):
        params |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": state.channel["s3KmsKeyArn"]}
    content = b"" if body is None else gzip.compress(json.dumps(body).encode(), mtime=0)
    return _upload(account, region, where, state, params, content)


def _upload(
    account: Account, region: str, where: str, state: Kept, params: dict[str, Any], content: bytes
) -> AwsError | None:
    """By the recorder's role where that may, else in the service's own name."""
    from simulator.gateway.service_call import ServiceCall, perform

    if (session := _session(account, region, state, "s3", "PutObject", params, where)) is not None:
        return _made(account, where, session, "s3", "PutObject", {**params, "Body": content})
    source = _source(account, region)
    call = ServiceCall(PRINCIPAL, source, "PutObject", params, where, content)
    outcome = perform(call, account)
    if outcome.error_code is None:
        return None
    return AwsError(outcome.error_code, outcome.error_message or "")


def publish(
    account: Account, region: str, where: str, state: Kept, params: dict[str, Any]
) -> AwsError | None:
    """Publish in the region `where` of the topic; why it was refused."""
    from simulator.gateway.caller import service_caller

    caller = replace(service_caller(PRINCIPAL), issuer_arn=_source(account, region))
    caller = _session(account, region, state, "sns", "Publish", params, where) or caller
    return _made(account, where, caller, "sns", "Publish", params)


def _made(
    account: Account,
    where: str,
    caller: Caller,
    service: str,
    operation: str,
    params: dict[str, Any],
) -> AwsError | None:
    from simulator.gateway.inner_call import perform

    try:
        perform(account, where, caller, PRINCIPAL, service, operation, params)
    except AwsError as error:
        return error
    return None


def _session(
    account: Account,
    region: str,
    state: Kept,
    service: str,
    operation: str,
    params: dict[str, Any],
    where: str,
) -> Caller | None:
    """A session of the recorder's role, if that may make the call."""
    from simulator.gateway import service_role

    if state.recorder is None:
        return None
    role, source = str(state.recorder["roleARN"]), _source(account, region)
    try:
        session = service_role.assume(
            account, PRINCIPAL, source, role, "AWSConfig-BucketConfigCheck", region
        )
        service_role.check(account, session, service, operation, params, where)
    except AwsError:
        return None
    return session


def _source(account: Account, region: str) -> str:
    return f"arn:aws:config:{region}:{account.id}:configuration-recorder"
