"""Credentials. Source: "Managed data identifiers for credentials data" (Amazon Macie User Guide)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Final

from simulator.macie.identifiers.rule import CREDENTIALS, Rule, listed

_EXAMPLES: Final = (
    "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
)
_STRIPE: Final = ("sk_test_4eC39HqLyjWDarjtT1zdp7dc", "pk_test_TYooMQauvdEDq54NiTphI7jx")


def _secret(text: str) -> bool:
    """Small letters, capitals and digits: 40 characters of a hash or of a path are none."""
    mixed = all(re.search(one, text) for one in ("[a-z]", "[A-Z]", "[0-9]"))
    return mixed and text not in _EXAMPLES


def _token(text: str) -> bool:
    """A header in JSON that names an algorithm, and claims in JSON (RFC 7519)."""
    header, claims = (_decoded(one) for one in text.split(".")[:2])
    return isinstance(header, dict) and "alg" in header and isinstance(claims, dict)


def _decoded(part: str) -> object:
    try:
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError):
        return None


def _armour(name: str) -> str:
    return rf"-----BEGIN {name}-----[\s\S]{{20,20000}}?-----END {name}-----"


_PUTTY: Final = (
    r"PuTTY-User-Key-File-\d: [\w-]+\s+Encryption: [\w-]+\s+Comment: [\w-]+\s+Public-Lines: \d+\s"
    r"[\w/+=\s]+?Private-Lines: \d+\s[\w/+=\s]+?Private-MAC: [\w+]+"
)
RULES: Final = (
    Rule(
        "AWS_CREDENTIALS",
        CREDENTIALS,
        r"(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])",
        listed(
            "aws_secret_access_key, credentials, secret access key, secret key, set-awscredential"
        ),
        _secret,
        recommended=True,
    ),
    Rule(
        "GCP_API_KEY",
        CREDENTIALS,
        r"(?<![\w-])AIza[\w-]{35}(?![\w-])",
        listed(
            "G_PLACES_KEY, GCP api key, GCP key, google cloud key, google-api-key,"
            " google-cloud-apikeys, GOOGLEKEY, X-goog-api-key"
        ),
    ),
    Rule(
        "HTTP_BASIC_AUTH_HEADER",
        CREDENTIALS,
        r"(?i:(?:proxy-)?authorization): ?(?i:basic) [A-Za-z0-9+/]{4,}={0,2}",
        recommended=True,
    ),
    Rule(
        "JSON_WEB_TOKEN",
        CREDENTIALS,
        r"(?<![\w.-])eyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*(?![\w.-])",
        valid=_token,
    ),
    Rule("OPENSSH_PRIVATE_KEY", CREDENTIALS, _armour("OPENSSH PRIVATE KEY"), recommended=True),
    Rule("PGP_PRIVATE_KEY", CREDENTIALS, _armour("PGP PRIVATE KEY BLOCK"), recommended=True),
    Rule(
        "PKCS",
        CREDENTIALS,
        r"-----BEGIN ((?:RSA |EC |DSA |ENCRYPTED )?PRIVATE KEY)-----[\s\S]{20,20000}?-----END \1-----",
        recommended=True,
    ),
    Rule("PUTTY_PRIVATE_KEY", CREDENTIALS, _PUTTY, recommended=True),
    Rule(
        "STRIPE_CREDENTIALS",
        CREDENTIALS,
        r"(?<!\w)[spr]k_(?:live|test)_[A-Za-z0-9]{16,99}(?!\w)",
        valid=lambda text: text not in _STRIPE,
    ),
)
