"""A service's own request looks on the wire as a client's would."""

from __future__ import annotations

from typing import Any

from werkzeug.test import EnvironBuilder

from simulator.gateway import service_call


def test_the_environ_is_that_of_a_request() -> None:
    sent: dict[str, Any] = {
        "method": "PUT",
        "url_path": "/b/AWSLogs/%C3%A4%20b.json?acl&x=%20",
        "headers": {"x-amz-acl": "private", "Content-Type": "application/json"},
    }
    expected: dict[str, Any] = EnvironBuilder(
        method="PUT",
        path="/b/AWSLogs/ä b.json",
        query_string="acl&x=%20",
        headers=list(sent["headers"].items()),
        data=b"abc",
    ).get_environ()
    made = service_call._environ(sent, b"abc")
    assert made.pop("wsgi.input").read() == expected.pop("wsgi.input").read() == b"abc"
    assert made == expected
