"""Addresses of an IP set or threat list, read from its object when it is activated.

Source: "Customizing threat detection with entity lists and IP address lists", "List formats".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from simulator.network.addresses import Block, block, is_private

if TYPE_CHECKING:
    from simulator.account.world import World

_ADDRESS: Final = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\d.])")


def place(location: str) -> tuple[str, str] | None:
    """Bucket and key of a location: an S3 URI, or an https URL of either style."""
    if location.startswith("s3://"):
        bucket, _, key = location.removeprefix("s3://").partition("/")
    else:
        url = urlsplit(location)
        host, path = url.netloc, unquote(url.path).lstrip("/")
        if not re.search(r"(^|\.)s3[.-]", host):
            return None
        bucket, dot, _ = host.partition(".s3")
        if dot and not host.startswith("s3"):
            key = path
        else:
            bucket, _, key = path.partition("/")
    return (bucket, key) if bucket and key else None


def read(world: World, location: str, owner: str = "") -> tuple[Block, ...] | None:
    """The blocks that a list names; None where there is no such object, or no address in it.

    `owner` is the account that the bucket is expected to belong to; "" for any.
    """
    found = place(location)
    body = _body(world, owner, *found) if found is not None else None
    if body is None:
        return None
    blocks = []
    for text in _ADDRESS.findall(body):
        try:
            one = block(text)
        except ValueError:
            continue
        if not is_private(one[0]):
            blocks.append(one)
    return tuple(dict.fromkeys(blocks)) or None


def _body(world: World, owner: str, bucket: str, key: str) -> str | None:
    from simulator.account.resource_policies import bucket_owner
    from simulator.account.s3_bucket import find_bucket

    holder = bucket_owner(bucket)
    if holder not in world.accounts or owner not in {"", holder}:
        return None
    item: Any = find_bucket(bucket).keys.get(key)
    if item is None or not hasattr(item, "value"):
        return None
    return bytes(item.value).decode("utf-8", "replace")
