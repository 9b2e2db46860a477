"""Answers that are all in headers are read and written as the models would."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.wrappers import Response

from simulator.gateway import wire, wire_headers
from simulator.gateway.models import operation_model

PUT = {
    "ETag": '"0a"',
    "ServerSideEncryption": "aws:kms",
    "VersionId": "null",
    "SSEKMSKeyId": "arn:aws:kms:us-east-1:111122223333:key/k",
}
TEXTS: list[tuple[str, dict[str, Any]]] = [
    ("PutObject", {}),
    ("PutObject", PUT),
    ("PutObject", dict(reversed(PUT.items()))),
    ("PutObject", PUT | {"Unknown": "x", "ChecksumCRC32": None}),
]
OTHERS: list[tuple[str, dict[str, Any]]] = [
    ("PutObject", PUT | {"BucketKeyEnabled": True}),
    ("CreateBucket", {"Location": "/b"}),
    ("HeadObject", {"ContentLength": 5, "Metadata": {"a": "b"}}),
    ("CopyObject", {"CopyObjectResult": {"ETag": '"0a"'}, "VersionId": "v"}),
]


def _by_the_models(
    monkeypatch: pytest.MonkeyPatch, name: str, told: dict[str, Any]
) -> tuple[Response, dict[str, Any]]:
    with monkeypatch.context() as patch:
        patch.setattr(wire_headers, "serialize", lambda *_: None)
        patch.setattr(wire_headers, "parse", lambda *_: None)
        operation = operation_model("s3", name)
        response = wire.serialize(operation, "rest-xml", told)
        return response, wire.parse(operation, "rest-xml", response)


@pytest.mark.parametrize(("name", "told"), TEXTS + OTHERS)
def test_an_answer_is_the_models_answer(
    monkeypatch: pytest.MonkeyPatch, name: str, told: dict[str, Any]
) -> None:
    expected, read = _by_the_models(monkeypatch, name, told)
    operation = operation_model("s3", name)
    response = wire.serialize(operation, "rest-xml", told)
    assert response.get_data() == expected.get_data()
    assert list(response.headers.items()) == list(expected.headers.items())
    assert response.status_code == expected.status_code
    again = wire.parse(operation, "rest-xml", response)
    assert list(again.items()) == list(read.items())


@pytest.mark.parametrize(("name", "told"), TEXTS)
def test_texts_in_headers_take_the_short_way(name: str, told: dict[str, Any]) -> None:
    assert wire_headers.serialize(operation_model("s3", name), "rest-xml", told) is not None


def test_an_error_is_left_to_the_models() -> None:
    operation = operation_model("s3", "PutObject")
    refused = Response(b"<Error><Code>NoSuchBucket</Code></Error>", 404)
    assert wire_headers.parse(operation, "rest-xml", refused) is None
    assert wire.error_of(operation, "rest-xml", refused).code == "NoSuchBucket"
