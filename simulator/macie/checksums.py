"""Check digits by which an identifier's number is told from any other number.

Each function takes the characters without separators, and is False for what it can't read. Sources:
ISO/IEC 7812-1 annex B (Luhn), ISO/IEC 7064 (modulus 97 and modulus 11, 10), and each issuer's own rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_D: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
"""Products in the dihedral group of order ten."""
_TURN: Final = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
"""How a digit is turned over, once a place."""
_DNI: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_ODD: Final = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22)
_ODD_LATE: Final = (25, 24, 23)
"""What the letters A to Z, and the digits 0 to 9 as A to J, count at odd places of an Italian code."""


def luhn(text: str) -> bool:
    """Every second digit from the right is doubled; the sum of all digits ends in 0."""
    if not text.isascii() or not text.isdecimal():
        return False
    digits = [int(one) for one in reversed(text)]
    doubled = (sum(divmod(2 * one, 10)) for one in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def iban(text: str) -> bool:
    """Modulus 97 of the rest and the first four characters, letters as numbers, is 1."""
    turned = text[4:] + text[:4]
    if not turned.isascii() or not turned.isalnum():
        return False
    return int("".join(str(int(one, 36)) for one in turned)) % 97 == 1


def weighted(digits: str, weights: Iterable[int]) -> int:
    """The sum of digits times weights."""
    return sum(int(one) * weight for one, weight in zip(digits, weights, strict=False))


def cpf(text: str) -> bool:
    """Brazil: the last two of 11 digits, modulus 11."""
    return len(set(text)) > 1 and all(
        weighted(text[:place], range(place + 1, 1, -1)) * 10 % 11 % 10 == int(text[place])
        for place in (9, 10)
    )


def cnpj(text: str) -> bool:
    """Brazil, of organizations: the last two of 14 digits, modulus 11."""
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    return len(set(text)) > 1 and all(
        (11 - weighted(text[:place], weights[13 - place :]) % 11) % 11 % 10 == int(text[place])
        for place in (12, 13)
    )


def tfn(text: str) -> bool:
    """Australia: weighted digits, modulus 11."""
    return weighted(text, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0 and len(set(text)) > 1


def dni(text: str) -> bool:
    """Spain: the letter follows from the digits modulus 23; a NIE's X, Y, Z count 0, 1, 2."""
    head = {"X": "0", "Y": "1", "Z": "2"}.get(text[0], text[0])
    digits = head + text[1:-1]
    return digits.isdecimal() and _DNI[int(digits) % 23] == text[-1]


def insee(text: str) -> bool:
    """France: 97 less the first 13 digits modulus 97; Corsica's 2A and 2B count 19 and 18."""
    digits = text[:13].replace("2A", "19").replace("2B", "18")
    return digits.isdecimal() and 97 - int(digits) % 97 == int(text[13:])


def steuer_id(text: str) -> bool:
    """Germany: modulus 11, 10; one digit occurs twice or three times among the first ten."""
    product = 10
    for one in text[:10]:
        rest = (int(one) + product) % 10 or 10
        product = rest * 2 % 11
    repeated = [text[:10].count(one) for one in sorted(set(text[:10]))]
    return (11 - product) % 10 == int(text[10]) and sorted(repeated)[-1] in {2, 3}


def codice_fiscale(text: str) -> bool:
    """Italy: the last letter follows from odd and even places, modulus 26."""
    table = (*_ODD, *_ODD_LATE)
    total = 0
    for place, one in enumerate(text[:15]):
        number = int(one) if one.isdecimal() else ord(one) - ord("A")
        total += table[number] if place % 2 == 0 else number
    return chr(ord("A") + total % 26) == text[15]


def verhoeff(text: str) -> bool:
    """India's Aadhaar: Verhoeff's check in the dihedral group."""
    check = 0
    for place, one in enumerate(reversed(text)):
        digit = int(one)
        for _ in range(place % 8):
            digit = _TURN[digit]
        check = _D[check][digit]
    return check == 0


def vin(text: str) -> bool:
    """Vehicles: letters as numbers, weighted, modulus 11 at the ninth place (ISO 3779)."""
    values = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ"
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    total = sum(values.index(one) % 10 * weight for one, weight in zip(text, weights, strict=True))
    return "0123456789X"[total % 11] == text[8]
