"""The simulator of a workplace, asked by its instructor and by a learner's kernel."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from simulator.classroom import Classroom
from simulator.errors import CannotServe, NotYourTurn
from simulator.grading import hall_process
from simulator.grading.accounts import Accounts, Lost, Refused, address, listen
from simulator.grading.hall import Hall
from simulator.grading.seats import Seats, Stuck
from simulator.notebook.client import Client
from tests.grading.notebooks import AT, LAB


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[Accounts, str, str]]:
    """A simulator, its simulated AWS and its control API."""
    listening = listen()
    aws, control = (f"http://{address(each)}" for each in listening)
    with Hall() as hall:
        accounts = Accounts(listening, address(listening[0]), hall)
        yield accounts, aws, control
        accounts.end()
    for each in listening:
        each.close()


Learner = Callable[..., Any]


@pytest.fixture
def learner(place: tuple[Accounts, str, str]) -> Iterator[Learner]:
    """Begins an account, and returns a maker of its learner's clients."""
    accounts, aws, control = place
    accounts.begin("run", LAB, 5, AT)
    keys = Client(control, "run").post("/labs", {"scenario": LAB})["credentials"]

    def client(service: str, signed: str = "v4") -> Any:
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=aws,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            config=Config(retries={"total_max_attempts": 1}, proxies={}, signature_version=signed),
        )

    yield client
    accounts.end()


def test_an_account_is_at_its_own_time_and_takes_signatures_of_this_machines(
    place: tuple[Accounts, str, str], learner: Learner
) -> None:
    learner("sts").get_caller_identity()
    now = datetime.fromisoformat(Client(place[2], "run").post("/labs", {"scenario": LAB})["now"])
    assert timedelta() <= now - datetime.fromisoformat(AT) < timedelta(seconds=2)


def test_a_signature_that_is_old_by_this_machines_clock_is_refused(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    import botocore.auth

    late = botocore.auth.get_current_datetime() - timedelta(minutes=20)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True: late)
    with pytest.raises(ClientError) as refused:
        learner("sts").get_caller_identity()
    assert refused.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


def test_a_presigned_url_opens_as_long_as_it_says(
    place: tuple[Accounts, str, str], learner: Learner
) -> None:
    s3 = learner("s3", "s3v4")
    seat = Client(place[2], "run").post("/labs", {"scenario": LAB})
    s3.create_bucket(Bucket="of-the-learner-5")
    asked = {"Bucket": "of-the-learner-5"}
    url = s3.generate_presigned_url("list_objects_v2", Params=asked, ExpiresIn=600)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url) as answer:
        assert b"ListBucketResult" in answer.read()
    past = s3.generate_presigned_url("list_objects_v2", Params=asked, ExpiresIn=1)
    time.sleep(0.5)  # so long that the account's time, 0.1 s a request, doesn't overtake ours
    Client(place[2], seat["lab"]).post("/lab/wait", {"seconds": 10})
    with pytest.raises(urllib.error.HTTPError) as refused:
        opener.open(past)
    assert b"Request has expired" in refused.value.read()


def test_an_untouched_account_has_no_points_and_marks_of_its_own(
    place: tuple[Accounts, str, str], learner: Learner
) -> None:
    account = learner("sts").get_caller_identity()["Account"]
    told = place[0].verdict()
    assert (told["points"], told["possible"]) == (0, 54)
    assert account in told["marks"]
    assert {each["name"] for each in told["checks"]} >= {"stolen_key_is_dead"}


def test_another_seed_shares_no_mark_and_the_same_one_shares_all(
    place: tuple[Accounts, str, str],
) -> None:
    accounts, _, _ = place
    marks = []
    for seed in (5, 5, 6):
        accounts.begin("run", LAB, seed, AT)
        marks.append(set(accounts.verdict()["marks"]))
    assert marks[0] == marks[1]
    assert not marks[0] & marks[2]
    accounts.end()


def test_no_mark_is_a_secret(place: tuple[Accounts, str, str]) -> None:
    place[0].begin("run", LAB, 5, AT)
    marks = place[0].verdict()["marks"]
    place[0].end()
    assert not [each for each in marks if len(each) == 40 and each.isalnum()]


def test_who_has_been_judged_is_not_answered_any_more(
    place: tuple[Accounts, str, str], learner: Learner
) -> None:
    place[0].verdict()
    with pytest.raises(ClientError) as refused:
        learner("sts").get_caller_identity()
    assert refused.value.response["Error"]["Code"] == "ServiceUnavailable"
    with pytest.raises(NotYourTurn, match="This run is over"):
        Client(place[2], "run").post("/labs", {"scenario": LAB})


def test_a_run_opens_its_own_lab_and_no_other(
    place: tuple[Accounts, str, str], learner: Learner
) -> None:
    with pytest.raises(NotYourTurn, match="can't start"):
        Client(place[2], "run").post("/labs", {"scenario": "s3-public-pii"})
    for token in ("", "another"):
        with pytest.raises(NotYourTurn, match="is over"):
            Client(place[2], token).post("/labs", {"scenario": LAB})


