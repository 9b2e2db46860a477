"""moto, embedded: it holds the state of the accounts and judges nothing."""

from __future__ import annotations

import functools
import importlib
import io
import os
import random
import re
import sys
from collections.abc import Callable
from typing import Any

from werkzeug.exceptions import HTTPException

from simulator.backends import (
    moto_chance,
    moto_delivery,
    moto_ec2,
    moto_events,
    moto_iam,
    moto_instances,
    moto_listing,
    moto_object,
    moto_s3,
    moto_serialize,
    moto_sns,
    moto_tables,
    moto_time,
)
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.gateway.s3_host import bucket_in

Route = tuple[re.Pattern[str], Callable[..., Any]]
Reply = tuple[int, dict[str, str], bytes]

_OWNER = re.compile(
    rb"<DisplayName>webfile</DisplayName>\s*<ID>[0-9a-f]+</ID>"
    rb"|<ID>[0-9a-f]+</ID>\s*<DisplayName>webfile</DisplayName>"
)
"""The owner that moto names in every listing of S3."""

_SETTINGS = {
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "MOTO_ALLOW_NONEXISTENT_REGION": "false",
}


def prepare() -> None:
    """Set moto up as an embedded backend. moto reads these settings from the environment."""
    os.environ.update(_SETTINGS)
    responses: Any = importlib.import_module("moto.core.responses")
    if not hasattr(responses.method_names_from_class, "cache_info"):  # asked for in every call
        responses.method_names_from_class = functools.cache(responses.method_names_from_class)
    moto_iam.adopt()
    moto_serialize.adopt()
    moto_tables.adopt()
    _adopt()


def _adopt() -> None:
    """Make what is loaded of moto live by the account's clock and the world's chance."""
    moto_time.adopt()
    moto_instances.adopt()
    moto_chance.adopt(generator())
    moto_events.adopt()
    moto_sns.adopt()
    if "moto.ec2.models" in sys.modules:
        moto_ec2.adopt()
    if "moto.s3.models" in sys.modules:
        moto_s3.adopt()


def generator() -> random.Random:
    """The source of every identifier that moto makes up."""
    from moto.moto_api._internal import mock_random

    return mock_random


def load(service: str) -> None:
    """Have a service's models here, as they are used: by the account's clock and chance.

    Whoever reaches for moto's models without a call loads them with this.

    Raises:
        AwsError: moto has no such service.
    """
    _routes(service)


@functools.cache
def _routes(service: str) -> list[Route]:
    """moto's own table from URL to response method, for one botocore service.

    Raises:
        AwsError: moto has no such service.
    """
    from moto.backend_index import backend_url_patterns

    url = f"https://{host(service, 'us-east-1')}"
    if service == "s3control":
        url = url.replace("//", "//123456789012.")
    package = next((name for name, pattern in backend_url_patterns if pattern.match(url)), None)
    if package is None:
        raise AwsError.not_simulated(service)
    try:
        urls = importlib.import_module(f"moto.{package}.urls")
        importlib.import_module(f"moto.{package}.models")
    except ModuleNotFoundError as error:  # an extra of moto's that is not installed
        raise AwsError.not_simulated(service) from error
    _adopt()
    if service == "s3":
        _judge_no_buckets()
        _log_no_access()
    if service == "kms":
        _make_no_idle_keys()
    if service == "sqs":
        _find_the_region()
    return [
        (re.compile(path.format(base)), method)
        for base in urls.url_bases
        for path, method in urls.url_paths.items()
    ]


def _judge_no_buckets() -> None:
    """Keep moto from judging bucket policies by itself: it takes every condition for met."""
    from moto.iam.access_control import PermissionResult
    from moto.s3.models import FakeBucket

    FakeBucket.get_permission = lambda *_: PermissionResult.PERMITTED  # type: ignore[method-assign]


