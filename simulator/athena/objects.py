"""The S3 objects behind a table, listed and read with the caller's rights.

Source: "Control access to Amazon S3 from Athena" (Athena User Guide).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from simulator.account.resource_policies import bucket_owner
from simulator.athena.catalog import Partition
from simulator.athena.refusal import QueryFailed
from simulator.gateway.forwarded_call import Forwarder

_URL = re.compile(r"s3[an]?://([^/]+)/?(.*)", re.DOTALL)
_ARCHIVED = frozenset({"GLACIER", "DEEP_ARCHIVE"})


@dataclass(frozen=True, slots=True)
class Stored:
    """An object of S3 as it was when the query began. `body` is asked for once, if at all."""

    bucket: str
    key: str
    etag: str
    size: int
    kept: Any
    """The backend's object, whose value are the bytes."""

    @property
    def path(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    @property
    def body(self) -> bytes:
        found: bytes = self.kept.value
        return found


Found = tuple[Stored, Partition]


def split_url(url: str) -> tuple[str, str]:
    """Bucket and prefix of an S3 location; the prefix ends with a slash, if there is one.

    Raises:
        QueryFailed: it is not a location in S3.
    """
    match = _URL.fullmatch(url)
    if match is None:
        raise QueryFailed(
            f"FAILED: SemanticException [Error 10001]: The location '{url}' is not an S3 path"
        )
    prefix = match[2]
    return match[1], prefix if not prefix or prefix.endswith("/") else f"{prefix}/"


def find(forwarder: Forwarder, partitions: Iterable[Partition], default: str) -> list[Found]:
    """The objects of all partitions, each readable by the caller.

    Raises:
        QueryFailed: the caller may not list or read them, or there is no such bucket.
    """
    seen = _Buckets(forwarder)
    found: list[Found] = []
    for partition in partitions:
        bucket, prefix = split_url(partition.location)
        found += [(one, partition) for one in seen.objects(bucket, prefix)]
    if not seen.asked:
        seen.admit(*split_url(default))
    for one in {stored.path: stored for stored, _ in found}.values():
        refused = forwarder.read(one.bucket, one.key, one.size)
        if refused is not None:
            raise _denied(one.path)
    return found


class _Buckets:
    """What lies in each bucket. A prefix under which nothing lies is not asked for by itself."""

    def __init__(self, forwarder: Forwarder) -> None:
        self.forwarder = forwarder
        self.asked = False
        self._names: dict[str, list[str]] = {}

    def objects(self, bucket: str, prefix: str) -> list[Stored]:
        names = self._names_of(bucket)
        place = bisect_left(names, prefix)
        if place == len(names) or not names[place].startswith(prefix):
            return []
        self.admit(bucket, prefix)
        return list(_visible(bucket, prefix, names, place))

    def admit(self, bucket: str, prefix: str) -> None:
        self.asked = True
        self._names_of(bucket)
        params = {"Bucket": bucket, "Prefix": prefix}
        if self.forwarder.decide("s3", "ListObjectsV2", params) is not None:
            raise _denied(f"s3://{bucket}/{prefix.rstrip('/')}")

    def _names_of(self, bucket: str) -> list[str]:
        if bucket not in self._names:
            refused = self.forwarder.decide("s3", "GetBucketLocation", {"Bucket": bucket})
            if bucket_owner(bucket) is None:
                raise QueryFailed(
                    "PERMISSION_DENIED: The specified bucket does not exist (Service: Amazon S3;"
                    f" Status Code: 404; Error Code: NoSuchBucket), S3 path: s3://{bucket}"
                )
            if refused is not None:
                raise _denied(f"s3://{bucket}")
            self._names[bucket] = sorted(_bucket(bucket).keys)
        return self._names[bucket]


def _bucket(name: str) -> Any:
    from moto.s3.models import s3_backends

    return s3_backends[str(bucket_owner(name))]["aws"].buckets[name]


def _visible(bucket: str, prefix: str, names: list[str], place: int) -> Iterator[Stored]:
    """Objects that Athena reads: none that is empty, hidden (_x, .x), archived or deleted."""
    keys = _bucket(bucket).keys
    for name in names[place:]:
        if not name.startswith(prefix):
            return
        kept = keys.get(name)
        hidden = name.rpartition("/")[2].startswith(("_", ".")) or name.endswith("/")
        if hidden or getattr(kept, "size", 0) == 0 or kept.storage_class in _ARCHIVED:
            continue
        yield Stored(bucket, name, str(kept.etag).strip('"'), int(kept.size), kept)


def _denied(path: str) -> QueryFailed:
    return QueryFailed(f"Permission denied on S3 path: {path}")


def keys_under(forwarder: Forwarder, bucket: str, prefix: str) -> list[str]:
    """The keys below a prefix, listed with the caller's rights.

    Raises:
        QueryFailed: the caller may not.
    """
    seen = _Buckets(forwarder)
    seen.admit(bucket, prefix)
    return [one.key for one in seen.objects(bucket, prefix)]
