"""A request to S3 names the operation that moto's router finds."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.gateway import s3_routes

HOSTS = ("127.0.0.1:4566", "s3.eu-west-1.amazonaws.com", "bucket.s3.amazonaws.com", "b.s3.amazonaws.com")  # fmt: skip


def answers(host: str, method: str, path: str, **more: str) -> tuple[Any, Any]:
    """The operation's name and the path's parameters: ours and moto's; None for NotFound."""
    from moto.core.request import Request
    from moto.core.routing import get_service_router
    from werkzeug.exceptions import NotFound

    found: list[Any] = []
    for match in (s3_routes.match, get_service_router("s3").match):
        raw, _, query = path.partition("?")
        environ = {
            "HTTP_HOST": host,
            "REQUEST_METHOD": method,
            "PATH_INFO": raw,
            "RAW_URI": path,
            "QUERY_STRING": query,
            **more,
        }
        try:
            operation, named = match(Request(environ))
            found.append((operation.name, list(named.items())))
        except NotFound:
            found.append(None)
    return found[0], found[1]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(
    "path",
    [
        *("/", "/logs", "/logs/", "/bucket", "/bucket/key", "/logs/AWSLogs/1/a_b.json.gz"),
        *("/logs/a%20b", "/logs/a//b", "/logs//a", "/logs/folder/", "/logs/dt=1/x", "/Logs/x"),
        *("/logs?list-type=2", "/logs?versions", "/logs/a?acl", "/logs/a?versionId=1&x=2"),
        *("/logs?list-type=2&prefix=a%2Fb&encoding-type=url", "/logs?list-type=1", "/logs?%61cl"),
        *("/logs?acl=1", "/logs/a?acl&uploadId=1", "/logs/a?select&select-type=2", "/logs?acl&acl"),
        *(
            "/logs?acl%26",
            "/logs?list%2Dtype=2",
            "/logs?&policy&",
            "/logs?list-type=%32",
            "/logs?x=1",
        ),
        *("/logs/a?partNumber=1&uploadId=2", "/logs/a?uploads", "/WriteGetObjectResponse"),
    ],
)
def test_each_form_of_a_request(host: str, path: str) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE", "POST", "PATCH", "GET", "PUT"):
        ours, theirs = answers(host, method, path)
        assert ours == theirs


@pytest.mark.parametrize(
    "header",
    ["HTTP_X_AMZ_COPY_SOURCE", "HTTP_X_AMZ_RENAME_SOURCE", "HTTP_X_AMZ_OBJECT_ATTRIBUTES"],
)
def test_a_header_may_name_the_operation(header: str) -> None:
    plain, _ = answers(HOSTS[0], "PUT", "/logs/a")
    assert plain == ("PutObject", [("Bucket", "logs"), ("Key", "a")])
    ours, theirs = answers(HOSTS[0], "PUT", "/logs/a", **{header: "/logs/b"})
    assert ours == theirs
    assert (ours[0] != "PutObject") is (header == "HTTP_X_AMZ_COPY_SOURCE")
