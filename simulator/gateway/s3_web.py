"""Plain HTTP to Amazon S3: what a browser, a crawler or a thief asks of a bucket's own host name.

The request is anonymous, or signed in its URL, and is authorized and recorded like any other call.

<<<<<<< HEAD
Source: "Virtual hosting of general purpose buckets", "Making requests using the REST API" (Amazon
S3 User Guide and API Reference).
=======
Source: "Making requests using the REST API" (Amazon S3 API Reference).
>>>>>>> a923d58
"""

from __future__ import annotations

<<<<<<< HEAD
import re
from collections.abc import Callable
from typing import Any, Final
=======
from collections.abc import Callable
from typing import Any
>>>>>>> a923d58

from botocore.awsrequest import AWSRequest
from werkzeug.wrappers import Response

from simulator.account import transport
from simulator.gateway.origin import Origin
<<<<<<< HEAD
from simulator.gateway.sigv4 import SIGNED_URI
from simulator.network.message import Reply, WebRequest

_HOST: Final = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9.-]+)\.)?s3(?:\.dualstack)?(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?"
    r"\.amazonaws\.com"
)


def is_s3(host: str) -> bool:
    """Whether a host is S3's, of a bucket or of the service: "bucket.s3.amazonaws.com"."""
    return _HOST.fullmatch(host) is not None


def visit(respond: Callable[[dict[str, Any]], Response], request: WebRequest) -> Reply:
    """What S3 answers a request that no SDK made. `respond` is the gateway's."""
    answer = respond(_environ(request))
    return Reply(
        answer.get_data().decode("utf-8", "replace"), answer.status_code, dict(answer.headers)
    )


def _environ(request: WebRequest) -> dict[str, Any]:
    """As the gateway wants it: the bucket in the path, and beside it the URI that may be signed."""
=======
from simulator.network.message import Reply, WebRequest


def visit(respond: Callable[[dict[str, Any]], Response], request: WebRequest) -> Reply:
    """What S3 answers a request that no SDK made. `respond` is the gateway's."""
>>>>>>> a923d58
    sent = AWSRequest(
        method=request.method,
        url=request.url,
        headers=dict(request.headers),
        data=request.body.encode(),
    ).prepare()
<<<<<<< HEAD
    origin = Origin(
        request.source_ip, request.user_agent or "-", tls=request.parts.scheme == "https"
    )
    environ = transport.environ(sent, origin)
    said = _HOST.fullmatch(request.host)
    if said is not None and said["bucket"]:
        environ[SIGNED_URI] = environ["RAW_URI"]
        environ["RAW_URI"] = f"/{said['bucket']}{environ['RAW_URI']}"
        environ["PATH_INFO"] = f"/{said['bucket']}{environ['PATH_INFO']}"
    return environ
=======
    secure = request.parts.scheme == "https"
    origin = Origin(request.source_ip, request.user_agent or "-", tls=secure)
    answer = respond(transport.environ(sent, origin))
    return Reply(
        answer.get_data().decode("utf-8", "replace"), answer.status_code, dict(answer.headers)
    )
>>>>>>> a923d58
