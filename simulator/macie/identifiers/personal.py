"""People: numbers that are theirs, where they live, what they are called.

Source: "Managed data identifiers for PII" (Amazon Macie User Guide). AWS finds names and addresses by
machine learning; here they are told by lists and forms, and so only the common ones.
"""

from __future__ import annotations

import functools
import re
from typing import Final

from simulator.macie import checksums
from simulator.macie.identifiers.rule import PERSONAL, Rule, bare, checked, listed, number

_STATES: Final = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]"
    "|UT|V[AT]|W[AIVY]|AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT"
)
_CITY: Final = r"[A-Z][a-z'.-]+(?: [A-Z][a-z'.-]+){0,3}"
_ADDRESS: Final = (
    rf"(?<!\w)\d{{1,6}} [A-Z0-9][\w .'#-]{{2,40}},?\s{{1,2}}{_CITY},? (?:{_STATES})"
    r" (?:\d{5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?!\w)"
    rf"|(?<!\w)\d{{1,4}} [A-Z][\w .'-]{{2,40}},?\s{{1,2}}{_CITY},?\s{{1,2}}[A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}}(?!\w)"
)
_NAME: Final = r"(?<![\w'-])(?=(?P<value>[A-Z][a-z]+(?: [A-Z]\.)? [A-Z][A-Za-z'-]+)(?![\w'-]))"
_LICENCE: Final = listed(
    "dl#, dl:, dlno#, driver licence, driver license, driver permit, drivers lic., drivers licence,"
    " driver's licence, drivers license, driver's license, drivers permit, driver's permit,"
    " drivers permit number, driving licence, driving license, driving permit"
)
_PHONE_WORDS: Final = listed(
    "cell, contact, fax, fax number, mobile, phone, phone number, tel, telephone, telephone number"
)
_TAX_WORDS: Final = "tax id, tax identification number, tax number, tin, tin#"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"
_YEAR: Final = r"(?:19|20)\d\d"
_NAMED: Final = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?i:uary|ruary|ch|il|e|y|ust|tember|ober|ember)?"
_BORN: Final = (
    rf"{_YEAR}[/ -]{_MONTH}[/ -]{_DAY}|{_DAY}[/ -]{_MONTH}[/ -]{_YEAR}|{_MONTH}[/ -]{_DAY}[/ -]{_YEAR}"
    rf"|{_DAY}[ -]{_NAMED}[ -]{_YEAR}|{_NAMED}[ -]{_DAY},? {_YEAR}"
)


@functools.cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """Common first and last names of people in the United States, as Faker lists them."""
    from faker.providers.person.en_US import Provider

    return frozenset(Provider.first_names), frozenset(Provider.last_names)


def _full_name(text: str) -> bool:
    """A common first name and a common last name, which may be two with a hyphen."""
    words = text.split()
    first, last = _known()
    return words[0] in first and all(one in last for one in words[-1].split("-"))


def _ssn(text: str) -> bool:
    area, group, serial = re.sub(r"\D", "", text)[:3], bare(text)[3:5], bare(text)[5:]
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


def _many(text: str) -> bool:
    return len(set(bare(text))) > 1


def _phone(country: str, pattern: str) -> Rule:
    return Rule(
        f"{country}_PHONE_NUMBER" if country else "PHONE_NUMBER",
        PERSONAL,
        rf"(?<![\w+.-]){pattern}(?![\w-]|\.\d)",
        _PHONE_WORDS,
        scale="LMH",
        or_country_code=True,
    )


def _passport(country: str, pattern: str, words: str) -> Rule:
    return Rule(
        f"{country}_PASSPORT_NUMBER",
        PERSONAL,
        number(pattern),
        listed(words),
        _many,
        "MHH",
        recommended=True,
    )


