"""A load balancer with a target, and requests to it; and one network with everything in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from simulator.network import web
from simulator.network.balancing import Listener, LoadBalancer, Target
from simulator.network.firewall import Firewall, FirewallPolicy
from simulator.network.message import Reply, WebRequest
from simulator.network.model import (
    AclEntry,
    EgressOnlyGateway,
    GatewayEndpoint,
    Interface,
    InternetGateway,
    NatGateway,
    Network,
    NetworkAcl,
    Peering,
    Permission,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
    VirtualPrivateGateway,
    Vpc,
)
from simulator.notebook.logs import logs

if TYPE_CHECKING:
    import pandas as pd

    from tests.conftest import LogTrail


class Site:
    """A load balancer whose listener forwards to one group of targets."""

    client_ip = "203.0.113.77"

    def __init__(self, trail: LogTrail) -> None:
        self.trail, self.cloud, self.world = trail, trail.cloud, trail.cloud.world
        self.elb, self.s3 = trail.client("elbv2"), trail.client("s3")
        self.ec2 = trail.client("ec2")
        self.vpc = self.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        found = self.ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [self.vpc]}])
        self.subnets = sorted(each["SubnetId"] for each in found["Subnets"])
        self.group_id = self.ec2.describe_security_groups(
            Filters=[
                {"Name": "vpc-id", "Values": [self.vpc]},
                {"Name": "group-name", "Values": ["default"]},
            ]
        )["SecurityGroups"][0]["GroupId"]
        self.ec2.authorize_security_group_ingress(
            GroupId=self.group_id,
            IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
        )

    def balancer(self, name: str = "web", kind: str = "application", **more: Any) -> dict[str, Any]:
        made = self.elb.create_load_balancer(Name=name, Subnets=self.subnets[:2], Type=kind, **more)
        balancer: dict[str, Any] = made["LoadBalancers"][0]
        return balancer

    def group(self, name: str = "app", *targets: str, protocol: str = "HTTP") -> str:
        """A target group with addresses or instances as targets; its ARN."""
        kind = "instance" if targets and targets[0].startswith("i-") else "ip"
        made = self.elb.create_target_group(
            Name=name, Protocol=protocol, Port=8080, VpcId=self.vpc, TargetType=kind
        )
        arn = str(made["TargetGroups"][0]["TargetGroupArn"])
        if targets:
            self.elb.register_targets(
                TargetGroupArn=arn, Targets=[{"Id": target} for target in targets]
            )
        return arn

    def listen(
        self, balancer: dict[str, Any], *actions: Any, port: int = 80, protocol: str = "HTTP"
    ) -> str:
        """A listener; an action given as a text forwards to the group of that ARN."""
        secure = {} if protocol not in {"HTTPS", "TLS"} else {"Certificates": [self.certificate()]}
        listener = self.elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Port=port,
            Protocol=protocol,
            DefaultActions=[_action(each) for each in actions],
            **secure,
        )
        return str(listener["Listeners"][0]["ListenerArn"])

    def certificate(self) -> dict[str, str]:
        made = self.trail.client("acm").request_certificate(DomainName="www.example.com")
        return {"CertificateArn": made["CertificateArn"]}

    def rule(self, listener: str, priority: int, action: Any, *conditions: dict[str, Any]) -> None:
        self.elb.create_rule(
            ListenerArn=listener,
            Priority=priority,
            Conditions=list(conditions),
            Actions=[_action(action)],
        )

    def get(self, url: str, source_ip: str = client_ip, **more: Any) -> Reply:
        return web.visit(self.world, WebRequest(url, source_ip, **more))

    def log(self, balancer: dict[str, Any], bucket: str = "weblogs", **more: str) -> None:
        """Turn access logs on."""
        told = {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": bucket, **more}
        self.elb.modify_load_balancer_attributes(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Attributes=[{"Key": key, "Value": value} for key, value in told.items()],
        )

    def bucket(self, principal: dict[str, str], name: str = "weblogs", **more: Any) -> None:
        """A bucket that a principal may put objects into."""
        self.s3.create_bucket(Bucket=name)
        put = self.cloud.statement(
            "s3:PutObject", f"arn:aws:s3:::{name}/*", Principal=principal, **more
        )
        self.s3.put_bucket_policy(Bucket=name, Policy=self.cloud.policy(put))

    def objects(self, name: str = "weblogs") -> list[str]:
        return [each["Key"] for each in self.s3.list_objects_v2(Bucket=name).get("Contents", ())]

    def logged(self, kind: str) -> pd.DataFrame:
        """What has been delivered ten minutes from now."""
        self.trail.wait(minutes=10)
        return logs(kind, self.trail.client)


def _action(action: Any) -> dict[str, Any]:
    if isinstance(action, str):
        return {"Type": "forward", "TargetGroupArn": action}
    return dict(action)


@pytest.fixture
def site(trail: LogTrail) -> Site:
    """The means to make load balancers in the default VPC on 2 November 2026 at noon."""
    return Site(trail)


@pytest.fixture
def front(site: Site) -> Callable[..., tuple[str, str]]:
    """Makes a load balancer on port 80 with these default actions; its host and listener."""

    def make(*actions: Any) -> tuple[str, str]:
        balancer = site.balancer()
        return balancer["DNSName"], site.listen(balancer, *actions)

    return make


EVERYTHING = (AclEntry(100, True, "-1", "0.0.0.0/0"), AclEntry(101, True, "-1", "::/0"))
ALL_OUT = (Permission("-1", "0.0.0.0/0", id="sgr-out4"), Permission("-1", "::/0", id="sgr-out6"))


@pytest.fixture(scope="session")
def company() -> Network:
    """VPC `a` with web, application, data and inspected subnets; `b` peered with it, `c` with `b`.

    Everything that the groups below name works; tests take something away.
    """
    return Network(
        vpcs=(
            Vpc("vpc-a", ("10.0.0.0/16", "2001:db8:a::/56")),
            Vpc("vpc-b", ("10.1.0.0/16",)),
            Vpc("vpc-c", ("10.2.0.0/16",)),
        ),
        subnets=(
            Subnet(
                "subnet-web", "vpc-a", ("10.0.1.0/24", "2001:db8:a:1::/64"), "rtb-web", "acl-web"
            ),
            Subnet(
                "subnet-app", "vpc-a", ("10.0.2.0/24", "2001:db8:a:2::/64"), "rtb-app", "acl-app"
            ),
            Subnet("subnet-data", "vpc-a", ("10.0.3.0/24",), "rtb-data", "acl-data"),
            Subnet("subnet-fw", "vpc-a", ("10.0.8.0/28",), "rtb-fw", "acl-open"),
            Subnet("subnet-seen", "vpc-a", ("10.0.9.0/24",), "rtb-seen", "acl-open"),
            Subnet("subnet-b", "vpc-b", ("10.1.1.0/24",), "rtb-b", "acl-b"),
            Subnet("subnet-c", "vpc-c", ("10.2.1.0/24",), "rtb-c", "acl-open"),
        ),
        interfaces=(
            Interface(
                "eni-web",
                "subnet-web",
                ("10.0.1.10", "2001:db8:a:1::10"),
                ("sg-web",),
                {"10.0.1.10": "203.0.113.10"},
                "i-web",
            ),
            Interface("eni-web2", "subnet-web", ("10.0.1.11",), ("sg-web",), {}, "i-web2"),
            Interface(
                "eni-app", "subnet-app", ("10.0.2.10", "2001:db8:a:2::10"), ("sg-app",), {}, "i-app"
            ),
            Interface("eni-data", "subnet-data", ("10.0.3.10",), ("sg-data",), {}, "i-data"),
            Interface("eni-nat", "subnet-web", ("10.0.1.5",), (), {"10.0.1.5": "203.0.113.5"}),
            Interface(
                "eni-alb", "subnet-web", ("10.0.1.20",), ("sg-alb",), {"10.0.1.20": "203.0.113.20"}
            ),
            Interface("eni-ssm", "subnet-app", ("10.0.2.99",), ("sg-ssm",)),
            Interface(
                "eni-seen",
                "subnet-seen",
                ("10.0.9.10",),
                ("sg-web",),
                {"10.0.9.10": "203.0.113.9"},
                "i-seen",
            ),
            Interface("eni-b", "subnet-b", ("10.1.1.10",), ("sg-b",), {}, "i-b"),
            Interface("eni-c", "subnet-c", ("10.2.1.10",), ("sg-c",), {}, "i-c"),
        ),
        groups=(
            SecurityGroup(
                "sg-web",
                "vpc-a",
                (
                    Permission("tcp", "0.0.0.0/0", 443, 443, "sgr-https"),
                    Permission("tcp", "::/0", 443, 443, "sgr-https6"),
                    Permission("tcp", "198.51.100.0/24", 22, 22, "sgr-ssh"),
                    Permission("tcp", "sg-alb", 8080, 8080, "sgr-alb"),
                    Permission("icmp", "0.0.0.0/0", 8, -1, "sgr-ping"),
                ),
                ALL_OUT,
            ),
            SecurityGroup(
                "sg-app", "vpc-a", (Permission("tcp", "sg-web", 8443, 8443, "sgr-app"),), ALL_OUT
            ),
            SecurityGroup(
                "sg-data",
                "vpc-a",
                (
                    Permission("tcp", "sg-app", 5432, 5432, "sgr-db"),
                    Permission("tcp", "pl-office", 5432, 5432, "sgr-office"),
                    Permission("tcp", "sg-b", 5432, 5432, "sgr-peer"),
                ),
                (Permission("tcp", "pl-s3", 443, 443, "sgr-s3"),),
            ),
            SecurityGroup("sg-alb", "vpc-a", (Permission("tcp", "0.0.0.0/0", 80, 80),), ALL_OUT),
            SecurityGroup("sg-ssm", "vpc-a", (Permission("tcp", "10.0.0.0/16", 443, 443),), ()),
            SecurityGroup("sg-b", "vpc-b", (Permission("tcp", "10.0.0.0/8", 443, 443),), ALL_OUT),
            SecurityGroup("sg-c", "vpc-c", (Permission("-1", "0.0.0.0/0"),), ALL_OUT),
        ),
        acls=tuple(
            NetworkAcl(f"acl-{name}", EVERYTHING, EVERYTHING)
            for name in ("web", "app", "data", "open", "b")
        ),
        route_tables=(
            RouteTable("rtb-web", (Route("0.0.0.0/0", "igw-a"), Route("::/0", "igw-a"))),
            RouteTable(
                "rtb-app",
                (
                    Route("0.0.0.0/0", "nat-a"),
                    Route("::/0", "eigw-a"),
                    Route("10.1.0.0/16", "pcx-ab"),
                    Route("10.2.0.0/16", "pcx-ab"),
                ),
            ),
            RouteTable(
                "rtb-data",
                (
                    Route("pl-s3", "vpce-s3"),
                    Route("10.1.0.0/16", "pcx-ab"),
                    Route("192.168.0.0/16", "vgw-a"),
                ),
            ),
            RouteTable("rtb-fw", (Route("0.0.0.0/0", "igw-a"),)),
            RouteTable("rtb-seen", (Route("0.0.0.0/0", "vpce-fw"),)),
            RouteTable("rtb-igw", (Route("10.0.9.0/24", "vpce-fw"),)),
            RouteTable(
                "rtb-b",
                (
                    Route("10.0.0.0/16", "pcx-ab"),
                    Route("10.2.0.0/16", "pcx-bc"),
                    Route("0.0.0.0/0", "pcx-ab"),
                ),
            ),
            RouteTable("rtb-c", (Route("10.1.0.0/16", "pcx-bc"), Route("10.0.0.0/16", "pcx-bc"))),
        ),
        prefix_lists={
            "pl-s3": ("198.18.0.0/24",),
            "pl-office": ("192.168.7.0/24", "192.168.8.0/24"),
        },
        internet_gateways=(InternetGateway("igw-a", "vpc-a", "rtb-igw"),),
        egress_only_gateways=(EgressOnlyGateway("eigw-a", "vpc-a"),),
        nat_gateways=(NatGateway("nat-a", "eni-nat"),),
        peerings=(Peering("pcx-ab", "vpc-a", "vpc-b"), Peering("pcx-bc", "vpc-b", "vpc-c")),
        gateway_endpoints=(GatewayEndpoint("vpce-s3", "vpc-a", "com.amazonaws.us-east-1.s3"),),
        endpoint_interfaces=frozenset({"eni-ssm"}),
        private_gateways=(VirtualPrivateGateway("vgw-a", "vpc-a"),),
        firewalls=(Firewall("vpce-fw", "subnet-fw", FirewallPolicy()),),
        load_balancers=(
            LoadBalancer(
                "alb-a",
                ("eni-alb",),
                (
                    Listener(
                        "tcp",
                        80,
                        (Target("10.0.1.10", 8080), Target("10.0.1.11", 8080, "unhealthy")),
                    ),
                ),
            ),
        ),
        names={
            "www.example.com": ("203.0.113.20",),
            "s3.us-east-1.amazonaws.com": ("198.18.0.1",),
        },
        private_names={("vpc-a", "ssm.us-east-1.amazonaws.com"): ("10.0.2.99",)},
    )
