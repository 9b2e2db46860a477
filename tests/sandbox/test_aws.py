"""`!aws …` in the sandbox: the same as the program does that is started afresh, at a fork's cost."""

import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from simulator.sandbox.aws_shim import PLACE
from simulator.sandbox.bubblewrap import AWS

pytestmark = pytest.mark.notebook
REAL = Path(sys.executable).parent / "aws"
EVENTS = (
    b"""{"Events": [{"EventName": "CreateUser", "Username": "zo\xc3\xab", "EventTime": 1.5}]}"""
)
RESIDENT = "print(sum(map(int, open('/proc/2/stat').read().rpartition(')')[2].split()[13:15])))"
"""Clock ticks of the calls that are over."""


class Cloud:
    """Answers every call, and keeps what was asked; it waits for `may_answer`."""

    def __init__(self, listener):
        cloud = self
        self.heads = []
        self.may_answer = lambda: None

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                cloud.heads.append(self.headers)
                cloud.may_answer()
                self.send_response(200)
                self.send_header("Content-Length", str(len(EVENTS)))
                self.end_headers()
                self.wfile.write(EVENTS)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(listener.getsockname(), Answer, bind_and_activate=False)
        self.server.handle_error = lambda *_: None  # of callers that are gone
        self.server.socket.close()
        self.server.socket = listener.dup()
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def wait_for(self, calls):
        until = time.monotonic() + 60
        while len(self.heads) < calls and time.monotonic() < until:
            time.sleep(0.01)
        assert len(self.heads) == calls

    def close(self):
        self.may_answer = lambda: None
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def cloud(sandbox):
    made = Cloud(sandbox.listeners[0])
    yield made
    made.close()


@pytest.fixture
def notebook(sandbox, opened):
    made = opened(sandbox)
    made.run(
        f"""
        import os, signal, subprocess
        os.environ.update(
            AWS_ENDPOINT_URL="http://{sandbox.addresses[0]}", AWS_DEFAULT_REGION="eu-west-1",
            AWS_ACCESS_KEY_ID="AKIAFIRST", AWS_SECRET_ACCESS_KEY="none", AWS_MAX_ATTEMPTS="1")
        def everyone():
            return sorted(name for name in os.listdir("/proc") if name.isdigit())
        """
    )
    return made


@pytest.mark.parametrize(
    "call",
    [
        "aws --version",
        "aws",
        "aws nonsense | tail -3",
        "aws cloudtrail lookup-events --output table",
        "aws cloudtrail lookup-events --output text --query 'Events[].Username' | cat",
        "aws cloudtrail lookup-events --start-time",
        "aws cloudtrail lookup-events --color on --output table",
        "aws ec2 describe-instances --generate-cli-skeleton | tail -5",
        "aws iam create-user",
        "aws s3 cp /nowhere s3://bucket",
        "aws --profile nobody sts get-caller-identity",
        "aws configure list",
        "AWS_ENDPOINT_URL=http://127.0.0.1:9 aws cloudtrail lookup-events",
        'echo \'{"MaxResults": "x"}\' | aws cloudtrail lookup-events --cli-input-json'
        " file:///dev/stdin",
        "aws cloudtrail lookup-events > /dev/full",
        "aws cloudtrail lookup-events 2>&1 >&- | tail -1",
        "cd /tmp && mkdir -p deep && cd deep && echo '{}' > in.json"
        " && aws cloudtrail lookup-events --cli-input-json file://in.json",
        "mkdir -p .aws && printf '[default]\\noutput=text\\n' > .aws/config"
        " && aws cloudtrail lookup-events",
        "mkdir -p .aws/models/zoo/2020-01-01 && echo '{}' > .aws/models/zoo/2020-01-01/service-2.json"
        " && aws nonsense 2>&1 | grep zoo",
        "LC_ALL=C aws cloudtrail lookup-events --output text",
    ],
)
def test_it_says_and_exits_as_the_real_program(cloud, notebook, call):
    """On the terminal that IPython gives it."""
    assert notebook.run("!command -v aws") == str(AWS)
    said = notebook.run(f"!{call}; echo exit $?")
    assert said == notebook.run(f"!{call.replace('aws ', f'{REAL} ', 1)}; echo exit $?")
    assert "exit" in said


