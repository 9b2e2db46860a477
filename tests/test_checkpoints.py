"""A moment of a lab is kept and gone back to, as often as wanted, with all that is in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.account.clock import machine_time, real_now
from simulator.checkpoints import LEFT, MOST
from simulator.classroom import Classroom, Seat
from simulator.desk import Desk
from simulator.errors import BadSubmission
from simulator.grading.play import apply

ID = "net-open-admin"


@pytest.fixture(scope="module")
def classroom() -> Classroom:
    return Classroom(seed=521)


@pytest.fixture(scope="module")
def seat(classroom: Classroom) -> Iterator[Seat]:
    taken = classroom.start(ID)
    yield taken
    taken.drill.close()


@pytest.fixture
def desk(classroom: Classroom, seat: Seat) -> Iterator[Desk]:
    """Whatever a test does in the account is undone."""
    with seat.drill.fresh():
        yield Desk(classroom, seat)


def go_on(seat: Seat, desk: Desk, at: datetime) -> list[dict[str, Any]]:
    """Do something, and let others do something; the records of all of it."""
    before = len(seat.drill.account.records)
    with machine_time(at):
        responder = seat.drill.responder()
        responder.iam.create_user(UserName="new")
        responder.iam.create_access_key(UserName="new")
        responder.ec2.create_security_group(GroupName="new", Description="new")
        desk.wait(9 * 3600)
        responder.s3.list_buckets()
    return seat.drill.account.records[before:]


def users(seat: Seat) -> set[str]:
    return {user["UserName"] for user in seat.drill.auditor().iam.list_users()["Users"]}


def test_all_is_as_it_was_and_goes_on_as_it_went(desk: Desk, seat: Seat) -> None:
    """Ids, what others do next and when: a second restore gives the same account again."""
    drill = seat.drill
    desk.submit({"opener": "somebody"})
    with machine_time(real_now()) as at:
        desk.checkpoint("here")
        before = drill.world.clock.now()
    records, files = list(drill.account.records), desk.about()
    ways = []
    for _ in range(3):
        ways.append(go_on(seat, desk, at))
        desk.submit({"opener": "somebody else"})
        system, page = next(iter(drill.world.settings.items()))
        desk.configure(system, dict.fromkeys(page, "changed"))
        with machine_time(at):
            desk.restore("here")
            assert drill.world.clock.now() == before
        assert drill.account.records == records
        assert "new" not in users(seat)
        assert drill.submission == {"opener": "somebody"}
        about = desk.about()
        assert {key: about[key] for key in about if key != "now"} == {
            key: files[key] for key in files if key != "now"
        }
    assert ways[0] == ways[1] == ways[2]
    assert {record["sourceIPAddress"] for record in ways[0]} - {"127.0.0.1"}  # others went on


def test_the_accounts_time_goes_on_from_the_moment(desk: Desk, seat: Seat) -> None:
    """However long one was away, and also when one comes back from a moment that was earlier."""
    clock, start = seat.drill.world.clock, real_now()
    with machine_time(start):
        desk.checkpoint("early")
        early = clock.now()
    with machine_time(start + timedelta(minutes=5)):
        desk.wait(86400)
        desk.checkpoint("late")
        late = clock.now()
    with machine_time(start + timedelta(minutes=50)):
        desk.restore("early")
        assert clock.now() == early
    with machine_time(start + timedelta(minutes=51)):
        assert clock.now() == early + timedelta(minutes=1)
        desk.restore("late")
        assert clock.now() == late


def test_what_comes_due_while_real_time_passes_comes_due_again(desk: Desk, seat: Seat) -> None:
    drill, start = seat.drill, real_now()
    with machine_time(start):
        drill.keep_up()
        desk.checkpoint("here")
    kept = len(drill.account.records)
    with machine_time(start + timedelta(hours=9)):
        drill.keep_up()
        first = drill.account.records[kept:]
        desk.restore("here")
        drill.keep_up()
        assert len(drill.account.records) == kept
    with machine_time(start + timedelta(hours=18)):
        drill.keep_up()
        assert drill.account.records[kept:] == first != []


def test_one_can_go_back_and_forth_between_two_ways(desk: Desk, seat: Seat) -> None:
    """Each has its own records, and the event history follows."""
    drill = seat.drill
    desk.checkpoint("start")
    ways = {}
    for name in ("one", "two"):
        responder = drill.responder()
        responder.iam.create_user(UserName=f"user-{name}")
        responder.iam.tag_user(UserName=f"user-{name}", Tags=[{"Key": "k", "Value": "v"}])
        responder.s3.list_buckets()
        desk.checkpoint(name)
        ways[name] = list(drill.account.records)
        desk.restore("start")
    assert "user-one" not in users(seat)
    for name in ("two", "one", "one", "two"):
        desk.restore(name)
        assert drill.account.records == ways[name]
        assert users(seat) & {"user-one", "user-two"} == {f"user-{name}"}
        made = [{"AttributeKey": "EventName", "AttributeValue": "CreateUser"}]
        found = drill.responder().cloudtrail.lookup_events(LookupAttributes=made)["Events"]
        assert [event for event in found if "user-one" in event["CloudTrailEvent"]] == (
            [] if name == "two" else found[:1]
        )


def test_credentials_from_before_work_on_and_those_made_since_are_gone(
    desk: Desk, seat: Seat
) -> None:
    responder = seat.drill.responder()
    before = responder.sts.get_session_token()["Credentials"]
    desk.checkpoint("here")
    since = responder.sts.get_session_token()["Credentials"]
    responder.iam.create_user(UserName="new")
    key = responder.iam.create_access_key(UserName="new")["AccessKey"]

    def works(keys: Any) -> bool:
        someone = seat.drill._enact(
            "someone", responder.origin, lambda: keys, seat.drill._chance("someone")
        )
        try:
            return bool(someone.sts.get_caller_identity())
        except ClientError as error:
            return error.response["Error"]["Code"] != "InvalidClientTokenId"

    assert works(before)
    assert works(since)
    assert works(key)
    desk.restore("here")
    assert responder.sts.get_caller_identity()["Arn"] == seat.drill.learner.arn
    assert works(before)
    assert not works(since)
    assert not works(key)
    desk.restore(LEFT)
    assert works(since)
    assert works(key)


def test_an_account_that_was_opened_on_one_way_is_there_on_that_way_alone(
    desk: Desk, seat: Seat
) -> None:
    drill = seat.drill
    desk.checkpoint("alone")
    responder = drill.responder()
    responder.organizations.create_organization(FeatureSet="ALL")
    asked = responder.organizations.create_account(Email="a@example.net", AccountName="a")
    done = responder.organizations.describe_create_account_status(
        CreateAccountRequestId=asked["CreateAccountStatus"]["Id"]
    )
    member = done["CreateAccountStatus"]["AccountId"]
    role = f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole"

    def bucket(name: str) -> list[str]:
        keys = responder.sts.assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
        there = drill._enact("there", responder.origin, lambda: keys, drill._chance("there"))
        there.s3.create_bucket(Bucket=name)
        return [each["Name"] for each in there.s3.list_buckets()["Buckets"]]

    assert bucket("in-the-member-521") == ["in-the-member-521"]
    desk.checkpoint("organization")
    for _ in range(2):
        desk.restore("alone")
        assert member not in drill.gateway.accounts
        with pytest.raises(ClientError, match="AWSOrganizationsNotInUse"):
            responder.organizations.describe_organization()
        with pytest.raises(ClientError, match="AccessDenied"):
            bucket("refused-521")
        desk.restore("organization")
        assert sorted(bucket("another-521")) == ["another-521", "in-the-member-521"]


def test_what_has_been_delivered_since_is_not_there_and_comes_again(desk: Desk, seat: Seat) -> None:
    drill = seat.drill
    flow_logs = drill.facts["flow_bucket"]

    def delivered() -> dict[str, str]:
        pages = drill.auditor().s3.get_paginator("list_objects_v2").paginate(Bucket=flow_logs)
        return {one["Key"]: one["ETag"] for page in pages for one in page.get("Contents", ())}

    with machine_time(real_now()) as at:
        desk.checkpoint("here")
        before = delivered()
        desk.wait(6 * 3600)
        after = delivered()
        desk.restore("here")
        assert delivered() == before
        desk.wait(6 * 3600)
        assert delivered() == after
    assert len(after) > len(before)
    assert at == at


def test_a_way_that_is_left_is_kept_and_compared(desk: Desk, seat: Seat) -> None:
    desk.checkpoint("start")
    apply(seat.drill, "reference")
    whole = desk.check()
    said = desk.restore("start")
    assert json.loads(json.dumps(said)) == said
    left, back = said["left"], said["restored"]
    assert (left["name"], left["score"]) == (LEFT, whole["score"])
    assert (back["name"], back["score"]) == ("start", 0)
    assert left["lines"] == whole["lines"]
    assert None not in left["times"].values()
    assert set(back["times"].values()) == {None}
    assert set(left["times"]) == {"attack", *back["times"]}
    assert desk.check()["score"] == 0
    forth = desk.restore(LEFT)
    assert (forth["left"]["score"], forth["restored"]["score"]) == (0, whole["score"])
    assert desk.check()["lines"] == whole["lines"]


def test_only_the_latest_way_that_was_left_is_kept_and_it_is_not_counted(
    desk: Desk, seat: Seat
) -> None:
    for number in range(MOST):
        assert desk.checkpoint(f"moment {number}")["left"] == MOST - number - 1
    for _ in range(3):
        desk.restore("moment 3")
    listed = desk.checkpoints()["checkpoints"]
    assert [one["name"] for one in listed] == [*(f"moment {n}" for n in range(MOST)), LEFT]


def test_an_eleventh_is_refused_and_may_take_the_place_of_another(desk: Desk, seat: Seat) -> None:
    for number in range(MOST):
        desk.checkpoint(f"m{number}")
    with pytest.raises(BadSubmission, match="The oldest is 'm0'"):
        desk.checkpoint("one more")
    assert desk.checkpoint("m0")["replaced"]["name"] == "m0"
    with pytest.raises(BadSubmission, match="The oldest is 'm1'"):
        desk.checkpoint("one more")


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a|b", "a`b", "<b>", "a\nb", LEFT])
def test_a_name_that_can_not_be_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(BadSubmission):
        desk.checkpoint(name)
    assert desk.checkpoints()["checkpoints"] == []


def test_a_moment_that_is_not_kept_is_said_with_those_that_are(desk: Desk) -> None:
    with pytest.raises(BadSubmission, match="there is none"):
        desk.restore("here")
    desk.checkpoint("before-terminate")
    with pytest.raises(BadSubmission, match="Did you mean 'before-terminate'"):
        desk.restore("before-termnate")


def test_hints_stay_taken_and_count_on_every_way(desk: Desk, seat: Seat) -> None:
    """Else a moment could be used to read all hints for nothing."""
    desk.checkpoint("start")
    apply(seat.drill, "reference")
    whole = desk.check()["score"]
    for _ in range(2):
        desk.hint("ssh_is_closed")
    desk.restore("start")
    assert desk.restore(LEFT)["restored"]["score"] == whole - 1
    assert desk.check()["score"] == whole - 1


def test_a_reset_drops_what_was_kept(classroom: Classroom) -> None:
    seat = classroom.start("iam-leaked-key")
    desk = Desk(classroom, seat)
    desk.checkpoint("here")
    desk.reset()
    assert desk.checkpoints()["checkpoints"] == []
    with pytest.raises(BadSubmission):
        desk.restore("here")
    seat.drill.close()
