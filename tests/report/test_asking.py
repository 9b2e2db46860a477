"""To ask whether a call would be let through is to hear what the call itself would have heard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.gateway.caller import ANONYMOUS
from simulator.gateway.origin import Origin
from simulator.report.asking import Asking, allowed, identified
from simulator.report.credentials import ANYBODY, Held
from simulator.report.reach import Reach, reach_of
from tests.conftest import Cloud

HERE = Origin(Cloud.address)


def able(found: Reach, kind: str, name: str) -> tuple[str, ...]:
    """What the one source there is can do to a resource."""
    return next((edge[3] for edge in found.edges if edge[1:3] == (kind, name)), ())


def held(keys: Mapping[str, Any] | None) -> Held:
    return Held(keys["AccessKeyId"] if keys else ANYBODY, keys, (HERE,))


@pytest.mark.parametrize(
    ("service", "method", "operation", "params"),
    [
        ("s3", "list_objects_v2", "ListObjectsV2", {"Bucket": "open"}),
        ("s3", "get_object", "GetObject", {"Bucket": "open", "Key": "kept"}),
        ("s3", "get_object", "GetObject", {"Bucket": "shut", "Key": "kept"}),
        ("s3", "put_object", "PutObject", {"Bucket": "open", "Key": "new"}),
        ("s3", "get_object", "GetObject", {"Bucket": "open", "Key": "locked"}),
        ("iam", "list_users", "ListUsers", {}),
        ("iam", "create_user", "CreateUser", {"UserName": "new"}),
        ("sts", "assume_role", "AssumeRole", {"RoleName": "near"}),
        ("sts", "assume_role", "AssumeRole", {"RoleName": "far"}),
    ],
    ids=lambda each: str(each) if isinstance(each, str) else "",
)
def test_the_answer_is_what_the_call_gets(
    cloud: Cloud, service: str, method: str, operation: str, params: dict[str, Any]
) -> None:
    """Rights of one's own, a bucket's policy, a role's trust, a KMS key that one may not use."""
    keys = cloud.user(
        "ann",
        cloud.statement(["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::open*"]),
        cloud.statement(["iam:ListUsers", "sts:AssumeRole"]),
    )
    ann = f"arn:aws:iam::{cloud.account.id}:user/ann"
    s3, kms = cloud.root("s3"), cloud.root("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    for bucket in ("open", "shut"):
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="kept", Body=b"1")
    s3.put_object(
        Bucket="open", Key="locked", Body=b"1", ServerSideEncryption="aws:kms", SSEKMSKeyId=key
    )
    cloud.role("near", cloud.trust({"AWS": ann}))
    cloud.role("far", cloud.trust({"Service": "ec2.amazonaws.com"}))
    if role := params.get("RoleName"):
        arn = f"arn:aws:iam::{cloud.account.id}:role/{role}"
        params = {"RoleArn": arn, "RoleSessionName": "it"}
    caller = identified(cloud.account, keys, HERE)
    assert caller is not None
    told = Asking(cloud.account, caller, HERE).allows(service, operation, params)
    try:
        getattr(cloud.client(service, keys), method)(**params)
        happened = True
    except ClientError:
        happened = False
    assert told is happened


def test_a_refusal_counts_for_other_places_unless_somebody_looked_there(cloud: Cloud) -> None:
    """Who is let in from one address is asked from that one too."""
    near = {"IpAddress": {"aws:SourceIp": f"{Cloud.address}/32"}}
    bound = cloud.user("ann", cloud.statement("iam:ListUsers", Condition=near))
    free = cloud.user("bob", cloud.statement("iam:ListUsers"))
    places = [Origin("192.0.2.7"), HERE]
    for keys, question, expected in (
        (bound, ("iam", "ListUsers", {}), [(False, True), (True, True)]),
        (free, ("iam", "ListRoles", {}), [(False, False), (False, False)]),
    ):
        caller = identified(cloud.account, keys, HERE)
        assert caller is not None
        askings = [Asking(cloud.account, caller, place) for place in places]
        assert [one.answer(*question) for one in askings] == expected
        assert allowed(askings, question) is any(told for told, _ in expected)


