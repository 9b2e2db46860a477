"""Parameters that are read without the models are those that the models read."""

from __future__ import annotations

from typing import Any

import pytest
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, environ_key_for_header
from moto.core.utils import get_service_model

from simulator.gateway import rest_params

IN_PATH = {"Bucket": "logs", "Key": "a/b"}
OPERATIONS = [
    model.operation_model(name)
    for model in (get_service_model("s3"), get_service_model("s3control"))
    for name in model.operation_names
]


def by_the_models(operation: OperationModel, environ: dict[str, Any]) -> dict[str, Any]:
    request = Request(environ)
    asked = {"values": request.args, "headers": request.headers, "body": b"", "url_params": IN_PATH}
    return dict(
        PROTOCOL_PARSERS["rest-xml"](operation).parse({**asked, "method": "", "url_path": ""})
    )


def headers_of(operation: OperationModel) -> list[tuple[str, str]]:
    """WSGI's name of each header that is a parameter, and the parameter's type."""
    shape = operation.input_shape
    return [
        (environ_key_for_header(member.serialization.get("name", name)), member.type_name)
        for name, member in (shape.members.items() if shape is not None else ())
        if member.serialization.get("location") == "header"
    ]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_the_same_parameters_in_the_same_order(operation: OperationModel) -> None:
    texts = {key: key.lower() for key, kind in headers_of(operation) if kind == "string"}
    environs: list[dict[str, str]] = [{}, texts, *({key: ""} for key in texts)]
    for environ in environs:
        found = rest_params.read(operation, environ, IN_PATH)
        if found is not None:
            assert list(found.items()) == list(by_the_models(operation, environ).items())


def test_what_log_readers_ask_for_is_read_so() -> None:
    by_name = {each.name: each for each in OPERATIONS if each.service_model.service_name == "s3"}
    for name in ("GetObject", "HeadObject", "DeleteObject", "GetBucketPolicy", "HeadBucket"):
        assert rest_params.read(by_name[name], {}, IN_PATH) is not None
    for name in ("PutObject", "CreateBucket", "PutBucketPolicy"):
        assert rest_params.read(by_name[name], {}, IN_PATH) is None


def test_what_is_no_plain_text_is_left_to_the_models() -> None:
    operation = next(each for each in OPERATIONS if each.name == "GetObject")
    for environ in ({"HTTP_IF_MODIFIED_SINCE": "x"}, {"QUERY_STRING": "versionId=1"}):
        assert rest_params.read(operation, environ, IN_PATH) is None
