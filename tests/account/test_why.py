"""Why a call was refused or allowed, asked afterwards by its request id or event id."""

import json
import subprocess
import sys

import pytest
from botocore.exceptions import ClientError

from simulator.account import verdicts
from simulator.account.why import why
from simulator.errors import BadSubmission


def failed(call):
    """The ids of a call that must fail: its request's and its event's."""
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response["ResponseMetadata"]["RequestId"]


def event(cloud, name):
    """The id of the latest event of that name."""
    found = [record for record in cloud.account.records if record["eventName"] == name]
    return found[-1]["eventID"]


def test_a_refusal_tells_what_was_needed_who_decided_and_what_nearly_allowed_it(cloud):
    keys = cloud.user("reader", cloud.statement("s3:GetObject", "arn:aws:s3:::reports/public/*"))
    cloud.root("s3").create_bucket(Bucket="reports")
    s3 = cloud.client("s3", keys)
    request = failed(lambda: s3.get_object(Bucket="reports", Key="secret/a"))
    told = why(cloud.world, request)
    assert (told["call"], told["error"], told["refused"]) == ("s3:GetObject", "AccessDenied", True)
    assert told["caller"] == "arn:aws:iam::111122223333:user/reader"
    (need,) = told["needs"]
    assert (need["action"], need["resource"]) == ("s3:GetObject", "arn:aws:s3:::reports/secret/a")
    assert (need["result"], need["layer"]) == ("ImplicitlyDenied", "identity-based policy")
    (miss,) = need["near"]
    assert miss["statement"] == 'statement 0 of policy "own"'
    assert (miss["element"], miss["wanted"], miss["found"]) == (
        "Resource",
        "arn:aws:s3:::reports/public/*",
        "arn:aws:s3:::reports/secret/a",
    )


def test_the_event_in_the_trail_tells_the_same_as_the_request(cloud):
    iam = cloud.client("iam", cloud.user("nobody"))
    request = failed(iam.list_users)
    told = why(cloud.world, event(cloud, "ListUsers"))
    assert told == why(cloud.world, request)
    assert told["request_id"] == request


