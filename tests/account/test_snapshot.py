"""Accounts are copied out, put back and thrown away, and nobody else's are touched."""

from __future__ import annotations

import gc
import io
import json
import weakref
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from simulator.account import snapshot
from simulator.account.state import states_of

Make = Callable[[Any, str], object]
List = Callable[[Any], list[Any]]

ROLE = {"AssumeRolePolicyDocument": '{"Version": "2012-10-17", "Statement": []}'}
SERVICES: dict[str, tuple[Make, List]] = {
    "iam": (
        lambda c, name: c.create_user(UserName=name),
        lambda c: [each["UserName"] for each in c.list_users()["Users"]],
    ),
    "s3": (
        lambda c, name: c.create_bucket(Bucket=f"bucket-{name}"),
        lambda c: [each["Name"] for each in c.list_buckets()["Buckets"]],
    ),
    "ec2": (
        lambda c, name: c.create_security_group(GroupName=name, Description="x"),
        lambda c: [each["GroupId"] for each in c.describe_security_groups()["SecurityGroups"]],
    ),
    "kms": (
        lambda c, name: c.create_key(Description=name),
        lambda c: [each["KeyId"] for each in c.list_keys()["Keys"]],
    ),
    "secretsmanager": (
        lambda c, name: c.create_secret(Name=name, SecretString="x"),
        lambda c: [each["ARN"] for each in c.list_secrets()["SecretList"]],
    ),
    "ssm": (
        lambda c, name: c.put_parameter(Name=name, Value="x", Type="String"),
        lambda c: [each["Name"] for each in c.describe_parameters()["Parameters"]],
    ),
    "sqs": (
        lambda c, name: c.create_queue(QueueName=name),
        lambda c: c.list_queues().get("QueueUrls", []),
    ),
    "sns": (
        lambda c, name: c.create_topic(Name=name),
        lambda c: [each["TopicArn"] for each in c.list_topics()["Topics"]],
    ),
    "logs": (
        lambda c, name: c.create_log_group(logGroupName=name),
        lambda c: [each["logGroupName"] for each in c.describe_log_groups()["logGroups"]],
    ),
    "events": (
        lambda c, name: c.put_rule(Name=name, ScheduleExpression="rate(1 hour)"),
        lambda c: [each["Name"] for each in c.list_rules()["Rules"]],
    ),
    "dynamodb": (
        lambda c, name: c.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        ),
        lambda c: c.list_tables()["TableNames"],
    ),
}
every_service = pytest.mark.parametrize("service", SERVICES)


@every_service
def test_what_was_made_since_is_gone_and_what_was_there_is_there(cloud: Any, service: str) -> None:
    client, (make, listed) = cloud.root(service), SERVICES[service]
    make(client, "before")
    saved, before = snapshot.save([cloud.account.id]), listed(client)
    assert before
    for name in ("after", "once-more"):  # a snapshot can be restored any number of times
        make(client, name)
        assert len(listed(client)) == len(before) + 1
        snapshot.restore(saved, [cloud.account.id])
        assert listed(client) == before


@every_service
def test_a_service_first_used_since_is_empty_again(cloud: Any, service: str) -> None:
    make, listed = SERVICES[service]
    region = "us-east-1" if service == "s3" else "eu-west-1"
    saved = snapshot.save([cloud.account.id])
    client = cloud.root(service, region=region)
    before = len(listed(client)) if service in {"iam", "ec2"} else 0
    make(client, "after")
    snapshot.restore(saved, [cloud.account.id])
    assert len(listed(client)) == before


@every_service
def test_another_account_keeps_what_it_has(cloud: Any, service: str) -> None:
    other = cloud.open("444455556666", seed=8)
    make, listed = SERVICES[service]
    saved = snapshot.save([cloud.account.id])
    client = cloud.root(service, other)
    make(client, "theirs")
    before = listed(client)
    snapshot.restore(saved, [cloud.account.id])
    assert listed(client) == before
    snapshot.forget([cloud.account.id])
    assert listed(client) == before


