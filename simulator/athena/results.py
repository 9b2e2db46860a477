"""Result files: `<query id>.csv` with its metadata, or `<query id>.txt` of DDL.

Source: "Work with query results and recent queries" (Athena User Guide). Athena's metadata files
are binary; here they are JSON, with the columns alone.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from simulator.athena.objects import split_url
from simulator.athena.refusal import QueryFailed
from simulator.gateway.forwarded_call import Forwarder

Row = tuple[str | None, ...]
_KEPT = 8
_parsed: OrderedDict[tuple[str, str], list[Row]] = OrderedDict()
"""The rows of the results that were read last, by location and ETag."""


def csv_bytes(names: Sequence[str], rows: Iterable[Row]) -> bytes:
    """A CSV file as Athena writes it: every value in quotes, null as nothing at all."""
    lines = [",".join(map(_quoted, names))]
    lines += [",".join(map(_quoted, row)) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def _quoted(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'


def csv_rows(body: bytes) -> list[Row]:
    """The rows of a CSV file that Athena wrote, header and all."""
    text, rows, row, at = body.decode("utf-8", "replace"), [], [], 0
    while at < len(text):
        value: str | None = None
        if text[at] == '"':
            end = at + 1
            while True:
                end = text.find('"', end)
                if end < 0:
                    end = len(text)
                    break
                if text[end + 1 : end + 2] != '"':
                    break
                end += 2
            value = text[at + 1 : end].replace('""', '"')
            at = end + 1
        else:
            end = min(
                place
                for place in (text.find(",", at), text.find("\n", at), len(text))
                if place >= 0
            )
            value = text[at:end] or None
            at = end
        row.append(value)
        if text[at : at + 1] != ",":
            rows.append(tuple(row))
            row = []
        at += 1
        if text[at - 1 : at] == "," and text[at : at + 1] in {"", "\n"}:
            row.append(None)
            rows.append(tuple(row))
            row = []
            at += 1
    return rows


def lines_bytes(rows: Iterable[Row]) -> bytes:
    """The text file of a DDL statement's answer."""
    return "".join(f"{row[0] or ''}\n" for row in rows).encode()


def metadata_bytes(columns: Sequence[Mapping[str, Any]]) -> bytes:
    """The columns' names and types."""
    return json.dumps({"ColumnInfo": list(columns)}, separators=(",", ":")).encode()


def write(forwarder: Forwarder, location: str, body: bytes, options: Mapping[str, Any]) -> None:
    """Put a result file, with the caller's rights.

    Raises:
        QueryFailed: the caller may not.
    """
    bucket, key = _place(location)
    params = {
        "Bucket": bucket,
        "Key": key,
        "ContentType": "application/octet-stream",
        **options,
    }
    outcome = forwarder.perform("s3", "PutObject", params, body)
    if outcome.error_code is not None:
        raise QueryFailed(
            f"Access denied when writing output to url: {location} . Please ensure you are allowed"
            " to access the S3 bucket. If you are encrypting query results with KMS key, please"
            " ensure you are allowed to access your KMS key"
        )


def put_options(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """PutObject's parameters for a ResultConfiguration."""
    encryption = configuration.get("EncryptionConfiguration") or {}
    kind = encryption.get("EncryptionOption")
    options: dict[str, Any] = {}
    if kind == "SSE_S3":
        options["ServerSideEncryption"] = "AES256"
    elif kind in {"SSE_KMS", "CSE_KMS"}:
        options["ServerSideEncryption"] = "aws:kms"
        if encryption.get("KmsKey"):
            options["SSEKMSKeyId"] = encryption["KmsKey"]
    if configuration.get("ExpectedBucketOwner"):
        options["ExpectedBucketOwner"] = configuration["ExpectedBucketOwner"]
    if (configuration.get("AclConfiguration") or {}).get("S3AclOption"):
        options["ACL"] = "bucket-owner-full-control"
    return options


def read(forwarder: Forwarder, location: str) -> list[Row] | None:
    """The rows of a result file, read with the caller's rights; None if it is gone.

    Raises:
        AwsError: the caller may not read it.
    """
    from moto.s3.models import s3_backends

    from simulator.account.resource_policies import bucket_owner

    bucket, key = _place(location)
    owner = bucket_owner(bucket)
    kept = s3_backends[owner]["aws"].buckets[bucket].keys.get(key) if owner else None
    size = int(getattr(kept, "size", 0) or 0)
    refused = forwarder.read(bucket, key, size)
    if refused is not None:
        raise refused
    if kept is None or not hasattr(kept, "value"):
        return None
    named = location, str(kept.etag)
    if named not in _parsed:
        body = kept.value
        if location.endswith(".csv"):
            _parsed[named] = csv_rows(body)
        else:
            _parsed[named] = [(line,) for line in body.decode().splitlines()]
        while len(_parsed) > _KEPT:
            _parsed.popitem(last=False)
    return _parsed[named]


def _place(location: str) -> tuple[str, str]:
    bucket, prefix = split_url(location)
    return bucket, prefix.rstrip("/")
