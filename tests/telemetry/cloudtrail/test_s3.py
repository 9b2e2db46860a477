"""S3's requests, responses and additional data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.telemetry.cloudtrail import record

if TYPE_CHECKING:
    from tests.telemetry.conftest import Calls

HOST = "logs.s3.eu-west-1.amazonaws.com"
XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/"

REQUESTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("ListBuckets", {}, {"Host": "s3.eu-west-1.amazonaws.com"}),
    ("GetBucketAcl", {"Bucket": "logs"}, {"acl": "", "bucketName": "logs", "Host": HOST}),
    (
        "PutBucketAcl",
        {"Bucket": "logs", "ACL": "public-read"},
        {"acl": "", "bucketName": "logs", "Host": HOST, "x-amz-acl": "public-read"},
    ),
    (
        "PutBucketAcl",
        {
            "Bucket": "logs",
            "AccessControlPolicy": {
                "Grants": [{"Grantee": {"Type": "Group", "URI": "all"}, "Permission": "READ"}]
            },
        },
        {
            "acl": "",
            "bucketName": "logs",
            "Host": HOST,
            "AccessControlPolicy": {
                "xmlns": XMLNS,
                "AccessControlList": {
                    "Grant": {
                        "Grantee": {
                            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
                            "xsi:type": "Group",
                            "URI": "all",
                        },
                        "Permission": "READ",
                    }
                },
            },
        },
    ),
    (
        "PutBucketPolicy",
        {"Bucket": "logs", "Policy": '{"Version": "2012-10-17", "Statement": []}'},
        {
            "policy": "",
            "bucketName": "logs",
            "bucketPolicy": {"Version": "2012-10-17", "Statement": []},
            "Host": HOST,
        },
    ),
    (
        "PutBucketEncryption",
        {
            "Bucket": "logs",
            "ServerSideEncryptionConfiguration": {
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
        },
        {
            "encryption": "",
            "bucketName": "logs",
            "Host": HOST,
            "ServerSideEncryptionConfiguration": {
                "xmlns": XMLNS,
                "Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}},
            },
        },
    ),
    (
        "ListObjectsV2",
        {"Bucket": "logs", "Prefix": "a/", "MaxKeys": 3, "EncodingType": "url"},
        {
            "list-type": "2",
            "bucketName": "logs",
            "Host": HOST,
            "prefix": "a/",
            "max-keys": "3",
            "encoding-type": "url",
        },
    ),
    (
        "DeleteObjects",
        {"Bucket": "logs", "Delete": {"Objects": [{"Key": "a"}]}},
        {"delete": "", "bucketName": "logs", "Host": HOST},
    ),
    (
        "CopyObject",
        {"Bucket": "logs", "Key": "b", "CopySource": "other/a"},
        {"bucketName": "logs", "Host": HOST, "key": "b", "x-amz-copy-source": "other/a"},
    ),
    (
        "PutObject",
        {"Bucket": "logs", "Key": "a", "SSECustomerKey": "k", "SSECustomerAlgorithm": "AES256"},
        {
            "bucketName": "logs",
            "Host": HOST,
            "key": "a",
            "x-amz-server-side-encryption-customer-algorithm": "AES256",
        },
    ),
]


@pytest.mark.parametrize(("operation", "params", "shown"), REQUESTS)
def test_requests(
    calls: Calls, operation: str, params: dict[str, Any], shown: dict[str, Any]
) -> None:
    """The HTTP request is read back: sub-resource, headers, query and XML under their names."""
    assert record(calls("s3", operation, params))["requestParameters"] == shown


def test_a_refused_call_keeps_bucket_and_key(calls: Calls) -> None:
    """Who tried to read what is what a denied GetObject is read for."""
    refused = calls("s3", "GetObject", {"Bucket": "logs", "Key": "a"}, error=("AccessDenied", "no"))
    shown = record(refused)["requestParameters"]
    assert shown == {"bucketName": "logs", "Host": HOST, "key": "a"}


def test_a_bucket_with_dots_is_in_the_path(calls: Calls) -> None:
    """Its name would not match the certificate, so SDKs leave it out of the host."""
    shown = record(calls("s3", "GetBucketAcl", {"Bucket": "logs.example.com"}))
    assert shown["requestParameters"]["Host"] == "s3.eu-west-1.amazonaws.com"
    assert shown["tlsDetails"]["clientProvidedHostHeader"] == "s3.eu-west-1.amazonaws.com"


def test_a_write_shows_the_response_headers(calls: Calls) -> None:
    """Encryption and version come back as headers; request ids are elsewhere."""
    written = calls(
        "s3",
        "PutObject",
        {"Bucket": "logs", "Key": "a"},
        {"ETag": "x"},
        headers={
            "x-amz-server-side-encryption": "AES256",
            "x-amz-request-id": "r",
            "x-amz-id-2": "extended",
            "ETag": "x",
        },
    )
    shown = record(written)
    assert shown["responseElements"] == {"x-amz-server-side-encryption": "AES256"}
    assert shown["additionalEventData"] == {
        "SignatureVersion": "SigV4",
        "CipherSuite": "TLS_AES_128_GCM_SHA256",
        "bytesTransferredIn": 7,
        "SSEApplied": "Default_SSE_S3",
        "AuthenticationMethod": "AuthHeader",
        "x-amz-id-2": "extended",
        "bytesTransferredOut": 6,
    }


@pytest.mark.parametrize(
    ("params", "headers", "applied"),
    [
        ({}, {}, "Default_SSE_S3"),
        ({}, {"x-amz-server-side-encryption": "aws:kms"}, "Default_SSE_KMS"),
        ({"ServerSideEncryption": "AES256"}, {}, "SSE_S3"),
        ({"ServerSideEncryption": "aws:kms"}, {}, "SSE_KMS"),
        ({"SSECustomerAlgorithm": "AES256"}, {}, "SSE_C"),
    ],
)
def test_encryption_applied(
    calls: Calls, params: dict[str, Any], headers: dict[str, str], applied: str
) -> None:
    """Asked for in the request, or the bucket's default."""
    put = calls("s3", "PutObject", {"Bucket": "b", "Key": "k", **params}, headers=headers)
    assert record(put)["additionalEventData"]["SSEApplied"] == applied


def test_an_anonymous_read_has_no_signature(calls: Calls) -> None:
    """An unsigned request names neither signature version nor method."""
    read = calls(
        "s3",
        "GetObject",
        {"Bucket": "b", "Key": "k"},
        signature_version=None,
        authentication_method=None,
    )
    data = record(read)["additionalEventData"]
    assert not {"SignatureVersion", "AuthenticationMethod"} & data.keys()


def test_the_user_agent_stands_in_brackets(calls: Calls) -> None:
    """S3 alone writes it so."""
    assert record(calls("s3", "ListBuckets"))["userAgent"] == "[Boto3/1.44.5]"
    assert record(calls("iam", "ListUsers"))["userAgent"] == "Boto3/1.44.5"
