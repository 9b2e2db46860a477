"""moto draws from the operating system's chance; here it draws from that of the world it works for.

So the same calls make the same state, down to a key's material: a journal can be played again.
"""

from __future__ import annotations

import functools
import os
import random
import string
import sys
import uuid
from typing import Any

import cryptography
from cryptography.hazmat import primitives
from cryptography.hazmat.primitives import asymmetric
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from simulator.account.rsa_keys import rsa_key
from simulator.backends.facade import facade

_DRAWS = (
    *("random", "choice", "choices", "randint", "randrange", "sample", "shuffle"),
    *("uniform", "getrandbits", "randbytes"),
)

_LEFT_ALONE = ("moto.moto_api.", "moto.core.base_backend")
"""The generator itself, and tables that are made once a process: a world's chance isn't theirs."""


def adopt(chance: Any, prefix: str = "moto.") -> None:
    """Make every loaded module of moto draw from `chance`, moto's own generator.

    Call it again after a service of moto has been loaded.
    """
    type(chance).get_random_string = _random_string
    replacements = _replacements(chance)
    for name, module in list(sys.modules.items()):
        if not name.startswith(prefix) or getattr(module, "__drill_chance__", False):
            continue
        module.__dict__["__drill_chance__"] = True
        if name.startswith(_LEFT_ALONE):
            continue
        for attribute, value in list(vars(module).items()):
            if (replacement := replacements.get(id(value))) is not None:
                setattr(module, attribute, replacement)


def _random_string(
    chance: Any, length: int = 20, include_digits: bool = True, lower_case: bool = False
) -> str:
    """As moto's: every call to its S3 draws an id of 52 letters, one `choice` after the other.

    Drawn as `choice` draws: the six highest bits of 32, and again where they are no place in the
    pool. As many as are missing are drawn at once.
    """
    letters, refused = _by_byte(string.ascii_letters + (string.digits if include_digits else ""))
    text = b""
    while missing := length - len(text):
        drawn = chance.getrandbits(32 * missing).to_bytes(4 * missing, "little")
        text += drawn[3::4].translate(letters, refused)
    return text.lower().decode() if lower_case else text.decode()


@functools.cache
def _by_byte(pool: str) -> tuple[bytes, bytes]:
    """What each highest byte of a draw stands for, and the bytes that stand for nothing."""
    shift = 8 - len(pool).bit_length()
    places = [byte >> shift for byte in range(256)]
    letters = bytes(ord(pool[place]) if place < len(pool) else 0 for place in places)
    return letters, bytes(byte for byte, place in enumerate(places) if place >= len(pool))


def _replacements(chance: Any) -> dict[int, object]:
    def rsa_private_key(public_exponent: int, key_size: int, backend: object = None) -> object:
        return rsa_key(chance, key_size)

    def ec_private_key(curve: ec.EllipticCurve, backend: object = None) -> object:
        order_bits = curve.key_size - 1  # below the order of every curve of that size
        return ec.derive_private_key(chance.getrandbits(order_bits) | 1, curve)

    uuids = {"uuid4": chance.uuid4, "uuid1": lambda *_: chance.uuid1()}
    made_rsa = facade(rsa, generate_private_key=rsa_private_key)
    nested = facade(
        cryptography,
        hazmat=facade(
            cryptography.hazmat,
            primitives=facade(primitives, asymmetric=facade(asymmetric, rsa=made_rsa)),
        ),
    )
    return {
        id(os): facade(os, urandom=chance.randbytes),
        id(random): facade(random, **{name: getattr(chance, name) for name in _DRAWS}),
        id(uuid): facade(uuid, **uuids),
        id(uuid.uuid4): chance.uuid4,
        id(uuid.uuid1): uuids["uuid1"],
        id(rsa): made_rsa,
        id(ec): facade(ec, generate_private_key=ec_private_key),
        id(cryptography): nested,
    }
