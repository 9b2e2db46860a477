"""Whatever a notebook tries, it reaches the simulator or a refusal: never real AWS.

On a machine that is set up for real AWS in every way a machine can be.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROFILE = """[profile prod]
region = eu-west-1
endpoint_url = https://s3.amazonaws.com
"""
KEYS = """[{}]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
"""
BEFORE = """
import asyncio, http.client, os, socket, subprocess, sys, urllib.request
import boto3, botocore.session, requests, urllib3
from botocore.config import Config

real = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI"}
client_from_before = boto3.client("s3")
session_from_before = boto3.Session(profile_name="prod")
assert session_from_before.get_credentials().access_key == real["aws_access_key_id"]
boto3.setup_default_session(profile_name="prod")

def sh(command, **more):
    "Exit code and all that it said."
    done = subprocess.run(command, shell=True, text=True, capture_output=True, **more)
    return done.returncode, done.stdout + done.stderr

def datagram():
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

async def over_asyncio(host):
    await asyncio.open_connection(host, 443)

async def datagram_over_asyncio():
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=("192.0.2.1", 53))

def outside_variables():
    session = requests.Session()
    session.trust_env = False
    return session.get("https://s3.amazonaws.com")
"""
LEARNER = ":user/security/incident-responder"


@pytest.fixture(scope="module")
def walled(kernels: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A kernel with a Lab, on a machine with profiles, keys, endpoints and a proxy of its own."""
    home = tmp_path_factory.mktemp("home")
    (home / ".aws").mkdir()
    (home / ".aws/config").write_text(PROFILE)
    (home / ".aws/credentials").write_text(KEYS.format("prod") + KEYS.format("default"))
    kernel = kernels(
        HOME=str(home),
        AWS_PROFILE="prod",
        AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE",
        AWS_SECRET_ACCESS_KEY="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        AWS_SESSION_TOKEN="of-a-real-session",
        AWS_ENDPOINT_URL_S3="https://s3.amazonaws.com",
        AWS_CONTAINER_CREDENTIALS_FULL_URI="http://169.254.170.23/v1/credentials",
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="true",
        HTTPS_PROXY="http://proxy.example:3128",
        NO_PROXY=".amazonaws.com,169.254.169.254",
    )
    kernel.run(BEFORE)
    kernel.run("from simulator import Lab; lab = Lab('iam-leaked-key')")
    return kernel


