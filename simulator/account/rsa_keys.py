"""RSA keys that follow from chance: OpenSSL makes its own, which no journal could play again."""

from __future__ import annotations

import functools
import math
import random
from itertools import count
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

_EXPONENT: Final = 65537
_SIEVE: Final = 4000
_ROUNDS: Final = 8
"""Of Miller and Rabin's test: for a random 1024-bit number, error below 2⁻¹⁰⁰."""


def rsa_key(chance: random.Random, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key of `bits` bits with exponent 65537. The same state of `chance` makes the same key."""
    p = _prime(chance, bits - bits // 2)
    q = next(q for q in (_prime(chance, bits // 2) for _ in count()) if q != p)
    d = pow(_EXPONENT, -1, math.lcm(p - 1, q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(_EXPONENT, p * q),
    )
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def _prime(chance: random.Random, bits: int) -> int:
    """A prime whose two highest bits are set, so that two of them make a modulus of full length."""
    while True:
        start = chance.getrandbits(bits) | 3 << bits - 2 | 1
        remainders = [(prime, start % prime) for prime in _small_primes()]
        for step in range(0, 1 << 14, 2):
            if any((remainder + step) % prime == 0 for prime, remainder in remainders):
                continue
            candidate = start + step
            if candidate.bit_length() > bits:
                break
            if math.gcd(candidate - 1, _EXPONENT) == 1 and _is_prime(candidate, chance):
                return candidate


def _is_prime(candidate: int, chance: random.Random) -> bool:
    """Miller and Rabin's test."""
    twos = (candidate - 1 & 1 - candidate).bit_length() - 1
    odd = candidate - 1 >> twos
    for base in (2, *(chance.randrange(3, candidate - 1) for _ in range(_ROUNDS - 1))):
        x = pow(base, odd, candidate)
        if x in (1, candidate - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % candidate
            if x == candidate - 1:
                break
        else:
            return False
    return True


@functools.cache
def _small_primes() -> tuple[int, ...]:
    known: list[int] = []
    for number in range(3, _SIEVE, 2):
        if all(number % prime for prime in known if prime * prime <= number):
            known.append(number)
    return tuple(known)