def test_an_explicit_denial_tells_the_statement_and_the_conditions_it_met(cloud):
    outside = {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    deny = cloud.statement("*", effect="Deny", Sid="OfficeOnly", Condition=outside)
    iam = cloud.client("iam", cloud.user("ann", cloud.statement("*"), deny))
    (need,) = why(cloud.world, failed(iam.list_users))["needs"]
    assert need["result"] == "ExplicitlyDenied"
    (match,) = need["matched"]
    assert match["statement"] == 'statement "OfficeOnly" of policy "own"'
    assert match["conditions"] == (
        "Condition NotIpAddress aws:SourceIp: wanted 10.0.0.0/8, found 198.51.100.7",
    )


def test_an_allowed_call_tells_the_statement_that_allowed_it(cloud):
    iam = cloud.client("iam", cloud.user("ann", cloud.statement("iam:List*", Sid="Lists")))
    iam.list_users()
    told = why(cloud.world, event(cloud, "ListUsers"))
    assert not told["refused"]
    assert told["error"] is None
    (need,) = told["needs"]
    assert need["result"] == "Allowed"
    assert 'statement "Lists" of policy "own" allows it' in need["because"]


def test_a_call_that_needs_several_actions_tells_each_up_to_the_one_refused(cloud):
    s3 = cloud.client("s3", cloud.user("ann", cloud.statement("s3:GetObject")))
    cloud.root("s3").create_bucket(Bucket="reports")
    cloud.root("s3").put_object(Bucket="reports", Key="a", Body=b"")
    source = {"Bucket": "reports", "Key": "a"}
    told = why(
        cloud.world,
        failed(lambda: s3.copy_object(Bucket="reports", Key="b", CopySource=source)),
    )
    results = {need["action"]: need["result"] for need in told["needs"]}
    assert results["s3:PutObject"] == "ImplicitlyDenied"
    assert told["needs"][-1]["result"] == "ImplicitlyDenied"


def test_what_fails_after_the_policies_allowed_it_says_so(cloud):
    iam = cloud.client("iam", cloud.user("ann", cloud.statement("*")))
    told = why(cloud.world, failed(lambda: iam.get_user(UserName="missing")))
    assert (told["error"], told["refused"]) == ("NoSuchEntity", False)
    assert [need["result"] for need in told["needs"]] == ["Allowed"]


def test_the_explanation_is_of_the_policies_as_they_were(cloud):
    keys = cloud.user("ann", cloud.statement("ec2:*"))
    request = failed(lambda: cloud.client("iam", keys).list_users())
    cloud.root("iam").put_user_policy(
        UserName="ann", PolicyName="own", PolicyDocument=cloud.policy(cloud.statement("*"))
    )
    (need,) = why(cloud.world, request)["needs"]
    assert need["near"][0]["wanted"] == "ec2:*"


def test_a_role_that_does_not_trust_the_caller_says_so(cloud):
    arn = cloud.role("ops", cloud.trust({"Service": "ec2.amazonaws.com"}))
    sts = cloud.client("sts", cloud.user("ann", cloud.statement("*")))
    request = failed(lambda: sts.assume_role(RoleArn=arn, RoleSessionName="one"))
    need = why(cloud.world, request)["needs"][-1]
    assert need["layer"] == "resource-based policy"
    assert [(miss["element"], miss["wanted"]) for miss in need["near"]] == [
        ("Principal", '{"Service": "ec2.amazonaws.com"}')
    ]


def test_what_an_undone_trial_was_refused_is_gone(cloud):
    iam = cloud.client("iam", cloud.user("nobody"))
    before = failed(iam.list_users)
    saved = cloud.gateway.save(cloud.world)
    during = failed(iam.list_roles)
    assert why(cloud.world, during)["call"] == "iam:ListRoles"
    cloud.gateway.restore(cloud.world, saved)
    with pytest.raises(BadSubmission, match="No call has the id"):
        why(cloud.world, during)
    assert why(cloud.world, before)["call"] == "iam:ListUsers"


def test_the_oldest_verdicts_make_room_and_the_trail_still_knows_the_call(cloud, monkeypatch):
    monkeypatch.setattr(verdicts, "REFUSALS", 2)
    iam = cloud.client("iam", cloud.user("nobody"))
    first = failed(iam.list_users)
    later = [failed(iam.list_roles) for _ in range(2)]
    with pytest.raises(BadSubmission, match=r"ListUsers of .* is in the trail, but"):
        why(cloud.world, first)
    assert all(why(cloud.world, each)["refused"] for each in later)


def test_many_allowed_calls_push_no_refusal_out(cloud, monkeypatch):
    monkeypatch.setattr(verdicts, "OTHERS", 1)
    sts = cloud.client("sts", cloud.user("nobody"))
    iam = cloud.client("iam", cloud.user("noone"))
    request = failed(iam.list_users)
    for _ in range(3):
        sts.get_caller_identity()
    assert why(cloud.world, request)["refused"]


def test_an_id_that_nobody_made_up_is_said_to_be_none(cloud):
    with pytest.raises(BadSubmission, match="No call has the id 'x'"):
        why(cloud.world, "x")


def test_a_call_of_another_account_of_the_world_is_found(cloud):
    other = cloud.open("444455556666", world=cloud.world)
    iam = cloud.client("iam", cloud.user("far", account=other))
    assert why(cloud.world, failed(iam.list_users))["refused"]


def test_the_answer_is_plain_json(cloud):
    iam = cloud.client("iam", cloud.user("ann", cloud.statement("ec2:*")))
    told = why(cloud.world, failed(iam.list_users))
    assert json.loads(json.dumps(told))["needs"][0]["near"][0]["effect"] == "Allow"


ASK = """
import boto3
from botocore.exceptions import ClientError
from simulator import Lab
lab = Lab("iam-leaked-key")
trail = lab.trail()
refused = trail[trail.error_code == "AccessDenied"].iloc[-1]
print(lab.why(refused.event_id))
print(lab.why(refused.record).answer["needs"][0]["action"])
try:
    boto3.client("s3").get_object(Bucket="nobody-has-this-bucket", Key="k")
except ClientError as error:
    print(lab.why(error).answer["error"])
try:
    lab.why("no-such-id")
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.slow
def test_a_notebook_asks_why():
    """The way of `lab.why`: an error that boto3 raised, an event's id, a whole event."""
    ran = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    assert "**refused** with `AccessDenied`" in ran.stdout
    assert "NoSuchBucket\n" in ran.stdout
    assert "BadSubmission No call has the id 'no-such-id'" in ran.stdout
