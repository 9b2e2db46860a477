"""The files of a log are read as boto3 reads them, with less ado."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError
from werkzeug.serving import make_server

from simulator.notebook.logs.objects import Reader

if TYPE_CHECKING:
    from tests.conftest import Cloud, Keys

KEYS = ["a/plain.json.gz", "a/with blank+plus~tilde(1).txt", "a/ä.txt", "a/100%.txt", "b/last"]
NOT_ALIKE = {"eventTime", "requestID", "eventID", "additionalEventData"}


@pytest.fixture
def keys(cloud: Cloud) -> Keys:
    cloud.root("s3").create_bucket(Bucket="logs-1")
    for key in KEYS:
        cloud.root("s3").put_object(Bucket="logs-1", Key=key, Body=f"in {key}".encode())
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": ["arn:aws:s3:::logs-1/a/*", "arn:aws:s3:::logs-2/*"],
    }
    return cloud.user("ann", statement)


@pytest.fixture
def client(cloud: Cloud, keys: Keys) -> Iterator[Callable[[], BaseClient]]:
    """A client of S3 over HTTP, as a notebook has it."""
    server = make_server("127.0.0.1", 0, cloud.gateway)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()

    def make() -> BaseClient:
        return boto3.client(
            "s3",
            region_name="us-east-1",
            endpoint_url=f"http://127.0.0.1:{server.server_port}",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
        )

    yield make
    server.shutdown()
    serving.join(5)
    server.server_close()


def _asked_for(cloud: Cloud) -> list[dict[str, Any]]:
    found = [each for each in cloud.account.records if each["eventName"] == "GetObject"]
    return [
        {name: value for name, value in each.items() if name not in NOT_ALIKE}
        | {"sent": each["additionalEventData"]["bytesTransferredOut"]}
        for each in found
    ]


def test_it_reads_and_is_recorded_as_boto3(cloud: Cloud, client: Callable[[], Any]) -> None:
    s3 = client()
    wanted = [s3.get_object(Bucket="logs-1", Key=key)["Body"].read() for key in KEYS[:4]]
    with Reader(client()) as reader:
        assert [reader.read("logs-1", key) for key in KEYS[:4]] == wanted
    records = _asked_for(cloud)
    assert records[4:] == records[:4]


def test_all_but_the_first_go_without_boto3(client: Callable[[], Any]) -> None:
    s3, asked = client(), []
    s3.meta.events.register(
        "before-parameter-build.s3.GetObject", lambda params, **_: asked.append(params["Key"])
    )
    with Reader(s3) as reader:
        for key in KEYS[:4]:
            reader.read("logs-1", key)
    assert asked == KEYS[:1]


def test_a_refusal_is_boto3s(client: Callable[[], Any]) -> None:
    with Reader(client()) as reader:
        reader.read("logs-1", KEYS[0])
        with pytest.raises(ClientError) as refused:
            reader.read("logs-1", "b/last")
        assert refused.value.response["Error"]["Code"] == "AccessDenied"
        with pytest.raises(ClientError):
            reader.read("logs-2", "none")
        assert reader.read("logs-1", KEYS[1]) == f"in {KEYS[1]}".encode()


def test_a_client_that_sends_nothing_over_http_is_left_to_boto3(cloud: Cloud, keys: Keys) -> None:
    with Reader(cloud.client("s3", keys)) as reader:
        read = [reader.read("logs-1", key) for key in KEYS[:3]]
    assert read == [f"in {key}".encode() for key in KEYS[:3]]
