"""Which requests leave a line in which bucket's log, and where that log goes.

Sources: "Logging requests with server access logging", "Amazon S3 server access log format" (Amazon
S3 User Guide).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simulator.account.s3_bucket import find_bucket
from simulator.telemetry import log_lines
from simulator.telemetry.server_access.operations import BATCH_DELETE, COPY_SOURCES, name

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.gateway.call import Call


def note(call: Call, accounts: Mapping[str, Account]) -> None:
    """Keep the lines of a finished call to S3, if a bucket of its has logging turned on."""
    for bucket_name, operation, key in _requests(call):
        bucket = find_bucket(bucket_name)
        if bucket is None or not bucket.logging:
            continue
        account = accounts.get(str(bucket.account_id))
        if account is None or (
            call.account is not None and call.account.world is not account.world
        ):
            continue
        if call.account is None:
            call.time = account.world.clock.now()
        _keep(call, account, bucket, operation, key)


def _requests(call: Call) -> Iterator[tuple[str, str, str | None]]:
    """Bucket, operation and key of each line: a copy and a batch make several."""
    params = call.params
    bucket, key = params.get("Bucket"), params.get("Key")
    if not bucket:
        return
    yield bucket, name(call.operation), key
    if call.operation in COPY_SOURCES:
        source = params.get("CopySource")
        if isinstance(source, Mapping):
            yield source["Bucket"], COPY_SOURCES[call.operation], source.get("Key")
        elif source:
            from urllib.parse import unquote

            path, _, _ = unquote(str(source)).lstrip("/").partition("?versionId=")
            where, _, what = path.partition("/")
            yield where, COPY_SOURCES[call.operation], what
    if call.operation == "DeleteObjects" and call.outcome and call.outcome.error_code is None:
        for item in (params.get("Delete") or {}).get("Objects") or ():
            yield bucket, BATCH_DELETE, item["Key"]


def _keep(call: Call, account: Account, bucket: Any, operation: str, key: str | None) -> None:
    from simulator.telemetry.server_access.entry import entry
    from simulator.telemetry.server_access.files import destination

    line = str(entry(call, bucket, operation, key))
    log_lines.note(account, destination(bucket), (call.time, line))