def test_who_proves_nobody_is_nobody(cloud: Cloud) -> None:
    """A wrong secret, a key that is off, a session whose time is up or whose role is gone."""
    keys, iam = cloud.user("ann", cloud.statement("*")), cloud.root("iam")
    role = cloud.role("worker", cloud.trust({"AWS": cloud.account.id}))
    session = cloud.client("sts", keys).assume_role(
        RoleArn=role, RoleSessionName="it", DurationSeconds=900
    )["Credentials"]
    assert identified(cloud.account, keys, HERE) is not None
    assert identified(cloud.account, session, HERE) is not None
    assert identified(cloud.account, {**keys, "SecretAccessKey": "wrong"}, HERE) is None
    iam.update_access_key(UserName="ann", AccessKeyId=keys["AccessKeyId"], Status="Inactive")
    assert identified(cloud.account, keys, HERE) is None
    with cloud.world.clock.pinned(session["Expiration"] + timedelta(seconds=1)):
        assert identified(cloud.account, session, HERE) is None
    iam.delete_role(RoleName="worker")
    assert identified(cloud.account, session, HERE) is None


def test_anybody_reads_what_a_bucket_gives_to_everybody(cloud: Cloud) -> None:
    s3 = cloud.root("s3")
    for bucket in ("public", "private"):
        s3.create_bucket(Bucket=bucket)
    for key in ("a/1", "b/1"):
        s3.put_object(Bucket="public", Key=key, Body=b"1")
    s3.delete_public_access_block(Bucket="public")
    everybody = cloud.statement("s3:GetObject", "arn:aws:s3:::public/b/*", Principal="*")
    s3.put_bucket_policy(Bucket="public", Policy=cloud.policy(everybody))
    found = reach_of(cloud.account, [held(None)])
    assert able(found, "buckets", "public") == ("reads",), "one folder alone is open"
    assert able(found, "buckets", "private") == ()
    assert not Asking(cloud.account, ANONYMOUS, HERE).allows("iam", "ListUsers", {})


def test_keys_of_another_account_reach_what_is_shared_with_it_alone(cloud: Cloud) -> None:
    """And not the victim's IAM: the same call there is one to their own account."""
    other = cloud.open("999988887777", world=cloud.world)
    keys = cloud.user("eve", cloud.statement("*"), account=other)
    s3 = cloud.root("s3")
    for bucket in ("shared", "private"):
        s3.create_bucket(Bucket=bucket)
    partner = cloud.statement("s3:ListBucket", "arn:aws:s3:::shared", Principal={"AWS": other.id})
    s3.put_bucket_policy(Bucket="shared", Policy=cloud.policy(partner))
    found = reach_of(cloud.account, [held(keys)])
    assert found.sources[0]["kind"] == "an outsider's key"
    assert found.edges == [(keys["AccessKeyId"], "buckets", "shared", ("lists",))]


def test_secrets_and_functions_and_instances_are_reached_by_what_opens_them(cloud: Cloud) -> None:
    """Who runs commands on an instance acts as its role."""
    cloud.role("fleet", cloud.trust({"Service": "ec2.amazonaws.com"}), cloud.statement("s3:*"))
    iam, ec2 = cloud.root("iam"), cloud.root("ec2")
    iam.create_instance_profile(InstanceProfileName="fleet")
    iam.add_role_to_instance_profile(InstanceProfileName="fleet", RoleName="fleet")
    image = ec2.register_image(Name="base", RootDeviceName="/dev/sda1")["ImageId"]
    (instance,) = ec2.run_instances(
        ImageId=image, MinCount=1, MaxCount=1, IamInstanceProfile={"Name": "fleet"}
    )["Instances"]
    cloud.root("s3").create_bucket(Bucket="data")
    cloud.root("secretsmanager").create_secret(Name="db", SecretString="x")
    cloud.root("ssm").put_parameter(Name="/db", Value="x", Type="String")
    keys = cloud.user(
        "ann",
        cloud.statement(["ssm:SendCommand", "ssm:GetParameter"]),
        cloud.statement("secretsmanager:GetSecretValue"),
    )
    found = reach_of(cloud.account, [held(keys)])
    role = f"arn:aws:iam::{cloud.account.id}:role/fleet"
    assert able(found, "instances", instance["InstanceId"]) == ("runs commands",)
    assert able(found, "secrets", "db") == ("reads",)
    assert [edge[3] for edge in found.edges if edge[1] == "parameters"] == [("reads",)]
    assert found.takes == [(keys["AccessKeyId"], role)]
    assert [edge[0] for edge in found.edges if edge[1] == "buckets"] == [role]
