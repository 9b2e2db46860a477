"""Calls through a VPC endpoint: its policy limits them, and its keys tell where they come from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.gateway.origin import Origin
from tests.conftest import Cloud, Refusal


class Private:
    """A VPC with an endpoint for S3, and an admin who calls from inside it."""

    def __init__(self, cloud: Cloud, **options: Any) -> None:
        self.cloud, self.ec2 = cloud, cloud.root("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        made = self.ec2.create_vpc_endpoint(
            VpcId=self.vpc, ServiceName="com.amazonaws.us-east-1.s3", **options
        )
        self.id = made["VpcEndpoint"]["VpcEndpointId"]
        self.keys = cloud.user("admin", cloud.statement("*"))
        for name in ("own", "foreign"):
            cloud.root("s3").create_bucket(Bucket=name)

    def client(self, service: str = "s3", **more: Any) -> Any:
        origin = Origin("203.0.113.9", vpc_endpoints=(self.id,), private_ip="10.0.0.4", **more)
        return self.cloud.client(service, self.keys, origin=origin)


def only(bucket: str) -> str:
    return Cloud.policy(
        Cloud.statement(
            "s3:*", [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"], Principal="*"
        )
    )


def test_an_endpoint_without_a_policy_lets_everything_pass(cloud: Cloud) -> None:
    s3 = Private(cloud).client()
    s3.put_object(Bucket="foreign", Key="k", Body=b"-")


def test_an_endpoint_policy_limits_even_an_admin(cloud: Cloud, refusal: Refusal) -> None:
    private = Private(cloud, PolicyDocument=only("own"))
    s3 = private.client()
    s3.put_object(Bucket="own", Key="k", Body=b"-")
    code, status, text = refusal(lambda: s3.put_object(Bucket="foreign", Key="k", Body=b"-"))
    assert (code, status) == ("AccessDenied", 403)
    assert "because no VPC endpoint policy allows the s3:PutObject action" in text
    cloud.client("s3", private.keys).put_object(Bucket="foreign", Key="k", Body=b"-")


def test_an_endpoint_serves_its_service_and_region_alone(cloud: Cloud) -> None:
    private = Private(cloud, PolicyDocument=only("own"))
    private.client("sns").list_topics()


def test_a_deleted_endpoint_is_no_longer_on_the_way(cloud: Cloud, refusal: Refusal) -> None:
    private = Private(cloud, PolicyDocument=only("own"))
    s3 = private.client()
    assert refusal(lambda: s3.list_objects_v2(Bucket="foreign"))[0] == "AccessDenied"
    private.ec2.delete_vpc_endpoints(VpcEndpointIds=[private.id])
    s3.list_objects_v2(Bucket="foreign")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:SourceVpce", "{id}"),
        ("aws:SourceVpc", "{vpc}"),
        ("aws:SourceVpcArn", "arn:aws:ec2:us-east-1:111122223333:vpc/{vpc}"),
        ("aws:VpcSourceIp", "10.0.0.4"),
        ("aws:VpceAccount", "111122223333"),
        ("aws:SourceIp", None),
    ],
)
def test_a_bucket_policy_sees_the_endpoint(
    cloud: Cloud, refusal: Refusal, key: str, value: str | None
) -> None:
    private = Private(cloud)
    given = value.format(id=private.id, vpc=private.vpc) if value else None
    test = {"StringNotEquals": {key: given}} if given else {"Null": {key: "false"}}
    deny = cloud.statement("s3:*", "arn:aws:s3:::own/*", "Deny", Principal="*", Condition=test)
    cloud.root("s3").put_bucket_policy(Bucket="own", Policy=cloud.policy(deny))
    private.client().put_object(Bucket="own", Key="k", Body=b"-")
    outside = cloud.client("s3", private.keys)
    assert refusal(lambda: outside.get_object(Bucket="own", Key="k"))[0] == "AccessDenied"


def test_a_new_policy_counts_at_once_and_a_reset_allows_everything(
    cloud: Cloud, refusal: Refusal
) -> None:
    private = Private(cloud)
    s3, change = private.client(), private.ec2.modify_vpc_endpoint
    change(VpcEndpointId=private.id, PolicyDocument=only("own"))
    assert refusal(lambda: s3.list_objects_v2(Bucket="foreign"))[0] == "AccessDenied"
    change(VpcEndpointId=private.id, ResetPolicy=True)
    s3.list_objects_v2(Bucket="foreign")


@pytest.mark.parametrize(
    "document",
    ["{", json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})],
    ids=["no JSON", "no principal"],
)
def test_a_malformed_endpoint_policy_is_refused(
    cloud: Cloud, refusal: Refusal, document: str
) -> None:
    private = Private(cloud)
    for call in (
        lambda: private.ec2.modify_vpc_endpoint(VpcEndpointId=private.id, PolicyDocument=document),
        lambda: private.ec2.create_vpc_endpoint(
            VpcId=private.vpc, ServiceName="com.amazonaws.us-east-1.s3", PolicyDocument=document
        ),
    ):
        code, status, text = refusal(call)
        assert (code, status) == ("InvalidPolicyDocument", 400)
        assert text.startswith("The Policy Document is not valid.")


def test_the_trail_names_the_endpoint_and_the_private_address(cloud: Cloud) -> None:
    private = Private(cloud)
    private.client().list_buckets()
    record = cloud.account.records[-1]
    assert record["vpcEndpointId"] == private.id
    assert record["sourceIPAddress"] == "10.0.0.4"


def test_an_endpoint_of_another_world_is_not_on_the_way(cloud: Cloud) -> None:
    cloud.open("444455556666", seed=9)
    far = cloud.root("ec2", cloud.worlds[1].accounts["444455556666"])
    vpc = far.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = far.create_vpc_endpoint(
        VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", PolicyDocument=only("none")
    )
    private = Private(cloud)
    private.id = made["VpcEndpoint"]["VpcEndpointId"]
    private.client().list_objects_v2(Bucket="own")
