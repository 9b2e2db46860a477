"""Cards and bank accounts.

Source: "Managed data identifiers for financial information" (Amazon Macie User Guide).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from simulator.macie import checksums
from simulator.macie.identifiers.rule import FINANCIAL, Rule, bare, checked, listed, number

_CARD_WORDS: Final = listed(
    "account number, american express, amex, bank card, c card, card, cc #, ccn, check card,"
    " cred card, credit, credit card, credit cards, credit no, credit num, dankort, debit,"
    " debit card, debit no, debit num, diners club, discover, electron, japanese card bureau, jcb,"
    " mastercard, mc, pan, payment account number, payment card number, pcn, pmnt #, pmnt card,"
    " pmnt no, pmnt number, union pay, visa"
)
_PREFIXES: Final = re.compile(
    r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|3(?:0[0-5]|[689])|6(?:011|4[4-9]|5)|35(?:2[89]|[3-8])"
    r"|62|81|5019|5018|5020|5038|6304|6759|676[1-3]"
)
_TESTS: Final = frozenset(
    listed(
        "122000000000003, 2222405343248877, 2222990905257051, 2223007648726984, "
        "2223577120017656, 30569309025904, 34343434343434, 3528000700000000, "
        "3530111333300000, 3566002020360505, 36148900647913, 36700102000000, "
        "371449635398431, 378282246310005, 378734493671000, 38520000023237, "
        "4012888888881881, 4111111111111111, 4222222222222, 4444333322221111, "
        "4462030000000000, 4484070000000000, 4911830000000, 4917300800000000, "
        "4917610000000000, 4917610000000000003, 5019717010103742, 5105105105105100, "
        "5111010030175156, 5185540810000019, 5200828282828210, 5204230080000017, "
        "5204740009900014, 5420923878724339, 5454545454545454, 5455330760000018, "
        "5506900490000436, 5506900490000444, 5506900510000234, 5506920809243667, "
        "5506922400634930, 5506927427317625, 5553042241984105, 5555553753048194, "
        "5555555555554444, 5610591081018250, 6011000990139424, 6011000400000000, "
        "6011111111111117, 630490017740292441, 630495060000000000, 6331101999990016, "
        "6759649826438453, 6799990100000000019, 76009244561"
    )
)
"""What issuers reserve for public testing."""
_CARD: Final = number(
    r"\d{13,19}|\d{4}(?P<gap>[ -])\d{4}(?P=gap)\d{4}(?P=gap)\d{4}(?:(?P=gap)\d{3})?"
    r"|3\d{3}(?P<space>[ -])\d{6}(?P=space)\d{4,5}"
)
"""In one piece, or in the groups in which cards have it."""
_MONTHS: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATE: Final = (
    rf"(?:0[1-9]|1[0-2])[/-](?:20)?\d\d|20\d\d[/-](?:0[1-9]|1[0-2])"
    rf"|(?i:{_MONTHS})[a-z]*[ /-](?:20)?\d\d|\d\d-(?i:{_MONTHS})"
)


def _card(text: str) -> bool:
    digits = bare(text)
    return bool(_PREFIXES.match(digits)) and digits not in _TESTS and checksums.luhn(digits)


def _iban(country: str, length: int) -> Callable[[str], bool]:
    def valid(text: str) -> bool:
        whole = bare(text)
        return whole.startswith(country) and len(whole) == length and checksums.iban(whole)

    return valid


_IBAN: Final = r"(?<![\w-])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{1,4}){3,8}(?![\w-])"
_COUNTRIES: Final = (
    "ALBANIA AL 28, ANDORRA AD 24, BOSNIA_AND_HERZEGOVINA BA 20, BRAZIL BR 29, BULGARIA BG 22,"
    " COSTA_RICA CR 22, CROATIA HR 21, CYPRUS CY 28, CZECH_REPUBLIC CZ 24, DENMARK DK 18,"
    " DOMINICAN_REPUBLIC DO 28, EGYPT EG 29, ESTONIA EE 20, FAROE_ISLANDS FO 18, FINLAND FI 18,"
    " FRANCE FR 27, GEORGIA GE 22, GERMANY DE 22, GREECE GR 27, GREENLAND GL 18, HUNGARY HU 28,"
    " ICELAND IS 26, IRELAND IE 22, ITALY IT 27, JORDAN JO 30, KOSOVO XK 20, LIECHTENSTEIN LI 21,"
    " LITHUANIA LT 20, MALTA MT 31, MAURITANIA MR 27, MAURITIUS MU 30, MONACO MC 27,"
    " MONTENEGRO ME 22, NETHERLANDS NL 18, NORTH_MACEDONIA MK 19, POLAND PL 28, PORTUGAL PT 25,"
    " SAN_MARINO SM 27, SENEGAL SN 28, SERBIA RS 22, SLOVAKIA SK 24, SLOVENIA SI 19, SPAIN ES 24,"
    " SWEDEN SE 24, SWITZERLAND CH 21, TIMOR_LESTE TL 23, TUNISIA TN 24, TURKIYE TR 26, UK GB 22,"
    " UKRAINE UA 29, UNITED_ARAB_EMIRATES AE 23, VIRGIN_ISLANDS VG 24"
)


def _accounts() -> tuple[Rule, ...]:
    whole = (one.split() for one in _COUNTRIES.split(","))
    return tuple(
        Rule(f"{name}_BANK_ACCOUNT_NUMBER", FINANCIAL, _IBAN, valid=_iban(code, int(length)))
        for name, code, length in whole
    )


RULES: Final = (
    Rule(
        "BANK_ACCOUNT_NUMBER",
        FINANCIAL,
        number(r"\d{9,17}"),
        listed(
            "bank account, bank acct, checking account, checking acct, deposit account,"
            " deposit acct, savings account, savings acct, chequing account, chequing acct"
        ),
        checked(lambda text: len(set(text)) > 1),
    ),
    Rule(
        "CREDIT_CARD_EXPIRATION",
        FINANCIAL,
        rf"(?<![\w/:-])(?<!\d )(?:{_DATE})(?![\w/:-]|,? ?\d)",
        listed("exp d, exp m, exp y, expiration, expiry"),
        scale="LMH",
    ),
    Rule(
        "CREDIT_CARD_MAGNETIC_STRIPE",
        FINANCIAL,
        r"%B\d{13,19}\^[^^\n]{2,26}\^\d{7}[^?\n]*\?|;\d{13,19}=\d{7}\d*\?",
        listed("card data, iso7813, mag, magstripe, stripe, swipe"),
        recommended=True,
    ),
    Rule("CREDIT_CARD_NUMBER", FINANCIAL, _CARD, _CARD_WORDS, _card, recommended=True),
    Rule(
        "CREDIT_CARD_NUMBER_(NO_KEYWORD)",
        FINANCIAL,
        _CARD,
        valid=_card,
        without="CREDIT_CARD_NUMBER",
    ),
    Rule(
        "CREDIT_CARD_SECURITY_CODE",
        FINANCIAL,
        number(r"\d{3,4}"),
        listed(
            "card id, card identification code, card identification number, card security code,"
            " card validation code, card validation number, card verification data,"
            " card verification value, cvc, cvc2, cvv, cvv2, elo verification code"
        ),
        scale="MHH",
    ),
    *_accounts(),
)
