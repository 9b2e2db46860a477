"""An act is played again as it was, judged by what got through, and undone."""

from __future__ import annotations

from typing import Any

from simulator.grading.replay import replay

ACTS = """
def refused(worker):
    worker.iam.list_users()

def half(worker, bucket):
    worker.s3.list_objects_v2(Bucket=bucket)
    worker.iam.list_users()
    worker.s3.list_buckets()

def every_step(worker, bucket):
    yield worker.iam.list_users
    yield lambda: worker.s3.list_objects_v2(Bucket=bucket)
    yield worker.kms.list_keys

def all_refused(worker):
    yield worker.iam.list_users
    yield worker.kms.list_keys

def finds_nothing(worker, bucket):
    found = worker.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    assert found, "The bucket is empty"

def finds_nothing_wordlessly(worker):
    assert not worker.s3.list_buckets()["Buckets"]

def unsendable(worker):
    worker.s3.get_object(Bucket="no such bucket name", Key="k")

def idle():
    pass

def remembers(worker, rng):
    return {"bucket": "another", "seen": worker.sts.get_caller_identity()["Arn"]}

def told(worker, key="default"):
    worker.s3.list_buckets()
    return key
"""


def test_an_act_that_gets_through_worked(tiny: Any) -> None:
    drill = tiny(ACTS)
    result = replay(drill, drill.play.module.upload)
    assert (result.worked, result.denied, result.allowed) == (True, False, "PutObject")
    assert [(each.principal, each.operation) for each in result.attempts] == [
        ("worker", "PutObject")
    ]


def test_an_act_that_is_refused_at_once_is_denied(tiny: Any) -> None:
    drill = tiny(ACTS)
    result = replay(drill, drill.play.module.refused)
    assert (result.worked, result.denied, result.allowed) == (False, True, "")
    assert "AccessDenied" in result.error
    assert "user/worker is not authorized to perform: iam:ListUsers" in result.error


def test_an_act_that_gets_half_way_neither_worked_nor_was_denied(tiny: Any) -> None:
    drill = tiny(ACTS)
    result = replay(drill, drill.play.module.half)
    assert (result.worked, result.denied, result.allowed) == (False, False, "ListObjectsV2")
    assert [each.error_code for each in result.attempts] == [None, "AccessDenied"]


def test_every_step_is_tried_whatever_became_of_the_one_before(tiny: Any) -> None:
    drill = tiny(ACTS)
    result = replay(drill, drill.play.module.every_step)
    assert [each.operation for each in result.attempts] == [
        "ListUsers",
        "ListObjectsV2",
        "ListKeys",
    ]
    assert (result.worked, result.denied, result.allowed) == (False, False, "ListObjectsV2")
    assert "iam:ListUsers" in result.error  # the first
    assert replay(drill, drill.play.module.all_refused).denied


def test_an_act_that_does_not_find_what_it_expects_says_so(tiny: Any) -> None:
    drill = tiny(ACTS)
    result = replay(drill, drill.play.module.finds_nothing)
    assert (result.worked, result.denied, result.error) == (False, False, "The bucket is empty")
    silent = replay(drill, drill.play.module.finds_nothing_wordlessly)
    assert silent.error == "finds_nothing_wordlessly did not find what it expects"


def test_a_call_that_boto3_does_not_send_did_not_work(tiny: Any) -> None:
    drill = tiny(ACTS)
    result = replay(drill, drill.play.module.unsendable)
    assert (result.worked, result.allowed) == (False, "")
    assert "Invalid bucket name" in result.error


def test_an_act_that_tries_nothing_was_not_denied(tiny: Any) -> None:
    drill = tiny(ACTS)
    result = replay(drill, drill.play.module.idle)
    assert (result.worked, result.denied, result.attempts) == (True, False, ())


def test_a_replay_leaves_no_trace(tiny: Any) -> None:
    drill = tiny(ACTS)
    module = drill.play.module
    records, facts, journal = list(drill.account.records), dict(drill.facts), list(drill.journal)
    for act in (module.upload, module.half, module.every_step, module.remembers):
        replay(drill, act)
    assert drill.account.records == records
    assert drill.facts == facts
    assert drill.journal == journal
    assert drill.auditor().s3.list_objects_v2(Bucket=drill.facts["bucket"])["KeyCount"] == 0


def test_the_credentials_are_those_of_then(tiny: Any) -> None:
    """The key that was stolen, not one that the user got since."""
    drill = tiny(ACTS)
    key = drill.facts["worker_key"]["AccessKeyId"]
    iam = drill.responder().iam
    assert replay(drill, drill.play.module.upload).worked
    iam.update_access_key(UserName="worker", AccessKeyId=key, Status="Inactive")
    iam.create_access_key(UserName="worker")
    assert replay(drill, drill.play.module.upload).denied
    iam.update_access_key(UserName="worker", AccessKeyId=key, Status="Active")
    assert replay(drill, drill.play.module.upload).worked


def test_an_act_is_told_what_the_check_adds(tiny: Any) -> None:
    drill = tiny(ACTS)
    assert replay(drill, drill.play.module.told).returned == "default"
    assert replay(drill, drill.play.module.told, key="told").returned == "told"
