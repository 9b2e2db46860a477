"""Host names of Amazon S3, of the service and of buckets.

Source: "Virtual hosting of general purpose buckets" (Amazon S3 User Guide).
"""

from __future__ import annotations

import re
from typing import Final

_HOST: Final = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9.-]+)\.)?s3(?:\.dualstack)?(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?"
    r"\.amazonaws\.com(?::\d+)?"
)


def is_s3(host: str) -> bool:
    """Whether a host is S3's: "s3.amazonaws.com", "bucket.s3.eu-west-1.amazonaws.com"."""
    return _HOST.fullmatch(host) is not None


def bucket_in(host: str) -> str | None:
    """The bucket that a host names; None where the path does."""
    said = _HOST.fullmatch(host)
    return said["bucket"] if said is not None else None
