"""A lab whose process is gone goes on where it was: account, clock, progress, to the last byte."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from simulator.account import transport
from simulator.backends import moto
from simulator.classroom import Classroom, Seat
from simulator.desk import Desk
from simulator.gateway.origin import ENVIRON_KEY, Origin
from simulator.grading.judge import judge
from simulator.journals import Journals
from simulator.scenario import Phase

ID = "iam-leaked-key"


class Learner:
    """Ann at her seat, calling as the network does, and asking as her notebook does."""

    def __init__(self, folder: Path, seed: int = 11) -> None:
        self.journals = Journals(folder)
        self.classroom = Classroom(seed, self.journals)
        self.seat: Seat = self.classroom.start(ID, "ann")

    def client(self, service: str, keys: Any = None) -> Any:
        drill = self.seat.drill
        given = keys or {
            "AccessKeyId": drill.learner.access_key_id,
            "SecretAccessKey": drill.learner.secret_access_key,
        }
        credentials = Credentials(
            given["AccessKeyId"], given["SecretAccessKey"], given.get("SessionToken")
        )

        def serve(environ: dict[str, Any]) -> Any:
            del environ[ENVIRON_KEY]
            return self.classroom.gateway.respond(environ)

        origin = Origin("203.0.113.9")
        session = transport.session(serve, lambda: origin, credentials, drill.account.region)
        return session.client(service, endpoint_url=transport.ENDPOINT)

    def ask(self, verb: str, **arguments: Any) -> Any:
        desk = Desk(self.classroom, self.seat)
        return self.seat.keep(verb, arguments, lambda: getattr(desk, verb)(**arguments))

    @property
    def records(self) -> list[dict[str, Any]]:
        return self.seat.drill.account.records

    def crash(self) -> None:
        """Leave everything as it is, as a killed process does."""
        self.journals.close()
        self.classroom.gateway.remove(self.seat.drill.world)


@pytest.fixture
def ann(tmp_path: Path) -> Iterator[Learner]:
    learner = Learner(tmp_path)
    yield learner
    learner.classroom.gateway.remove(learner.seat.drill.world)


@pytest.fixture
def again(tmp_path: Path) -> Iterator[Callable[[Learner], Learner]]:
    started: list[Learner] = []

    def start(before: Learner) -> Learner:
        before.crash()
        started.append(Learner(tmp_path))
        return started[-1]

    yield start
    for learner in started:
        learner.crash()


def test_every_call_is_there_again(ann: Learner, again: Callable[[Learner], Learner]) -> None:
    """Refused and failed calls too; the records are the same to the last byte."""
    iam, s3 = ann.client("iam"), ann.client("s3")
    iam.create_user(UserName="new")
    s3.create_bucket(Bucket="evidence-11")
    s3.put_object(Bucket="evidence-11", Key="a/ü 1", Body=bytes(range(256)) * 50)
    with pytest.raises(ClientError):
        iam.get_user(UserName="nobody")
    with pytest.raises(ClientError):
        ann.client("s3", {"AccessKeyId": "AKIANOBODY", "SecretAccessKey": "x"}).list_buckets()
    session = ann.client("sts").get_session_token()["Credentials"]
    ann.ask("wait", seconds=30 * 3600.0)
    records = list(ann.records)

    later = again(ann)
    assert later.records == records
    assert later.client("s3").get_object(Bucket="evidence-11", Key="a/ü 1")["Body"].read() == (
        bytes(range(256)) * 50
    )
    assert "new" in [user["UserName"] for user in later.client("iam").list_users()["Users"]]
    if later.seat.drill.world.clock.now() < session["Expiration"]:
        later.client("iam", session).list_users()


def test_clock_and_progress_go_on(ann: Learner, again: Callable[[Learner], Learner]) -> None:
    ann.ask("wait", seconds=5 * 3600.0)
    ann.ask("submit", answers={"key": ann.seat.drill.facts["leaked_key_id"]})
    ann.ask("configure", system="ci", values={"role_to_assume": "arn:aws:iam::1:role/x"})
    ann.ask("hint", check="names_the_key")
    ann.ask("hint", check="names_the_key")
    drill, token, now = ann.seat.drill, ann.seat.token, ann.seat.drill.world.clock.now()

    later = again(ann).seat
    assert later.token == token
    assert later.drill.world.clock.now() >= now
    assert later.drill.submission == drill.submission
    assert later.drill.hints == drill.hints
    assert later.drill.world.settings == drill.world.settings
    assert later.drill.started == drill.started
    assert later.drill.exposed == drill.exposed
    assert [deed[1:] for deed in later.drill.deeds] == [("submitted", "key"), ("configured", "ci")]
    assert later.drill.deeds == drill.deeds


@pytest.mark.parametrize("verb", ["check", "report"])
def test_a_check_and_a_report_change_nothing_of_what_follows(
    verb: str, ann: Learner, again: Callable[[Learner], Learner]
) -> None:
    """They aren't written down, so that what is played after them must be the same without."""
    getattr(Desk(ann.classroom, ann.seat), verb)()
    ann.ask("wait", seconds=10 * 3600.0)
    records = list(ann.records)
    assert again(ann).records == records


