"""The codes of a virtual MFA device.

Source: RFC 6238 "TOTP: Time-Based One-Time Password Algorithm", RFC 4226 "HOTP".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

STEP = 30
"""Seconds that a code lasts."""
_DIGITS = 6


def codes(seed: str | bytes, at: datetime) -> tuple[str, str]:
    """The code that a device shows at an aware time, and the one that follows it.

    `seed` is the Base32StringSeed of CreateVirtualMFADevice.
    """
    counter = int(at.timestamp()) // STEP
    return _code(seed, counter), _code(seed, counter + 1)


def consecutive(
    seed: str | bytes, first: str, second: str, times: Iterable[datetime], steps: int
) -> bool:
    """Whether two codes follow each other, at most `steps` codes away from any of `times`."""
    for at in times:
        now = int(at.timestamp()) // STEP
        shown = [_code(seed, counter) for counter in range(now - steps, now + steps + 2)]
        if (first, second) in pairwise(shown):
            return True
    return False


def _code(seed: str | bytes, counter: int) -> str:
    key = base64.b32decode(seed)
    digest = hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**_DIGITS).zfill(_DIGITS)
