"""Which operation of S3 a request names: for the usual ones without a search through all of them."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from moto.core.model import OperationModel
    from moto.core.request import Request

_PLAIN: Final = re.compile(
    r"/(?P<Bucket>[a-z0-9][a-z0-9.-]+)(?:/(?P<Key>\w[\w.-]*(?:/\w[\w.-]*)*))?", re.ASCII
)


def match(request: Request) -> tuple[OperationModel, dict[str, Any]]:
    """The operation and the parameters in the path, as moto's router finds them.

    Raises:
        NotFound: werkzeug's; there is no such operation.
    """
    from moto.core.routing import get_service_router

    path, environ = _PLAIN.fullmatch(request.raw_path), request.environ
    marks, host = _marks(environ), environ.get("HTTP_HOST")
    if path is not None and marks is not None and host:
        named = {name: value for name, value in path.groupdict().items() if value is not None}
        if (operation := _usual(host, request.method, "Key" in named, marks)) is not None:
            return operation, named
    return get_service_router("s3").match(request)


def _marks(environ: Mapping[str, Any]) -> str | None:
    """What of a query tells operations apart, as a query; None where a header may."""
    values, headers = _telling()
    if any(header in environ for header in headers):
        return None
    query = str(environ.get("QUERY_STRING") or "")
    parts = [part.partition("=") for part in query.split("&")]
    if any("%" in name for name, _, _ in parts):
        return None
    told = [
        f"{name}={value}" if values[name] else name for name, _, value in parts if name in values
    ]
    return "&".join(told)


@functools.lru_cache(maxsize=256)
def _usual(host: str, method: str, of_object: bool, marks: str) -> OperationModel | None:
    """The operation of requests of one form; None where the host names the bucket."""
    from moto.core.request import Request
    from moto.core.routing import get_service_router

    path = {"Bucket": "bucket", "Key": "key"} if of_object else {"Bucket": "bucket"}
    environ = {
        "HTTP_HOST": host,
        "REQUEST_METHOD": method,
        "PATH_INFO": "/" + "/".join(path.values()),
        "QUERY_STRING": marks,
    }
    operation, named = get_service_router("s3").match(Request(environ))
    return operation if named == path else None


@functools.cache
def _telling() -> tuple[Mapping[str, bool], tuple[str, ...]]:
    """The query's names, and whether the value counts, and headers that tell operations apart.

    Headers are spelled as in WSGI.
    """
    from moto.core.request import environ_key_for_header
    from moto.core.utils import get_service_model

    model = get_service_model("s3")
    values: dict[str, bool] = {}
    headers: set[str] = set()
    for operation in map(model.operation_model, model.operation_names):
        for name, value in operation.http_trait.query_args.items():
            values[name] = values.get(name, False) or value is not None
        if (shape := operation.input_shape) is not None:
            for name in shape.required_query_args:
                values.setdefault(name, False)
            headers |= {environ_key_for_header(name) for name in shape.required_headers}
    return values, tuple(sorted(headers))
