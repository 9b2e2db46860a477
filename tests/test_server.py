"""The process over real HTTP: it survives what clients do to it, and lets nobody past the gateway."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from simulator.classroom import Classroom
from simulator.errors import NotYourTurn
from simulator.notebook.client import Client
from simulator.server import Server

ID = "iam-leaked-key"


@dataclass(frozen=True)
class Running:
    """A simulator in a process of its own, with one lab started."""

    said: dict[str, Any]

    def lab(self, learner: str = "") -> dict[str, Any]:
        body = {"scenario": ID, "learner": learner}
        return Client(self.said["control"], self.said["token"]).post("/labs", body)

    def client(self, service: str, keys: Any = None, region: str = "us-east-1") -> Any:
        keys = keys or self.said["credentials"]
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.said["endpoint"],
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            config=Config(retries={"total_max_attempts": 1}, proxies={}),
        )

    def users(self) -> list[str]:
        return [user["UserName"] for user in self.client("iam").list_users()["Users"]]

    def events(self) -> list[str]:
        found = self.client("cloudtrail").lookup_events(MaxResults=50)["Events"]
        return [event["EventName"] for event in found]

    def signed(self, body: bytes) -> AWSRequest:
        """The learner's signed call to IAM."""
        keys = self.said["credentials"]
        request = AWSRequest(
            method="POST",
            url=f"{self.said['endpoint']}/",
            data=body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        signer = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"])
        SigV4Auth(signer, "iam", "us-east-1").add_auth(request)
        return request

    def send_raw(self, raw: bytes, *, control: bool = False) -> bytes:
        """Send bytes, say that there are no more, and read what comes back."""
        address = urlsplit(self.said["control" if control else "endpoint"])
        with socket.create_connection((address.hostname or "", address.port or 0), 30) as line:
            answer = b""
            with suppress(OSError):  # what was not read may be thrown back
                line.sendall(raw)
                line.shutdown(socket.SHUT_WR)
                while part := line.recv(65536):
                    answer += part
            return answer

    def http(self, method: str, path: str, *, control: bool = False, **headers: str) -> Any:
        address = urlsplit(self.said["control" if control else "endpoint"])
        line = HTTPConnection(address.hostname or "", address.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, headers=named)
        answer = line.getresponse()
        body = answer.read()
        line.close()
        return answer.status, body


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A child that ends with its standard input."""
    command = [sys.executable, "-m", "simulator", "serve", "--port", "0", "--start", ID, "--child"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        yield Running(json.loads(child.stdout.readline()))
        assert child.poll() is None
        child.stdin.close()
        assert child.wait(30) == 0


def test_the_announcement_tells_a_client_all_it_needs(running: Running) -> None:
    said = running.said
    assert set(said) == {"endpoint", "account_id", "region", "credentials", "control", "token"}
    me = running.client("sts").get_caller_identity()
    assert me["Account"] == said["account_id"]
    assert running.lab()["account_id"] == said["account_id"]


def raw(request: AWSRequest, length: int) -> bytes:
    """The request on the wire, with a length that needn't be true."""
    sent = request.prepare()
    headers = {**dict(sent.headers.items()), "Host": urlsplit(sent.url).netloc}
    headers["Content-Length"] = str(length)
    lines = [
        f"{name}: {value.decode() if isinstance(value, bytes) else value}"
        for name, value in headers.items()
    ]
    return "\r\n".join(["POST / HTTP/1.1", *lines, "", ""]).encode() + (sent.body or b"")


def test_a_body_cut_short_leaves_nothing_half_done(running: Running) -> None:
    """The signed part alone would be a whole call."""
    body = b"Action=CreateUser&Version=2010-05-08&UserName=cut"
    before = running.users()
    answer = running.send_raw(raw(running.signed(body), len(body) + 20))
    assert not answer.startswith(b"HTTP/1.1 200")
    assert running.users() == before
    assert "CreateUser" not in running.events()[:5]
    whole = running.send_raw(raw(running.signed(body), len(body)))
    assert whole.startswith(b"HTTP/1.1 200")
    assert sorted(running.users()) == sorted([*before, "cut"])
    running.client("iam").delete_user(UserName="cut")


def test_a_body_that_goes_on_too_long_is_not_the_one_that_was_signed(running: Running) -> None:
    body = b"Action=CreateUser&Version=2010-05-08&UserName=longer"
    answer = running.send_raw(raw(running.signed(body), len(body) - 2))
    assert answer.startswith(b"HTTP/1.1 403")
    assert b"SignatureDoesNotMatch" in answer
    assert not {"longer", "long"} & set(running.users())


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: \xff\xfe\r\n\r\n",
        b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /labs HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{",
    ],
    ids=range(10),
)
@pytest.mark.parametrize("control", [False, True])
def test_nonsense_on_the_line_ends_that_line_alone(
    running: Running, sent: bytes, control: bool
) -> None:
    answer = running.send_raw(sent, control=control)
    assert b" 200 " not in answer.split(b"\r\n")[0]
    assert running.http("GET", "/health", control=True)[0] == 200
    assert running.client("sts").get_caller_identity()["Account"] == running.said["account_id"]


