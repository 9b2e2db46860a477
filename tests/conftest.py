"""A gateway with one account, and clients of any principal in it."""

from __future__ import annotations

import gc
import gzip
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from simulator.account import transport
from simulator.account.account import Account
from simulator.account.world import World
from simulator.gateway.app import Gateway
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.origin import Origin

Keys = Mapping[str, Any]
Change = Callable[[dict[str, Any]], object]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first: at the end one core would work on it and the others wait."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """Search for garbage less often: beside thousands of tests that takes a fifth of the time."""
    gc.set_threshold(50_000, 10, 5)


class Cloud:
    """Accounts behind one gateway, called as anybody."""

    address = "198.51.100.7"

    @staticmethod
    def statement(
        action: Any, resource: Any = "*", effect: str = "Allow", **more: Any
    ) -> dict[str, Any]:
        """One statement of an identity policy."""
        return {"Effect": effect, "Action": action, "Resource": resource, **more}

    @staticmethod
    def policy(*statements: dict[str, Any]) -> str:
        """A policy document."""
        return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})

    @staticmethod
    def trust(principal: Any, action: Any = "sts:AssumeRole", **more: Any) -> str:
        """A role's trust policy."""
        return Cloud.policy({"Effect": "Allow", "Principal": principal, "Action": action, **more})

    def __init__(self) -> None:
        self.gateway = Gateway()
        self.worlds: list[World] = []

    def open(
        self, account_id: str = "111122223333", seed: int = 7, world: World | None = None
    ) -> Account:
        """A further account; in a world of its own when none is given."""
        world = world or World(seed)
        if world not in self.worlds:
            self.worlds.append(world)
        account = world.open_account(account_id)
        self.gateway.add(world)
        return account

    @property
    def account(self) -> Account:
        """The first account."""
        return next(iter(self.worlds[0].accounts.values()))

    @property
    def world(self) -> World:
        return self.worlds[0]

    def root(self, service: str, account: Account | None = None, region: str = "us-east-1") -> Any:
        """A client that needs no policy and leaves no record."""
        number = (account or self.account).id
        caller = Caller(CallerType.ROOT, number, f"arn:aws:iam::{number}:root", number)
        origin = Origin(self.address, "setup", vouched=caller, account_id=number, recorded=False)
        return self.client(
            service, {"AccessKeyId": "-", "SecretAccessKey": "-"}, origin=origin, region=region
        )

    def client(
        self,
        service: str,
        keys: Keys | None,
        *,
        origin: Origin | None = None,
        change: Change | None = None,
        region: str = "us-east-1",
        **options: Any,
    ) -> Any:
        """A boto3 client with `keys` (None: anonymous); `change` alters each request once signed."""
        origin = origin or Origin(self.address)

        def serve(environ: dict[str, Any]) -> Any:
            if change is not None:
                change(environ)
            return self.gateway.respond(environ)

        credentials = (
            Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken"))
            if keys
            else None
        )
        session = transport.session(serve, lambda: origin, credentials, region)
        return session.client(service, endpoint_url=transport.ENDPOINT, **options)

    def user(self, name: str, *statements: dict[str, Any], account: Account | None = None) -> Keys:
        """A new IAM user's keys; it may do what the statements say."""
        iam = self.root("iam", account)
        iam.create_user(UserName=name)
        if statements:
            iam.put_user_policy(
                UserName=name, PolicyName="own", PolicyDocument=self.policy(*statements)
            )
        keys: Keys = iam.create_access_key(UserName=name)["AccessKey"]
        return keys

    def role(
        self,
        name: str,
        trusted: str,
        *statements: dict[str, Any],
        account: Account | None = None,
        **more: Any,
    ) -> str:
        """A new role's ARN."""
        iam = self.root("iam", account)
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted, **more)
        if statements:
            iam.put_role_policy(
                RoleName=name, PolicyName="own", PolicyDocument=self.policy(*statements)
            )
        return str(made["Role"]["Arn"])


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """One account, 111122223333, of seed 7."""
    made = Cloud()
    made.open()
    yield made
    for world in made.worlds:
        made.gateway.remove(world)


