"""Resource policies grant to another account's principals what nothing else would."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Cloud, Refusal

OWNER, OTHER = "111122223333", "444455556666"
VISITOR = f"arn:aws:iam::{OTHER}:user/visitor"
AT = f"us-east-1:{OWNER}"


def granted(cloud: Cloud, action: str, resource: str | None = "*") -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": VISITOR}, "Action": action}
    return cloud.policy(statement | ({"Resource": resource} if resource else {}))


def lambda_function(cloud: Cloud) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "")
    client = cloud.root("lambda")
    role = cloud.role("runs", cloud.trust({"Service": "lambda.amazonaws.com"}))
    arn = client.create_function(
        FunctionName="app",
        Runtime="python3.12",
        Role=role,
        Handler="app.run",
        Code={"ZipFile": packed.getvalue()},
    )["FunctionArn"]

    def grant() -> Any:
        return client.add_permission(
            FunctionName="app", StatementId="s", Action="lambda:GetFunction", Principal=OTHER
        )

    return grant, lambda visitor: visitor.get_function(FunctionName=arn)


def ecr_repository(cloud: Cloud) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    client = cloud.root("ecr")
    client.create_repository(repositoryName="app")

    def grant() -> Any:
        text = granted(cloud, "ecr:DescribeImages", None)
        return client.set_repository_policy(repositoryName="app", policyText=text)

    return grant, lambda visitor: visitor.describe_images(registryId=OWNER, repositoryName="app")


def events_bus(cloud: Cloud) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    client = cloud.root("events")
    arn = client.create_event_bus(Name="central")["EventBusArn"]

    def grant() -> Any:
        return client.put_permission(
            EventBusName="central",
            StatementId="s",
            Action="events:PutEvents",
            Principal=OTHER,
        )

    entry = {"EventBusName": arn, "Source": "app", "DetailType": "made", "Detail": "{}"}
    return grant, lambda visitor: visitor.put_events(Entries=[entry])


def dynamodb_table(cloud: Cloud) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    client = cloud.root("dynamodb")
    client.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    arn = f"arn:aws:dynamodb:{AT}:table/orders"

    def grant() -> Any:
        return client.put_resource_policy(
            ResourceArn=arn, Policy=granted(cloud, "dynamodb:PutItem", arn)
        )

    return grant, lambda visitor: visitor.put_item(TableName=arn, Item={"id": {"S": "1"}})


def kinesis_stream(cloud: Cloud) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    client = cloud.root("kinesis")
    client.create_stream(StreamName="clicks", ShardCount=1)
    arn = f"arn:aws:kinesis:{AT}:stream/clicks"

    def grant() -> Any:
        return client.put_resource_policy(
            ResourceARN=arn, Policy=granted(cloud, "kinesis:PutRecord", arn)
        )

    return grant, lambda visitor: visitor.put_record(StreamARN=arn, Data=b"-", PartitionKey="p")


def secretsmanager_secret(cloud: Cloud) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    """Its key is one of the account's own: AWS's key for secrets serves no other account."""
    client = cloud.root("secretsmanager")
    open_to_all = cloud.policy(cloud.statement("kms:*", Principal={"AWS": [OWNER, OTHER]}))
    key = cloud.root("kms").create_key(Policy=open_to_all)["KeyMetadata"]["Arn"]
    arn = client.create_secret(Name="db", SecretString="-", KmsKeyId=key)["ARN"]

    def grant() -> Any:
        text = granted(cloud, "secretsmanager:GetSecretValue")
        return client.put_resource_policy(SecretId=arn, ResourcePolicy=text)

    return grant, lambda visitor: visitor.get_secret_value(SecretId=arn)


def sns_topic(cloud: Cloud) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    client = cloud.root("sns")
    arn = client.create_topic(Name="news")["TopicArn"]

    def grant() -> Any:
        return client.set_topic_attributes(
            TopicArn=arn,
            AttributeName="Policy",
            AttributeValue=granted(cloud, "sns:Publish", arn),
        )

    return grant, lambda visitor: visitor.publish(TopicArn=arn, Message="-")


def sqs_queue(cloud: Cloud) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    client = cloud.root("sqs")
    url = client.create_queue(QueueName="jobs")["QueueUrl"]

    def grant() -> Any:
        text = granted(cloud, "sqs:SendMessage", f"arn:aws:sqs:{AT}:jobs")
        return client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})

    return grant, lambda visitor: visitor.send_message(QueueUrl=url, MessageBody="-")


def logs_destination(cloud: Cloud) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    client = cloud.root("logs")
    role = cloud.role("feeds", cloud.trust({"Service": "logs.amazonaws.com"}))
    arn = client.put_destination(
        destinationName="central", targetArn=f"arn:aws:kinesis:{AT}:stream/s", roleArn=role
    )["destination"]["arn"]

    def grant() -> Any:
        text = granted(cloud, "logs:PutSubscriptionFilter", arn)
        return client.put_destination_policy(destinationName="central", accessPolicy=text)

    def use(visitor: Any) -> Any:
        if not visitor.describe_log_groups()["logGroups"]:
            visitor.create_log_group(logGroupName="/app")
        return visitor.put_subscription_filter(
            logGroupName="/app", filterName="f", filterPattern="", destinationArn=arn
        )

    return grant, use


@pytest.mark.parametrize(
    "made",
    [
        lambda_function,
        ecr_repository,
        events_bus,
        dynamodb_table,
        kinesis_stream,
        secretsmanager_secret,
        sns_topic,
        sqs_queue,
    ],
    ids=lambda made: made.__name__,
)
def test_a_visitor_of_another_account_needs_the_resource_s_policy(
    cloud: Cloud, refusal: Refusal, made: Callable[[Cloud], Any]
) -> None:
    far = cloud.open(OTHER, world=cloud.world)
    keys = cloud.user("visitor", cloud.statement("*"), account=far)
    grant, use = made(cloud)
    visitor = cloud.client(made.__name__.split("_", maxsplit=1)[0], keys)
    code, _, text = refusal(lambda: use(visitor))
    assert code in {"AccessDenied", "AccessDeniedException", "AuthorizationError"}
    assert "because no resource-based policy allows" in text
    grant()
    use(visitor)


def test_a_logs_destination_takes_the_filters_of_those_it_names(
    cloud: Cloud, refusal: Refusal
) -> None:
    """The backend itself knows no destinations: what is allowed ends there."""
    far = cloud.open(OTHER, world=cloud.world)
    keys = cloud.user("visitor", cloud.statement("*"), account=far)
    grant, use = logs_destination(cloud)
    visitor = cloud.client("logs", keys)
    code, _, text = refusal(lambda: use(visitor))
    assert code == "AccessDeniedException"
    assert "because no resource-based policy allows" in text
    grant()
    assert refusal(lambda: use(visitor))[0] == "ResourceNotFoundException"


def test_a_function_policy_s_condition_counts(cloud: Cloud, refusal: Refusal) -> None:
    far = cloud.open(OTHER, world=cloud.world)
    visitor = cloud.client("lambda", cloud.user("visitor", cloud.statement("*"), account=far))
    _, use = lambda_function(cloud)
    cloud.root("lambda").add_permission(
        FunctionName="app",
        StatementId="s",
        Action="lambda:GetFunction",
        Principal="*",
        PrincipalOrgID="o-abcdefghij",
    )
    assert refusal(lambda: use(visitor))[0] == "AccessDeniedException"


def test_a_deny_in_a_repository_policy_stops_the_owner_s_admin(
    cloud: Cloud, refusal: Refusal
) -> None:
    ecr_repository(cloud)
    deny = {"Effect": "Deny", "Principal": "*", "Action": "ecr:DescribeImages"}
    cloud.root("ecr").set_repository_policy(repositoryName="app", policyText=cloud.policy(deny))
    admin = cloud.client("ecr", cloud.user("admin", cloud.statement("*")))
    code, _, text = refusal(lambda: admin.describe_images(repositoryName="app"))
    assert code == "AccessDeniedException"
    assert "with an explicit deny in a resource-based policy" in text


@pytest.mark.parametrize("text", ["{", json.dumps({"Statement": [{"Effect": "Allow"}]})])
def test_a_malformed_repository_policy_is_refused(
    cloud: Cloud, refusal: Refusal, text: str
) -> None:
    ecr_repository(cloud)
    client = cloud.root("ecr")
    code, _, said = refusal(
        lambda: client.set_repository_policy(repositoryName="app", policyText=text)
    )
    assert code == "InvalidParameterException"
    assert "Invalid repository policy provided" in said


def test_a_region_that_does_not_exist_holds_no_policy(cloud: Cloud, refusal: Refusal) -> None:
    keys = cloud.user("nobody")
    sns = cloud.client("sns", keys)
    arn = f"arn:aws:sns:mars-north-1:{OWNER}:news"
    assert refusal(lambda: sns.publish(TopicArn=arn, Message="-"))[1] == 403