CALLS = {
    "an endpoint of one's own": 'boto3.client("s3", endpoint_url="https://s3.amazonaws.com").list_buckets()',
    "a client made before the Lab": "client_from_before.list_buckets()",
    "configured endpoints ignored": 'boto3.client("s3", config=Config(ignore_configured_endpoint_urls=True)).list_buckets()',
    "a session with keys and a region": 'boto3.Session(**real, region_name="eu-west-1").client("ec2", endpoint_url="https://ec2.eu-west-1.amazonaws.com").describe_instances()',
    "botocore alone": 'botocore.session.Session().create_client("sts", endpoint_url="https://sts.amazonaws.com").get_caller_identity()',
    "a proxy of one's own": 'boto3.client("s3", config=Config(proxies={"http": "http://192.0.2.1:3128"})).list_buckets()',
    "s3control's own endpoint": 'boto3.client("s3control", endpoint_url="https://s3-control.us-east-1.amazonaws.com").get_public_access_block(AccountId="1" * 12)',
    "the simulator's host as a user name": 'boto3.client("s3", endpoint_url=lab.endpoint + "@s3.amazonaws.com").list_buckets()',
}
CONNECTIONS = {
    "http.client": 'http.client.HTTPSConnection("s3.amazonaws.com").request("GET", "/")',
    "urllib3": 'urllib3.PoolManager().request("GET", "https://s3.amazonaws.com")',
    "requests without the variables": "outside_variables()",
    "a socket": 'socket.create_connection(("192.0.2.1", 443), 1)',
    "a socket, address in bytes": 'socket.socket().connect((b"192.0.2.1", 443))',
    "a socket, address in a bytearray": 'socket.socket().connect((bytearray(b"192.0.2.1"), 443))',
    "a socket that returns its error": 'socket.socket().connect_ex(("192.0.2.1", 443))',
    "IPv6": 'socket.socket(socket.AF_INET6).connect(("2001:db8::1", 443))',
    "IPv4 in IPv6": 'socket.socket(socket.AF_INET6).connect(("::ffff:192.0.2.1", 443))',
    "a datagram": 'datagram().sendto(b"x", ("192.0.2.1", 53))',
    "a datagram, gathered": 'datagram().sendmsg([b"x"], [], 0, ("192.0.2.1", 53))',
    "a connected datagram": 'datagram().connect(("192.0.2.1", 53))',
    "asyncio": 'asyncio.run(over_asyncio("s3.amazonaws.com"))',
    "asyncio, by number": 'asyncio.run(over_asyncio("192.0.2.1"))',
    "asyncio, a datagram": "asyncio.run(datagram_over_asyncio())",
    "the metadata service": 'http.client.HTTPConnection("169.254.169.254").request("GET", "/")',
}
QUESTIONS = {
    "getaddrinfo": 'socket.getaddrinfo("s3.amazonaws.com", 443)',
    "gethostbyname": 'socket.gethostbyname("s3.amazonaws.com")',
    "gethostbyname_ex": 'socket.gethostbyname_ex("s3.amazonaws.com")',
    "gethostbyaddr": 'socket.gethostbyaddr("192.0.2.1")',
    "getnameinfo": 'socket.getnameinfo(("192.0.2.1", 443), 0)',
    "a name with secrets in it": 'socket.getaddrinfo("c2VjcmV0.example", None)',
}


@pytest.mark.parametrize("cell", CALLS.values(), ids=CALLS)
def test_a_client_that_would_reach_real_aws_is_refused(walled: Any, cell: str) -> None:
    said = walled.refused(cell)
    assert said.startswith("RealAwsRefused: Refused: ")
    assert 'boto3.client("s3")' in said


@pytest.mark.parametrize("cell", CONNECTIONS.values(), ids=CONNECTIONS)
def test_a_connection_to_another_machine_is_refused(walled: Any, cell: str) -> None:
    assert walled.refused(cell).startswith("RealAwsRefused: Refused: a connection to ")


@pytest.mark.parametrize("cell", QUESTIONS.values(), ids=QUESTIONS)
def test_a_name_server_is_not_asked(walled: Any, cell: str) -> None:
    assert walled.refused(cell).startswith("RealAwsRefused: Refused: a connection to ")


@pytest.mark.parametrize(
    "address", ["https://s3.amazonaws.com", "http://169.254.169.254/latest/meta-data/"]
)
@pytest.mark.parametrize("get", ["urllib.request.urlopen({!r})", "requests.get({!r}).reason"])
def test_a_library_that_reads_the_variables_meets_the_simulators_refusal(
    walled: Any, get: str, address: str
) -> None:
    try:
        said = str(walled.run(get.format(address)))
    except Exception as error:
        said = str(error)
    assert "is not the simulated account" in said


def test_plain_clients_are_the_learners_whatever_the_machine_is_set_up_for(walled: Any) -> None:
    said = walled.run("boto3.client('sts').get_caller_identity()['Arn']")
    assert said.endswith(LEARNER)
    assert walled.run("[b['Name'] for b in boto3.client('s3').list_buckets()['Buckets']]")
    assert walled.run("boto3.client('iam').meta.endpoint_url == lab.endpoint")