class LogTrail:
    """A trail of the first account with its bucket, on a clock that stands until it is moved."""

    noon = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.clock = cloud, cloud.world.clock
        self.keys = cloud.user("admin", cloud.statement("*"))

    def client(self, service: str, region: str = "us-east-1") -> Any:
        """A client of the IAM user admin, who may do everything."""
        return self.cloud.client(service, self.keys, region=region)

    def wait(self, **duration: float) -> datetime:
        """Let time pass, in timedelta's words."""
        self.clock.pin(self.clock.now() + timedelta(**duration))
        return self.clock.now()

    def bucket(self, name: str = "logs", **condition: Any) -> str:
        """A bucket that CloudTrail may deliver to, as AWS documents it."""
        self.client("s3").create_bucket(Bucket=name)
        self.allow(name, **condition)
        return name

    def allow(self, name: str = "logs", **condition: Any) -> None:
        """Give a bucket the documented policy; `condition` is added to what PutObject needs."""
        service = {"Service": "cloudtrail.amazonaws.com"}
        needed = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", **condition}}
        arn = f"arn:aws:s3:::{name}"
        policy = self.cloud.policy(
            self.cloud.statement("s3:GetBucketAcl", arn, Principal=service),
            self.cloud.statement("s3:PutObject", f"{arn}/*", Principal=service, Condition=needed),
        )
        self.client("s3").put_bucket_policy(Bucket=name, Policy=policy)

    def start(self, name: str = "main", bucket: str = "logs", **options: Any) -> str:
        """A trail that logs from now on; its ARN."""
        trails = self.client("cloudtrail", options.pop("region", "us-east-1"))
        made = trails.create_trail(Name=name, S3BucketName=bucket, **options)
        trails.start_logging(Name=name)
        return str(made["TrailARN"])

    def files(
        self, bucket: str = "logs", kind: str = "CloudTrail"
    ) -> dict[str, list[dict[str, Any]]]:
        """The records of every file of that kind ("CloudTrail-Insight" is another), by key."""
        s3 = self.client("s3")
        found = {}
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for item in page.get("Contents", ()):
                if f"/{kind}/" not in item["Key"]:
                    continue
                body = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
                found[item["Key"]] = json.loads(gzip.decompress(body))["Records"]
        return found

    def logged(self, bucket: str = "logs") -> list[str]:
        """The names of all events in log files, in their order."""
        return [r["eventName"] for records in self.files(bucket).values() for r in records]


@pytest.fixture
def trail(cloud: Cloud) -> Iterator[LogTrail]:
    """The means to make a trail on 2 November 2026 at noon."""
    with cloud.world.clock.pinned(LogTrail.noon):
        yield LogTrail(cloud)


class Lan:
    """A VPC with a web server in a public subnet and an application in a private one, behind NAT.

    `connect` is what a scenario's `principal.connect` does, without a drill around it.
    """

    home = "203.0.113.77"

    def __init__(self, trail: LogTrail) -> None:
        self.trail, self.cloud, self.world = trail, trail.cloud, trail.cloud.world
        self.account = trail.cloud.account
        ec2 = self.ec2 = trail.client("ec2")
        self.vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.public, self.private = self.subnet("10.0.1.0/24"), self.subnet("10.0.2.0/24")
        self.igw = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=self.igw, VpcId=self.vpc)
        self.public_table = self.route(self.public, GatewayId=self.igw)
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        made = ec2.create_nat_gateway(SubnetId=self.public, AllocationId=address)
        self.nat = made["NatGateway"]["NatGatewayId"]
        self.private_table = self.route(self.private, NatGatewayId=self.nat)
        self.web_group, self.app_group = self.group("web"), self.group("app")
        self.web = self.instance(self.public, self.web_group, public=True)
        self.app = self.instance(self.private, self.app_group)

    def subnet(self, block: str) -> str:
        made = self.ec2.create_subnet(
            VpcId=self.vpc, CidrBlock=block, AvailabilityZone="us-east-1a"
        )
        return str(made["Subnet"]["SubnetId"])

    def route(self, subnet: str, **target: str) -> str:
        table = str(self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"])
        self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
        return table

    def group(self, name: str) -> str:
        made = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)
        return str(made["GroupId"])

    def allow(self, group: str, port: int, block: str = "0.0.0.0/0", protocol: str = "tcp") -> None:
        self.ec2.authorize_security_group_ingress(
            GroupId=group, IpPermissions=[self.permission(port, block, protocol)]
        )

    def revoke(self, group: str, port: int, block: str = "0.0.0.0/0") -> None:
        self.ec2.revoke_security_group_ingress(
            GroupId=group, IpPermissions=[self.permission(port, block)]
        )

    @staticmethod
    def permission(port: int, block: str, protocol: str = "tcp") -> dict[str, Any]:
        ports = {"FromPort": port, "ToPort": port}
        return {"IpProtocol": protocol, **ports, "IpRanges": [{"CidrIp": block}]}

    def instance(self, subnet: str, group: str, public: bool = False, **more: Any) -> str:
        interface = {
            "DeviceIndex": 0,
            "SubnetId": subnet,
            "Groups": [group],
            "AssociatePublicIpAddress": public,
        }
        options = {"ImageId": "ami-12345678", "InstanceType": "t3.micro", **more}
        made = self.ec2.run_instances(
            **options, MinCount=1, MaxCount=1, NetworkInterfaces=[interface]
        )
        return str(made["Instances"][0]["InstanceId"])

    def told(self, instance: str) -> dict[str, Any]:
        """What DescribeInstances says."""
        found = self.ec2.describe_instances(InstanceIds=[instance])
        described: dict[str, Any] = found["Reservations"][0]["Instances"][0]
        return described

    def interface(self, instance: str) -> str:
        return str(self.told(instance)["NetworkInterfaces"][0]["NetworkInterfaceId"])

    def connect(self, source: str, to: str, port: int, **talk: Any) -> Any:
        """Raises botocore's ConnectTimeoutError if nobody answers."""
        from simulator.network.connecting import connect
        from simulator.network.talk import Talk

        with self.cloud.gateway.turn(self.world):
            return connect(self.world, source, to, port, Talk(**talk))