@pytest.mark.parametrize("path", ["/moto-api/", "/moto-api/reset", "/moto-api/seed?a=1"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_backends_own_api_is_out_of_reach(running: Running, method: str, path: str) -> None:
    before = running.users()
    for control in (False, True):
        status, body = running.http(method, path, control=control)
        assert status in {403, 404, 405}
        assert b"Moto" not in body
    assert running.users() == before


def test_a_header_can_not_choose_the_account(running: Running) -> None:
    bob = running.lab("bob")
    iam = running.client("iam")

    def forge(request: Any, **_: Any) -> None:
        request.headers["x-moto-account-id"] = bob["account_id"]

    iam.meta.events.register("before-send.iam", forge)
    iam.create_group(GroupName="forged")
    theirs = running.client("iam", bob["credentials"]).list_groups()["Groups"]
    assert "forged" not in [group["GroupName"] for group in theirs]
    assert "forged" in [group["GroupName"] for group in iam.list_groups()["Groups"]]


def test_learners_over_http_have_seats_and_accounts_of_their_own(running: Running) -> None:
    ann, bob = running.lab("ann"), running.lab("bob")
    assert ann["account_id"] != bob["account_id"]
    assert running.lab("ann")["lab"] == ann["lab"]
    Client(running.said["control"], ann["lab"]).post("/lab/submit", {"answers": {"key": "anns"}})
    assert Client(running.said["control"], bob["lab"]).get("/lab")["submitted"] == {}
    with pytest.raises(NotYourTurn, match="doesn't start labs"):
        Client(running.said["control"], ann["lab"]).post(
            "/labs", {"scenario": ID, "learner": "bob"}
        )
    s3 = running.client("s3", ann["credentials"])
    bucket = running.client("s3", bob["credentials"]).list_buckets()["Buckets"][0]["Name"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.list_objects_v2(Bucket=bucket)


def test_the_control_api_is_not_on_the_port_of_aws_nor_aws_on_its(running: Running) -> None:
    assert running.http("GET", "/health")[0] in {403, 404}
    token = f"Bearer {running.said['token']}"
    assert running.http("POST", "/labs", Authorization=token)[0] >= 400
    assert running.http("GET", "/?Action=ListUsers", control=True)[0] == 404


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which something else listens, below one that is free."""
    while True:
        with socket.socket() as line, socket.socket() as next_one:
            line.bind(("127.0.0.1", 0))
            port = line.getsockname()[1]
            try:
                next_one.bind(("127.0.0.1", port - 1))
            except OSError:
                continue
            next_one.close()
            line.listen()
            yield port
            return


@pytest.mark.parametrize("below", [0, 1])
def test_a_busy_port_is_named_in_one_line(taken: int, below: int) -> None:
    """Its own, or the next one, which the control API needs."""
    command = [sys.executable, "-m", "simulator", "serve", "--port", str(taken - below)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert f"Port {taken} on 127.0.0.1 can't be used" in result.stderr
    assert "--port" in result.stderr


@pytest.mark.parametrize("host", ["nosuch.invalid", "300.1.1.1"])
def test_a_host_that_is_not_this_machines_is_named(host: str) -> None:
    command = [sys.executable, "-m", "simulator", "serve", "--port", "0", "--host", host]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (result.returncode, result.stdout) == (1, "")
    assert f"{host!r} is no address of this machine" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def has_version_6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as line:
            line.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_version_6(), reason="this machine has no IPv6")
def test_an_address_of_version_6_is_written_as_one_in_a_url() -> None:
    command = [
        sys.executable,
        "-m",
        "simulator",
        "serve",
        "--port",
        "0",
        "--child",
        "--host",
        "::1",
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said["endpoint"].startswith("http://[::1]:")
        assert Client(said["control"], "").get("/health")["endpoint"] == said["endpoint"]
        process.communicate(timeout=30)


def test_an_unknown_scenario_starts_no_server() -> None:
    command = [
        sys.executable,
        "-m",
        "simulator",
        "serve",
        "--port",
        "0",
        "--start",
        "iam-leaked-kee",
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (result.returncode, result.stdout) == (1, "")
    assert "Did you mean 'iam-leaked-key'?" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_without_a_lab_the_announcement_names_no_account() -> None:
    command = [sys.executable, "-m", "simulator", "serve", "--port", "0", "--child"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert (said["account_id"], said["credentials"]) == (None, None)
        assert Client(said["control"], "").get("/health")["status"] == "ok"
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_names_of_an_objects_metadata_come_back_as_s3_keeps_them(running: Running) -> None:
    s3 = running.client("s3")
    s3.create_bucket(Bucket="with-metadata")
    s3.put_object(Bucket="with-metadata", Key="k", Body=b"x", Metadata={"Made-By": "ann"})
    got = s3.get_object(Bucket="with-metadata", Key="k")
    assert got["Metadata"] == {"made-by": "ann"}
    s3.delete_object(Bucket="with-metadata", Key="k")
    s3.delete_bucket(Bucket="with-metadata")


def test_an_empty_object_can_be_put(running: Running) -> None:
    """botocore asks for 100 Continue, though it has no body to send then."""
    s3 = running.client("s3")
    s3.create_bucket(Bucket="with-nothing")
    s3.put_object(Bucket="with-nothing", Key="k", Body=b"")
    assert s3.get_object(Bucket="with-nothing", Key="k")["ContentLength"] == 0
    s3.delete_object(Bucket="with-nothing", Key="k")
    s3.delete_bucket(Bucket="with-nothing")


def test_only_a_terminal_is_told_how_the_instructor_gets_to_the_board(tmp_path: Path) -> None:
    """Not a parent, which may be a learner's notebook; and the announcement is every client's."""
    env = os.environ | {"DRILL_TOKEN": "starts", "DRILL_ROSTER": "", "DRILL_INSTRUCTOR_TOKEN": ""}
    for child in (False, True):
        folder = tmp_path / str(child)
        command = [sys.executable, "-m", "simulator", "serve", "--port", "0", "--journal", folder]
        process = subprocess.Popen(
            [*command, *(["--child"] if child else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=env,
        )
        assert process.stdout is not None
        announced = process.stdout.readline()
        said = json.loads(announced)
        token = (folder / "instructor").read_text()
        assert (folder / "instructor").stat().st_mode & 0o077 == 0
        board = Client(said["control"], token).get("/class")
        assert board["rows"] == []
        with pytest.raises(NotYourTurn):
            Client(said["control"], said["token"]).get("/class")
        process.terminate()
        _, complaints = process.communicate(timeout=30)
        assert (token in complaints) is not child
        assert ("/board/enter/" in complaints) is not child
        assert token not in announced


def test_who_closes_a_server_that_runs_is_told_of_no_socket_that_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is closed by another thread than the one that waits at its sockets."""
    server = Server(Classroom(), port=0)
    monkeypatch.setattr(server._control, "run", lambda: None)

    def breaks() -> None:
        raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(server._aws, "run", breaks)
    with pytest.raises(OSError, match="Bad file descriptor"):
        server.run()

    def is_closed() -> None:
        server.close()
        breaks()

    monkeypatch.setattr(server._aws, "run", is_closed)
    server.run()
