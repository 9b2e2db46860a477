"""A tiny scenario, written to a folder of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator import catalogue
from simulator.drill import Drill
from simulator.gateway.app import Gateway

HEAD = '''
from datetime import timedelta

from simulator.scenario import Actor, Phase, Scenario, check

scenario = Scenario(
    title="Tiny", pillar="-", severity="low", difficulty=1, minutes=1, attack=(), controls=(),
    principals={
        "worker": Actor("worker_key", "office", "worker"),
        "thief": Actor("worker_key", "hosting", "thief", hostile=True),
    },
    built=timedelta(hours=3),
    injected=(timedelta(hours=1), timedelta(hours=2)),
    attacked=(timedelta(minutes=10), timedelta(minutes=50)),
    findings={"key": "the key", "names": "names"},
)

POLICY = """{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["s3:*", "sts:*"], "Resource": "*"}]}"""

def baseline(admin, rng):
    admin.s3.create_bucket(Bucket=f"tiny-{rng.randrange(10**9)}")
    bucket = admin.s3.list_buckets()["Buckets"][0]["Name"]
    admin.iam.create_user(UserName="worker")
    admin.iam.put_user_policy(UserName="worker", PolicyName="own", PolicyDocument=POLICY)
    key = admin.iam.create_access_key(UserName="worker")["AccessKey"]
    return {"bucket": bucket, "worker_key": key}

def inject():
    pass

def detonate(thief):
    thief.s3.list_buckets()

def upload(worker, bucket):
    worker.s3.put_object(Bucket=bucket, Key="k", Body=b"x")

'''


@pytest.fixture
def tiny_head() -> str:
    """The tiny scenario without checks."""
    return HEAD


Make = Callable[[str], Drill]


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Make]:
    """A drill of the tiny scenario with more acts and checks; the acts are at `drill.play.module`."""
    made: list[Drill] = []
    numbers = itertools.count(301)

    def make(more: str) -> Drill:
        number = next(numbers)
        folder = tmp_path / f"tiny-{number}"
        folder.mkdir()
        (folder / "scenario.py").write_text(HEAD + more)
        made.append(Drill(catalogue.read(folder), number, Gateway()))
        return made[-1]

    yield make
    for drill in made:
        drill.close()
