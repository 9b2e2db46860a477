"""A list of objects that is written in the short way is the one that moto writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from simulator.backends import moto, moto_listing

if TYPE_CHECKING:
    from simulator.gateway.call import Call
    from tests.conftest import Cloud

Told = list[tuple[Any, Any]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What the short way tells of each list that is made so, and what a request tells."""
    from moto.moto_api._internal import mock_random

    pairs: Told = []
    short = moto_listing.objects

    def seen(answer: Any) -> Any:
        status, headers, body = answer
        return status, list(headers.items()), body, mock_random.getstate()

    def both(call: Call, environ: dict[str, Any], body: bytes) -> Any:
        chance = mock_random.getstate()
        if (answer := short(call, environ, body)) is None:
            return None
        first = seen(answer)
        mock_random.setstate(chance)
        monkeypatch.setattr(moto_listing, "objects", lambda *_: None)
        again = moto.dispatch(call, environ, body)
        monkeypatch.setattr(moto_listing, "objects", both)
        pairs.append((first, seen(again)))
        return again

    monkeypatch.setattr(moto_listing, "objects", both)
    return pairs


@pytest.fixture
def s3(cloud: Cloud) -> Any:
    client = cloud.root("s3")
    client.create_bucket(Bucket="vault")
    client.put_bucket_versioning(Bucket="vault", VersioningConfiguration={"Status": "Enabled"})
    for key in ("logs/2026/a", "logs/2026/b&<c>", "logs/über", "top", 'x"y z', "gone"):
        client.put_object(Bucket="vault", Key=key, Body=key.encode())
    client.put_object(Bucket="vault", Key="cold/1", Body=b"", StorageClass="GLACIER")
    client.put_object(Bucket="vault", Key="sum", Body=b"1", ChecksumAlgorithm="SHA256")
    client.copy_object(Bucket="vault", Key="copy", CopySource="vault/top")
    client.delete_object(Bucket="vault", Key="gone")
    begun = client.create_multipart_upload(Bucket="vault", Key="parts")["UploadId"]
    at = {"Bucket": "vault", "Key": "parts", "UploadId": begun}
    tag = client.upload_part(**at, PartNumber=1, Body=b"x")["ETag"]
    client.complete_multipart_upload(
        **at, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]}
    )
    return client


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"Prefix": ""},
        {"Prefix": "logs/"},
        {"Prefix": "logs/dt=1"},
        {"Delimiter": "/"},
        {"Delimiter": "/", "Prefix": "logs/"},
        {"MaxKeys": 2},
        {"MaxKeys": 0},
        {"MaxKeys": 3, "Delimiter": "/"},
    ],
)
def test_the_short_way_tells_what_a_request_tells(
    s3: Any, told: Told, options: dict[str, Any]
) -> None:
    s3.list_objects_v2(Bucket="vault", **options)
    [(by_hand, by_request)] = told
    assert by_hand == by_request


def test_an_empty_bucket(s3: Any, told: Told) -> None:
    s3.create_bucket(Bucket="empty")
    s3.list_objects_v2(Bucket="empty")
    [(by_hand, by_request)] = told
    assert by_hand == by_request


@pytest.mark.parametrize(
    "read",
    [
        lambda s3: s3.list_objects_v2(Bucket="vault", FetchOwner=True),
        lambda s3: s3.list_objects_v2(Bucket="vault", StartAfter="b"),
        lambda s3: s3.list_objects_v2(Bucket="vault", Prefix="ü"),
        lambda s3: s3.list_objects_v2(Bucket="vault", Delimiter="-"),
        lambda s3: s3.list_objects(Bucket="vault"),
        lambda s3: s3.list_object_versions(Bucket="vault"),
    ],
    ids=["owner", "start", "prefix", "delimiter", "first version", "versions"],
)
def test_a_request_that_asks_for_more_goes_its_whole_way(
    s3: Any, told: Told, read: Callable[[Any], Any]
) -> None:
    read(s3)
    assert told == []
