"""What managed data identifiers take for sensitive, and what not. No number here is anybody's."""

from __future__ import annotations

import base64
import json

import pytest

from simulator.macie.content import opened
from simulator.macie.identifiers.catalogue import chosen, rules
from simulator.macie.matching import detect

SECRET = "q9Zt/4bKx7Lm2Wn5+Rp8Ys1Vd3Fh6Jc0Gg4Aa2Ee"
BODY = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ=="


def found(text: str, key: str = "note.txt", selector: str = "ALL") -> dict[str, int]:
    """Counts by identifier."""
    content = opened(key, text.encode())
    assert content is not None
    detections = detect(content.passages, chosen(selector, ()))
    return {name: one.count for name, one in detections.items()}


def token(header: dict[str, str]) -> str:
    """A JSON Web Token."""
    parts = (header, {"sub": "1"})
    encoded = [
        base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts
    ]
    return ".".join([*encoded, "c2lnbmF0dXJl"])


SENSITIVE = {
    "AWS_CREDENTIALS": f"aws_secret_access_key = {SECRET}",
    "GCP_API_KEY": f"GCP key AIza{'Sy9_x' * 7}",
    "HTTP_BASIC_AUTH_HEADER": "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    "JSON_WEB_TOKEN": f"bearer {token({'alg': 'HS256'})}",
    "OPENSSH_PRIVATE_KEY": (
        f"-----BEGIN OPENSSH PRIVATE KEY-----\n{BODY}\n-----END OPENSSH PRIVATE KEY-----"
    ),
    "PGP_PRIVATE_KEY": (
        f"-----BEGIN PGP PRIVATE KEY BLOCK-----\n{BODY}\n-----END PGP PRIVATE KEY BLOCK-----"
    ),
    "PKCS": f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----",
    "STRIPE_CREDENTIALS": "sk_" + "live_0123456789abcdefABCDEF",
    "BANK_ACCOUNT_NUMBER": "savings account 4839201755",
    "CREDIT_CARD_EXPIRATION": "expiry 02/2027",
    "CREDIT_CARD_MAGNETIC_STRIPE": "swipe ;4000001234567899=27021010000?",
    "CREDIT_CARD_NUMBER": "Visa 4000 0012 3456 7899",
    "CREDIT_CARD_NUMBER_(NO_KEYWORD)": "order 4000001234567899 shipped",
    "CREDIT_CARD_SECURITY_CODE": "cvv2: 431",
    "UK_BANK_ACCOUNT_NUMBER": "pay GB29 NWBK 6016 1331 9268 19",
    "GERMANY_BANK_ACCOUNT_NUMBER": "DE89370400440532013000",
    "DATE_OF_BIRTH": "date of birth: 1980-02-03",
    "NAME": "signed by Mary Johnson yesterday",
    "ADDRESS": "12 Main Street, Springfield, IL 62704",
    "LATITUDE_LONGITUDE": "coordinates 41.948614,-87.655311",
    "HTTP_COOKIE": "Set-Cookie: id=TWlrZQ",
    "PHONE_NUMBER": "phone (312) 555-0123",
    "UK_PHONE_NUMBER": "+442079460958",
    "DRIVERS_LICENSE": "driver's license D1234567",
    "UK_ELECTORAL_ROLL_NUMBER": "electoral number AB123",
    "USA_PASSPORT_NUMBER": "passport 483920175",
    "USA_SOCIAL_SECURITY_NUMBER": "SSN 123-45-6789",
    "USA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER": "ITIN 912-78-1234",
    "CANADA_SOCIAL_INSURANCE_NUMBER": "SIN 046 454 286",
    "UK_NATIONAL_INSURANCE_NUMBER": "nino AB 12 34 56 C",
    "SPAIN_DNI_NUMBER": "DNI 12345678Z",
    "SPAIN_NIE_NUMBER": "NIE X1234567L",
    "FRANCE_NATIONAL_IDENTIFICATION_NUMBER": "insee 1 85 05 78 006 084 91",
    "GERMANY_TAX_IDENTIFICATION_NUMBER": "Steuer ID 86095742719",
    "ITALY_NATIONAL_IDENTIFICATION_NUMBER": "tax code RSSMRA85T10A562S",
    "BRAZIL_CPF_NUMBER": "CPF 529.982.247-25",
    "BRAZIL_CNPJ_NUMBER": "CNPJ 11.222.333/0001-81",
    "AUSTRALIA_TAX_FILE_NUMBER": "TFN 123 456 782",
    "INDIA_AADHAAR_NUMBER": "aadhaar 2341 2341 2346",
    "INDIA_PERMANENT_ACCOUNT_NUMBER": "pan card ABCPE1234F",
    "VEHICLE_IDENTIFICATION_NUMBER": "VIN 1M8GDM9AXKP042788",
}
HARMLESS = (
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "secret key da39a3ee5e6b4b0d3255bfef95601890afd80709",
    f"checksum {SECRET}",
    "Visa 4000001234567898",
    "Visa 4111111111111111",
    "visa 9999990000000003",
    "pay GB28 NWBK 6016 1331 9268 19",
    "order 123-45-6789",
    "SSN 912-45-6789",
    "SSN 000-45-6789",
    "SIN 046 454 287",
    "DNI 12345678A",
    "CPF 529.982.247-24",
    "TFN 123 456 783",
    "aadhaar 2341 2341 2347",
    "VIN 1M8GDM9A1KP042788",
    "call 312 555 0123",
    "built 1980-02-03",
    "expiration: Nov 26, 2026, 1:00:00 PM",
    "2 111122223333 eni-0a 10.0.1.5 198.51.100.7 443 4000 6 1 2345 6789 1793 ACCEPT OK",
    "4000 00123 45678 99",
    f"bearer {token({'typ': 'none'})}",
    "TEST PERSON met Blue Sky Labs",
    "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
    "2026-11-02T14:05:00Z 10.0.0.1 GET /index.html 200 4839201755",
)


