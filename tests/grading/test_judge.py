"""Every check gets one of four verdicts, with the sentence that its scenario wrote."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from simulator.errors import ScenarioError
from simulator.grading.judge import Submitted, judge
from simulator.grading.score import score
from simulator.grading.verdict import NotAttempted, Verdict
from simulator.scenario import Phase


def verdicts(drill: Any) -> dict[str, tuple[str, str]]:
    return {each.name: (each.verdict.value, each.reason) for each in judge(drill)}


def test_a_check_passes_by_returning_and_fails_by_asserting(tiny: Any) -> None:
    drill = tiny('''
@check(Phase.CONTAIN, points=3)
def holds():
    """It
    holds."""

@check(Phase.CONTAIN, points=4)
def fails():
    """It holds."""
    assert False, "It doesn't."
''')
    holds, fails = judge(drill)
    assert (holds.verdict, holds.reason, holds.claim) == (Verdict.PASSED, "", "It holds.")
    assert (fails.verdict, fails.reason) == (Verdict.FAILED, "It doesn't.")
    assert (holds.earned, fails.earned, score([holds, fails]).points) == (3, 0, 3)


def test_a_check_that_breaks_is_the_graders_fault_and_the_others_are_judged(
    tiny: Any, caplog: pytest.LogCaptureFixture
) -> None:
    drill = tiny('''
@check(Phase.CONTAIN, points=1)
def divides():
    """-"""
    1 / 0

@check(Phase.CONTAIN, points=1)
def asks_for_nobody(stranger):
    """-"""

@check(Phase.CONTAIN, points=1)
def is_refused(worker):
    """-"""
    worker.iam.list_users()

@check(Phase.CONTAIN, points=1)
def holds():
    """-"""

@check(Phase.RECOVER, points=1, needs="divides")
def after_all():
    """-"""
''')
    caplog.set_level(logging.ERROR, "simulator.grading.judge")
    judged = verdicts(drill)
    assert judged["divides"][0] == judged["asks_for_nobody"][0] == "ERROR"
    assert judged["is_refused"][0] == "ERROR"
    assert "The grader broke here, not you: ZeroDivisionError" in judged["divides"][1]
    assert "Please report it" in judged["divides"][1]
    assert ScenarioError.__name__ in judged["asks_for_nobody"][1]
    assert judged["holds"] == ("PASSED", "")
    assert judged["after_all"][0] == "NOT_ATTEMPTED"
    assert "The check divides broke" in caplog.text


def test_a_check_is_judged_once_those_it_needs_have_passed(tiny: Any) -> None:
    drill = tiny('''
@check(Phase.CONTAIN, points=1)
def first(submitted):
    """The key is named."""
    assert submitted.key == "right", "Another key."

@check(Phase.CONTAIN, points=1, needs="first")
def second():
    """-"""

@check(Phase.RECOVER, points=1, needs=("first", "second"))
def third():
    """-"""
    assert False, "judged"
''')
    waiting = ("NOT_ATTEMPTED", "Judged once this holds: The key is named.")
    for answer in (None, "wrong"):
        drill.submission = {"key": answer} if answer else {}
        assert verdicts(drill)["second"] == verdicts(drill)["third"] == waiting
    drill.submission = {"key": "right"}
    judged = verdicts(drill)
    assert judged["first"] == judged["second"] == ("PASSED", "")
    assert judged["third"] == ("FAILED", "judged")


def test_one_phase_is_judged_with_what_it_needs(tiny: Any) -> None:
    drill = tiny('''
@check(Phase.CONTAIN, points=1)
def first():
    """-"""

@check(Phase.RECOVER, points=1, needs="first")
def second():
    """-"""
''')
    assert [(each.name, each.verdict) for each in judge(drill, Phase.RECOVER)] == [
        ("second", Verdict.PASSED)
    ]
    assert judge(drill, Phase.LEARN) == []


def test_what_a_phase_needs_is_judged_before_it_and_nothing_else(tiny: Any) -> None:
    drill = tiny('''
looked = []

@check(Phase.DETECT, points=1)
def named():
    """-"""
    looked.append("named")

@check(Phase.DETECT, points=1)
def dated():
    """-"""
    looked.append("dated")

@check(Phase.CONTAIN, points=1, needs="named")
def closed():
    """-"""
    looked.append("closed")
    assert False, "It is open."

@check(Phase.RECOVER, points=1, needs="closed")
def works():
    """-"""
    looked.append("works")
''')
    assert [(each.verdict, each.reason) for each in judge(drill, Phase.RECOVER)] == [
        (Verdict.NOT_ATTEMPTED, "Judged once this holds: -")
    ]
    assert drill.play.module.looked == ["named", "closed"]


def test_what_was_not_submitted_is_not_attempted(tiny: Any) -> None:
    drill = tiny('''
@check(Phase.DETECT, points=1)
def named(submitted):
    """-"""
    assert submitted.names == ["a"], "Others."
''')
    said = ("NOT_ATTEMPTED", "Nothing was submitted as 'names' yet: lab.submit(names=…).")
    for missing in ({}, {"key": "a"}, {"names": []}, {"names": ""}):
        drill.submission = missing
        assert verdicts(drill)["named"] == said
    drill.submission = {"names": ["a"]}
    assert verdicts(drill)["named"] == ("PASSED", "")


def test_submitted_answers_are_attributes_and_nothing_else_is() -> None:
    assert Submitted({"key": "x"}).key == "x"
    with pytest.raises(NotAttempted):
        _ = Submitted({}).key
    with pytest.raises(AttributeError):
        _ = Submitted({"_answer": "x"})._answer


VOCABULARY = '''
@check(Phase.CONTAIN, points=1)
def refused(denied):
    """The key is dead."""
    assert denied(upload), "The key still works."

@check(Phase.CONTAIN, points=1)
def uploads(works):
    """The work goes on."""
    assert works(upload), "The work stopped."

@check(Phase.CONTAIN, points=1)
def sees(auditor, records, first_record, learner, thieves, account_id, bucket):
    """-"""
    assert auditor.iam.get_user(UserName="worker")
    assert len(records) >= first_record > 0
    assert learner.arn.endswith(":user/security/incident-responder")
    attack = [each for each in records if each["sourceIPAddress"] in thieves]
    assert {each["eventName"] for each in attack} == {"ListBuckets"}
    assert account_id in learner.arn

played = []

@check(Phase.CONTAIN, points=1)
def plays_once(replay):
    """-"""
    def noted(worker, bucket):
        played.append(bucket)
    assert replay(noted) is replay(noted)
    assert played == [played[0]]
'''


def test_checks_have_the_vocabulary_that_authors_are_promised(tiny: Any) -> None:
    drill = tiny(VOCABULARY)
    judged = verdicts(drill)
    assert judged["refused"] == ("FAILED", "The key still works.")
    assert judged["uploads"] == judged["sees"] == judged["plays_once"] == ("PASSED", "")


def test_a_verdict_follows_what_the_account_does_now(tiny: Any) -> None:
    drill = tiny(VOCABULARY)
    iam = drill.responder().iam
    key = drill.facts["worker_key"]["AccessKeyId"]
    iam.update_access_key(UserName="worker", AccessKeyId=key, Status="Inactive")
    judged = verdicts(drill)
    assert judged["refused"] == ("PASSED", "")
    assert judged["uploads"] == ("FAILED", "The work stopped.")
    iam.update_access_key(UserName="worker", AccessKeyId=key, Status="Active")
    assert verdicts(drill)["uploads"] == ("PASSED", "")


def test_judging_twice_says_the_same_and_leaves_no_trace(tiny: Any) -> None:
    drill = tiny(VOCABULARY.split("played = []", maxsplit=1)[0])
    records = list(drill.account.records)
    assert judge(drill) == judge(drill)
    assert drill.account.records == records
    assert drill.auditor().s3.list_objects_v2(Bucket=drill.facts["bucket"])["KeyCount"] == 0


def test_an_account_with_parameters_and_queues_can_be_judged(tiny: Any) -> None:
    """A learner may use services that the scenario doesn't."""
    drill = tiny(VOCABULARY.split("played = []", maxsplit=1)[0])
    responder = drill.responder()
    responder.ssm.put_parameter(Name="/notes", Value="x", Type="String")
    responder.sqs.create_queue(QueueName="notes")
    assert verdicts(drill)["uploads"] == ("PASSED", "")
    assert responder.ssm.get_parameter(Name="/notes")["Parameter"]["Value"] == "x"


def test_what_is_done_later_does_not_follow_from_what_a_check_looked_at(tiny: Any) -> None:
    """Idempotency tokens are drawn by how many calls were made: a check's own don't count."""
    drill = tiny('''
@check(Phase.CONTAIN, points=1)
def looks(auditor, replay):
    """-"""
    assert auditor.iam.list_users()["Users"]
    assert replay(detonate).allowed
''')
    before = list(drill.journal)
    assert verdicts(drill)["looks"] == ("PASSED", "")
    assert drill.journal == before
