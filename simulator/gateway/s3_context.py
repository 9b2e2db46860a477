"""Condition keys of S3 that follow from the request itself, and its x-amz-expected-… headers.

Sources: "Amazon S3 Signature Version 4 Authentication Specific Policy Keys" (Amazon S3 API
Reference), "Verifying bucket ownership with bucket owner condition" (Amazon S3 User Guide).
"""

from __future__ import annotations

from datetime import timedelta

from simulator.account.resource_policies import bucket_owner
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.iam.actions.needed import Request
from simulator.iam.actions.s3 import copy_source

_VERSIONS = {"SigV2": "AWS", "SigV4": "AWS4-HMAC-SHA256"}
_METHODS = {"AuthHeader": "REST-HEADER", "QueryString": "REST-QUERY-STRING"}


def request_context(call: Call) -> dict[str, str | list[str]]:
    """s3:authType, s3:signatureversion, s3:signatureAge and the like."""
    context: dict[str, str | list[str]] = {}
    if call.tls:
        context["s3:TlsVersion"] = "1.3"
    if call.signature is None or call.authentication_method is None:
        return context
    context["s3:authType"] = _METHODS[call.authentication_method]
    context["s3:signatureversion"] = _VERSIONS[call.signature.version]
    payload = call.headers.get("x-amz-content-sha256")
    if payload:
        context["s3:x-amz-content-sha256"] = payload
    if call.signature.presigned:
        context["s3:signatureAge"] = str(_age(call))
    return context


def _age(call: Call) -> int:
    """Milliseconds on the account's clock; 0 for Signature Version 2, which says no date."""
    assert call.signature is not None
    assert call.account is not None
    if call.signature.version == "SigV2":
        return 0
    signed = call.account.world.clock.at(call.signature.made_at)
    return max(0, (call.time - signed) // timedelta(milliseconds=1))


def check_expected_owner(call: Call) -> None:
    """Refuse a call that expects another owner of its bucket, or names another account's settings.

    Raises:
        AwsError: AccessDenied.
    """
    expected = {}
    if call.service == "s3control" and call.params.get("AccountId") != call.caller.account_id:
        raise AwsError("AccessDenied", "Access Denied", 403)
    if "ExpectedBucketOwner" in call.params:
        expected[str(call.params.get("Bucket"))] = call.params["ExpectedBucketOwner"]
    if "ExpectedSourceBucketOwner" in call.params:
        asked = Request(call.service, call.operation, call.params, "", call.region)
        expected[copy_source(asked)[0]] = call.params["ExpectedSourceBucketOwner"]
    for bucket, owner in expected.items():
        if bucket_owner(bucket) not in {None, owner}:
            raise AwsError("AccessDenied", "Access Denied", 403)
