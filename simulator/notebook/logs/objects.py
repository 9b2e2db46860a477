"""Many objects of S3, one after the other: a log lies in hundreds of small files.

boto3 makes the first request to a bucket. Those that follow are that request with another key, signed
and sent by botocore's own parts; what boto3 does around each of them takes longer than the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from simulator.notebook.logs.line import Line, Lost

_OWN: Final = {
    *("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"),
    "amz-sdk-invocation-id",
}
"""Headers that each request has for itself."""


@dataclass(slots=True)
class Example:
    """A request that boto3 has made: its URL less the key, its headers, what signs the next, and
    what sends it."""

    base: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    auth: Any = None
    line: Line | None = None


class Reader:
    """Reads objects with the credentials of a boto3 client of S3, as long as its context lasts."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3
        self._examples: dict[str, Example] = {}

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        for example in self._examples.values():
            if example.line is not None:
                example.line.close()

    def read(self, bucket: str, key: str) -> bytes:
        """What the object holds.

        Raises:
            ClientError: S3 refuses, or there is no such object.
        """
        example = self._examples.get(bucket)
        if example is None:
            return self._first(bucket, key)
        content = self._next(example, key) if example.base else None
        return self._by_boto3(bucket, key) if content is None else content

    def _by_boto3(self, bucket: str, key: str) -> bytes:
        content: bytes = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def _first(self, bucket: str, key: str) -> bytes:
        example = self._examples[bucket] = Example()

        def signing(request: Any, request_signer: Any, **told: Any) -> None:
            given = request.context.get("signing") or {}
            if isinstance(told["signature_version"], str) and "request_credentials" not in given:
                example.auth = request_signer.get_auth_instance(
                    given.get("signing_name", told["signing_name"]),
                    given.get("region", told["region_name"]),
                    told["signature_version"],
                )

        def sending(request: Any, **_: Any) -> None:
            named = quote(key, safe="/~")
            if example.auth is not None and request.url.endswith(f"/{named}"):
                example.base = request.url.removesuffix(named)
                sent = {name: _text(value) for name, value in request.headers.items()}
                example.headers = {
                    name: value for name, value in sent.items() if name.lower() not in _OWN
                }

        heard = {"before-sign.s3.GetObject": signing, "before-send.s3.GetObject": sending}
        for event, listener in heard.items():
            self._s3.meta.events.register_last(event, listener)
        try:
            return self._by_boto3(bucket, key)
        finally:
            for event, listener in heard.items():
                self._s3.meta.events.unregister(event, listener)

    def _next(self, example: Example, key: str) -> bytes | None:
        """None for what boto3 shall ask again, or say what is wrong with."""
        from botocore.awsrequest import AWSRequest

        request = AWSRequest("GET", example.base + quote(key, safe="/~"), dict(example.headers))
        example.auth.add_auth(request)
        example.line = example.line or Line(example.base)
        try:
            status, content = example.line.send(request.prepare())
        except Lost:
            example.base = ""  # the client's requests go another way: boto3 knows it
            return None
        return content if status == HTTPStatus.OK else None


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
