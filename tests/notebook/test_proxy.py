"""The simulator as the proxy that a notebook's programs are given."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from simulator.notebook.proxy import ALIAS, is_alias, refusing


def simulator(environ: dict[str, Any], start_response: Any) -> Any:
    """Answers with the target that it was asked for."""
    return Response(environ["REQUEST_URI"])(environ, start_response)


def ask(target: str, method: str = "GET", host: str = "127.0.0.1:4598") -> tuple[str, str]:
    """Status and body of the answer to a request line with this target."""
    environ = EnvironBuilder(method=method).get_environ()
    environ |= {"REQUEST_URI": target, "HTTP_HOST": host}
    body, status, _ = run_wsgi_app(refusing(simulator), environ)
    return status, b"".join(body).decode()


@pytest.mark.parametrize("target", ["/", "/bucket/key?versions", "//two/slashes", "*"])
def test_what_is_meant_for_the_simulator_comes_through_unchanged(target: str) -> None:
    assert ask(target) == ("200 OK", target)


@pytest.mark.parametrize(
    ("method", "target", "host"),
    [
        ("CONNECT", "s3.amazonaws.com:443", "s3.amazonaws.com:443"),
        ("CONNECT", f"{ALIAS}:443", f"{ALIAS}:443"),
        ("GET", "http://169.254.169.254/latest/meta-data/", "169.254.169.254"),
        ("PUT", "http://bucket.s3.amazonaws.com/key", "bucket.s3.amazonaws.com"),
        ("GET", "ftp://192.0.2.1/", "192.0.2.1"),
        ("GET", f"http://{ALIAS}.example.com/", f"{ALIAS}.example.com"),
        ("GET", f"http://{ALIAS}@example.com/", "example.com"),
    ],
)
def test_a_request_to_another_host_is_refused_by_name(method: str, target: str, host: str) -> None:
    """The reason is in the status line as well: that is all most clients show."""
    said = f"Refused: {host} is not the simulated account"
    assert ask(target, method, host) == (f"403 {said}", f"{said}.\n")


def test_a_request_to_the_simulators_alias_is_served_without_the_host() -> None:
    target = f"http://111122223333.{ALIAS}/v20180820/bucket/b?policy"
    assert ask(target) == ("200 OK", "/v20180820/bucket/b?policy")


@pytest.mark.parametrize(
    ("host", "is_it"),
    [
        (ALIAS, True),
        (f"111122223333.{ALIAS}", True),
        (f"not{ALIAS}", False),
        (f"{ALIAS}.com", False),
        ("", False),
        (None, False),
    ],
)
def test_the_alias_is_known_with_anything_before_it(host: str | None, is_it: bool) -> None:
    assert is_alias(host) is is_it
