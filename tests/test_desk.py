"""What a learner asks is answered in plain data; what can't be asked is said, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator import catalogue
from simulator.classroom import Classroom, Seat
from simulator.desk import Desk
from simulator.errors import BadSubmission, DrillError
from simulator.grading.play import apply

PHASES = ["detect", "contain", "eradicate", "recover", "learn"]


@pytest.fixture(scope="module")
def classroom() -> Classroom:
    return Classroom(seed=211)


@pytest.fixture(scope="module")
def seat(classroom: Classroom) -> Iterator[Seat]:
    taken = classroom.start("iam-leaked-key")
    yield taken
    taken.drill.close()


@pytest.fixture
def desk(classroom: Classroom, seat: Seat) -> Iterator[Desk]:
    """Whatever a test does in the account is undone."""
    with seat.drill.fresh():
        yield Desk(classroom, seat)


def now(desk: Desk) -> datetime:
    return datetime.fromisoformat(desk.about()["now"])


def test_about_is_plain_data_with_credentials_that_work(desk: Desk, seat: Seat) -> None:
    about = desk.about()
    assert json.loads(json.dumps(about)) == about
    assert about["credentials"]["AccessKeyId"] == seat.drill.learner.access_key_id
    me = seat.drill.responder().sts.get_caller_identity()
    assert (me["Arn"], me["Account"]) == (about["learner"], about["account_id"])
    assert about["points"] == catalogue.load("iam-leaked-key").points
    assert set(about["findings"]) == {"key", "principals", "taken", "people", "evidence"}
    assert "repository/git-log-p.txt" in about["files"]


def test_the_briefing_is_filled_in(desk: Desk, seat: Seat) -> None:
    assert "${" not in desk.about()["briefing"]
    assert seat.drill.facts["company"] in desk.about()["briefing"]


def test_settings_show_no_secret(desk: Desk, seat: Seat) -> None:
    secret = seat.drill.facts["ci_key"]["SecretAccessKey"]
    assert desk.about()["settings"]["ci"]["secret_access_key"] == "********"
    shown = desk.configure("ci", {"secret_access_key": "new" + secret})
    assert secret not in json.dumps(shown)


def test_answers_are_kept_and_given_again_replaced(desk: Desk) -> None:
    desk.submit({"key": "one"})
    desk.submit({"principals": ["a", "b"]})
    assert desk.submit({"key": "two"})["submitted"] == {"key": "two", "principals": ["a", "b"]}
    assert desk.about()["submitted"] == {"key": "two", "principals": ["a", "b"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"keys": "x"},
        {"key": 5},
        {"evidence": ["no-such-event"]},
        {"key": "later", "principals": ["later"], "evidence": "no-such-event"},
    ],
)
def test_a_refused_submission_keeps_the_earlier_answers(desk: Desk, wrong: dict[str, Any]) -> None:
    desk.submit({"key": "kept"})
    with pytest.raises(BadSubmission):
        desk.submit(wrong)
    assert desk.about()["submitted"] == {"key": "kept"}


def test_a_check_judges_all_or_one_phase(desk: Desk) -> None:
    everything = desk.check()
    assert json.loads(json.dumps(everything)) == everything
    assert everything["points"] == catalogue.load("iam-leaked-key").points
    for phase in PHASES:
        one = desk.check(phase.upper())
        assert one["checks"]
        assert one["checks"] == [each for each in everything["checks"] if each["phase"] == phase]


def test_an_unknown_phase_names_those_there_are(desk: Desk) -> None:
    with pytest.raises(BadSubmission) as caught:
        desk.check("contian")
    assert "detect, contain, eradicate, recover, learn" in str(caught.value)
    assert "Did you mean 'contain'?" in str(caught.value)


def test_a_hint_is_for_the_check_asked_for_or_the_first_that_does_not_hold(desk: Desk) -> None:
    assert desk.hint("backdoors_are_shut")["check"] == "backdoors_are_shut"
    first = catalogue.load("iam-leaked-key").checks[0].name
    one, two = desk.hint(), desk.hint()
    assert one["check"] == two["check"] == first
    assert one["hint"] != two["hint"]


def test_a_hint_for_a_phase_is_for_its_first_check_that_does_not_hold(
    desk: Desk, seat: Seat
) -> None:
    assert desk.hint("contain")["check"] == "stolen_key_is_dead"
    apply(seat.drill, "reference")
    assert desk.hint("contain")["hint"] == "Every check of this phase holds already."


def test_an_unknown_check_has_no_hint_and_costs_none(desk: Desk, seat: Seat) -> None:
    with pytest.raises(BadSubmission, match="Did you mean 'names_the_key'"):
        desk.hint("name_the_key")
    assert seat.drill.hints == {}


def test_a_solved_lab_needs_no_hint(desk: Desk, seat: Seat) -> None:
    apply(seat.drill, "reference")
    assert desk.hint()["check"] is None


@pytest.mark.parametrize(
    "seconds", [-1, -0.001, 30 * 86400 + 1, float("nan"), float("inf"), -float("inf")]
)
def test_a_wait_out_of_bounds_says_them_and_nothing_happens(
    desk: Desk, seat: Seat, seconds: float
) -> None:
    records, before = len(seat.drill.account.records), now(desk)
    with pytest.raises(DrillError, match="Wait between nothing and 30 days"):
        desk.wait(seconds)
    assert len(seat.drill.account.records) == records
    assert now(desk) - before < timedelta(minutes=5)


def test_a_wait_moves_the_accounts_time_and_counts_what_happened(desk: Desk, seat: Seat) -> None:
    records, before = len(seat.drill.account.records), now(desk)
    waited = desk.wait(2 * 86400)
    assert waited["calls"] == len(seat.drill.account.records) - records > 0
    assert timedelta(days=2) <= datetime.fromisoformat(waited["now"]) - before < timedelta(days=3)
    assert desk.wait(0)["calls"] == 0


def test_time_goes_on_when_a_setting_makes_no_sense(desk: Desk, seat: Seat) -> None:
    """Whoever signs in with it fails, and nobody else."""
    before, records = now(desk), len(seat.drill.account.records)
    desk.configure("ci", {"role_to_assume": "x"})
    desk.wait(2 * 86400)
    assert now(desk) - before >= timedelta(days=2)
    assert len(seat.drill.account.records) > records
    assert desk.configure("ci", {"role_to_assume": None})["settings"]["ci"]["role_to_assume"] == ""


def test_a_setting_is_changed_and_the_others_stay(desk: Desk) -> None:
    before = desk.about()["settings"]["ci"]
    after = desk.configure("ci", {"role_to_assume": "arn:aws:iam::111122223333:role/ci"})
    assert after["settings"]["ci"] == before | {
        "role_to_assume": "arn:aws:iam::111122223333:role/ci"
    }


@pytest.mark.parametrize(
    ("system", "values", "words"),
    [
        ("cii", {"issuer": "x"}, "There is no system 'cii' here; there is ci. Did you mean 'ci'?"),
        ("", {}, "there is ci."),
        ("ci", {"issuer": "x", "isuer": "y"}, "has no setting 'isuer'; it has access_key_id"),
    ],
)
def test_an_unknown_system_or_setting_changes_nothing(
    desk: Desk, system: str, values: dict[str, str], words: str
) -> None:
    before = desk.about()["settings"]
    with pytest.raises(BadSubmission) as caught:
        desk.configure(system, values)
    assert words in str(caught.value)
    assert desk.about()["settings"] == before


def test_a_reset_is_the_same_lab_from_its_beginning() -> None:
    classroom = Classroom(seed=212)
    seat = classroom.start("iam-leaked-key")
    desk = Desk(classroom, seat)
    before = desk.about()
    events = [record["eventID"] for record in seat.drill.account.records]
    seat.drill.responder().iam.create_user(UserName="made-since")
    desk.submit({"key": "x"})
    desk.hint("names_the_key")
    desk.configure("ci", {"issuer": "elsewhere"})
    after = desk.reset()
    try:
        same = before.keys() - {"now", "files"}
        assert {key: after[key] for key in same} == {key: before[key] for key in same}
        assert seat.drill.hints == {}
        assert [record["eventID"] for record in seat.drill.account.records] == events
        users = seat.drill.auditor().iam.list_users()["Users"]
        assert "made-since" not in [user["UserName"] for user in users]
    finally:
        seat.drill.close()


def test_a_probe_follows_the_account_as_it_is_now(desk: Desk, seat: Seat) -> None:
    ec2 = seat.drill.responder().ec2
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.77.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="db", Description="db", VpcId=vpc)["GroupId"]
    one, two = (
        ec2.create_network_interface(SubnetId=subnet, Groups=[group])["NetworkInterface"][
            "NetworkInterfaceId"
        ]
        for _ in range(2)
    )
    assert not desk.probe(one, two, 5432)["delivered"]
    permission = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}
    pairs = [{"GroupId": group}]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[permission | {"UserIdGroupPairs": pairs}]
    )
    found = desk.probe(one, two, 5432)
    assert (found["answered"], found["reached"]) == (True, two)
    assert json.loads(json.dumps(found)) == found