def test_moments_and_ways_are_there_again(
    ann: Learner, again: Callable[[Learner], Learner]
) -> None:
    """Kept, gone back to and left; what is done on each; what stays counted."""
    ann.ask("checkpoint", name="start")
    ann.client("iam").create_user(UserName="one")
    session = ann.client("sts").get_session_token()["Credentials"]
    ann.ask("submit", answers={"key": "AKIAWRONG"})
    ann.ask("wait", seconds=5 * 3600.0)
    ann.ask("restore", name="start")
    ann.client("iam").create_user(UserName="two")
    ann.ask("wait", seconds=3 * 3600.0)
    drill, records = ann.seat.drill, list(ann.records)
    listed = [
        {**one, "times": None} for one in Desk(ann.classroom, ann.seat).checkpoints()["checkpoints"]
    ]
    now = drill.world.clock.now()

    later = again(ann)
    assert later.records == records
    clock = later.seat.drill.world.clock
    assert now <= clock.now() < now + timedelta(minutes=10)
    desk = Desk(later.classroom, later.seat)
    assert [{**one, "times": None} for one in desk.checkpoints()["checkpoints"]] == listed
    later.ask("restore", name="before-restore")
    users = [user["UserName"] for user in later.client("iam").list_users()["Users"]]
    assert "one" in users
    assert "two" not in users
    assert later.seat.drill.submission == {"key": "AKIAWRONG"}
    later.client("sts", session).get_caller_identity()


def test_when_a_phase_was_done_is_known_after(
    ann: Learner, again: Callable[[Learner], Learner]
) -> None:
    """A check isn't written down, but what it finds newly done, or open again, is."""
    drill = ann.seat.drill
    path = drill.world.journal.path  # type: ignore[union-attr]
    size = path.stat().st_size
    desk = Desk(ann.classroom, ann.seat)
    desk.check()
    assert path.stat().st_size == size
    drill.reached = {Phase.CONTAIN: drill.started, Phase.LEARN: drill.started}
    desk.check()  # finds neither
    assert drill.reached == {}
    assert b'"verb":"reach"' in path.read_bytes()[size:]
    desk.reach({"contain": drill.started.isoformat()})
    ann.seat.keep(
        "reach", {"phases": {"detect": drill.started.isoformat()}}, lambda: desk.reach({})
    )
    assert again(ann).seat.drill.reached == {Phase.DETECT: drill.started}


