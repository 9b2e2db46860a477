"""The same calls by the same boto3 to this gateway and to plain moto_server, in turn."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import click
from botocore.config import Config

from benchmarks.processes import drill_serve, free_port, until

Call = Callable[[], Any]


@contextmanager
def moto_server() -> Iterator[str]:
    """Plain moto_server, as its documentation starts it. Yields its URL."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        until(f"{url}/moto-api/data.json")
        yield url
    finally:
        process.terminate()
        process.wait()


def prepared(url: str, keys: dict[str, str]) -> dict[str, Call]:
    """The calls to compare, on a server that has something to answer with."""
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], region_name="us-east-1")
    config = Config(retries={"total_max_attempts": 1}, proxies={})

    def client(service: str) -> Any:
        return session.client(service, endpoint_url=url, config=config)

    sts, s3, ec2, iam = (client(service) for service in ("sts", "s3", "ec2", "iam"))
    s3.create_bucket(Bucket="bench")
    body = b"x" * 1024
    s3.put_object(Bucket="bench", Key="k", Body=body)
    image = ec2.register_image(Name="bench", RootDeviceName="/dev/sda1")["ImageId"]
    ec2.run_instances(ImageId=image, MinCount=5, MaxCount=5, InstanceType="t3.micro")
    for number in range(20 - len(iam.list_users()["Users"])):
        iam.create_user(UserName=f"user-{number}")

    def read() -> bytes:
        content: bytes = s3.get_object(Bucket="bench", Key="k")["Body"].read()
        return content

    return {
        "GetCallerIdentity": sts.get_caller_identity,
        "PutObject 1 KB": lambda: s3.put_object(Bucket="bench", Key="k", Body=body),
        "GetObject 1 KB": read,
        "DescribeInstances": ec2.describe_instances,
        "ListUsers": iam.list_users,
    }


def medians(ours: Call, theirs: Call, rounds: int) -> tuple[float, float]:
    """Median milliseconds of both, called in turn so that the machine's moods hit both."""
    taken: tuple[list[float], list[float]] = ([], [])
    for call in (ours, theirs) * 10:
        call()
    for _ in range(rounds):
        for call, times in zip((ours, theirs), taken, strict=True):
            began = time.perf_counter()
            call()
            times.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken[0]), statistics.median(taken[1])


def report(rounds: int) -> None:
    with drill_serve("--start", "iam-leaked-key", "--seed", "1") as served, moto_server() as moto:
        ours = prepared(served["endpoint"], served["credentials"])
        theirs = prepared(moto, {"AccessKeyId": "testing", "SecretAccessKey": "testing"})
        click.echo(
            f"Median of {rounds} calls over HTTP, ms (signature, authorization, CloudTrail on)"
        )
        click.echo(f"{'':20}{'gateway':>10}{'moto_server':>14}{'ratio':>8}")
        for name, call in ours.items():
            mine, plain = medians(call, theirs[name], rounds)
            click.echo(f"{name:20}{mine:10.2f}{plain:14.2f}{mine / plain:8.2f}")
        click.echo("")
