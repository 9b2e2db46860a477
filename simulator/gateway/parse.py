"""parse: an HTTP request becomes a Call, by botocore's own models."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs

from simulator.account.clock import real_now
from simulator.gateway import rest_params, s3_routes, sigv4, wellformed
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError, missing_token
from simulator.gateway.origin import Origin

if TYPE_CHECKING:
    from moto.core.model import OperationModel
    from moto.core.request import Request

    from simulator.gateway.sigv4 import Signature

FORM = "application/x-www-form-urlencoded"
_SCOPE = re.compile(r"[^/=&]+(?:/|%2F)\d{8}(?:/|%2F)[^/%&]+(?:/|%2F)([\w-]+)(?:/|%2F)aws4_request")
"""A credential scope, plain or quoted, with the signing name in its group."""
_ACTION = re.compile(rb"(?:^|&)Action=AssumeRoleWith(?:WebIdentity|SAML)(?:&|$)")
MAX_BODY = 64 * 2**20
"""Bytes. Enough for any lab's object; a larger one is refused with S3's EntityTooLarge."""

_SERVICE_OF_SIGNING_NAME = {
    "access-analyzer": "accessanalyzer",
    "elasticloadbalancing": "elbv2",
    "monitoring": "cloudwatch",
    "sso": "sso-admin",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
    "email": "ses",
    "elasticfilesystem": "efs",
    "elasticmapreduce": "emr",
}
_EVENT_SOURCE = {
    "accessanalyzer": "access-analyzer",
    "bedrock-runtime": "bedrock",
    "cloudwatch": "monitoring",
    "dynamodbstreams": "dynamodb",
    "ecr": "ecr",
    "elbv2": "elasticloadbalancing",
    "elb": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tagging",
    "s3control": "s3",
    "sagemaker": "sagemaker",
    "ses": "ses",
    "sesv2": "ses",
    "sso": "sso",
    "sso-admin": "sso",
    "sso-oidc": "sso",
    "stepfunctions": "states",
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A call with what only the wire knows of it."""

    call: Call
    operation: OperationModel
    protocol: str
    request: Request
    body: bytes
    fault: AwsError | None = None
    """Why the parameters, which are then empty, could not be read."""


def service_of(
    signature: Signature | None, environ: Mapping[str, Any], body: bytes
) -> tuple[str, str]:
    """Botocore's service name and the region, from the credential scope.

    An unsigned request is S3's, but for the two STS operations that need no signature and the
    calls to the access portal, which bring a token.

    Raises:
        AwsError: MissingAuthenticationToken for an unsigned request to another service.
    """
    if signature is not None:
        return _by_signing_name(signature.service, environ, body), signature.region
    if "HTTP_X_AMZ_SSO_BEARER_TOKEN" in environ:
        return "sso", "us-east-1"
    if "HTTP_X_AMZ_TARGET" in environ:
        raise missing_token("json")
    if str(environ.get("CONTENT_TYPE", "")).startswith(FORM):
        if _ACTION.search(body[:4096]) is None:
            raise missing_token("query")
        return "sts", "us-east-1"
    return _by_signing_name("s3", environ, body), "us-east-1"


def _by_signing_name(name: str, environ: Mapping[str, Any], body: bytes) -> str:
    if name == "s3" and environ.get("PATH_INFO", "").startswith("/v20180820/"):
        return "s3control"
    if name == "elasticloadbalancing" and b"Version=2012-06-01" in body:
        return "elb"
    return _SERVICE_OF_SIGNING_NAME.get(name, name)


@functools.cache
def known_services() -> frozenset[str]:
    """Every service that botocore has a model of."""
    import botocore.session

    return frozenset(botocore.session.Session().get_available_services())


@functools.cache
def _bodies(operation: OperationModel) -> frozenset[str]:
    """Members that hold a body of raw bytes, too large for a log line."""
    shape = operation.input_shape
    payload = shape.serialization.get("payload") if shape is not None else None
    if payload and shape is not None and shape.members[payload].type_name == "blob":
        return frozenset({payload})
    return frozenset()


@functools.cache
def _reads_body(operation: OperationModel, protocol: str) -> bool:
    """Whether parameters are in the body, as all are but for the REST protocols."""
    shape = operation.input_shape
    if not protocol.startswith("rest-") or shape is None:
        return True
    members = getattr(shape, "members", {}).values()
    return not _bodies(operation) and any("location" not in each.serialization for each in members)


@functools.cache
def _operation_cache() -> dict[tuple[str, str], OperationModel]:
    return {}


