"""Requests for objects go the way that botocore's go."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSRequest

from simulator.notebook.logs.line import Line, Lost


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        said = (
            f"{self.path} {self.headers['host']} {self.headers['x-one']} {self.client_address[1]}"
        )
        self.send_response(404 if self.path == "/none" else 200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said.encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def request(url: str) -> AWSPreparedRequest:
    prepared: AWSPreparedRequest = AWSRequest("GET", url, {"X-One": "1"}).prepare()
    return prepared


def test_requests_share_a_connection_and_keep_path_and_headers(server: ThreadingHTTPServer) -> None:
    host = f"127.0.0.1:{server.server_port}"
    line = Line(f"http://{host}/bucket/")
    status, said = line.send(request(f"http://{host}/bucket/a%20b~%3F?x=1"))
    assert (status, said.split()[:3]) == (200, [b"/bucket/a%20b~%3F?x=1", host.encode(), b"1"])
    status, more = line.send(request(f"http://{host}/none"))
    assert (status, more.split()[0]) == (404, b"/none")
    assert more.split()[3] == said.split()[3]
    line.close()
    _, again = line.send(request(f"http://{host}/none"))
    assert again.split()[3] != said.split()[3]
    line.close()


def test_a_proxy_is_asked_where_there_is_one(
    server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_port}")
    status, said = Line("http://s3.invalid/").send(request("http://s3.invalid/bucket/key"))
    assert (status, said.split()[0]) == (200, b"http://s3.invalid/bucket/key")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_answer_is_said(server: ThreadingHTTPServer, scheme: str) -> None:
    server.shutdown()
    server.server_close()
    url = f"{scheme}://127.0.0.1:{server.server_port}/"
    with pytest.raises(Lost):
        Line(url).send(request(url))
