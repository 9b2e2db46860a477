"""The bytes that xmltodict would have written."""

from __future__ import annotations

from typing import Any

import pytest
from moto.s3.responses import xmltodict

from simulator.backends import moto_xml

UNPARSE = moto_xml.writing(xmltodict.unparse)
DOCUMENTS: list[dict[Any, Any]] = [
    {"R": {}},
    {"R": {"a": "1", "b": 2, "c": 2.5, "d": True, "e": False, "f": None, "g": ""}},
    {"R": {"@xmlns": "https://s3.amazonaws.com/doc/", "a": {"b": []}, "c": {}}},
    {"R": {"a": ["1", {"b": "<&>"}, None, {}, ""], "b": [[]], "c": [{"d": ["x", "y"]}]}},
    {"R": {"a": {"@type": "say \"<hi>\" & 'bye'", "@n": 1, "@none": None, "#text": "t & u"}}},
    {"R": {"#text": "eu-west-1"}},
    {"R": {"#text": None, "@xmlns": "urn:x"}},
    {"R": {"a": {"@k": "v", "#text": ""}, "line": "a\nb\tc", "é": "ü"}},
    {"R": {"a": b"bytes", "b": ("x", "y"), "#comment": "said"}},
    {"R": {"@xmlns": {"p": "urn:p"}, "p:a": "1"}},
    {"R": "text"},
    {"R": None},
]


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("document", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_a_document_is_written_as_xmltodict_writes_it(document: dict[Any, Any], full: bool) -> None:
    how: Any = {"full_document": full, "short_empty_elements": True}
    assert UNPARSE(document, **how) == xmltodict.unparse(document, **how)


@pytest.mark.parametrize("document", [{"R": {"a b": "1"}}, {"R": {"<": "1"}}, {"R": {"@=": "1"}}])
def test_a_name_that_is_none_is_refused(document: dict[Any, Any]) -> None:
    with pytest.raises(ValueError, match="name"):
        UNPARSE(document, full_document=True, short_empty_elements=True)
