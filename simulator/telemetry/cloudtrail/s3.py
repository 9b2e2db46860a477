"""S3's parameters, results and additional data: the HTTP request, read back.

A request shows `bucketName`, `key`, `Host`, its query parameters and `x-amz-` headers under
their wire names, its sub-resource as a key (`acl: ""`) and a configuration's XML as an object.
"""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from hashlib import shake_256
from typing import Any, Final
from urllib.parse import parse_qsl

from botocore.model import ListShape, Shape, StructureShape

from simulator.gateway.call import Call
from simulator.telemetry.cloudtrail.models import operation_model
from simulator.telemetry.cloudtrail.parameters import plain
from simulator.telemetry.cloudtrail.redaction import OMIT
from simulator.telemetry.cloudtrail.times import instant

_NAMESPACE: Final = "http://s3.amazonaws.com/doc/2006-03-01/"
_UNSHOWN_BODIES: Final = frozenset(
    {"Delete", "MultipartUpload", "RestoreRequest", "Body", "AnnotationPayload"}
)
_ENCRYPTING: Final = frozenset({"CopyObject", "CreateMultipartUpload", "PutObject"})
_UNSHOWN_HEADERS: Final = (
    "x-amz-request-id",
    "x-amz-id-2",
    "x-amz-checksum-",
    "x-amz-sdk-checksum-",
)


def host(params: dict[str, Any], region: str) -> str:
    """The host an SDK calls for these parameters: "bucket.s3.eu-west-1.amazonaws.com"."""
    endpoint = f"s3.{region}.amazonaws.com"
    bucket = params.get("Bucket")
    if not bucket or "." in bucket or bucket.startswith("arn:"):
        return endpoint
    return f"{bucket}.{endpoint}"


def request_parameters(call: Call) -> dict[str, Any]:
    """The request of `call` as CloudTrail's requestParameters."""
    shown: dict[str, Any] = dict(_sub_resource(call.operation))
    places = _places(call.operation)
    params = call.params
    if "Bucket" in params:
        shown["bucketName"] = params["Bucket"]
    if call.operation == "PutBucketPolicy":
        shown["bucketPolicy"] = _document(params.get("Policy"))
    shown["Host"] = host(params, call.region)
    if "Key" in params:
        shown["key"] = params["Key"]
    for name, value in params.items():
        place = places.get(name)
        if place is None or value is None:
            continue
        key, shape, is_body = place
        if is_body:
            shown[key] = {"xmlns": _NAMESPACE, **_xml(shape, value)}
        else:
            shown[key] = _text(value)
    return shown


def response_elements(call: Call) -> dict[str, Any] | None:
    """The `x-amz-` headers of a write's response, or None."""
    if call.outcome is None:
        return None
    shown = {
        name.lower(): value
        for name, value in call.outcome.response.headers.items()
        if _is_shown(name.lower())
    }
    if call.operation in _ENCRYPTING and "-encryption" not in "".join(shown):
        shown["x-amz-server-side-encryption"] = "AES256"
    return shown or None


def additional_event_data(call: Call) -> dict[str, Any]:
    """SignatureVersion, CipherSuite, bytes transferred, AuthenticationMethod, x-amz-id-2."""
    data: dict[str, Any] = {}
    if call.signature_version is not None:
        data["SignatureVersion"] = call.signature_version
    if call.tls:
        data["CipherSuite"] = "TLS_AES_128_GCM_SHA256"
    length = call.headers.get("Content-Length", "")
    data["bytesTransferredIn"] = int(length) if length.isdecimal() else 0
    applied = _encryption_applied(call)
    if applied is not None:
        data["SSEApplied"] = applied
    if call.authentication_method is not None:
        data["AuthenticationMethod"] = call.authentication_method
    data["x-amz-id-2"] = _extended_request_id(call)
    data["bytesTransferredOut"] = _sent(call)
    return data


@cache
def _sub_resource(operation: str) -> tuple[tuple[str, str], ...]:
    model = operation_model("s3", operation)
    if model is None:
        return ()
    _, _, query = model.http["requestUri"].partition("?")
    return tuple(parse_qsl(query, keep_blank_values=True))


@cache
def _places(operation: str) -> dict[str, tuple[str, Shape, bool]]:
    """Where each parameter stands: its wire name, its shape, whether it is the body."""
    model = operation_model("s3", operation)
    shape = model.input_shape if model is not None else None
    if not isinstance(shape, StructureShape):
        return {}
    payload = shape.serialization.get("payload")
    places = {}
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        written = member.serialization.get("name", name)
        if name == payload:
            if isinstance(member, StructureShape) and name not in _UNSHOWN_BODIES:
                places[name] = (written, member, True)
        elif location == "querystring" or (location == "header" and _is_shown(written)):
            places[name] = (written, member, False)
    return places


def _is_shown(header: str) -> bool:
    return (
        header.startswith("x-amz-")
        and not header.startswith(_UNSHOWN_HEADERS)
        and not header.endswith("-customer-key")
    )


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, dict) and "Bucket" in value:
        return f"{value['Bucket']}/{value.get('Key', '')}"
    shown = plain(value)
    return "" if shown is OMIT else str(shown)


def _document(policy: Any) -> Any:
    try:
        return json.loads(policy)
    except (TypeError, ValueError):
        return policy


def _xml(shape: Shape, value: Any) -> Any:
    if isinstance(shape, StructureShape):
        namespace = shape.serialization.get("xmlNamespace", {})
        shown: dict[str, Any] = {}
        if isinstance(namespace, dict) and "prefix" in namespace:
            shown[f"xmlns:{namespace['prefix']}"] = namespace["uri"]
        for name, item in value.items():
            member = shape.members.get(name)
            if member is None or item is None:
                continue
            written = member.serialization.get("name", name)
            shown[written] = _xml(member, item)
            if isinstance(member, ListShape) and not member.serialization.get("flattened"):
                shown[written] = {member.member.serialization.get("name", "member"): shown[written]}
        return shown
    if isinstance(shape, ListShape):
        items = [_xml(shape.member, item) for item in value]
        return items[0] if len(items) == 1 else items
    return instant(value) if shape.type_name == "timestamp" and value else plain(value)


def _encryption_applied(call: Call) -> str | None:
    if call.operation not in _ENCRYPTING:
        return None
    if call.outcome is None or call.outcome.error_code is not None:
        return None
    if "SSECustomerAlgorithm" in call.params:
        return "SSE_C"
    asked = call.params.get("ServerSideEncryption")
    applied = call.outcome.response.headers.get("x-amz-server-side-encryption", asked or "AES256")
    kind = {"aws:kms": "SSE_KMS", "aws:kms:dsse": "DSSE_KMS"}.get(applied, "SSE_S3")
    return kind if asked else f"Default_{kind}"


def _extended_request_id(call: Call) -> str:
    given = call.outcome.response.headers.get("x-amz-id-2") if call.outcome is not None else None
    return given or b64encode(shake_256(call.request_id.encode()).digest(56)).decode()


def _sent(call: Call) -> int:
    if call.outcome is None:
        return 0
    response = call.outcome.response
    if call.operation.startswith("Head"):
        return 0
    return response.content_length or response.calculate_content_length() or 0
