"""The key pair with which CloudTrail signs the digest files of a region.

It follows from the world's seed, so that a drill that is played again signs alike. Searching for
primes would take half a second, so that the pairs are drawn from a stock of 64: a simulator's
private keys protect nothing.

Source: "Custom implementations of CloudTrail log file integrity validation" (CloudTrail User
Guide): one pair a region, RSA with SHA-256 and PKCS #1 v1.5 padding, signatures in hexadecimal.
"""

from __future__ import annotations

import functools
import hashlib
import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPrivateNumbers

VALID_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
VALID_TO: Final = datetime(2050, 1, 1, tzinfo=UTC)
_EXPONENT: Final = 65537
_PRIME_BITS: Final = 1024
_STOCK: Final = 64
_TO_NEXT_PRIME: Final = (
    "778 464 280 774 84 236 222 1534 1108 16 1498 1116 306 118 200 226 1292 36 782 2022"
    " 2456 468 594 144 74 218 28 3702 442 194 714 140 112 2222 698 310 160 1170 1936 232"
    " 762 62 1350 3984 254 540 2228 914 548 378 314 3708 508 1214 422 822 354 380 188 320"
    " 336 258 2750 2"
)
"""How far from the n-th start the n-th prime of the stock is."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """`public` is the public key as PKCS #1 in DER, `fingerprint` its MD5 in hexadecimal."""

    private: RSAPrivateKey
    public: bytes
    fingerprint: str


@functools.lru_cache(maxsize=256)
def key_pair(seed: int, region: str) -> KeyPair:
    """The pair of a region in the world of that seed."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    chosen = random.Random(f"digest key/{seed}/{region}").sample(range(_STOCK), 2)
    private = private_numbers(*map(_prime, chosen)).private_key(unsafe_skip_rsa_key_validation=True)
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return KeyPair(private, public, hashlib.md5(public, usedforsecurity=False).hexdigest())


def private_numbers(p: int, q: int) -> RSAPrivateNumbers:
    """The private key of two primes."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    d = pow(_EXPONENT, -1, math.lcm(p - 1, q - 1))
    return rsa.RSAPrivateNumbers(
        p,
        q,
        d,
        rsa.rsa_crt_dmp1(d, p),
        rsa.rsa_crt_dmq1(d, q),
        rsa.rsa_crt_iqmp(p, q),
        rsa.RSAPublicNumbers(_EXPONENT, p * q),
    )


@functools.lru_cache(maxsize=8192)
def signature(seed: int, region: str, text: str) -> str:
    """The signature of `text`: what a snapshot undoes is often signed again."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    return key_pair(seed, region).private.sign(text.encode(), PKCS1v15(), SHA256()).hex()


def _prime(number: int) -> int:
    """A prime of the stock. Its two highest bits are set: two make a modulus of full length."""
    drawn = random.Random(f"digest prime/{number}").getrandbits(_PRIME_BITS)
    offsets = _TO_NEXT_PRIME.split()
    start = drawn | 3 << (_PRIME_BITS - 2) | 1
    return start + int(offsets[number])
