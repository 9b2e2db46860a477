"""Traffic that scenarios and learners make: web requests and names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError

from simulator.classroom import Classroom, Seat
from simulator.desk import Desk
from simulator.drill import Drill
from simulator.errors import DrillError
from simulator.grading.replay import replay
from simulator.hosts.host import Host, Service
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
    (default,) = admin.ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"]
    admin.ec2.authorize_security_group_ingress(
        GroupId=default["GroupId"], IpPermissions=[_rule(80, "0.0.0.0/0")]
    )
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


def _rule(port: int, block: str) -> dict[str, Any]:
    ports = {"FromPort": port, "ToPort": port}
    return {"IpProtocol": "tcp", **ports, "IpRanges": [{"CidrIp": block}]}


@pytest.fixture
def bastion(drill: Drill, vpc: str) -> dict[str, str]:
    """An instance with SSH open to nobody, its group and its public address."""
    ec2 = drill.principals["admin"].ec2
    subnet = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"][0]
    group = ec2.create_security_group(GroupName="ssh", Description="ssh", VpcId=vpc)["GroupId"]
    made = ec2.run_instances(
        ImageId="ami-12345678",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet["SubnetId"],
        SecurityGroupIds=[group],
    )
    name = made["Instances"][0]["InstanceId"]
    found = ec2.describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"][0]
    return {"instance": name, "group": group, "address": found["PublicIpAddress"]}


def test_an_adversary_guesses_at_a_port_and_a_replay_knows_when_it_is_shut(
    drill: Drill, bastion: dict[str, str]
) -> None:
    """One attempt in the journal, however many connections; time passes between them."""
    ec2, thief = drill.principals["admin"].ec2, drill.principals["thief"]

    def guess(thief: Any) -> None:
        thief.connect(bastion["instance"], 22, times=20, every=3.0)

    before = drill.world.clock.now()
    with drill.world.clock.pinned(before), pytest.raises(ConnectTimeoutError):
        guess(thief)
    with drill.world.clock.pinned(before):
        with pytest.raises(ConnectTimeoutError):
            guess(thief)
        assert (drill.world.clock.now() - before).total_seconds() > 57
    assert drill.journal[-1].error_code == "ConnectTimeoutError"
    assert not replay(drill, guess).allowed
    rule = _rule(22, f"{thief.address}/32")
    ec2.authorize_security_group_ingress(GroupId=bastion["group"], IpPermissions=[rule])
    assert replay(drill, guess).allowed
    guess(thief)
    assert drill.journal[-1].succeeded


def test_a_beacon_goes_out_from_an_instance(drill: Drill, bastion: dict[str, str]) -> None:
    drill.world.internet.name("c2.example.net", "198.51.100.5")
    thief, name = drill.principals["thief"], bastion["instance"]
    thief.connect("c2.example.net", 443, source=name, bytes=900, packets=7)
    (permission,) = drill.principals["admin"].ec2.describe_security_groups(
        GroupIds=[bastion["group"]]
    )["SecurityGroups"][0]["IpPermissionsEgress"]
    drill.principals["admin"].ec2.revoke_security_group_egress(
        GroupId=bastion["group"], IpPermissions=[permission]
    )
    with pytest.raises(ConnectTimeoutError):
        thief.connect("c2.example.net", 443, source=name)


def test_hosts_are_reached_through_the_network(drill: Drill, bastion: dict[str, str]) -> None:
    admin, thief = drill.principals["admin"], drill.principals["thief"]
    drill.hosts.equip(
        bastion["instance"], Host(services={80: Service("nginx", pages={"/": "Welcome"})})
    )
    with pytest.raises(ConnectTimeoutError):
        thief.get(f"http://{bastion['address']}/")
    admin.ec2.authorize_security_group_ingress(
        GroupId=bastion["group"], IpPermissions=[_rule(80, "0.0.0.0/0")]
    )
    assert thief.get(f"http://{bastion['address']}/").body == "Welcome"


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