def parse(environ: dict[str, Any], origin: Origin, request_id: str) -> Parsed:
    """Read the request whole and name its operation and parameters.

    Raises:
        AwsError: the body was cut short or too large, or the service or operation is unknown.
    """
    from moto.core.request import Request, determine_request_protocol
    from moto.core.routing import get_service_router
    from werkzeug.exceptions import NotFound

    body = _read(environ)
    signature = sigv4.claimed(environ)
    service, region = service_of(signature, environ, body)
    if service not in known_services():
        raise AwsError.not_simulated(service)
    request = Request(environ)
    match = s3_routes.match if service == "s3" else get_service_router(service).match
    try:
        operation, uri_params = match(request)
    except (NotFound, NotImplementedError):
        raise _unknown_operation(service, environ, body) from None
    name = str(operation.name)
    operation = _operation_cache().setdefault((service, name), operation)
    protocol = determine_request_protocol(operation.service_model, request.content_type)
    parameters = body if _reads_body(operation, protocol) else b""
    params, fault = _parameters(operation, protocol, request, parameters, uri_params)
    prefix = str(operation.service_model.endpoint_prefix)
    call = Call(
        service=service,
        event_source=f"{_EVENT_SOURCE.get(service, prefix)}.amazonaws.com",
        operation=name,
        params=params,
        region=region,
        headers=cast("Mapping[str, str]", request.headers),
        host=environ.get("HTTP_HOST", ""),
        source_ip=origin.source_ip,
        user_agent=origin.user_agent or environ.get("HTTP_USER_AGENT", ""),
        request_id=request_id,
        event_id="",
        time=real_now(),
        request_line=f"{request.method} {environ.get('RAW_URI') or environ['PATH_INFO']}",
        tls=origin.tls,
        invoked_by=origin.invoked_by,
        vpc_endpoints=origin.vpc_endpoints,
        private_ip=origin.private_ip,
        signature=signature,
    )
    return Parsed(call, operation, protocol, request, body, fault)


def _parameters(
    operation: OperationModel,
    protocol: str,
    request: Request,
    body: bytes,
    uri_params: dict[str, Any],
) -> tuple[dict[str, Any], AwsError | None]:
    """The operation's parameters; what is wrong with them is said once the caller is known."""
    from moto.core.parse import PROTOCOL_PARSERS

    service, name = str(operation.service_model.service_name), str(operation.name)
    try:
        wellformed.check(operation, protocol, body)
        params = None
        if protocol == "rest-xml" and not body:
            params = rest_params.read(operation, request.environ, uri_params)
        if params is None:
            params = PROTOCOL_PARSERS[protocol](operation).parse(
                {
                    "method": request.method,
                    "values": request.values if request.content_type else request.args,
                    "headers": request.headers,
                    "body": body,
                    "url_path": request.path,
                    "url_params": uri_params,
                }
            )
    except AwsError as error:
        return {}, error
    except Exception as error:
        why = f"The request could not be read as {service}:{name}: {error}"
        return {}, wellformed.unreadable(service, protocol, why)
    return {key: value for key, value in params.items() if key not in _bodies(operation)}, None


def form_of(environ: Mapping[str, Any]) -> tuple[str, str]:
    """Protocol and service of a request that can't be parsed, for the form of the answer."""
    from moto.core.request import determine_request_protocol
    from moto.core.utils import get_service_model

    kind = str(environ.get("CONTENT_TYPE", ""))
    scope = _SCOPE.search(f"{environ.get('HTTP_AUTHORIZATION')}&{environ.get('QUERY_STRING')}")
    service = _by_signing_name(scope[1], environ, b"") if scope else ""
    if service in known_services():
        return determine_request_protocol(get_service_model(service), kind), service
    if "HTTP_X_AMZ_TARGET" in environ:
        return "json", ""
    if kind.startswith(FORM):
        return "query", ""
    return ("rest-json", "") if kind.startswith("application/json") else ("rest-xml", "s3")


def _unknown_operation(service: str, environ: Mapping[str, Any], body: bytes) -> AwsError:
    """AWS's error, in the words of the kind of service."""
    protocol, _ = form_of(environ)
    if service == "s3":
        text = "The specified method is not allowed against this resource."
        return AwsError("MethodNotAllowed", text, 405)
    if protocol in {"query", "ec2"}:
        said = {
            **parse_qs(environ.get("QUERY_STRING", "")),
            **parse_qs(body[:2048].decode("latin-1")),
        }
        name, version = (said.get(each, [""])[0] for each in ("Action", "Version"))
        if protocol == "ec2":
            text = f"The action {name} is not valid for this web service."
        else:
            text = f"Could not find operation {name} for version {version}"
        return AwsError("InvalidAction", text)
    return AwsError("UnknownOperationException", "", 400 if protocol == "json" else 404)


def _read(environ: dict[str, Any]) -> bytes:
    """The whole body; the environ can be read again afterwards."""
    expected = int(environ.get("CONTENT_LENGTH") or 0)
    if expected > MAX_BODY:
        raise AwsError(
            "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size."
        )
    stream = environ["wsgi.input"]
    body: bytes = stream.read() if environ.get("wsgi.input_terminated") else stream.read(expected)
    if len(body) < expected:
        raise AwsError(
            "IncompleteBody",
            "You did not provide the number of bytes specified by the Content-Length HTTP header.",
        )
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    return body