@pytest.mark.parametrize(
    "session",
    [
        "session_from_before",
        "boto3.Session(**real)",
        "boto3.Session(**real, region_name='sa-east-1')",
    ],
)
def test_real_keys_come_to_the_simulator_which_does_not_know_them(
    walled: Any, session: str
) -> None:
    said = walled.refused(f"{session}.client('s3').list_buckets()")
    assert "InvalidAccessKeyId" in said


def test_the_default_session_is_the_learners_or_unknown_here(walled: Any) -> None:
    """The one from before the Lab is gone; one set up since is served by the simulator."""
    said = walled.refused(
        "boto3.setup_default_session(**real); boto3.client('sts').get_caller_identity()"
    )
    assert "InvalidClientTokenId" in said
    walled.run("boto3.DEFAULT_SESSION = None")


def test_a_profile_of_the_machine_is_not_found(walled: Any) -> None:
    assert "(prod) could not be found" in walled.refused("boto3.Session(profile_name='prod')")


def test_a_localstack_session_reaches_the_simulator_or_nothing(walled: Any) -> None:
    walled.run("import localstack_client.session as localstack")
    known = walled.refused("localstack.Session().client('s3').list_buckets()")
    unknown = walled.refused("localstack.Session().client('guardduty').list_detectors()")
    assert "InvalidAccessKeyId" in known
    assert "not supported" in unknown
    assert walled.run("localstack.Session(**real).client('sts').meta.endpoint_url == lab.endpoint")


def test_s3control_comes_to_the_simulator(walled: Any) -> None:
    """Its client puts the account before the host: no host of this machine answers to that."""
    said = walled.run("""
    try:
        boto3.client("s3control").get_public_access_block(AccountId=lab.account_id)
    except Exception as error:
        said = type(error).__name__
    said""")
    assert said == "NoSuchPublicAccessBlockConfiguration"


def test_a_presigned_url_can_be_fetched(walled: Any) -> None:
    status = walled.run("""
    url = boto3.client("s3").generate_presigned_url("list_buckets")
    requests.get(url).status_code""")
    assert status == 200


def test_a_forked_child_stands_before_the_same_wall(walled: Any) -> None:
    said = walled.run("""
    from multiprocessing import get_context
    def probe(pipe):
        try:
            pipe.send(repr(socket.create_connection(("192.0.2.1", 443), 1)))
        except Exception as error:
            pipe.send(type(error).__name__)
    here, there = get_context("fork").Pipe()
    child = get_context("fork").Process(target=probe, args=(there,))
    child.start()
    said = here.recv()
    child.join()
    said""")
    assert said == "RealAwsRefused"


def test_a_python_child_is_the_learner_and_meets_the_proxy(walled: Any) -> None:
    child = """
import boto3
print(boto3.client("sts").get_caller_identity()["Arn"])
for reach in (
    lambda: boto3.client("s3", endpoint_url="https://s3.amazonaws.com").list_buckets(),
    lambda: boto3.Session(profile_name="prod"),
):
    try:
        reach()
    except Exception as error:
        print(error)
"""
    command = [sys.executable, "-c", child]
    said = walled.run(f"subprocess.run({command!r}, capture_output=True, text=True).stdout")
    identity, elsewhere, profile = said.splitlines()
    assert identity.endswith(LEARNER)
    assert "only-the-simulated-account" in elsewhere
    assert "(prod) could not be found" in profile


def test_the_aws_cli_is_the_learners(walled: Any) -> None:
    code, said = walled.run("sh('aws sts get-caller-identity --query Arn --output text')")
    assert (code, said.strip().endswith(LEARNER)) == (0, True)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("aws --endpoint-url https://s3.amazonaws.com s3 ls", "only-the-simulated-account"),
        ("AWS_ENDPOINT_URL_S3=https://s3.amazonaws.com aws s3 ls", "only-the-simulated-account"),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true aws s3 ls", "only-the-simulated-account"),
        ("aws --profile prod s3 ls", "(prod) could not be found"),
    ],
)
def test_the_aws_cli_gets_nowhere_else(walled: Any, command: str, answer: str) -> None:
    code, said = walled.run(f"sh('AWS_MAX_ATTEMPTS=1 {command}')")
    assert code != 0
    assert answer in said


