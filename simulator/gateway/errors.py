"""Errors of the simulated AWS: AWS's own codes, wording and form on the wire.

AwsError
├── not_simulated   501, the one error that AWS doesn't have
└── (every code that AWS returns)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response


@dataclass(eq=False)
class AwsError(Exception):
    """An error as the client sees it. `status` is the HTTP status."""

    code: str
    message: str
    status: int = 400
    details: Mapping[str, Any] = field(default_factory=dict)
    """Further members that the service's model gives the error; for JSON services alone."""

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    @classmethod
    def not_simulated(cls, service: str, operation: str | None = None) -> Self:
        """AWS has it, this account hasn't."""
        what = f"{service}:{operation}" if operation else f"The service {service}"
        return cls(
            "NotImplemented",
            f"{what} is not simulated in this training account. It was refused, not carried out.",
            501,
        )


def missing_token(protocol: str) -> AwsError:
    """The refusal of an unsigned request."""
    if protocol == "json":
        text = "Missing Authentication Token"
        return AwsError("MissingAuthenticationTokenException", text, 400)
    if protocol == "rest-json":
        return AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", 403)
    return AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)


def malformed_signature(error: AwsError, protocol: str, service: str) -> AwsError:
    """An IncompleteSignature under the name that a kind of service gives it."""
    if error.code != "IncompleteSignature":
        return error
    if protocol.endswith("json"):
        return AwsError("IncompleteSignatureException", error.message, 400)
    if service in {"s3", "s3control"}:
        text = f"The authorization header is malformed; {error.message}"
        return AwsError("AuthorizationHeaderMalformed", text, 400)
    if protocol == "ec2":
        return AwsError("AuthFailure", error.message, 401)
    return error


def to_response(error: AwsError, protocol: str, service: str, request_id: str) -> Response:
    """The error in the form of the service's protocol (botocore's name of it)."""
    code, message = escape(error.code), escape(error.message)
    if protocol in {"json", "rest-json"}:
        import json

        namespace = "" if protocol == "rest-json" else "com.amazonaws.drill#"
        body = json.dumps(
            {"__type": f"{namespace}{error.code}", "message": error.message, **error.details}
        )
        kind = "application/json" if protocol == "rest-json" else "application/x-amz-json-1.1"
    elif service == "s3":
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{code}</Code><Message>{message}</Message>"
            f"<RequestId>{request_id}</RequestId><HostId>{request_id}</HostId></Error>"
        )
        kind = "application/xml"
    elif protocol == "ec2":
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
            f"<RequestID>{request_id}</RequestID></Response>"
        )
        kind = "text/xml"
    else:
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
            f"<Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        kind = "text/xml"
    response = Response(body, status=error.status, content_type=kind)
    response.headers["x-amzn-RequestId"] = request_id
    if protocol in {"json", "rest-json"}:
        response.headers["x-amzn-ErrorType"] = error.code
    return response
