"""Policies on tags see the tags that resources bear, in every service, through real calls."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.account.lookup import AccountLookup
from simulator.account.state import state_of
from simulator.gateway.caller import ANONYMOUS
from tests.conftest import Cloud

ACCOUNT = "111122223333"
Make = Callable[[Any, Cloud, str], str]
"""(root's client of the service, the cloud, a team) → the name of a new resource of that team."""
CASES: dict[str, tuple[Make, Callable[[Any, str], object]]] = {}


def case(use: Callable[[Any, str], object]) -> Callable[[Make], Make]:
    """The resources of one service, and a call on one of them."""

    def add(make: Make) -> Make:
        CASES[make.__name__] = (make, use)
        return make

    return add


def pairs(team: str, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{key: "team", value: team}]


def specified(kind: str, team: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": pairs(team)}]


def code() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "")
    return packed.getvalue()


def image(cloud: Cloud, name: str) -> str:
    ec2 = cloud.root("ec2")
    return str(ec2.register_image(Name=name, RootDeviceName="/dev/sda1")["ImageId"])


@case(lambda client, name: client.stop_instances(InstanceIds=[name]))
def ec2__instance(client: Any, cloud: Cloud, team: str) -> str:
    made = client.run_instances(
        ImageId=image(cloud, f"image-{team}"),
        MinCount=1,
        MaxCount=1,
        TagSpecifications=specified("instance", team),
    )
    return str(made["Instances"][0]["InstanceId"])


@case(lambda client, name: client.delete_volume(VolumeId=name))
def ec2__volume(client: Any, cloud: Cloud, team: str) -> str:
    made = client.create_volume(
        Size=8, AvailabilityZone="us-east-1a", TagSpecifications=specified("volume", team)
    )
    return str(made["VolumeId"])


@case(lambda client, name: client.delete_security_group(GroupId=name))
def ec2__security_group(client: Any, cloud: Cloud, team: str) -> str:
    made = client.create_security_group(
        GroupName=f"group-{team}",
        Description="-",
        TagSpecifications=specified("security-group", team),
    )
    return str(made["GroupId"])


@case(lambda client, name: client.delete_key_pair(KeyName=name))
def ec2__key_pair(client: Any, cloud: Cloud, team: str) -> str:
    made = client.create_key_pair(
        KeyName=f"key-{team}", TagSpecifications=specified("key-pair", team)
    )
    return str(made["KeyName"])


@case(lambda client, name: client.delete_launch_template(LaunchTemplateName=name))
def ec2__launch_template(client: Any, cloud: Cloud, team: str) -> str:
    client.create_launch_template(
        LaunchTemplateName=f"template-{team}",
        LaunchTemplateData={"InstanceType": "t3.micro"},
        TagSpecifications=specified("launch-template", team),
    )
    return f"template-{team}"


@case(lambda client, name: client.get_role(RoleName=name))
def iam__role(client: Any, cloud: Cloud, team: str) -> str:
    trust = cloud.trust({"Service": "ec2.amazonaws.com"})
    client.create_role(RoleName=team, AssumeRolePolicyDocument=trust, Tags=pairs(team))
    return team


@case(lambda client, name: client.get_user(UserName=name))
def iam__user(client: Any, cloud: Cloud, team: str) -> str:
    client.create_user(UserName=team, Tags=pairs(team))
    return team


@case(lambda client, name: client.get_policy(PolicyArn=name))
def iam__policy(client: Any, cloud: Cloud, team: str) -> str:
    document = cloud.policy(cloud.statement("s3:*"))
    made = client.create_policy(PolicyName=team, PolicyDocument=document, Tags=pairs(team))
    return str(made["Policy"]["Arn"])


@case(lambda client, name: client.describe_table(TableName=name))
def dynamodb__table(client: Any, cloud: Cloud, team: str) -> str:
    client.create_table(
        TableName=f"table-{team}",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=pairs(team),
    )
    return f"table-{team}"


@case(lambda client, name: client.stop_db_instance(DBInstanceIdentifier=name))
def rds__instance(client: Any, cloud: Cloud, team: str) -> str:
    client.create_db_instance(
        DBInstanceIdentifier=f"db-{team}",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="master",
        MasterUserPassword="not-a-secret-1",
        AllocatedStorage=20,
        Tags=pairs(team),
    )
    return f"db-{team}"


@case(lambda client, name: client.disable_key(KeyId=name))
def kms__key(client: Any, cloud: Cloud, team: str) -> str:
    return str(client.create_key(Tags=pairs(team, "TagKey", "TagValue"))["KeyMetadata"]["KeyId"])


@case(lambda client, name: client.get_secret_value(SecretId=name))
def secretsmanager__secret(client: Any, cloud: Cloud, team: str) -> str:
    client.create_secret(Name=f"app/{team}", SecretString="-", Tags=pairs(team))
    return f"app/{team}"


@case(lambda client, name: client.get_parameter(Name=name))
def ssm__parameter(client: Any, cloud: Cloud, team: str) -> str:
    client.put_parameter(Name=f"/app/{team}", Value="-", Type="String", Tags=pairs(team))
    return f"/app/{team}"


@case(lambda client, name: client.get_function(FunctionName=name))
def lambda__function(client: Any, cloud: Cloud, team: str) -> str:
    role = cloud.role(f"runs-{team}", cloud.trust({"Service": "lambda.amazonaws.com"}))
    client.create_function(
        FunctionName=team,
        Runtime="python3.12",
        Role=role,
        Handler="app.run",
        Code={"ZipFile": code()},
        Tags={"team": team},
    )
    return team


@case(lambda client, name: client.purge_queue(QueueUrl=name))
def sqs__queue(client: Any, cloud: Cloud, team: str) -> str:
    return str(client.create_queue(QueueName=team, tags={"team": team})["QueueUrl"])


@case(lambda client, name: client.publish(TopicArn=name, Message="-"))
def sns__topic(client: Any, cloud: Cloud, team: str) -> str:
    return str(client.create_topic(Name=team, Tags=pairs(team))["TopicArn"])


@case(lambda client, name: client.describe_log_streams(logGroupName=name))
def logs__group(client: Any, cloud: Cloud, team: str) -> str:
    client.create_log_group(logGroupName=f"/app/{team}", tags={"team": team})
    return f"/app/{team}"


@case(lambda client, name: client.describe_rule(Name=name))
def events__rule(client: Any, cloud: Cloud, team: str) -> str:
    client.put_rule(Name=team, ScheduleExpression="rate(5 minutes)", Tags=pairs(team))
    return team


@case(lambda client, name: client.describe_images(repositoryName=name))
def ecr__repository(client: Any, cloud: Cloud, team: str) -> str:
    client.create_repository(repositoryName=team, tags=pairs(team))
    return team


@case(lambda client, name: client.delete_cluster(cluster=name))
def ecs__cluster(client: Any, cloud: Cloud, team: str) -> str:
    client.create_cluster(clusterName=team, tags=pairs(team, "key", "value"))
    return team


@case(lambda client, name: client.delete_target_group(TargetGroupArn=name))
def elbv2__target_group(client: Any, cloud: Cloud, team: str) -> str:
    vpc = cloud.root("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    made = client.create_target_group(
        Name=team, Protocol="HTTP", Port=80, VpcId=vpc, Tags=pairs(team)
    )
    return str(made["TargetGroups"][0]["TargetGroupArn"])


@case(lambda client, name: client.describe_state_machine(stateMachineArn=name))
def stepfunctions__machine(client: Any, cloud: Cloud, team: str) -> str:
    role = cloud.role(f"steps-{team}", cloud.trust({"Service": "states.amazonaws.com"}))
    made = client.create_state_machine(
        name=team,
        definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
        roleArn=role,
        tags=pairs(team, "key", "value"),
    )
    return str(made["stateMachineArn"])


@case(lambda client, name: client.delete_alarms(AlarmNames=[name]))
def cloudwatch__alarm(client: Any, cloud: Cloud, team: str) -> str:
    client.put_metric_alarm(
        AlarmName=team,
        MetricName="m",
        Namespace="n",
        Period=60,
        Statistic="Sum",
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        Tags=pairs(team),
    )
    return team


@pytest.mark.parametrize("name", CASES)
def test_a_policy_on_resource_tags_reaches_the_resources_of_one_team_alone(
    cloud: Cloud, name: str
) -> None:
    make, use = CASES[name]
    service = name.split("__", maxsplit=1)[0]
    same = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    prefix = {"elbv2": "elasticloadbalancing", "stepfunctions": "states"}.get(service, service)
    keys = cloud.user("worker", cloud.statement(f"{prefix}:*", Condition=same))
    cloud.root("iam").tag_user(UserName="worker", Tags=pairs("red"))
    root, worker = cloud.root(service), cloud.client(service, keys)
    red, blue = make(root, cloud, "red"), make(root, cloud, "blue")
    with pytest.raises(ClientError, match=r"is not authorized to perform"):
        use(worker, blue)
    use(worker, red)


def test_a_look_up_makes_no_state_in_a_region_that_nobody_used(cloud: Cloud) -> None:
    lookup = AccountLookup(ACCOUNT, "eu-west-1", ANONYMOUS)
    assert lookup.tags(f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc/vpc-1") is None
    assert state_of("ec2", ACCOUNT, "eu-west-1") is None


def test_another_world_is_not_looked_into(cloud: Cloud) -> None:
    far = cloud.open("444455556666", seed=9)
    arn = cloud.root("sns", far).create_topic(Name="t", Tags=pairs("red"))["TopicArn"]
    assert AccountLookup(ACCOUNT, "us-east-1", ANONYMOUS).tags(arn) is None
    assert AccountLookup(ACCOUNT, "us-east-1", ANONYMOUS, {far.id}).tags(arn) == {"team": "red"}