def test_it_is_done_by_the_process_beside_the_kernel(notebook):
    before = int(notebook.run(RESIDENT))
    notebook.run("!aws --version; aws --version; aws --version")
    assert int(notebook.run(RESIDENT)) > before


def test_each_call_has_its_own_credentials_region_and_endpoint(cloud, notebook):
    notebook.run("!aws cloudtrail lookup-events")
    notebook.run(
        "os.environ.update(AWS_ACCESS_KEY_ID='AKIASECOND', AWS_DEFAULT_REGION='us-east-2')"
    )
    notebook.run(
        "!aws cloudtrail lookup-events; AWS_ACCESS_KEY_ID=AKIATHIRD aws cloudtrail lookup-events"
    )
    signed = [head["Authorization"].split(",")[0].split("/") for head in cloud.heads]
    assert [(each[0].rpartition("=")[2], each[2]) for each in signed] == [
        ("AKIAFIRST", "eu-west-1"),
        ("AKIASECOND", "us-east-2"),
        ("AKIATHIRD", "us-east-2"),
    ]


def test_the_account_is_told_the_same_of_its_caller(cloud, notebook):
    notebook.run(f"!aws cloudtrail lookup-events; {REAL} cloudtrail lookup-events")
    first, second = (head["User-Agent"] for head in cloud.heads)
    assert first == second
    assert first.startswith("aws-cli/1.")


def test_two_calls_run_at_the_same_time(cloud, notebook):
    """Neither is answered before both have come."""
    cloud.may_answer = threading.Barrier(2, timeout=60).wait
    call = "aws cloudtrail lookup-events --output text"
    said = notebook.run(f"!{call} > one & {call} > two; wait; cat one two")
    assert said.count("CreateUser") == 2


@pytest.mark.parametrize(("number", "code"), [("SIGKILL", -9), ("SIGTERM", -15), ("SIGINT", 130)])
def test_its_signal_ends_the_call(cloud, notebook, number, code):
    released = threading.Event()
    cloud.may_answer = released.wait
    notebook.run("call = subprocess.Popen(['aws', 'cloudtrail', 'lookup-events'])")
    cloud.wait_for(1)
    assert notebook.run(f"call.send_signal(signal.{number}); print(call.wait())") == str(code)
    left = "import time\nwhile len(everyone()) > 2: time.sleep(.01)\nprint(everyone())"
    assert notebook.run(left) == "['1', '2']"
    released.set()


def test_interrupting_the_kernel_ends_the_call_and_not_who_does_it(cloud, notebook):
    released = threading.Event()
    cloud.may_answer = released.wait
    notebook.start("!aws cloudtrail lookup-events")
    cloud.wait_for(1)
    notebook.manager.interrupt_kernel()
    assert notebook.run("print(everyone())") == "['1', '2']"
    released.set()


@pytest.mark.parametrize(
    "harm",
    [
        "os.kill(2, signal.SIGKILL)",
        f"os.unlink({PLACE!r})",
        "speak(b'')",
        "speak(b'x' * 100)",
        "speak((10).to_bytes(8, 'big') + b'x' * 10)",
        "speak((2**40).to_bytes(8, 'big'))",
    ],
)
def test_it_works_whatever_was_done_to_who_does_it(notebook, harm):
    notebook.run(
        f"""
        import socket
        def speak(words):
            with socket.socket(socket.AF_UNIX) as made:
                made.connect({PLACE!r})
                made.sendall(words)
        {harm}
        """
    )
    assert notebook.run("!aws --version; echo $?") == notebook.run(f"!{REAL} --version; echo $?")


def test_who_does_it_has_nothing_of_the_kernels(notebook):
    """Neither its sockets, nor what it was told."""
    shared = """
    from contextlib import suppress
    def sockets(pid):
        links = set()
        for each in os.listdir(f"/proc/{pid}/fd"):
            with suppress(FileNotFoundError):  # the listing's own
                links.add(os.readlink(f"/proc/{pid}/fd/{each}"))
        return {link for link in links if link.startswith(("socket:", "pipe:"))}
    print(sockets(1) & sockets(2), len(sockets(1)) > 4, len(sockets(2)))
    """
    assert notebook.run(shared) == "set() True 3"


def test_a_notebook_may_not_change_it(notebook):
    assert notebook.run(f"open('{AWS}', 'a')").startswith(("OSError", "PermissionError"))
    assert notebook.run("import botocore; print('awscli' in botocore.__file__)") == "False"
