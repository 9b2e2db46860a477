"""An object that is read in the short way is told as moto tells it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from simulator.backends import moto, moto_object

if TYPE_CHECKING:
    from simulator.gateway.call import Call
    from tests.conftest import Cloud

Told = list[tuple[Any, Any]]


def _seen(call: Call, answer: Any) -> Any:
    """The answer, moto's object and its chance."""
    from moto.moto_api._internal import mock_random
    from moto.s3.models import s3_backends

    assert call.account is not None
    bucket: Any = s3_backends[call.account.id]["aws"].buckets[call.params["Bucket"]]
    item = vars(bucket.keys[call.params["Key"]])
    status, headers, body = answer
    return status, list(headers.items()), body, dict(item), mock_random.getstate()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What the short way tells of each object that is read so, and what a request tells."""
    from moto.moto_api._internal import mock_random
    from moto.s3.models import s3_backends

    pairs: Told = []
    short = moto_object.get

    def both(call: Call, environ: dict[str, Any], body: bytes) -> Any:
        chance = mock_random.getstate()
        if (answer := short(call, environ, body)) is None:
            return None
        first = _seen(call, answer)
        mock_random.setstate(chance)
        assert call.account is not None
        bucket: Any = s3_backends[call.account.id]["aws"].buckets[call.params["Bucket"]]
        bucket.keys[call.params["Key"]]._tick -= 2
        monkeypatch.setattr(moto_object, "get", lambda *_: None)
        again = moto.dispatch(call, environ, body)
        monkeypatch.setattr(moto_object, "get", both)
        pairs.append((first, _seen(call, again)))
        return again

    monkeypatch.setattr(moto_object, "get", both)
    return pairs


@pytest.fixture
def s3(cloud: Cloud) -> Any:
    client = cloud.root("s3")
    client.create_bucket(Bucket="vault")
    return client


@pytest.mark.parametrize("versioned", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"ContentType": "application/json", "ContentEncoding": "gzip", "ServerSideEncryption": "AES256"},
        {"Metadata": {"Signature": "ab", "x": "1"}, "Tagging": "a=1", "StorageClass": "STANDARD_IA"},
        {"ContentDisposition": "inline", "CacheControl": "no-cache", "ContentLanguage": "de"},
        {"ServerSideEncryption": "aws:kms", "BucketKeyEnabled": True},
        {"WebsiteRedirectLocation": "/there", "ChecksumAlgorithm": "SHA256"},
    ],
)  # fmt: skip
def test_the_short_way_tells_what_a_request_tells(
    s3: Any, told: Told, options: dict[str, Any], versioned: bool
) -> None:
    if versioned:
        s3.put_bucket_versioning(Bucket="vault", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="vault", Key="logs/2026/a_b.json.gz", Body=b"{}", **options)
    s3.get_object(Bucket="vault", Key="logs/2026/a_b.json.gz")
    [(by_hand, by_request)] = told
    assert by_hand == by_request
    assert by_hand[2] == b"{}"


def _in_parts(s3: Any) -> None:
    at = {"Bucket": "vault", "Key": "a/parts"}
    begun = s3.create_multipart_upload(**at, ChecksumAlgorithm="SHA256")["UploadId"]
    part = s3.upload_part(**at, UploadId=begun, PartNumber=1, Body=b"x", ChecksumAlgorithm="SHA256")
    parts = [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}]
    s3.complete_multipart_upload(**at, UploadId=begun, MultipartUpload={"Parts": parts})
    assert s3.get_object(**at)["ChecksumType"] == "COMPOSITE"


def _with_origin(s3: Any) -> None:
    s3.meta.events.register(
        "before-sign.s3.GetObject", lambda request, **_: request.headers.add_header("Origin", "x")
    )
    s3.get_object(Bucket="vault", Key="a/b")


@pytest.mark.parametrize(
    "read",
    [
        lambda s3: s3.get_object(Bucket="vault", Key="a/b", Range="bytes=1-2"),
        lambda s3: s3.get_object(Bucket="vault", Key="a/b", IfMatch=_etag(s3)),
        lambda s3: s3.get_object(Bucket="vault", Key="a/b", ResponseContentType="text/html"),
        lambda s3: s3.get_object(Bucket="vault", Key="a/b", PartNumber=1),
        lambda s3: s3.get_object(Bucket="vault", Key="a/b c"),
        lambda s3: s3.get_object(Bucket="vault", Key="a/frozen"),
        lambda s3: s3.get_object(Bucket="vault", Key="a/gone"),
        lambda s3: s3.head_object(Bucket="vault", Key="a/b"),
        _in_parts,
        _with_origin,
    ],
    ids=[
        *("range", "condition", "header", "part", "key", "archived", "missing", "head"),
        *("composite", "origin"),
    ],
)
def test_a_request_that_asks_for_more_goes_its_whole_way(
    s3: Any, told: Told, read: Callable[[Any], Any]
) -> None:
    for key in ("a/b", "a/b c"):
        s3.put_object(Bucket="vault", Key=key, Body=b"12345")
    s3.put_object(Bucket="vault", Key="a/frozen", Body=b"12345", StorageClass="GLACIER")
    with suppress(s3.exceptions.ClientError):
        read(s3)
    assert told == []


def _etag(s3: Any) -> str:
    return str(s3.head_object(Bucket="vault", Key="a/b")["ETag"])
