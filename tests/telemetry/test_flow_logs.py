"""VPC flow logs: what they say, where they go, and when there are none."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from simulator.notebook.logs import logs
from simulator.telemetry.flow_logs import noting, records
from simulator.telemetry.flow_logs.fields import VERSIONS

if TYPE_CHECKING:
    from tests.conftest import Lan, Refusal

Rows = list[dict[str, str]]
HOST = "198.51.100.200"


class Capture:
    """A flow log of the network, and what it delivered."""

    def __init__(self, lan: Lan) -> None:
        self.lan, self.ec2, self.s3 = lan, lan.ec2, lan.trail.client("s3")
        self.s3.create_bucket(Bucket="flows")

    def start(self, resource: str | None = None, **more: Any) -> str:
        """A flow log of a resource (the VPC by default), to the bucket by default."""
        resource = resource or self.lan.vpc
        kinds = {"vpc": "VPC", "subnet": "Subnet", "eni": "NetworkInterface"}
        options = {
            "ResourceIds": [resource],
            "ResourceType": kinds[resource.partition("-")[0]],
            "TrafficType": "ALL",
            **more,
        }
        if "LogGroupName" not in more:
            options = {
                "LogDestinationType": "s3",
                "LogDestination": "arn:aws:s3:::flows",
                **options,
            }
        made = self.ec2.create_flow_logs(**options)
        assert not made["Unsuccessful"], made["Unsuccessful"]
        return str(made["FlowLogIds"][0])

    def files(self, bucket: str = "flows") -> dict[str, str]:
        """The text of every file, by key, once everything has been delivered."""
        self.lan.trail.wait(minutes=25)
        listed = self.s3.list_objects_v2(Bucket=bucket).get("Contents", ())
        return {
            one["Key"]: gzip.decompress(
                self.s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
            ).decode()
            for one in listed
        }

    def rows(self, bucket: str = "flows") -> Rows:
        """All records but NODATA."""
        return [row for row in self.everything(bucket) if row.get("log-status", "OK") == "OK"]

    def everything(self, bucket: str = "flows") -> Rows:
        found = []
        for text in self.files(bucket).values():
            head, *lines = text.splitlines()
            found += [dict(zip(head.split(), line.split(), strict=True)) for line in lines]
        return found

    def of(self, instance: str, rows: Rows) -> Rows:
        name = self.lan.interface(instance)
        return [row for row in rows if row["interface-id"] == name]


@pytest.fixture
def capture(lan: Lan) -> Capture:
    return Capture(lan)


def custom(*names: str) -> str:
    return " ".join(f"${{{name}}}" for name in names)


ALL = custom(*VERSIONS)


def test_without_a_flow_log_nothing_is_kept(lan: Lan, capture: Capture) -> None:
    lan.connect(lan.app, HOST, 443)
    assert not lan.account.log_lines
    capture.start()
    assert capture.files() == {}


def test_a_refused_attempt_is_a_reject_and_an_accepted_one_two_accepts(
    lan: Lan, capture: Capture
) -> None:
    """ "Flow log record examples": security groups are stateful."""
    capture.start()
    with pytest.raises(ConnectTimeoutError):
        lan.connect(lan.home, lan.web, 3389)
    lan.allow(lan.web_group, 22)
    lan.connect(lan.home, lan.web, 22)
    mine = lan.told(lan.web)["PrivateIpAddress"]
    rows = capture.of(lan.web, capture.rows())
    seen = [(row["srcaddr"], row["dstaddr"], row["dstport"], row["action"]) for row in rows]
    assert seen[0] == (lan.home, mine, "3389", "REJECT")
    assert seen[1] == (lan.home, mine, "22", "ACCEPT")
    assert seen[2][:2] == (mine, lan.home)
    assert (rows[2]["srcport"], seen[2][3]) == ("22", "ACCEPT")
    assert {row["version"] for row in rows} == {"2"}
    assert {row["account-id"] for row in rows} == {lan.account.id}
    assert 40 <= int(rows[0]["bytes"]) / int(rows[0]["packets"]) <= 60
    assert int(rows[1]["packets"]) >= 12
    noon = int(lan.trail.noon.timestamp())
    assert all(int(row["start"]) == noon <= int(row["end"]) for row in rows)


def test_an_answer_that_a_network_acl_stops_is_an_accept_and_a_reject(
    lan: Lan, capture: Capture
) -> None:
    """ "Flow log record examples", *Security group and network ACL rules*."""
    capture.start()
    lan.allow(lan.web_group, 443)
    made = lan.ec2.create_network_acl(VpcId=lan.vpc)["NetworkAcl"]["NetworkAclId"]
    for egress, ports in ((False, (0, 65535)), (True, (443, 443))):
        lan.ec2.create_network_acl_entry(
            NetworkAclId=made,
            RuleNumber=100,
            Protocol="6",
            RuleAction="allow",
            Egress=egress,
            CidrBlock="0.0.0.0/0",
            PortRange={"From": ports[0], "To": ports[1]},
        )
    (acl,) = lan.ec2.describe_network_acls(
        Filters=[{"Name": "association.subnet-id", "Values": [lan.public]}]
    )["NetworkAcls"]
    (tie,) = (one for one in acl["Associations"] if one["SubnetId"] == lan.public)
    lan.ec2.replace_network_acl_association(
        AssociationId=tie["NetworkAclAssociationId"], NetworkAclId=made
    )
    with pytest.raises(ConnectTimeoutError):
        lan.connect(lan.home, lan.web, 443)
    rows = capture.of(lan.web, capture.rows())
    assert [(row["dstport"] == "443", row["action"]) for row in rows] == [
        (True, "ACCEPT"),
        (False, "REJECT"),
    ]


def test_traffic_types(lan: Lan, capture: Capture) -> None:
    for kind in ("ACCEPT", "REJECT"):
        lan.trail.client("s3").create_bucket(Bucket=kind.lower())
        arn = f"arn:aws:s3:::{kind.lower()}"
        capture.start(TrafficType=kind, LogDestination=arn)
    lan.connect(lan.app, HOST, 443)
    with pytest.raises(ConnectTimeoutError):
        lan.connect(lan.home, lan.web, 3389)
    assert {row["action"] for row in capture.everything("accept")} == {"ACCEPT"}
    assert {row["action"] for row in capture.everything("reject")} == {"REJECT"}


@pytest.mark.parametrize("kind", ["subnet", "interface"])
def test_a_flow_log_of_less_than_a_vpc(lan: Lan, capture: Capture, kind: str) -> None:
    capture.start(lan.private if kind == "subnet" else lan.interface(lan.app))
    lan.connect(lan.app, HOST, 443)
    lan.connect(lan.web, HOST, 443)
    assert {row["interface-id"] for row in capture.everything()} == {lan.interface(lan.app)}


def test_traffic_through_a_nat_gateway_as_the_documentation_shows_it(
    lan: Lan, capture: Capture
) -> None:
    """ "Flow log record examples", *Traffic through a NAT gateway*."""
    names = ("instance-id", "interface-id", "srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr")
    capture.start(LogFormat=custom(*names, "traffic-path", "flow-direction"))
    lan.connect(lan.app, HOST, 443)
    rows = capture.rows()
    gateway = lan.ec2.describe_nat_gateways()["NatGateways"][0]["NatGatewayAddresses"][0]
    nat, app = gateway["PrivateIp"], lan.told(lan.app)["PrivateIpAddress"]
    through = [row for row in rows if row["interface-id"] == gateway["NetworkInterfaceId"]]
    assert {row["instance-id"] for row in through} == {"-"}
    assert {tuple(row[name] for name in names[2:]) for row in through} == {
        (app, nat, app, HOST),
        (nat, HOST, nat, HOST),
        (HOST, nat, HOST, nat),
        (nat, app, HOST, app),
    }
    own = capture.of(lan.app, rows)
    assert {row["instance-id"] for row in own} == {lan.app}
    assert {tuple(row[name] for name in names[2:]) for row in own} == {
        (app, HOST, app, HOST),
        (HOST, app, HOST, app),
    }
    paths = {(row["srcaddr"], row["dstaddr"]): row["traffic-path"] for row in rows}
    assert paths[app, HOST] == "1"
    assert paths[nat, HOST] == "2"


def test_all_fields(lan: Lan, capture: Capture) -> None:
    capture.start(LogFormat=ALL)
    lan.allow(lan.web_group, 22)
    lan.connect(lan.home, lan.web, 22)
    came, went = capture.of(lan.web, capture.rows())
    zone = lan.ec2.describe_subnets(SubnetIds=[lan.public])["Subnets"][0]["AvailabilityZoneId"]
    assert set(came) == set(VERSIONS)
    wanted = {
        "version": "10",
        "vpc-id": lan.vpc,
        "subnet-id": lan.public,
        "instance-id": lan.web,
        "type": "IPv4",
        "region": "us-east-1",
        "az-id": zone,
        "sublocation-type": "-",
        "pkt-srcaddr": lan.home,
        "protocol": "6",
        "reject-reason": "-",
        "ecs-task-id": "-",
    }
    assert {name: came[name] for name in wanted} == wanted
    assert (came["tcp-flags"], went["tcp-flags"]) == ("3", "19")
    assert (came["flow-direction"], came["traffic-path"]) == ("ingress", "-")
    assert (went["flow-direction"], went["traffic-path"]) == ("egress", "8")


@pytest.mark.parametrize(
    ("names", "version"),
    [(("srcaddr", "version"), "2"), (("version", "vpc-id"), "3"), (("region", "version"), "4")],
)
def test_the_version_is_that_of_the_newest_field(
    lan: Lan, capture: Capture, names: tuple[str, ...], version: str
) -> None:
    capture.start(LogFormat=custom(*names))
    lan.connect(lan.app, HOST, 443)
    rows = capture.everything()
    assert list(rows[0]) == list(names)
    assert {row["version"] for row in rows} == {version}


def test_a_long_connection_is_one_record_an_interval(lan: Lan, capture: Capture) -> None:
    """A record an interval, SYN in the first and FIN in the last; nothing is lost."""
    capture.start(LogFormat=custom("start", "end", "bytes", "tcp-flags", "srcaddr", "interface-id"))
    lan.connect(lan.web, HOST, 443, sent=6_000_000, seconds=290.0)
    mine = lan.told(lan.web)["PrivateIpAddress"]
    rows = [row for row in capture.of(lan.web, capture.rows()) if row["srcaddr"] == mine]
    assert len(rows) in {5, 6}
    assert sum(int(row["bytes"]) for row in rows) == 6_000_000
    assert [row["tcp-flags"] for row in rows] == ["2", *["0"] * (len(rows) - 2), "1"]
    spans = [(int(row["start"]), int(row["end"])) for row in rows]
    assert all(end - start < 60 for start, end in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))


def test_the_interval_is_ten_minutes_but_on_nitro(lan: Lan, capture: Capture) -> None:
    old = lan.instance(lan.public, lan.web_group, public=True, InstanceType="t2.micro")
    capture.start(LogFormat=custom("start", "srcaddr", "interface-id", "log-status"))
    for instance in (old, lan.web):
        lan.connect(instance, HOST, 443, seconds=290.0, sent=500_000)
    rows = capture.rows()
    assert len(capture.of(old, rows)) in {2, 4}
    assert len(capture.of(lan.web, rows)) in {10, 12}


def test_what_is_sent_over_one_connection_within_an_interval_is_one_record(
    lan: Lan, capture: Capture
) -> None:
    lan.allow(lan.web_group, 22)
    capture.start()
    session = lan.connect(lan.home, lan.web, 22, keep=True, sent=1_000, received=500, seconds=0.0)
    lan.connect(lan.home, lan.web, 22, over=session, sent=3_000, received=500, seconds=0.0)
    rows = [row for row in capture.of(lan.web, capture.rows()) if row["dstport"] == "22"]
    assert [row["bytes"] for row in rows] == ["4000"]


def test_an_interface_without_traffic_has_no_data_where_others_have_some(
    lan: Lan, capture: Capture
) -> None:
    capture.start()
    lan.connect(lan.web, HOST, 443, seconds=0.0)
    quiet = capture.of(lan.app, capture.everything())
    assert [row["log-status"] for row in quiet] == ["NODATA"]
    (row,) = quiet
    unknown = set(row) - {"version", "account-id", "interface-id", "start", "end", "log-status"}
    assert {row[name] for name in unknown} == {"-"}
    assert int(row["end"]) - int(row["start"]) == 59


def test_what_is_too_much_is_skipped(
    lan: Lan, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "CAPACITY", 4)
    capture.start()
    for _ in range(9):
        lan.connect(lan.web, HOST, 443, seconds=0.0)
    statuses = [row["log-status"] for row in capture.of(lan.web, capture.everything())]
    assert sorted(statuses) == ["OK"] * 4 + ["SKIPDATA"]


@pytest.mark.parametrize(
    ("to", "port", "protocol"),
    [
        ("169.254.169.254", 80, "tcp"),
        ("169.254.169.253", 53, "udp"),
        ("169.254.169.123", 123, "udp"),
        ("169.254.169.250", 1688, "tcp"),
        ("10.0.0.2", 53, "udp"),
        ("10.0.1.1", 80, "tcp"),
        ("255.255.255.255", 67, "udp"),
    ],
)
def test_what_is_not_logged(lan: Lan, capture: Capture, to: str, port: int, protocol: str) -> None:
    """ "Flow log limitations"."""
    capture.start()
    over = None
    if port == 67:
        over = lan.connect(lan.web, HOST, 443, protocol="udp", keep=True)
        over = type(over)(lan.web, to, port, "udp", 68, closed=False)
    for source in (lan.web,):
        try:
            lan.connect(source, to, port, protocol=protocol, over=over)
        except ConnectTimeoutError:
            continue
    assert [row for row in capture.rows() if row["dstport"] == str(port)] == []


def test_dns_to_a_server_of_ones_own_is_logged(lan: Lan, capture: Capture) -> None:
    capture.start()
    lan.connect(lan.web, "198.51.100.53", 53, protocol="udp")
    rows = capture.of(lan.web, capture.rows())
    assert [row["protocol"] for row in rows] == ["17", "17"]


def test_pings_have_no_ports(lan: Lan, capture: Capture) -> None:
    capture.start()
    lan.connect(lan.web, HOST, 0, protocol="icmp")
    rows = capture.of(lan.web, capture.rows())
    assert {(row["srcport"], row["dstport"], row["protocol"]) for row in rows} == {("0", "0", "1")}
    assert {int(row["bytes"]) // int(row["packets"]) for row in rows} == {84}


def test_the_names_of_files(lan: Lan, capture: Capture) -> None:
    """ "Flow log files"."""
    name = capture.start(MaxAggregationInterval=60)
    lan.connect(lan.web, HOST, 443, seconds=0.0)
    (key,) = capture.files()
    folder, _, file = key.rpartition("/")
    assert folder == f"AWSLogs/{lan.account.id}/vpcflowlogs/us-east-1/2026/11/02"
    start = f"{lan.account.id}_vpcflowlogs_us-east-1_{name}_20261102T1205Z_"
    assert file.startswith(start)
    assert file.endswith(".log.gz")
    assert len(file) == len(start) + 8 + len(".log.gz")


@pytest.mark.parametrize(
    ("options", "folder"),
    [
        ({"PerHourPartition": True}, "AWSLogs/{}/vpcflowlogs/us-east-1/2026/11/02/12"),
        (
            {"HiveCompatiblePartitions": True},
            "AWSLogs/aws-account-id={}/aws-service=vpcflowlogs/aws-region=us-east-1/"
            "year=2026/month=11/day=02",
        ),
        (
            {"HiveCompatiblePartitions": True, "PerHourPartition": True},
            "AWSLogs/aws-account-id={}/aws-service=vpcflowlogs/aws-region=us-east-1/"
            "year=2026/month=11/day=02/hour=12",
        ),
    ],
)
def test_options_of_the_destination(
    lan: Lan, capture: Capture, options: dict[str, bool], folder: str
) -> None:
    capture.start(LogDestination="arn:aws:s3:::flows/net/", DestinationOptions=options)
    lan.connect(lan.web, HOST, 443, seconds=0.0)
    assert {key.rpartition("/")[0] for key in capture.files()} == {
        f"net/{folder.format(lan.account.id)}"
    }
    (told,) = lan.ec2.describe_flow_logs()["FlowLogs"]
    both = {"HiveCompatiblePartitions": False, "PerHourPartition": False}
    assert told["DestinationOptions"] == {"FileFormat": "plain-text", **both, **options}


def test_files_come_when_they_are_due(lan: Lan, capture: Capture) -> None:
    capture.start()
    lan.connect(lan.web, HOST, 443, seconds=0.0)
    lan.trail.wait(minutes=5)
    assert "Contents" not in capture.s3.list_objects_v2(Bucket="flows")
    lan.trail.wait(minutes=11)
    (one,) = capture.s3.list_objects_v2(Bucket="flows")["Contents"]
    assert datetime(2026, 11, 2, 12, 6, tzinfo=UTC) <= one["LastModified"]
    assert one["LastModified"] <= datetime(2026, 11, 2, 12, 15, tzinfo=UTC)


def test_after_its_end_nothing_is_captured_and_what_was_before_arrives(
    lan: Lan, capture: Capture
) -> None:
    name = capture.start()
    lan.connect(lan.web, HOST, 443, seconds=600.0, sent=1_000_000)
    lan.trail.wait(minutes=3)
    assert lan.ec2.delete_flow_logs(FlowLogIds=[name])["Unsuccessful"] == []
    lan.connect(lan.web, HOST, 8443)
    rows = capture.of(lan.web, capture.rows())
    assert {row["dstport"] for row in rows if row["srcport"] != "443"} == {"443"}
    sent = sum(int(row["bytes"]) for row in rows if row["dstport"] == "443")
    assert 100_000 < sent < 400_000


def test_a_bucket_that_stops_taking_files_loses_them(lan: Lan, capture: Capture) -> None:
    capture.start()
    capture.s3.delete_bucket_policy(Bucket="flows")
    lan.connect(lan.web, HOST, 443)
    assert capture.files() == {}


def test_a_bucket_of_ones_own_gets_the_policy_it_needs(lan: Lan, capture: Capture) -> None:
    kept = {"Sid": "Mine", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket"}
    mine = {"Version": "2012-10-17", "Statement": [{**kept, "Resource": "arn:aws:s3:::flows"}]}
    capture.s3.put_bucket_policy(Bucket="flows", Policy=json.dumps(mine))
    capture.start()
    said = json.loads(capture.s3.get_bucket_policy(Bucket="flows")["Policy"])["Statement"]
    assert [one["Sid"] for one in said] == [
        "Mine",
        "AWSLogDeliveryWrite",
        "AWSLogDeliveryAclCheck",
    ]
    capture.start(lan.public)
    again = json.loads(capture.s3.get_bucket_policy(Bucket="flows")["Policy"])["Statement"]
    assert again == said


def test_who_may_not_change_the_policy_of_a_bucket_makes_no_flow_log(
    lan: Lan, capture: Capture, refusal: Refusal
) -> None:
    statement = lan.cloud.statement
    keys = lan.cloud.user("net", statement(["ec2:*", "logs:CreateLogDelivery"]))
    ec2 = lan.cloud.client("ec2", keys)
    asked = {
        "ResourceIds": [lan.vpc],
        "ResourceType": "VPC",
        "TrafficType": "ALL",
        "LogDestinationType": "s3",
        "LogDestination": "arn:aws:s3:::flows",
    }
    made = ec2.create_flow_logs(**asked)
    assert made["FlowLogIds"] == []
    assert made["Unsuccessful"][0]["Error"] == {
        "Code": "400",
        "Message": "Access Denied for LogDestination: flows. Please check LogDestination permission",
    }
    bare = lan.cloud.client("ec2", lan.cloud.user("bare", statement("ec2:*")))
    assert refusal(lambda: bare.create_flow_logs(**asked))[0] == "UnauthorizedOperation"
    asked["LogDestination"] = "arn:aws:s3:::elsewhere"
    made = ec2.create_flow_logs(**asked)
    assert made["Unsuccessful"][0]["Error"]["Message"] == (
        "LogDestination: elsewhere does not exist."
    )


def test_a_bucket_of_another_account(lan: Lan, capture: Capture) -> None:
    other = lan.cloud.open("444455556666", world=lan.world)
    theirs = lan.cloud.root("s3", other)
    theirs.create_bucket(Bucket="central")
    arn = "arn:aws:s3:::central"
    with pytest.raises(AssertionError, match="Access Denied"):
        capture.start(LogDestination=arn)
    service = {"Service": "delivery.logs.amazonaws.com"}
    source = {"StringEquals": {"aws:SourceAccount": lan.account.id}}
    policy = lan.cloud.policy(
        lan.cloud.statement("s3:PutObject", f"{arn}/*", Principal=service, Condition=source),
        lan.cloud.statement("s3:GetBucketAcl", arn, Principal=service),
    )
    theirs.put_bucket_policy(Bucket="central", Policy=policy)
    capture.start(LogDestination=arn)
    lan.connect(lan.web, HOST, 443, seconds=0.0)
    lan.trail.wait(minutes=20)
    (one,) = theirs.list_objects_v2(Bucket="central")["Contents"]
    assert f"/{lan.account.id}/vpcflowlogs/" in one["Key"]


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ({"MaxAggregationInterval": 300}, "InvalidParameter", "Aggregation Interval"),
        ({"LogFormat": "${version} "}, "InvalidParameterValue", "at 'logFormat' has an invalid"),
        ({"LogFormat": "${version} ${instance-tag}"}, "InvalidParameter", "instance-tag"),
        (
            {"DeliverLogsPermissionArn": "arn:aws:iam::111122223333:role/x"},
            "InvalidParameter",
            "DeliverLogsPermissionArn is not applicable for s3 delivery",
        ),
        ({"LogDestination": "arn:aws:s3:::flows/AWSLogs/"}, "InvalidParameter", "not valid"),
        ({"DestinationOptions": {"FileFormat": "parquet"}}, "UnsupportedOperation", "Parquet"),
        ({"ResourceIds": ["vpc-0123456789abcdef0"]}, "InvalidVpcID.NotFound", "vpc-0123456789"),
        ({"LogDestinationType": "kinesis-data-firehose"}, "UnsupportedOperation", "firehose"),
    ],
)
def test_what_create_flow_logs_refuses(
    lan: Lan,
    capture: Capture,
    refusal: Refusal,
    options: dict[str, Any],
    code: str,
    message: str,
) -> None:
    said = refusal(lambda: capture.start(**options))
    assert said[:2] == (code, 400)
    assert message in said[2]
    assert lan.ec2.describe_flow_logs()["FlowLogs"] == []


def test_the_same_flow_log_twice(lan: Lan, capture: Capture, refusal: Refusal) -> None:
    capture.start()
    assert refusal(capture.start)[0] == "FlowLogAlreadyExists"
    code, _, message = refusal(
        lambda: lan.ec2.delete_flow_logs(FlowLogIds=["fl-0123456789abcdef0"])
    )
    assert code == "InvalidFlowLogId.NotFound"
    assert "fl-0123456789abcdef0" in message


class Group:
    """A flow log to CloudWatch Logs, with the documented role."""

    def __init__(self, capture: Capture) -> None:
        self.capture, self.lan = capture, capture.lan
        self.logs = self.lan.trail.client("logs")
        actions = ("CreateLogGroup", "CreateLogStream", "PutLogEvents", "DescribeLogGroups")
        self.role = self.lan.cloud.role(
            "publish",
            self.lan.cloud.trust({"Service": "vpc-flow-logs.amazonaws.com"}),
            self.lan.cloud.statement([f"logs:{name}" for name in actions]),
        )
        self.name = capture.start(LogGroupName="flows", DeliverLogsPermissionArn=self.role)

    def status(self) -> tuple[str, str | None]:
        (told,) = self.lan.ec2.describe_flow_logs()["FlowLogs"]
        return told["DeliverLogsStatus"], told.get("DeliverLogsErrorMessage")

    def messages(self, instance: str) -> list[str]:
        stream = f"{self.lan.interface(instance)}-all"
        got = self.logs.get_log_events(
            logGroupName="flows", logStreamName=stream, startFromHead=True
        )
        return [event["message"] for event in got["events"]]


def test_records_in_cloudwatch_logs_by_interface(lan: Lan, capture: Capture) -> None:
    group = Group(capture)
    lan.connect(lan.web, HOST, 443, seconds=0.0)
    lan.trail.wait(minutes=20)
    streams = group.logs.describe_log_streams(logGroupName="flows")["logStreams"]
    assert f"{lan.interface(lan.web)}-all" in {one["logStreamName"] for one in streams}
    went, came = group.messages(lan.web)
    assert went.split()[5:8] == [went.split()[5], "443", "6"]
    assert went.endswith("ACCEPT OK")
    assert came.split()[3] == HOST
    assert [one.split()[-1] for one in group.messages(lan.app)] == ["NODATA"]
    assert group.status() == ("SUCCESS", None)
    names = [record["eventName"] for record in lan.account.records]
    assert {"CreateLogGroup", "CreateLogStream"} <= set(names)


def test_a_role_that_may_not_publish_is_an_access_error(lan: Lan, capture: Capture) -> None:
    group = Group(capture)
    lan.trail.client("iam").delete_role_policy(RoleName="publish", PolicyName="own")
    lan.connect(lan.web, HOST, 443, seconds=0.0)
    assert group.status() == ("SUCCESS", None)
    lan.trail.wait(minutes=20)
    assert group.status() == ("FAILED", "Access error")
    with pytest.raises(ClientError):
        group.messages(lan.web)


def test_what_was_due_before_the_role_changed_is_there(lan: Lan, capture: Capture) -> None:
    group = Group(capture)
    lan.connect(lan.web, HOST, 443, seconds=0.0)
    lan.trail.wait(minutes=20)
    lan.trail.client("iam").delete_role_policy(RoleName="publish", PolicyName="own")
    assert len(group.messages(lan.web)) == 2


def test_a_snapshot_takes_undelivered_records_along(lan: Lan, capture: Capture) -> None:
    capture.start()
    lan.connect(lan.web, HOST, 443)
    saved = lan.world.save()
    first = capture.files()
    lan.world.restore(saved)
    lan.world.clock.pin(lan.trail.noon)
    assert capture.files() == first
    assert len(first) > 0


def test_the_notebook_reads_them(lan: Lan, capture: Capture) -> None:
    capture.start(LogFormat=ALL)
    lan.allow(lan.web_group, 22)
    for _ in range(20):
        lan.connect(lan.home, lan.web, 22)
    lan.trail.wait(minutes=25)
    frame = logs("vpc-flow", lan.trail.client)
    guesses = frame[(frame.dstport == 22) & (frame.srcaddr == lan.home)]
    assert len(guesses) == 20
    assert guesses.tcp_flags.eq(3).all()
    assert guesses.start.dt.tz is not None


def test_a_long_quiet_connection_begins_and_ends_where_it_did(lan: Lan, capture: Capture) -> None:
    """Six packets in an hour: the intervals between have no record, and nothing is lost."""
    capture.start(MaxAggregationInterval=60, LogFormat=ALL)
    lan.allow(lan.web_group, 22)
    lan.trail.wait(seconds=47)
    began = int(lan.world.clock.now().timestamp())
    lan.connect(lan.home, lan.web, 22, sent=1_000, packets=6, seconds=3_600.0)
    lan.trail.wait(minutes=61)
    rows = [row for row in capture.of(lan.web, capture.rows()) if row["srcaddr"] == lan.home]
    rows.sort(key=lambda row: int(row["start"]))
    assert len(rows) == 6
    assert int(rows[0]["start"]) == began
    assert (rows[0]["tcp-flags"], rows[-1]["tcp-flags"]) == ("2", "1")
    assert sum(int(row["packets"]) for row in rows) == 6
    assert sum(int(row["bytes"]) for row in rows) == 1_000


@pytest.mark.filterwarnings("ignore:datetime.datetime.utc:DeprecationWarning")
def test_flowlogs_reader_parses_them_unchanged(lan: Lan, capture: Capture) -> None:
    """The package of that name on PyPI, from S3 and from CloudWatch Logs."""
    reader = pytest.importorskip("flowlogs_reader")
    Group(capture)
    capture.start(LogFormat=ALL)
    lan.allow(lan.web_group, 22)
    lan.connect(lan.home, lan.web, 22)
    with pytest.raises(ConnectTimeoutError):
        lan.connect(lan.home, lan.web, 3389)
    lan.trail.wait(minutes=25)
    span = {"start_time": datetime(2026, 11, 2), "end_time": datetime(2026, 11, 3)}
    found = [
        list(
            reader.S3FlowLogsReader(
                "flows",
                include_accounts={lan.account.id},
                include_regions={"us-east-1"},
                boto_client=lan.trail.client("s3"),
                **span,
            )
        ),
        list(reader.FlowLogsReader("flows", boto_client=lan.trail.client("logs"), **span)),
    ]
    for read in found:
        seen = {(one.srcaddr, one.dstport, one.action) for one in read if one.log_status == "OK"}
        assert {(lan.home, 22, "ACCEPT"), (lan.home, 3389, "REJECT")} <= seen
        assert "NODATA" in {one.log_status for one in read}
    flags = {one.tcp_flags for one in found[0] if one.dstport == 22}
    assert flags == {3}


def test_noting_costs_nothing_without_flow_logs(lan: Lan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noting, "_passages", lambda path: pytest.fail("looked at a path"))
    assert lan.connect(lan.web, HOST, 443)
