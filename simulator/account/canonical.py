"""Canonical user ids: how access control lists name an account.

Source: "Finding the canonical user ID for your AWS account" and "Access control list (ACL)
overview" (Amazon S3 User Guide).
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable

ANONYMOUS = "65a011a29cdf8ec533ec3d1ccaae921c"
"""The user that unsigned requests write as."""
EC2 = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c"
"""Amazon EC2, which reads bundles of images: the canned ACL aws-exec-read names it."""


@functools.lru_cache(maxsize=4_096)
def canonical_id(account_id: str) -> str:
    """The canonical user id of an account: 64 hexadecimal digits."""
    return hashlib.sha256(f"canonical user of {account_id}".encode()).hexdigest()


def account_of(canonical: str, accounts: Iterable[str]) -> str | None:
    """The one of `accounts` that a canonical user id names; None for none of them."""
    return next((name for name in accounts if canonical_id(name) == canonical), None)
