"""SIGKILL at any moment: what was acknowledged is there again, and everything goes on.

`make crash` kills 200 times; DRILL_KILLS says how often.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from simulator.errors import DrillError
from simulator.notebook.client import Client

ID = "iam-leaked-key"
KILLS = int(os.environ.get("DRILL_KILLS", "3"))
LIVES = 20
"""How often one lab is killed until the next one begins: a long journal takes long to play."""


@dataclass
class Told:
    """What the learner was told has happened."""

    users: set[str] = field(default_factory=set)
    objects: dict[str, bytes] = field(default_factory=dict)
    requests: set[str] = field(default_factory=set)
    """Ids of the last life's requests that were answered."""
    waited: float = 0
    submitted: str = ""
    hints: int = 0
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)


@contextmanager
def simulator(
    folder: Path, seed: int, *, wait: bool = True
) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A server on the journals in `folder`; killed at the end, if nothing has killed it before."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "simulator", "serve", "--port", "0", "--seed", str(seed)),
            *("--journal", str(folder), "--start", ID),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        with process.stdout:
            yield process, json.loads(process.stdout.readline()) if wait else {}
    finally:
        process.kill()
        process.wait()


def clients(said: dict[str, Any]) -> dict[str, Any]:
    keys = said["credentials"]
    return {
        service: boto3.client(
            service,
            region_name=said["region"],
            endpoint_url=said["endpoint"],
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            config=Config(retries={"total_max_attempts": 1}, proxies={}),
        )
        for service in ("iam", "s3", "cloudtrail")
    }


def call(said: dict[str, Any], told: Told, life: int) -> None:
    """One call after the other, until nobody answers."""
    aws = clients(said)
    with suppress(ClientError):
        aws["s3"].create_bucket(Bucket="kept-by-the-journal")
    for number in range(10_000):
        name = f"life-{life}-{number}"
        if number % 3 == 0:
            answer = aws["iam"].create_user(UserName=name)
            told.users.add(name)
        else:
            body = name.encode() * (1 + number % 5_000)
            answer = aws["s3"].put_object(Bucket="kept-by-the-journal", Key=name, Body=body)
            told.objects[name] = body
            answer = aws["iam"].get_user(UserName="incident-responder")
        told.requests.add(answer["ResponseMetadata"]["RequestId"])


def ask(said: dict[str, Any], seat: Client, told: Told, life: int) -> None:
    """The control API, until nobody answers."""
    for number in range(10_000):
        answer = seat.post("/lab/wait", {"seconds": 1.0})
        told.waited += 1
        told.now = datetime.fromisoformat(answer["now"])
        key = f"AKIA{life:08d}{number:08d}"
        told.submitted = seat.post("/lab/submit", {"answers": {"key": key}})["submitted"]["key"]
        if number == 0 and life % 4 == 0:
            seat.post("/lab/hint", {"check": "names_the_key"})
            told.hints += 1
        time.sleep(0.01)


def until_it_dies(work: Any, *arguments: Any) -> threading.Thread:
    def run() -> None:
        with suppress(BotoCoreError, ResponseParserError, HTTPException, DrillError, OSError):
            work(*arguments)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def check(said: dict[str, Any], seat: Client, told: Told, began: datetime) -> None:
    """Everything that was acknowledged is there."""
    aws = clients(said)
    pages = aws["iam"].get_paginator("list_users").paginate()
    assert told.users <= {user["UserName"] for page in pages for user in page["Users"]}
    for name in random.sample(sorted(told.objects), min(20, len(told.objects))):
        body = aws["s3"].get_object(Bucket="kept-by-the-journal", Key=name)["Body"].read()
        assert body == told.objects[name]
    events = aws["cloudtrail"].get_paginator("lookup_events")
    recorded = {
        json.loads(event["CloudTrailEvent"])["requestID"]
        for page in events.paginate(StartTime=began - timedelta(seconds=2))
        for event in page["Events"]
    }
    assert told.requests <= recorded
    about = seat.get("/lab")
    assert datetime.fromisoformat(about["now"]) >= told.now
    if told.submitted:
        assert about["submitted"]["key"] >= told.submitted


@pytest.mark.slow
def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Killed while it serves, while it starts and while it plays a journal again."""
    chance, kills = random.Random(20261126), 0
    while kills < KILLS:
        folder, seed, told = tmp_path / f"labs-{kills}", chance.randrange(10**6), Told()
        began, lives = datetime.now(UTC), min(LIVES, KILLS - kills)
        for life in range(lives + 1):
            if chance.random() < 0.1:
                with simulator(folder, seed, wait=False):
                    time.sleep(chance.uniform(0, 2.5))
            with simulator(folder, seed) as (process, said):
                seat = Client(said["control"], said["token"]).post("/labs", {"scenario": ID})
                desk = Client(said["control"], seat["lab"])
                check(said, desk, told, began)
                if life == lives:
                    break
                told.requests.clear()
                began = datetime.fromisoformat(desk.get("/lab")["now"])
                workers = [
                    until_it_dies(call, said, told, life),
                    until_it_dies(ask, said, desk, told, life),
                ]
                time.sleep(chance.uniform(0, 0.8))
                process.kill()
                for worker in workers:
                    worker.join(10)
                kills += 1
    print(
        f"{kills} kills, {len(told.users) + len(told.objects)} changes in the last lab, nothing lost"
    )