RULES: Final = (
    Rule(
        "DATE_OF_BIRTH",
        PERSONAL,
        rf"(?<![\w/-])(?:{_BORN})(?![\w/-])",
        listed("bday, b-day, birth date, birthday, date of birth, dob"),
        scale="LMH",
    ),
    Rule("NAME", PERSONAL, _NAME, valid=_full_name, scale="LMH"),
    Rule("ADDRESS", PERSONAL, _ADDRESS, scale="LMH"),
    Rule(
        "LATITUDE_LONGITUDE",
        PERSONAL,
        r"(?<![\w.-])-?(?:[1-8]?\d|90)\.\d{3,}, ?-?(?:1[0-7]\d|180|\d{1,2})\.\d{3,}(?![\w.-])",
        listed("coordinate, coordinates, lat long, latitude longitude, position"),
        scale="LMM",
    ),
    Rule(
        "HTTP_COOKIE",
        PERSONAL,
        r"(?im:^(?:set-)?cookie: ?[^\s=;,]+=[^\s;,]+(?:; ?[^\s=;,]+(?:=[^\s;,]*)?)*)",
        scale="LMH",
    ),
    _phone("", r"(?:\+1[ .-]?|1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-]?)[2-9]\d\d[ .-]?\d{4}"),
    _phone("UK", r"(?:\+44 ?|0)(?:7\d{3}|[12]\d{2,4}) ?\d{3} ?\d{3,4}"),
    _phone("FRANCE", r"(?:\+33 ?|0)[1-9](?:[ .-]?\d\d){4}"),
    _phone("GERMANY", r"(?:\+49 ?|0)[1-9]\d{1,4}[ /-]?\d{4,8}"),
    _phone("ITALY", r"(?:\+39 ?)?(?:3\d\d[ -]?\d{3}[ -]?\d{3,4}|0\d{1,3}[ -]?\d{5,8})"),
    _phone("SPAIN", r"(?:\+34 ?)?[6789]\d\d ?\d{3} ?\d{3}"),
    _phone("BRAZIL", r"(?:\+55 ?)?\(?[1-9]\d\)? ?9?\d{4}-\d{4}"),
    Rule(
        "DRIVERS_LICENSE",
        PERSONAL,
        number(r"[A-Z]\d{7}|[A-Z]\d{12,14}|[A-Z]\d{3}-\d{4}-\d{4}|[A-Z]\d{3}-\d{3}-\d\d-\d{3}-\d"),
        _LICENCE,
        _many,
        "LMH",
        recommended=True,
    ),
    Rule(
        "UK_DRIVERS_LICENSE",
        PERSONAL,
        number(r"[A-Z9]{5}\d[0156]\d(?:[0-2]\d|3[01])\d[A-Z9]{2}\d[A-Z]{2}"),
        _LICENCE,
        scale="LMH",
        recommended=True,
    ),
    Rule(
        "UK_ELECTORAL_ROLL_NUMBER",
        PERSONAL,
        number(r"[A-Z]{2,3}\d{1,4}"),
        listed(
            "electoral #, electoral number, electoral roll #, electoral roll no.,"
            " electoral roll number, electoralrollno"
        ),
        recommended=True,
    ),
    _passport("CANADA", r"[A-Z]{2}\d{6}", "passeport, passeport#, passport, passport#, passportno"),
    _passport("FRANCE", r"\d{2}[A-Z]{2}\d{5}", "numéro de passeport, passeport, passeport non"),
    _passport(
        "GERMANY",
        r"[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{7}\d",
        "passport, passports, reisepass, reisepass-nr, reisepassnummer",
    ),
    _passport("ITALY", r"[A-Z]{2}\d{7}", "italian passport number, passaporto, passport number"),
    _passport("SPAIN", r"[A-Z]{3}\d{6}", "pasaporte, passport, passport book, passport number"),
    _passport("UK", r"\d{9}", "passport #, passport no, passport number, passport#, passportid"),
    _passport("USA", r"[A-Z]\d{8}|\d{9}", "passport, travel document"),
    Rule(
        "USA_SOCIAL_SECURITY_NUMBER",
        PERSONAL,
        number(r"\d{3}-\d{2}-\d{4}|\d{3} \d{2} \d{4}|\d{9}"),
        listed("social security, ss#, ssn"),
        _ssn,
        recommended=True,
    ),
    Rule(
        "SPAIN_SOCIAL_SECURITY_NUMBER",
        PERSONAL,
        number(r"\d{2}[ /-]?\d{7,8}[ /-]?\d{2}"),
        listed("número de la seguridad social, social security no., social security number, ssn"),
        checked(lambda text: int(text[:-2]) % 97 == int(text[-2:])),
        recommended=True,
    ),
    Rule(
        "USA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
        PERSONAL,
        number(r"9\d{2}[ -]?(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])[ -]?\d{4}"),
        listed("i.t.i.n., individual taxpayer identification number, itin"),
        recommended=True,
    ),
    Rule(
        "CANADA_SOCIAL_INSURANCE_NUMBER",
        PERSONAL,
        number(r"\d{3}[ -]?\d{3}[ -]?\d{3}"),
        listed("canadian id, numéro d'assurance sociale, sin, social insurance number"),
        checked(checksums.luhn),
        recommended=True,
    ),
    Rule(
        "UK_NATIONAL_INSURANCE_NUMBER",
        PERSONAL,
        number(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]"),
        listed(
            "insurance no., insurance number, insurance#, national insurance number,"
            " nationalinsurance#, nationalinsurancenumber, nin, nino"
        ),
        recommended=True,
    ),
    Rule(
        "UK_TAX_IDENTIFICATION_NUMBER",
        PERSONAL,
        number(r"\d{5} ?\d{5}"),
        listed("tax reference, unique tax reference, unique taxpayer reference, utr"),
        _many,
    ),
    Rule(
        "SPAIN_DNI_NUMBER",
        PERSONAL,
        number(r"\d{8}-?[A-Z]"),
        listed(
            "dni, dni#, documento nacional de identidad, national identification number,"
            " national identity, nationalid#, personal identification number"
        ),
        checked(checksums.dni),
        recommended=True,
    ),
    Rule(
        "SPAIN_NIE_NUMBER",
        PERSONAL,
        number(r"[XYZ]-?\d{7}-?[A-Z]"),
        listed(f"nie, número de identidad de extranjero, {_TAX_WORDS}"),
        checked(checksums.dni),
        recommended=True,
    ),
    Rule(
        "SPAIN_NIF_NUMBER",
        PERSONAL,
        number(r"\d{8}-?[A-Z]"),
        listed(f"nif, número de identificación fiscal, {_TAX_WORDS}"),
        checked(checksums.dni),
        recommended=True,
    ),
    Rule(
        "FRANCE_NATIONAL_IDENTIFICATION_NUMBER",
        PERSONAL,
        number(r"[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}"),
        listed(
            "carte nationale d'identité, cni, insee, insurance number, national id number,"
            " nationalid#, sécurité sociale, social security, social security number, ssn"
        ),
        checked(checksums.insee),
        recommended=True,
    ),
    Rule(
        "GERMANY_TAX_IDENTIFICATION_NUMBER",
        PERSONAL,
        number(r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}"),
        listed(f"identifikationsnummer, steuer id, steueridentifikationsnummer, {_TAX_WORDS}"),
        checked(checksums.steuer_id),
        recommended=True,
    ),
    Rule(
        "ITALY_NATIONAL_IDENTIFICATION_NUMBER",
        PERSONAL,
        number(r"[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]"),
        listed("codice fiscal, codice fiscale, health card, tax code, tessera sanitaria"),
        checked(checksums.codice_fiscale),
        recommended=True,
    ),
    Rule(
        "BRAZIL_CPF_NUMBER",
        PERSONAL,
        number(r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}"),
        listed("cadastro de pessoa física, cadastro de pessoas físicas, cpf"),
        checked(checksums.cpf),
        recommended=True,
    ),
    Rule(
        "BRAZIL_CNPJ_NUMBER",
        PERSONAL,
        number(r"\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2}"),
        listed("cadastro nacional da pessoa jurídica, cnpj"),
        checked(checksums.cnpj),
    ),
    Rule(
        "AUSTRALIA_TAX_FILE_NUMBER",
        PERSONAL,
        number(r"\d{3} ?\d{3} ?\d{3}"),
        listed("tax file number, tfn"),
        checked(checksums.tfn),
        recommended=True,
    ),
    Rule(
        "INDIA_AADHAAR_NUMBER",
        PERSONAL,
        number(r"[2-9]\d{3} ?\d{4} ?\d{4}"),
        listed("aadhaar, aadhar, adhaar, uidai"),
        checked(checksums.verhoeff),
    ),
    Rule(
        "INDIA_PERMANENT_ACCOUNT_NUMBER",
        PERSONAL,
        number(r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]"),
        listed("e-pan, pan card, pan number, permanent account number"),
    ),
    Rule(
        "VEHICLE_IDENTIFICATION_NUMBER",
        PERSONAL,
        number(r"[A-HJ-NPR-Z0-9]{17}"),
        listed("fahrgestellnummer, niv, vehicle identification number, vin"),
        checked(checksums.vin),
        "LLM",
    ),
)
