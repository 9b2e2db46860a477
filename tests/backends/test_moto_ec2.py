"""What moto's EC2 would make up, and an account of AWS would not have."""

import ipaddress
from typing import Any

import pytest

from tests.conftest import Cloud


@pytest.fixture
def ec2(cloud: Cloud) -> Any:
    return cloud.root("ec2")


def test_an_instance_is_hvm_and_so_is_what_is_launched_from_its_image(ec2: Any) -> None:
    def launch(image: str) -> Any:
        made = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)
        return made["Instances"][0]

    first = launch("ami-12345678")
    assert first["VirtualizationType"] == "hvm"
    image = ec2.create_image(InstanceId=first["InstanceId"], Name="golden")["ImageId"]
    assert ec2.describe_images(ImageIds=[image])["Images"][0]["VirtualizationType"] == "hvm"
    assert launch(image)["VirtualizationType"] == "hvm"


def test_an_elastic_address_is_a_public_one_and_follows_from_the_seed(cloud: Cloud) -> None:
    other = cloud.open("444455556666", seed=7)
    given = [
        cloud.root("ec2", account).allocate_address(Domain="vpc")["PublicIp"]
        for account in (cloud.account, other)
    ]
    assert ipaddress.ip_address(given[0]).is_global
    assert given[0] == given[1]


def test_the_services_for_endpoints_are_the_same_in_every_account(cloud: Cloud) -> None:
    other = cloud.open("444455556666", seed=8)
    seen = [
        cloud.root("ec2", account).describe_vpc_endpoint_services()["ServiceDetails"]
        for account in (cloud.account, other)
    ]
    assert seen[0] == seen[1]
    assert len({each["ServiceId"] for each in seen[0]}) == len(seen[0]) > 100


def test_the_services_are_not_drawn_from_the_chance_of_the_account(cloud: Cloud) -> None:
    ids = []
    for asked in ("describe_vpcs", "describe_vpc_endpoint_services"):
        ec2 = cloud.root("ec2", cloud.open("444455556666", seed=9))
        getattr(ec2, asked)()
        ids.append(ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])
        cloud.gateway.remove(cloud.worlds.pop())
    assert ids[0] == ids[1]


def test_s3_and_dynamodb_have_gateway_endpoints_besides(ec2: Any) -> None:
    named = {
        kind: {
            each["ServiceName"]
            for each in ec2.describe_vpc_endpoint_services(
                Filters=[{"Name": "service-type", "Values": [kind]}]
            )["ServiceDetails"]
        }
        for kind in ("Gateway", "Interface")
    }
    assert named["Gateway"] == {"com.amazonaws.us-east-1.dynamodb", "com.amazonaws.us-east-1.s3"}
    assert {f"com.amazonaws.us-east-1.{name}" for name in ("ec2", "ssm", "s3", "ecr.dkr")} <= named[
        "Interface"
    ]


def test_a_service_that_there_is_not_is_refused(ec2: Any, refusal: Any) -> None:
    name = "com.amazonaws.us-east-1.nothing"
    code, _, _ = refusal(lambda: ec2.describe_vpc_endpoint_services(ServiceNames=[name]))
    assert code == "InvalidServiceName"


def test_there_are_no_client_vpn_endpoints(ec2: Any) -> None:
    assert ec2.describe_client_vpn_endpoints()["ClientVpnEndpoints"] == []


def test_offerings_are_found_by_type_and_by_place(ec2: Any) -> None:
    def offered(**more: str) -> set[tuple[str, str]]:
        filters = [{"Name": name.replace("_", "-"), "Values": [v]} for name, v in more.items()]
        found = ec2.describe_instance_type_offerings(
            LocationType="availability-zone", Filters=filters
        )["InstanceTypeOfferings"]
        return {(each["InstanceType"], each["Location"]) for each in found}

    both = offered(instance_type="t3.small", location="us-east-1a")
    assert both == {("t3.small", "us-east-1a")}
    assert both < offered(instance_type="t3.small")
    assert len(offered(location="us-east-1a")) > 100