@pytest.fixture
def lan(trail: LogTrail) -> Lan:
    """A small company network; the clock stands still."""
    return Lan(trail)


Refusal = Callable[[Callable[[], Any]], tuple[str, int, str]]


@pytest.fixture
def refusal() -> Refusal:
    """Makes a call that must fail; gives its error code, HTTP status and message."""

    def run(call: Callable[[], Any]) -> tuple[str, int, str]:
        with pytest.raises(ClientError) as caught:
            call()
        said = caught.value.response
        error = said["Error"]
        return error["Code"], said["ResponseMetadata"]["HTTPStatusCode"], error["Message"]

    return run


class CellFailed(Exception):
    """What a cell raised: its type's name and its message."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind, self.message = kind, message


class Kernel:
    """A Python process that runs cells one after the other, as a notebook's kernel does.

    What a Lab does to its process can't be undone; here it is done to another one.
    """

    _LOOP = """
import ast, contextlib, io, json, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever started pytest may ignore it
cells = {"__name__": "__main__"}
for line in sys.stdin:
    answer, printed = {}, io.StringIO()
    try:
        *body, last = ast.parse(json.loads(line)).body
        value = None
        with contextlib.redirect_stdout(printed):
            if isinstance(last, ast.Expr):
                exec(compile(ast.Module(body, []), "cell", "exec"), cells)
                value = eval(compile(ast.Expression(last.value), "cell", "eval"), cells)
            else:
                exec(compile(ast.Module([*body, last], []), "cell", "exec"), cells)
        answer["value"] = value
    except BaseException as error:
        answer["failed"] = [type(error).__name__, str(error)]
    print(json.dumps(answer, default=str), flush=True)
"""

    def __init__(self, environment: Mapping[str, str], **options: Any) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", self._LOOP],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=dict(environment),
            **options,
        )

    def run(self, cell: str) -> Any:
        """The value of the cell's last expression, by way of JSON.

        Raises:
            CellFailed: it raised something.
        """
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{json.dumps(textwrap.dedent(cell))}\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "failed" in answer:
            raise CellFailed(*answer["failed"])
        return answer["value"]

    def refused(self, cell: str) -> str:
        """The type and the message of what a cell must raise."""
        with pytest.raises(CellFailed) as caught:
            self.run(cell)
        return str(caught.value)

    def close(self) -> None:
        self.process.kill()
        with suppress(BrokenPipeError), self.process:  # closes the pipes, and waits
            return


@pytest.fixture(scope="module")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Kernel]]:
    """Starts kernels: without a Lab, with no variable that concerns AWS or drills but those given."""
    started: list[Kernel] = []
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "DRILL_")) and not name.lower().endswith("_proxy")
    }
    plain["TMPDIR"] = str(tmp_path_factory.mktemp("kernels"))

    def start(options: Mapping[str, Any] | None = None, **environment: str) -> Kernel:
        started.append(Kernel(plain | environment, **(options or {})))
        return started[-1]

    yield start
    for kernel in started:
        kernel.close()


@pytest.fixture(scope="session")
def served() -> Iterator[dict[str, Any]]:
    """What `drill serve` announced: a simulator for many kernels, each with a DRILL_LEARNER."""
    command = [sys.executable, "-m", "simulator", "serve", "--port", "0", "--child"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        yield json.loads(process.stdout.readline())
        process.kill()


@pytest.fixture(scope="module")
def learner(
    kernels: Callable[..., Kernel], served: dict[str, Any], request: pytest.FixtureRequest
) -> Kernel:
    """A kernel with a `lab` of its module's own, served by `served`."""
    kernel = kernels(
        DRILL_URL=served["control"],
        DRILL_TOKEN=served["token"],
        DRILL_LEARNER=request.module.__name__,
    )
    kernel.run("from simulator import Lab; lab = Lab('iam-leaked-key')")
    return kernel