@pytest.mark.parametrize("name", sorted(SENSITIVE))
def test_each_kind_is_found(name: str) -> None:
    assert found(SENSITIVE[name]).get(name) == 1


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert found(text) == {}


def test_a_keyword_in_a_text_is_within_30_characters() -> None:
    assert found(f"ssn{' ' * 28}: 123-45-6789") == {"USA_SOCIAL_SECURITY_NUMBER": 1}
    assert found(f"ssn{' ' * 31}: 123-45-6789") == {}
    assert found("123-45-6789 is the social-security number")["USA_SOCIAL_SECURITY_NUMBER"] == 1
    assert found("lessn 123-45-6789") == {}


def test_a_keyword_may_be_a_columns_or_a_fields_name() -> None:
    assert found("id,SSN\n1,123-45-6789\n", "a.csv") == {"USA_SOCIAL_SECURITY_NUMBER": 1}
    assert found("id,national_id\n1,123-45-6789\n", "a.csv") == {}
    assert found("cardNumber\n4000001234567899\n", "a.csv") == {"CREDIT_CARD_NUMBER": 1}
    nested = '{"people": [{"socialSecurity": {"value": "123-45-6789"}}]}'
    assert found(nested, "a.json") == {"USA_SOCIAL_SECURITY_NUMBER": 1}
    assert found('{"people": [{"value": "123-45-6789"}]}', "a.json") == {}


def test_the_recommended_set_leaves_names_out() -> None:
    line = "Mary Johnson, SSN 123-45-6789"
    assert found(line) == {"NAME": 1, "USA_SOCIAL_SECURITY_NUMBER": 1}
    assert found(line, selector="RECOMMENDED") == {"USA_SOCIAL_SECURITY_NUMBER": 1}
    assert set(chosen("EXCLUDE", ["NAME"])) == rules().keys() - {"NAME"}
    assert chosen("INCLUDE", ["NAME"]) == ("NAME",)
    assert chosen("NONE", ()) == ()
