"""A load balancer with a target, and requests to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from simulator.network import web
from simulator.network.message import Reply, WebRequest
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