@pytest.mark.parametrize(
    "start",
    [
        "subprocess.run(['aws', 's3', 'ls'], env={'PATH': os.environ['PATH']})",
        "subprocess.run('aws s3 ls', shell=True, env={'AWS_PROFILE': 'prod'})",
        "subprocess.Popen('aws', env={b'PATH': b'/usr/bin'})",
        "os.posix_spawn(sys.executable, ['python'], {'HOME': os.environ['HOME']})",
        "asyncio.run(asyncio.create_subprocess_exec('aws', env={}))",
    ],
)
def test_a_program_without_the_notebooks_variables_is_not_started(walled: Any, start: str) -> None:
    """It would find the machine's own configuration and no proxy."""
    said = walled.refused(start)
    assert said.startswith("RealAwsRefused: Refused: ")
    assert "env={**os.environ" in said


def test_a_program_with_the_notebooks_variables_and_more_is_started(walled: Any) -> None:
    assert walled.run("sh('echo $MORE', env={**os.environ, 'MORE': 'more'})") == [0, "more\n"]


def test_this_machine_stays_within_reach(walled: Any) -> None:
    """Kernels, debuggers and databases listen here."""
    heard = walled.run("""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost", "LocalHost", b"127.0.0.1"):
            socket.create_connection((host, port), 5).close()
    one, other = socket.socketpair()
    one.close(), other.close()
    socket.getaddrinfo(socket.gethostname(), None) and socket.getaddrinfo(None, 80) and "all" """)
    assert heard == "all"


def test_the_walls_stand_after_a_reset_and_after_a_second_lab(walled: Any) -> None:
    probes = [*CALLS.values(), *list(CONNECTIONS.values())[:4], *list(QUESTIONS.values())[:2]]
    hooks = walled.run("lab.reset(); again = Lab('iam-leaked-key'); again.account_id")
    assert hooks == walled.run("lab.account_id")
    assert all(walled.refused(cell).startswith("RealAwsRefused: ") for cell in probes)
    assert walled.run("boto3.client('sts').get_caller_identity()['Arn']").endswith(LEARNER)
    assert walled.run("sorted(name for name in os.environ if name.startswith('AWS_'))") == [
        "AWS_ACCESS_KEY_ID",
        "AWS_CONFIG_FILE",
        "AWS_DEFAULT_REGION",
        "AWS_DISABLE_HOST_PREFIX_INJECTION",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3_CONTROL",
        "AWS_PAGER",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SHARED_CREDENTIALS_FILE",
    ]


def test_a_learners_own_change_of_the_environment_leads_no_further(walled: Any) -> None:
    walled.run("os.environ['AWS_ENDPOINT_URL_S3'] = 'https://s3.amazonaws.com'")
    said = walled.refused("boto3.client('s3').list_buckets()")
    code, cli = walled.run("sh('AWS_MAX_ATTEMPTS=1 aws s3 ls')")
    walled.run("del os.environ['AWS_ENDPOINT_URL_S3']")
    assert said.startswith("RealAwsRefused: Refused: GET to s3.amazonaws.com")
    assert (code, "only-the-simulated-account" in cli) == (255, True)


def test_the_aws_cli_beside_this_python_is_found_by_name(
    kernels: Callable[..., Any], served: dict[str, Any]
) -> None:
    """An editor starts a kernel without its environment's folder on PATH."""
    kernel = kernels(
        PATH="/usr/bin:/bin",
        DRILL_URL=served["control"],
        DRILL_TOKEN=served["token"],
        DRILL_LEARNER="path",
    )
    found = kernel.run("""
    import shutil
    from simulator import Lab
    Lab("iam-leaked-key")
    shutil.which("aws")""")
    assert Path(found).name == "aws"