def test_objects_and_policies_are_put_back_as_they_were(cloud: Any) -> None:
    s3, iam = cloud.root("s3"), cloud.root("iam")
    s3.create_bucket(Bucket="kept")
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="kept", Key="k", Body=b"first")
    iam.create_role(RoleName="job", **ROLE)
    saved = snapshot.save([cloud.account.id])
    for _ in range(2):
        s3.put_object(Bucket="kept", Key="k", Body=b"second")
        s3.delete_object(Bucket="kept", Key="k")
        iam.update_assume_role_policy(
            RoleName="job", PolicyDocument=cloud.trust({"AWS": cloud.account.id})
        )
        snapshot.restore(saved, [cloud.account.id])
        assert s3.get_object(Bucket="kept", Key="k")["Body"].read() == b"first"
        assert len(s3.list_object_versions(Bucket="kept")["Versions"]) == 1
        trust = iam.get_role(RoleName="job")["Role"]["AssumeRolePolicyDocument"]
        assert trust == json.loads(ROLE["AssumeRolePolicyDocument"])


def test_the_copy_and_the_account_share_nothing_that_changes(cloud: Any) -> None:
    iam = cloud.root("iam")
    iam.create_user(UserName="ann")
    saved = snapshot.save([cloud.account.id])
    iam.put_user_policy(
        UserName="ann", PolicyName="p", PolicyDocument=cloud.policy(cloud.statement("*"))
    )
    iam.tag_user(UserName="ann", Tags=[{"Key": "a", "Value": "b"}])
    snapshot.restore(saved, [cloud.account.id])
    assert iam.list_user_policies(UserName="ann")["PolicyNames"] == []
    assert iam.list_user_tags(UserName="ann")["Tags"] == []


