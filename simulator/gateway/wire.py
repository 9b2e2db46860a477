"""Responses between boto3's shape and the bytes of a protocol, by botocore's models."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from simulator.gateway import wire_headers
from simulator.gateway.errors import AwsError

if TYPE_CHECKING:
    from moto.core.model import OperationModel


_REQUEST_ID = re.compile(rb"(<[rR]equestI[dD]>)[^<]*")


def serialize(operation: OperationModel, protocol: str, result: dict[str, Any]) -> Response:
    """The response that carries `result`."""
    from moto.core.serialize import get_serializer_class

    if (short := wire_headers.serialize(operation, protocol, result)) is not None:
        return short
    kind = get_serializer_class(str(operation.service_model.service_name), protocol)
    reply = kind(operation_model=operation).serialize(result)
    return Response(reply["body"], status=reply["status_code"], headers=dict(reply["headers"]))


def stamp(response: Response, service: str, request_id: str) -> None:
    """Put the gateway's request id where the backend made one up."""
    if service == "s3":
        response.headers["x-amz-request-id"] = request_id
        response.headers.pop("x-amzn-RequestId", None)
        if response.status_code < 400:
            return
    else:
        response.headers["x-amzn-RequestId"] = request_id
    if "xml" in (response.content_type or ""):
        body = response.get_data()
        if _REQUEST_ID.search(body):
            response.set_data(_REQUEST_ID.sub(rb"\g<1>" + request_id.encode(), body))


@functools.cache
def _parser(protocol: str) -> Any:
    import botocore.parsers

    return botocore.parsers.create_parser(protocol)


def parse(operation: OperationModel, protocol: str, response: Response) -> dict[str, Any]:
    """A response in boto3's shape; an error has the key "Error"."""
    from botocore.awsrequest import HeadersDict

    if (short := wire_headers.parse(operation, protocol, response)) is not None:
        return short
    parsed: dict[str, Any] = _parser(protocol).parse(
        {
            "status_code": response.status_code,
            "headers": HeadersDict(dict(response.headers.items())),
            "body": response.get_data(),
        },
        operation.output_shape,
    )
    parsed.pop("ResponseMetadata", None)
    return parsed


def error_of(operation: OperationModel, protocol: str, response: Response) -> AwsError:
    """The backend's error, read from its response."""
    error = parse(operation, protocol, response).get("Error", {})
    code = str(error.get("Code") or response.status_code)
    return AwsError(code, str(error.get("Message") or ""), response.status_code)
