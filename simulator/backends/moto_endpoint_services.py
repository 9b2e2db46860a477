"""The AWS services to which a VPC can have an endpoint: the same in every account and process.

moto collects them from all of its services, some of which don't load here, and draws their ids from
the account's chance. Sources: "DescribeVpcEndpointServices", "AWS services that integrate with AWS
PrivateLink", "Gateway endpoints".
"""

from __future__ import annotations

import random
from typing import Any

_GATEWAYS = ("dynamodb", "s3")
_HOSTS = {
    "ecr.api": "api.ecr",
    "ecr.dkr": "*.dkr.ecr",
    "iot.data": "data-ats.iot",
    "kinesis-firehose": "firehose",
    "kinesis-streams": "kinesis",
    "sagemaker.api": "api.sagemaker",
}
"""The private DNS name's beginning, where it isn't the service's name."""


def adopt() -> None:
    """Let moto's EC2 answer with these services; moto.ec2.models must be loaded."""
    from moto.ec2.models.vpcs import VPCBackend

    backend: Any = VPCBackend
    backend._collect_default_endpoint_services = staticmethod(lambda _, region: offered(region))


def offered(region: str) -> list[dict[str, Any]]:
    """All of a Region's, as moto describes them."""
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
    from moto.ec2.models.vpcs import AWS_ENDPOINT_SERVICES

    zones = [zone.name for zone in RegionsAndZonesBackend.zones.get(region, ())]
    interfaces = sorted({*AWS_ENDPOINT_SERVICES, *_HOSTS, "dynamodb", "s3"})
    return [
        *(_described(name, region, zones, "Gateway") for name in _GATEWAYS),
        *(_described(name, region, zones, "Interface") for name in interfaces),
    ]


def _described(name: str, region: str, zones: list[str], kind: str) -> dict[str, Any]:
    chance = random.Random(f"endpoint service/{region}/{name}/{kind}")
    host = f"{_HOSTS.get(name, name)}.{region}"
    described: dict[str, Any] = {
        "ServiceName": f"com.amazonaws.{region}.{name}",
        "ServiceId": f"vpce-svc-{chance.getrandbits(68):017x}",
        "ServiceType": [{"ServiceType": kind}],
        "AvailabilityZones": zones,
        "Owner": "amazon",
        "BaseEndpointDnsNames": [f"{host}.amazonaws.com"],
        "VpcEndpointPolicySupported": True,
        "AcceptanceRequired": False,
        "ManagesVpcEndpoints": False,
        "Tags": [],
    }
    if kind == "Interface":
        described |= {
            "BaseEndpointDnsNames": [f"{host.removeprefix('*.')}.vpce.amazonaws.com"],
            "PrivateDnsName": f"{host}.amazonaws.com",
            "PrivateDnsNames": [{"PrivateDnsName": f"{host}.amazonaws.com"}],
            "PrivateDnsNameVerificationState": "verified",
        }
    return described