def _log_no_access() -> None:
    """Keep moto from writing access logs, and from judging who may.

    simulator.telemetry.server_access writes, simulator.services.s3_logging judges.
    """
    from moto.s3.models import FakeBucket, S3Backend

    S3Backend.log_incoming_request = lambda *_: None  # type: ignore[method-assign]
    FakeBucket._log_permissions_enabled_policy = staticmethod(  # type: ignore[method-assign]
        lambda target_bucket, target_prefix: True
    )


def _make_no_idle_keys() -> None:
    """moto makes an RSA key pair for every key, which takes a symmetric one a tenth of a second."""
    models: Any = importlib.import_module("moto.kms.models")
    make = models.generate_private_key

    def only_asymmetric(spec: str) -> Any:
        return None if spec.startswith(("SYMMETRIC", "HMAC")) else make(spec)

    models.generate_private_key = only_asymmetric


def _find_the_region() -> None:
    """moto's SQS looks for the region in a signature, which a service's own call has none of."""
    from moto.sqs.responses import SQSResponse

    SQSResponse.region_regex = re.compile(r"://sqs\.([a-z0-9-]+)\.amazonaws\.com")


@functools.cache
def host(service: str, region: str) -> str:
    """The host name under which AWS, and so moto, knows a service."""
    from moto.core.utils import get_service_model

    if service == "s3":
        return "s3.amazonaws.com"
    if service == "s3control":
        return f"s3-control.{region}.amazonaws.com"
    return f"{get_service_model(service).endpoint_prefix}.{region}.amazonaws.com"


def dispatch(call: Call, environ: dict[str, Any], body: bytes) -> Reply:
    """Carry out an authorized call on the account's state. Its time is `moto_time`'s.

    `environ` is the WSGI environ of the request, `body` its whole body.
    """
    from moto.core.request import Request

    assert call.account is not None
    known = (
        moto_delivery.put(call, body)
        or moto_object.get(call, environ, body)
        or moto_listing.objects(call, environ, body)
    )
    if known is not None:
        return known
    name = host(call.service, call.region)
    if call.service == "s3" and bucket_in(call.host):
        environ = _by_path(environ, str(bucket_in(call.host)))
    if call.service == "s3control":
        name = f"{call.account.id}.{name}"
    request = Request(
        {
            **environ,
            "HTTP_HOST": name,
            "SERVER_NAME": name,
            "SERVER_PORT": "443",
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(body),
            "wsgi.input_terminated": True,
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_X_MOTO_ACCOUNT_ID": call.account.id,
        }
    )
    request.environ.pop("HTTP_TRANSFER_ENCODING", None)
    request.from_wsgi_server = True
    url = request.raw_url
    bare = url.split("?", 1)[0]
    method = next(
        (method for pattern, method in _routes(call.service) if pattern.match(bare)), None
    )
    if method is None:
        raise AwsError.not_simulated(call.service, call.operation)
    try:
        status, headers, reply = method(request, url, request.headers)
    except HTTPException as error:
        status, headers, reply = error.code or 500, dict(error.get_headers()), error.get_body()
    except NotImplementedError as error:
        raise AwsError.not_simulated(call.service, call.operation) from error
    headers = {name: str(value) for name, value in headers.items() if name.lower() != "status"}
    reply = reply.encode() if isinstance(reply, str) else reply
    if call.service == "s3" and call.operation.startswith("List"):
        reply = _owned(reply, call.account.id)
    return status, headers, reply


def _by_path(environ: dict[str, Any], bucket: str) -> dict[str, Any]:
    """A request to a bucket's own host as one to the service, which names the bucket in its path."""
    raw = environ.get("RAW_URI") or environ["PATH_INFO"]
    path = f"/{bucket}{environ['PATH_INFO']}"
    return {**environ, "PATH_INFO": path, "RAW_URI": f"/{bucket}{raw}"}


def _owned(listing: bytes, account_id: str) -> bytes:
    """A listing of S3 with the canonical user id of its account, where moto knows one for all."""
    from simulator.account.canonical import canonical_id

    return _OWNER.sub(b"<ID>%s</ID>" % canonical_id(account_id).encode(), listing)
