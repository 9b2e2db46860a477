"""A call that an AWS service makes in its own name, inside the call being served.

It goes through the gateway's stages as any other, so that policies can forbid it and a record is
left, but for the one that delivers logs. The caller of `perform` has the world's turn.
"""

from __future__ import annotations

import base64
import hashlib
import io
import sys
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from simulator.account.account import Account
from simulator.account.chance import letters_of
from simulator.account.principal_policies import policies_of
from simulator.account.s3_bucket import find_bucket
from simulator.gateway import authorize, hidden
from simulator.gateway.call import Call, Outcome
from simulator.gateway.caller import Caller, CallerType, service_caller
from simulator.gateway.context import global_context
from simulator.gateway.dispatch import dispatch
from simulator.gateway.errors import AwsError, to_response
from simulator.gateway.identify import identify
from simulator.gateway.models import operation_model, serializer
from simulator.gateway.origin import ENVIRON_KEY, Origin
from simulator.gateway.parse import Parsed
from simulator.gateway.record import record
from simulator.iam.actions import needed


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """An S3 call of an AWS service. `params` has boto3's shape, without the body.

    A service that has an AWS account of its own to call from names it in `account_id`.
    """

    service: str
    """The service principal: "cloudtrail.amazonaws.com"."""
    source_arn: str
    """The resource on whose behalf it calls: aws:SourceArn, whose account is aws:SourceAccount."""
    operation: str
    params: dict[str, Any]
    region: str
    body: bytes = b""
    account_id: str | None = None
    session: Caller | None = None
    """Where it calls with a role's session: the caller that the session is."""

    @property
    def caller(self) -> Caller:
        """The service principal, its account's root user, or a role's session."""
        if self.session is not None:
            return self.session
        if self.account_id is None:
            return replace(service_caller(self.service), issuer_arn=self.source_arn)
        root = f"arn:aws:iam::{self.account_id}:root"
        return Caller(CallerType.ROOT, self.account_id, root, self.account_id)


def perform(wanted: ServiceCall, account: Account) -> Outcome:
    """Make the call, now on the account's clock, and write it down."""
    environ, parsed = _parsed(wanted, account)
    call = parsed.call
    try:
        _admit(parsed, environ, account)
        hidden.perform(call, environ)
        call.outcome = dispatch(parsed, environ)
    except AwsError as error:
        response = to_response(error, parsed.protocol, call.service, call.request_id)
        call.outcome = Outcome(response, error.code, error.message)
    if wanted.session is not None:
        call.invoked_by = wanted.service
    for each in (*call.hidden, call):
        record(each, account.world.accounts)
    return call.outcome


def refusal(wanted: ServiceCall, account: Account) -> AwsError | None:
    """Why the call would be refused; None if it would be let through. It is not made."""
    environ, parsed = _parsed(wanted, account)
    try:
        _admit(parsed, environ, account)
        hidden.perform(parsed.call, environ)
    except AwsError as error:
        return error
    return None


def _parsed(wanted: ServiceCall, account: Account) -> tuple[dict[str, Any], Parsed]:
    """The call as it would have arrived: botocore's models say how it looks on the wire."""
    from moto.core.request import Request

    origin = Origin(wanted.service, wanted.service, vouched=wanted.caller, account_id=account.id)
    operation = operation_model("s3", wanted.operation)
    sent = serializer("rest-xml", checked=False).serialize_to_request(wanted.params, operation)
    environ = _environ(sent, wanted.body)
    bucket = find_bucket(str(wanted.params.get("Bucket", "")))
    if bucket is not None and bucket.object_lock_enabled:
        environ["HTTP_CONTENT_MD5"] = _md5(wanted.body)
    environ[ENVIRON_KEY] = origin
    call = Call(
        service="s3",
        event_source="s3.amazonaws.com",
        operation=wanted.operation,
        params=wanted.params,
        region=wanted.region,
        headers={"Content-Length": str(len(wanted.body)), **sent["headers"]},
        host=environ["HTTP_HOST"],
        source_ip=origin.source_ip,
        user_agent=wanted.service,
        request_id=_request_id(wanted, account),
        event_id="",
        time=account.world.clock.now(),
        request_line=f"{sent['method']} {sent['url_path']}",
        tls=True,
    )
    return environ, Parsed(call, operation, "rest-xml", Request(environ), wanted.body)


def _environ(sent: dict[str, Any], body: bytes) -> dict[str, Any]:
    """The WSGI environ of a request as botocore writes it (PEP 3333)."""
    path, _, query = sent["url_path"].partition("?")
    path = unquote(path).encode().decode("latin-1")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": sent["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REQUEST_URI": path,
        "RAW_URI": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in sent["headers"].items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _md5(body: bytes) -> str:
    """Object Lock takes no upload without a checksum ("PutObject", Amazon S3 API Reference)."""
    return base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()


def _request_id(wanted: ServiceCall, account: Account) -> str:
    """S3's form of an id, from what is called, so that it differs from the call being served."""
    now = account.world.clock.now().isoformat()
    return letters_of(f"{account.world.seed}/{wanted.source_arn}/{wanted.params}/{now}")


def _admit(parsed: Parsed, environ: dict[str, Any], account: Account) -> None:
    """Identify and authorize.

    A service's upload with a canned ACL needs s3:PutObject alone: AWS documents no more for any
    service that delivers to a bucket ("Amazon S3 bucket policy for CloudTrail").
    """
    call, accounts = parsed.call, account.world.accounts
    identify(call, environ, parsed.body, parsed.protocol, accounts)
    authorize.find_bucket_account(call, accounts)
    assert call.account is not None
    wanted = needed(
        call.service, call.operation, call.params, account_id=call.account.id, region=call.region
    )
    own, context = policies_of(call.caller), global_context(call)
    for need in wanted:
        if need.action != "s3:PutObjectAcl":
            authorize.decide(call, need, own, context, parsed.protocol)
