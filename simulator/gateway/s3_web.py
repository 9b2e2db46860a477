"""Plain HTTP to Amazon S3: what a browser, a crawler or a thief asks of a bucket's own host name.

The request is anonymous, or signed in its URL, and is authorized and recorded like any other call.

Source: "Making requests using the REST API" (Amazon S3 API Reference).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSRequest
from werkzeug.wrappers import Response

from simulator.account import transport
from simulator.gateway.origin import Origin
from simulator.network.message import Reply, WebRequest


def visit(respond: Callable[[dict[str, Any]], Response], request: WebRequest) -> Reply:
    """What S3 answers a request that no SDK made. `respond` is the gateway's."""
    sent = AWSRequest(
        method=request.method,
        url=request.url,
        headers=dict(request.headers),
        data=request.body.encode(),
    ).prepare()
    secure = request.parts.scheme == "https"
    origin = Origin(request.source_ip, request.user_agent or "-", tls=secure)
    answer = respond(transport.environ(sent, origin))
    return Reply(
        answer.get_data().decode("utf-8", "replace"), answer.status_code, dict(answer.headers)
    )