@pytest.mark.parametrize("path", ["/class", "/board", "/begin", "/verdict", "/", "/labx"])
def test_nothing_of_the_instructors_is_there_for_submissions(
    place: tuple[Accounts, str, str], learner: Learner, path: str
) -> None:
    request = urllib.request.Request(f"{place[2]}{path}", headers={"Authorization": "Bearer run"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(urllib.error.HTTPError) as refused:
        opener.open(request)
    assert refused.value.code == 404
    refused.value.close()


def test_a_lab_that_does_not_exist_is_refused(place: tuple[Accounts, str, str]) -> None:
    with pytest.raises(Refused) as refused:
        place[0].begin("run", "iam-leaked-keys", 5, AT)
    assert refused.value.kind == "UnknownScenario"


def test_an_account_whose_process_died_is_told_of_and_followed_by_another(
    place: tuple[Accounts, str, str],
) -> None:
    accounts, _, _ = place
    accounts.begin("run", LAB, 5, AT)
    assert accounts.pid
    os.kill(accounts.pid, signal.SIGKILL)
    with pytest.raises(Lost):
        accounts.verdict()
    assert accounts.begin("run", LAB, 5, AT) == {"possible": 54}
    accounts.end()


@pytest.fixture
def classroom() -> Iterator[Classroom]:
    """A classroom that everybody leaves."""
    made = Classroom()
    yield made
    for each in made.seats():
        made.leave(each)


def test_an_account_that_holds_too_much_is_not_answered_and_still_judged(
    classroom: Classroom,
) -> None:
    seat = Seats(-(2**40), classroom, ())
    assert "over" in seat.refusal()
    seat.begin("run", LAB, 5, AT)
    assert "more than a submission may keep" in seat.refusal()
    assert seat.verdict()["points"] == 0
    assert "over" in seat.refusal()


def test_an_account_in_which_something_goes_on_for_ever_is_not_judged(
    monkeypatch: pytest.MonkeyPatch, classroom: Classroom
) -> None:
    monkeypatch.setattr("simulator.grading.seats.PATIENCE", 0.01)
    seat = Seats(2**40, classroom, ())
    seat.begin("run", LAB, 5, AT)
    with seat.steady.moment(), pytest.raises(Stuck):
        seat.verdict()


def test_nobody_answers_for_an_account_that_was_ended(
    place: tuple[Accounts, str, str], learner: Learner
) -> None:
    """What connects then is closed before the next account begins, which learns nothing of it."""
    accounts, aws, control = place
    accounts.end()
    late = [socket.create_connection(address_of(each)) for each in (aws, control)]
    for each in late:
        each.sendall(b"GET /health HTTP/1.0\r\n\r\n")
    accounts.begin("run", LAB, 5, AT)
    for each in late:
        each.settimeout(10)
        assert not heard(each)
        each.close()


def heard(connection: socket.socket) -> bytes:
    try:
        return connection.recv(1)
    except ConnectionError:
        return b""


def address_of(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("http://").partition(":")
    return host, int(port)


def test_a_hall_that_died_is_replaced(place: tuple[Accounts, str, str]) -> None:
    with Hall() as hall:
        door = hall.door
        assert hall._process is not None
        os.kill(hall._process.pid, signal.SIGKILL)
        hall._process.wait()
        assert hall.door != door
        assert not door.exists()


def test_a_lab_that_is_expected_is_prepared_when_nobody_knocks_and_nothing_else_is_lost() -> None:
    """Told before the hall has started, and what is no lab, or no list of any, harms nothing."""
    listening = listen()
    with Hall() as hall:
        hall.start()
        hall.expect([LAB, "no-such-lab"])
        hall.expect([])
        assert hall._process is not None
        accounts = Accounts(listening, address(listening[0]), hall)
        assert accounts.begin("run", LAB, 5, AT)["possible"] > 0
        assert hall._process.poll() is None
        accounts.end()
    for each in listening:
        each.close()


def test_whoever_knocks_comes_before_what_is_expected(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done: list[str] = []
    lifeline, ours = socket.socketpair()
    with socket.socket(socket.AF_UNIX) as door, lifeline:
        door.bind(str(tmp_path / "door"))
        door.listen()
        hall = hall_process.Hall(door, lifeline)
        greet = hall._greet

        def greeted(asks: socket.socket) -> None:
            done.append("greeted")
            greet(asks)

        def prepared(lab: str) -> None:
            done.append(lab)
            if len(done) == 5:
                ours.close()

        monkeypatch.setattr(hall, "_greet", greeted)
        monkeypatch.setattr(hall, "_prepare", prepared)
        for labs in (["first", "second"], ["third"]):
            with socket.socket(socket.AF_UNIX) as asks:
                asks.connect(str(tmp_path / "door"))
                asks.sendall(json.dumps(labs).encode())
        hall.attend()
    assert done == ["greeted", "greeted", "first", "second", "third"]


def test_whom_another_hall_leaves_alone_starts_one_of_their_own(tmp_path: Path) -> None:
    with Hall(tmp_path / "door") as hall:
        assert hall.door.exists()


def test_a_hall_goes_when_whoever_started_it_is_gone() -> None:
    """Also when that was killed: nothing is left of it, in memory or on disk."""
    code = "import os, signal; from simulator.grading.hall import Hall; hall = Hall()"
    code += "\nprint(hall.door, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    told = subprocess.run(
        [sys.executable, "-c", code], check=False, stdout=subprocess.PIPE, text=True
    )
    folder = Path(told.stdout.strip()).parent
    until = time.monotonic() + 20
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert folder.name.startswith("drill-hall-")
    assert not folder.exists()


def test_where_no_socket_can_be_made_it_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    long = tmp_path / ("long" * 40)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with Hall() as hall, pytest.raises(CannotServe, match="short path"):
        _ = hall.door
