"""Traffic that scenarios and learners make: web requests and names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from simulator.classroom import Classroom, Seat
from simulator.desk import Desk
from simulator.drill import Drill
from simulator.errors import DrillError
from simulator.grading.replay import replay
from simulator.network.message import Reply, WebRequest


@pytest.fixture(scope="module")
def classroom() -> Classroom:
    return Classroom(seed=311)


@pytest.fixture(scope="module")
def seat(classroom: Classroom) -> Iterator[Seat]:
    taken = classroom.start("iam-leaked-key")
    yield taken
    taken.drill.close()


@pytest.fixture
def drill(seat: Seat) -> Iterator[Drill]:
    """Whatever a test does in the account is undone."""
    with seat.drill.fresh():
        yield seat.drill


@pytest.fixture
def vpc(drill: Drill) -> str:
    """The default VPC."""
    drill.principals["admin"].sign_in()
    found: str = drill.principals["admin"].ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    return found


@pytest.fixture
def host(drill: Drill, vpc: str) -> str:
    """A load balancer's name, with a target at 10.0.0.9."""
    admin = drill.principals["admin"]
    subnets = admin.ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    balancer = admin.elbv2.create_load_balancer(
        Name="web", Subnets=[each["SubnetId"] for each in subnets[:2]]
    )["LoadBalancers"][0]
    group = admin.elbv2.create_target_group(
        Name="app", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    admin.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9"}])
    admin.elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    return str(balancer["DNSName"])


def _echo(request: WebRequest) -> Reply:
    who = f"{request.header('X-Forwarded-For')} {request.header('User-Agent')}"
    return Reply(f"{request.method} {request.body} {who}", 201, {"X-Seen": "yes"})


def test_an_act_can_serve_pages_and_ask_for_them(drill: Drill, host: str) -> None:
    def deploy(internet: Any) -> None:
        internet.serve("10.0.0.9", _echo)

    def attack(thief: Any) -> Reply:
        reply: Reply = thief.get(f"http://{host}/", method="POST", body="x=1")
        return reply

    drill.perform(deploy)
    thief = drill.principals["thief"]
    reply = drill.perform(attack)
    assert reply.status == 201
    assert reply.body == f"POST x=1 {thief.address} {thief.origin.user_agent}"


def test_a_replay_knows_whether_a_request_got_through(drill: Drill, host: str) -> None:
    def visit(thief: Any) -> None:
        thief.get(f"http://{host}/admin")

    drill.world.internet.serve("10.0.0.9", {"/admin": Reply("No", 403)})
    assert replay(drill, visit).denied
    drill.world.internet.serve("10.0.0.9", "Welcome")
    assert replay(drill, visit).allowed == f"GET http://{host}/admin"

    def elsewhere(thief: Any) -> None:
        thief.get("http://nowhere.example.net/")

    gone = replay(drill, elsewhere)
    assert gone.denied
    assert "nowhere.example.net" in gone.error


def test_an_act_can_ask_for_names(drill: Drill, vpc: str) -> None:
    def query(ci_runner: Any) -> tuple[str, ...]:
        addresses: tuple[str, ...] = ci_runner.resolve("c2.example.net", vpc=vpc).addresses
        return addresses

    assert drill.perform(query) == ()
    drill.world.internet.name("c2.example.net", "203.0.113.5")
    assert drill.perform(query) == ("203.0.113.5",)
    assert replay(drill, query).allowed == "query c2.example.net"


def test_time_passes_with_a_request(drill: Drill, host: str) -> None:
    drill.world.internet.serve("10.0.0.9", "Welcome")
    clock = drill.world.clock
    with clock.pinned(clock.now()):
        before = clock.now()
        drill.principals["thief"].get(f"http://{host}/")
        assert clock.now() > before


def test_the_learner_visits_from_the_head_office(
    classroom: Classroom, seat: Seat, drill: Drill, host: str
) -> None:
    drill.world.internet.serve("10.0.0.9", _echo)
    told = Desk(classroom, seat).visit(f"http://{host}/", "put", {"User-Agent": "mine"}, "b")
    assert (told["status"], told["headers"]) == (201, {"X-Seen": "yes"})
    assert told["body"] == f"PUT b {drill.desk_address} mine"
    assert drill.desk_address not in {each.address for each in drill.principals.values()}


@pytest.mark.parametrize(
    "url", ["http://nowhere.example.net/", "ftp://x/", "nowhere", "http://x:99999/", "http://["]
)
def test_a_visit_that_reaches_nobody_says_so(
    classroom: Classroom, seat: Seat, drill: Drill, url: str
) -> None:
    with pytest.raises(DrillError, match=r"Nothing answers at|Give the whole address"):
        Desk(classroom, seat).visit(url)


def test_a_principal_is_told_when_nobody_answers(drill: Drill) -> None:
    with pytest.raises(EndpointConnectionError):
        drill.principals["thief"].get("http://nowhere.example.net/")