def test_who_has_one_of_awss_own_policies_is_counted_anew(cloud: Any) -> None:
    iam, arn = cloud.root("iam"), "arn:aws:iam::aws:policy/ReadOnlyAccess"

    def attached() -> int:
        return int(iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"])

    for name in ("ann", "bob"):
        iam.create_user(UserName=name)
    iam.attach_user_policy(UserName="ann", PolicyArn=arn)
    saved = snapshot.save([cloud.account.id])
    iam.attach_user_policy(UserName="bob", PolicyArn=arn)
    assert attached() == 2
    snapshot.restore(saved, [cloud.account.id])
    assert attached() == 1
    held = iam.list_attached_user_policies(UserName="ann")["AttachedPolicies"]
    assert [each["PolicyArn"] for each in held] == [arn]


def test_a_forgotten_account_frees_the_names_of_its_buckets(cloud: Any) -> None:
    other = cloud.open("444455556666", seed=8)
    cloud.root("s3").create_bucket(Bucket="wanted")
    theirs = cloud.root("s3", other)
    with pytest.raises(theirs.exceptions.ClientError, match="BucketAlreadyExists"):
        theirs.create_bucket(Bucket="wanted")
    snapshot.forget([cloud.account.id])
    theirs.create_bucket(Bucket="wanted")
    snapshot.restore(snapshot.save([other.id]), [other.id])
    assert [each["Name"] for each in theirs.list_buckets()["Buckets"]] == ["wanted"]


def test_a_world_is_put_back_with_its_sessions_records_settings_and_clock(cloud: Any) -> None:
    from datetime import timedelta

    world, keys = cloud.world, cloud.user("ann", cloud.statement("*"))
    world.settings["ci"] = {"key": "one"}
    sts = cloud.client("sts", keys)
    early = sts.get_session_token()["Credentials"]
    records, now = list(cloud.account.records), world.clock.now()
    with world.undone():
        late = sts.get_session_token()["Credentials"]
        world.settings["ci"]["key"] = "two"
        world.clock.advance(timedelta(hours=5))
    assert cloud.account.records == records
    assert world.settings == {"ci": {"key": "one"}}
    assert world.clock.now() - now < timedelta(hours=1)
    assert cloud.client("sts", early).get_caller_identity()["Arn"].endswith(":user/ann")
    with pytest.raises(sts.exceptions.ClientError, match="InvalidClientTokenId"):
        cloud.client("sts", late).get_caller_identity()


def test_after_a_restore_the_same_calls_make_the_same_ids(cloud: Any) -> None:
    saved, ids = cloud.gateway.save(cloud.world), []
    for _ in range(2):
        user = cloud.root("iam").create_user(UserName="ann")["User"]["UserId"]
        group = cloud.root("ec2").create_security_group(GroupName="g", Description="x")["GroupId"]
        ids.append((user, group))
        cloud.gateway.restore(cloud.world, saved)
    assert ids[0] == ids[1]


def test_a_forgotten_account_leaves_nothing_though_services_look_at_each_other(cloud: Any) -> None:
    """Auto Scaling's state, when it is reset, makes a new one of EC2."""
    cloud.root("autoscaling").describe_auto_scaling_groups()
    assert states_of("ec2", cloud.account.id)
    snapshot.forget([cloud.account.id])
    assert not states_of("ec2", cloud.account.id)
    assert not states_of("autoscaling", cloud.account.id)


def test_every_version_of_an_object_is_put_back(cloud: Any) -> None:
    s3 = cloud.root("s3")
    s3.create_bucket(Bucket="versions")
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    first, second = (
        s3.put_object(Bucket="versions", Key="k", Body=body)["VersionId"] for body in (b"1", b"2")
    )
    s3.delete_object(Bucket="versions", Key="k")
    saved = snapshot.save(cloud.world.accounts)
    s3.put_object(Bucket="versions", Key="k", Body=b"3")
    for _ in range(2):
        snapshot.restore(saved, cloud.world.accounts)
        told = s3.list_object_versions(Bucket="versions")
        assert {each["VersionId"] for each in told["Versions"]} == {first, second}
        assert len(told["DeleteMarkers"]) == 1
        old = s3.get_object(Bucket="versions", Key="k", VersionId=first)
        assert old["Body"].read() == b"1"


def test_the_end_of_one_account_leaves_the_objects_of_every_other_one(cloud: Any) -> None:
    """moto closes every object that it ever made, whoever has it."""
    other = cloud.open("444455556666", seed=8)
    s3 = cloud.root("s3", other)
    s3.create_bucket(Bucket="theirs")
    s3.put_object(Bucket="theirs", Key="k", Body=b"first")
    cloud.root("s3").create_bucket(Bucket="mine")
    saved = snapshot.save([other.id])
    snapshot.forget([cloud.account.id])
    assert s3.get_object(Bucket="theirs", Key="k")["Body"].read() == b"first"
    snapshot.restore(saved, [other.id])
    assert s3.get_object(Bucket="theirs", Key="k")["Body"].read() == b"first"


def test_a_function_found_by_its_arn_is_the_restored_one(cloud: Any) -> None:
    """moto finds functions by ARN in a table that doesn't hold them."""
    functions = cloud.root("lambda")
    trust = cloud.trust({"Service": "lambda.amazonaws.com"})
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as packed:
        packed.writestr("job.py", "def run(event, context): ...")
    arn = functions.create_function(
        FunctionName="job",
        Runtime="python3.12",
        Handler="job.run",
        Role=cloud.role("job", trust),
        Code={"ZipFile": code.getvalue()},
    )["FunctionArn"]
    with cloud.world.undone():
        functions.update_function_configuration(FunctionName=arn, Description="changed")
        functions.tag_resource(Resource=arn, Tags={"a": "b"})
    shown = functions.get_function(FunctionName=arn)
    assert shown["Configuration"]["Description"] == ""
    assert not shown.get("Tags")


def test_what_is_undone_is_freed(cloud: Any) -> None:
    """moto lists whatever it makes, so that nothing of it ever goes."""
    from moto.ec2.models.instances import Instance
    from moto.s3.models import FakeKey

    s3, ec2 = cloud.root("s3"), cloud.root("ec2")
    s3.create_bucket(Bucket="kept")
    with cloud.world.undone():
        s3.put_object(Bucket="kept", Key="k", Body=b"x")
        ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)
        backend = states_of("s3", cloud.account.id)[0]
        gone = weakref.ref(backend.buckets["kept"].keys["k"])
    gc.collect()
    assert gone() is None
    assert not FakeKey.instances_tracked
    assert not Instance.instances_tracked


def test_an_instance_that_was_undone_leaves_the_address_of_another_one(cloud: Any) -> None:
    """moto takes an instance's address from its subnet when the instance is freed."""
    ec2 = cloud.root("ec2")
    made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]
    with cloud.world.undone():
        ec2.describe_instances()
    gc.collect()
    subnet = states_of("ec2", cloud.account.id)[0].get_subnet(made["SubnetId"])
    assert made["PrivateIpAddress"] in subnet._subnet_ips


def test_a_queue_takes_messages_after_a_restore_and_in_what_is_undone(cloud: Any) -> None:
    sqs = cloud.root("sqs")
    queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="before")
    saved = cloud.world.save()
    with cloud.world.undone():
        sqs.send_message(QueueUrl=queue, MessageBody="undone")
    cloud.world.restore(saved)
    sqs.send_message(QueueUrl=queue, MessageBody="after")
    found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in found] == ["before", "after"]