def test_a_check_does_not_decide_which_id_comes_next(
    ann: Learner, again: Callable[[Learner], Learner], caplog: pytest.LogCaptureFixture
) -> None:
    """It is in no journal, and reads much: of a key that is off what its user still could do, say."""
    generator = moto.generator()
    with ann.classroom.gateway.turn(ann.seat.drill.world):
        before = generator.getstate()
        assert len(judge(ann.seat.drill)) == len(ann.seat.drill.play.checks)
        looked_at = ann.seat.drill.auditor().iam
        for user in looked_at.list_users()["Users"]:
            looked_at.list_attached_user_policies(UserName=user["UserName"])
        assert generator.getstate() == before
    made = ann.client("iam").create_user(UserName="next")["User"]["UserId"]
    later = again(ann)
    assert later.client("iam").get_user(UserName="next")["User"]["UserId"] == made
    assert "answered otherwise" not in caplog.text


def test_what_was_encrypted_before_can_be_read_after(
    ann: Learner, again: Callable[[Learner], Learner]
) -> None:
    """Key material, key pairs and signing keys are the same ones."""
    kms = ann.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"for later")["CiphertextBlob"]
    pair = ann.client("ec2").create_key_pair(KeyName="mine")
    public = {
        spec: kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        for spec in ("RSA_2048", "ECC_NIST_P256")
    }
    before = {spec: kms.get_public_key(KeyId=one)["PublicKey"] for spec, one in public.items()}

    later = again(ann)
    kms = later.client("kms")
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"for later"
    assert {s: kms.get_public_key(KeyId=k)["PublicKey"] for s, k in public.items()} == before
    found = later.client("ec2").describe_key_pairs(KeyNames=["mine"])["KeyPairs"][0]
    assert found["KeyFingerprint"] == pair["KeyFingerprint"]


def test_after_a_reset_the_new_beginning_counts(
    ann: Learner, again: Callable[[Learner], Learner]
) -> None:
    ann.client("iam").create_user(UserName="before")
    ann.classroom.reset(ann.seat)
    ann.client("iam").create_user(UserName="after")
    users = [user["UserName"] for user in again(ann).client("iam").list_users()["Users"]]
    assert "after" in users
    assert "before" not in users


def test_nothing_is_said_where_all_is_answered_as_it_was(
    ann: Learner, again: Callable[[Learner], Learner], caplog: pytest.LogCaptureFixture
) -> None:
    """Every answer is compared with the one that was given."""
    for service, call in (("ec2", "describe_vpcs"), ("sqs", "list_queues"), ("s3", "list_buckets")):
        getattr(ann.client(service), call)()
    ann.client("sqs").create_queue(QueueName="q")
    with caplog.at_level(logging.WARNING):
        again(ann)
    assert caplog.messages == []


def test_a_journal_of_another_version_is_set_aside_and_said_so(
    ann: Learner,
    again: Callable[[Learner], Learner],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It isn't lost: that version still plays it."""
    ann.client("iam").create_user(UserName="new")
    path = next(tmp_path.glob("*.journal"))
    text = path.read_bytes()
    path.write_bytes(text.replace(b'"made_by":"drills', b'"made_by":"slills', 1))
    with caplog.at_level(logging.WARNING):
        later = again(ann)
    assert "begins anew: it was begun with slills" in caplog.text
    assert len(list(tmp_path.glob("*.aside-1"))) == 1
    assert "new" not in [user["UserName"] for user in later.client("iam").list_users()["Users"]]


def test_another_process_comes_to_the_same(ann: Learner, tmp_path: Path) -> None:
    """Python's own order of sets and hashes, which is another in each process, has no say."""
    ann.client("ec2").run_instances(ImageId="ami-12c6146b", MinCount=2, MaxCount=2)
    ann.ask("wait", seconds=6 * 3600.0)
    expected = repr(ann.records)
    ann.crash()
    for hashing in ("1", "2"):
        code = (
            "import sys, pathlib; from tests.test_recovery import Learner; "
            "print(repr(Learner(pathlib.Path(sys.argv[1])).records), end='')"
        )
        played = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)],
            env=os.environ | {"PYTHONHASHSEED": hashing, "PYTHONPATH": os.getcwd()},
            capture_output=True,
            check=True,
            text=True,
            timeout=120,
        )
        assert played.stdout == expected
