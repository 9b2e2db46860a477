"""One line of a server access log.

Source: "Amazon S3 server access log format" (Amazon S3 User Guide).
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from simulator.account.canonical import canonical_id
from simulator.gateway.call import Call
from simulator.gateway.caller import CallerType
from simulator.telemetry.cloudtrail import s3
from simulator.telemetry.server_access.operations import BATCH_DELETE, OF_OBJECTS

_QUOTE: Final = re.compile(r'["\r\n]')
_QUOTED: Final = {"request_uri", "referer", "user_agent"}
_HEAD_ERRORS: Final = {"403": "AccessDenied", "404": "NoSuchKey", "400": "BadRequest"}
"""A HEAD's answer has no body that could tell the code."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A request to a bucket, in the order of the log's fields. None is written as `-`."""

    bucket_owner: str
    bucket: str
    time: datetime
    remote_ip: str | None
    requester: str | None
    request_id: str
    operation: str
    key: str | None
    request_uri: str | None
    http_status: int | None
    error_code: str | None
    bytes_sent: int | None
    object_size: int | None
    total_time: int | None
    turn_around_time: int | None
    referer: str | None
    user_agent: str | None
    version_id: str | None
    host_id: str | None
    signature_version: str | None
    cipher_suite: str | None
    authentication_type: str | None
    host_header: str | None
    tls_version: str | None
    access_point_arn: str | None = None
    acl_required: str | None = None
    source_region: str | None = None
    """Known only of addresses of AWS, and a drill has none."""

    def __str__(self) -> str:
        return " ".join(self._written(field.name) for field in fields(self))

    def _written(self, name: str) -> str:
        value: Any = getattr(self, name)
        if name == "time":
            return f"[{value:%d/%b/%Y:%H:%M:%S +0000}]"
        if name in _QUOTED:
            if value is None:
                return "-" if name == "request_uri" else '"-"'
            return f'"{_QUOTE.sub("%22", value)}"'
        return "-" if value in (None, "") else str(value)


def entry(call: Call, bucket: Any, operation: str, key: str | None) -> Entry:
    """The line that a finished call leaves in the log of `bucket`, the backend's."""
    assert call.outcome is not None
    response, signed = call.outcome.response, call.signature is not None
    sent = 0 if call.operation.startswith("Head") else response.calculate_content_length() or 0
    chance = random.Random(f"access/{call.request_id}/{operation}/{key}")
    total = chance.randint(8, 60)
    about_object = call.operation in OF_OBJECTS and operation != BATCH_DELETE
    service = call.caller.type is CallerType.AWS_SERVICE
    batch = operation == BATCH_DELETE
    return Entry(
        bucket_owner=canonical_id(str(bucket.account_id)),
        bucket=str(bucket.name),
        time=call.time,
        remote_ip=None if service else call.source_ip,
        requester=_requester(call, str(bucket.account_id)),
        request_id=call.request_id,
        operation=operation,
        key=None if key is None else quote(key, safe="/-_.~"),
        request_uri=None if batch else _request_uri(call),
        http_status=response.status_code,
        error_code=_error_code(call),
        bytes_sent=None if batch else sent or None,
        object_size=_size(call, bucket, key) if about_object else None,
        total_time=None if batch else total,
        turn_around_time=chance.randint(4, total - 2) if about_object else None,
        referer=call.headers.get("Referer"),
        user_agent=call.user_agent or None,
        version_id=None if batch else _version(call),
        host_id=s3.additional_event_data(call)["x-amz-id-2"],
        signature_version=call.signature_version or ("SigV4" if service else None),
        cipher_suite="TLS_AES_128_GCM_SHA256" if call.tls else None,
        authentication_type=call.authentication_method
        or ("AuthHeader" if service or signed else None),
        host_header=s3.host(call.params, call.region),
        tls_version="TLSv1.3" if call.tls else None,
        acl_required="Yes" if _by_acl(call) else None,
    )


def _requester(call: Call, owner: str) -> str | None:
    """An ARN; of another account, and of a root user, the canonical user id."""
    caller = call.caller
    if caller.type is CallerType.ANONYMOUS:
        return None
    if caller.type is CallerType.AWS_SERVICE:
        return f"svc:{caller.principal_id}"
    if caller.type is CallerType.ROOT or caller.account_id != owner:
        return canonical_id(caller.account_id)
    return str(caller.arn)


def _request_uri(call: Call) -> str:
    """The request line as it reaches the host that an SDK calls, which may name the bucket."""
    method, _, target = call.request_line.partition(" ")
    bucket = str(call.params.get("Bucket", ""))
    path, mark, query = target.partition("?")
    if s3.host(call.params, call.region).startswith(f"{bucket}."):
        path = path.removeprefix(f"/{bucket}") or "/"
    return f"{method} {path}{mark}{query} HTTP/1.1"


def _error_code(call: Call) -> str | None:
    assert call.outcome is not None
    code = call.outcome.error_code
    return _HEAD_ERRORS.get(code, code) if code is not None else None


def _version(call: Call) -> str | None:
    assert call.outcome is not None
    told = call.outcome.response.headers.get("x-amz-version-id") or call.params.get("VersionId")
    return str(told) if told and told != "null" else None


def _size(call: Call, bucket: Any, key: str | None) -> int | None:
    from simulator.account.s3_bucket import find_object

    assert call.outcome is not None
    if key is None or call.outcome.error_code is not None:
        return None
    found = find_object(bucket, key, call.params.get("VersionId"))
    return int(found.size) if found is not None else None


def _by_acl(call: Call) -> bool:
    """Whether an access control list had to grant the request."""
    return any("access control list" in each.decision.because for each in call.asked)
