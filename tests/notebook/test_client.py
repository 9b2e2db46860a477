"""Requests to the control API, and what is said where there is none."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from simulator.errors import BadSubmission, CannotServe, DrillError, NotYourTurn, UnknownScenario
from simulator.notebook.client import Client

ADVICE = "Look there."


@contextmanager
def answering(body: bytes, status: int = 200, **headers: str) -> Iterator[tuple[str, list[Any]]]:
    """An HTTP server that answers everything alike: its URL, and the requests it got."""
    asked: list[Any] = []

    class Same(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 - the name is the standard library's

        def log_message(self, *_: Any) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Same) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def test_a_request_bears_the_token_and_its_body_is_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy is asked, whatever the variables say."""
    monkeypatch.setenv("http_proxy", "http://192.0.2.1:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    with answering(b'{"now": "later"}') as (url, asked):
        client = Client(f"{url}/", "seat")
        assert client.post("/lab/wait", {"seconds": 1}) == {"now": "later"}
        assert client.get("/lab") == {"now": "later"}
    (method, path, headers, body), (get, *_, nothing) = asked
    assert (method, path, get, nothing) == ("POST", "/lab/wait", "GET", b"")
    assert headers["Authorization"] == "Bearer seat"
    assert json.loads(body) == {"seconds": 1}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("BadSubmission", BadSubmission),
        ("NotYourTurn", NotYourTurn),
        ("UnknownScenario", UnknownScenario),
        ("DrillError", DrillError),
        ("did_you_mean", DrillError),
        ("sys", DrillError),
        ("annotations", DrillError),
        ("Iterable", DrillError),
        ("KeyboardInterrupt", DrillError),
    ],
)
def test_the_error_that_the_simulator_named_is_raised_in_its_own_words(
    name: str, kind: type[DrillError]
) -> None:
    """What is no error of this product is raised as the plainest of them."""
    said = json.dumps({"error": name, "message": "So it is."}).encode()
    with answering(said, 400) as (url, _), pytest.raises(DrillError) as caught:
        Client(url, "").get("/lab")
    assert (type(caught.value), str(caught.value)) == (kind, "So it is.")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<!DOCTYPE html><title>It works!</title>", 200),
        (b"<!DOCTYPE html><title>Not Found</title>", 404),
        (b"<Error><Code>InvalidRequest</Code></Error>", 400),
        (b'{"message": "Forbidden"}', 403),
        (b'["error", "message"]', 400),
        (b'["a", "list"]', 200),
        (b"\xff\xfe", 200),
        (b"", 502),
    ],
)
def test_what_is_no_simulator_is_called_so(body: bytes, status: int) -> None:
    with answering(body, status) as (url, _), pytest.raises(CannotServe) as caught:
        Client(url, "", ADVICE).post("/labs", {})
    assert str(caught.value) == f"What answers at {url} is no simulator. {ADVICE}"


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:4599",
        "localhost",
        "ftp://127.0.0.1",
        "http://",
        "http:///labs",
        "http://[::1",
        "",
    ],
)
def test_what_is_no_address_is_called_so(url: str) -> None:
    with pytest.raises(CannotServe) as caught:
        Client(url, "")
    said = f"{url!r} is no address of a simulator: give DRILL_URL as http://host:port."
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:1", "refused"),
        ("http://127.0.0.1:port", "port"),
        ("http://no such host:1", "control characters"),
        ("https://127.0.0.1:1", "refused"),
    ],
)
def test_an_address_where_nothing_answers_is_named_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(CannotServe) as caught:
        Client(url, "", ADVICE).get("/health")
    said = str(caught.value)
    assert said.startswith(f"The simulator at {url} doesn't answer (")
    assert reason in said
    assert said.endswith(ADVICE)


@pytest.mark.parametrize("token", ["two\nlines", "sécret"])
def test_a_token_that_no_header_can_hold_is_not_shown(token: str) -> None:
    with pytest.raises(CannotServe, match=r"^DRILL_TOKEN holds characters") as caught:
        Client("http://127.0.0.1:1", token)
    assert token not in str(caught.value)


LAB = "from simulator import Lab; Lab('iam-leaked-key')"


def test_a_wrong_token_is_told_what_it_should_be(
    kernels: Callable[..., Any], served: dict[str, Any]
) -> None:
    said = kernels(DRILL_URL=served["control"], DRILL_TOKEN="wrong").refused(LAB)
    assert said.startswith("NotYourTurn: This token doesn't start labs here: DRILL_TOKEN must be ")


def test_spaces_around_the_address_and_the_token_do_no_harm(
    kernels: Callable[..., Any], served: dict[str, Any]
) -> None:
    """As where they were read from a file."""
    url, token = f"{served['control']}/\n", f"{served['token']}\n"
    kernel = kernels(DRILL_URL=url, DRILL_TOKEN=token, DRILL_LEARNER="spaces")
    assert kernel.run(f"{LAB}.region") == "us-east-1"


def test_the_address_of_the_simulated_aws_instead_of_the_control_api_is_found_out(
    kernels: Callable[..., Any], served: dict[str, Any]
) -> None:
    said = kernels(DRILL_URL=served["endpoint"], DRILL_TOKEN=served["token"]).refused(LAB)
    assert said.startswith(f"CannotServe: What answers at {served['endpoint']} is no simulator.")
    assert "control URL" in said


def test_a_server_that_answers_json_of_its_own_is_no_simulator(
    kernels: Callable[..., Any],
) -> None:
    with answering(b'{"status": "ok"}') as (url, _):
        said = kernels(DRILL_URL=url).refused(LAB)
    assert said.startswith(f"CannotServe: What answers at {url} is no simulator. DRILL_URL")


def test_a_simulator_that_is_gone_is_said_with_drill_url(kernels: Callable[..., Any]) -> None:
    said = kernels(DRILL_URL="http://127.0.0.1:1", DRILL_TOKEN="token").refused(LAB)
    assert said.startswith("CannotServe: The simulator at http://127.0.0.1:1 doesn't answer (")
    assert "DRILL_URL names it: check that `drill serve` runs there" in said
