"""Which operation of S3 a request names: for the usual ones without a search through all of them."""

from __future__ import annotations

import functools
import re
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
    asks_more = environ.get("QUERY_STRING") or any(each in environ for each in _telling_headers())
    if path is not None and not asks_more and (host := environ.get("HTTP_HOST")):
        named = {name: value for name, value in path.groupdict().items() if value is not None}
        if (operation := _usual(host, request.method, "Key" in named)) is not None:
            return operation, named
    return get_service_router("s3").match(request)


@functools.lru_cache(maxsize=256)
def _usual(host: str, method: str, of_object: bool) -> OperationModel | None:
    """The operation of a method and a path alone; None where the host names the bucket."""
    from moto.core.request import Request
    from moto.core.routing import get_service_router

    path = {"Bucket": "bucket", "Key": "key"} if of_object else {"Bucket": "bucket"}
    environ = {
        "HTTP_HOST": host,
        "REQUEST_METHOD": method,
        "PATH_INFO": "/" + "/".join(path.values()),
    }
    operation, named = get_service_router("s3").match(Request(environ))
    return operation if named == path else None


@functools.cache
def _telling_headers() -> tuple[str, ...]:
    """The headers, as WSGI spells them, by which operations of one path differ."""
    from moto.core.utils import get_service_model

    model = get_service_model("s3")
    shapes = (model.operation_model(name).input_shape for name in model.operation_names)
    names = {name for shape in shapes if shape is not None for name in shape.required_headers}
    return tuple(sorted(f"HTTP_{name.upper().replace('-', '_')}" for name in names))
