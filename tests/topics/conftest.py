"""A topic, and queues that it may send to."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.account.account import Account
from tests.conftest import Cloud

TOPIC = "arn:aws:sns:us-east-1:111122223333:news"
SNS = {"Service": "sns.amazonaws.com"}


class Topic:
    """The topic "news" of the first account, and its administrator."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.keys = cloud.user("admin", cloud.statement("*"))
        self.sns = self.client("sns")
        self.arn = str(self.sns.create_topic(Name="news")["TopicArn"])

    def client(self, service: str, region: str = "us-east-1") -> Any:
        return self.cloud.client(service, self.keys, region=region)

    def queue(
        self,
        name: str = "inbox",
        account: Account | None = None,
        region: str = "us-east-1",
        topic: str = TOPIC,
        **attributes: str,
    ) -> str:
        """A queue whose policy lets the topic send; its ARN."""
        number = (account or self.cloud.account).id
        arn = f"arn:aws:sqs:{region}:{number}:{name}"
        allow = self.cloud.statement(
            "sqs:SendMessage",
            arn,
            Principal=SNS,
            Condition={"ArnEquals": {"aws:SourceArn": topic}},
        )
        self.cloud.root("sqs", account, region).create_queue(
            QueueName=name, Attributes={"Policy": self.cloud.policy(allow), **attributes}
        )
        return arn

    def subscribe(self, queue: str, topic: str = TOPIC, **attributes: str) -> str:
        made = self.sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=queue,
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )
        return str(made["SubscriptionArn"])

    def publish(self, message: str = "hello", topic: str = TOPIC, **more: Any) -> dict[str, Any]:
        return dict(self.sns.publish(TopicArn=topic, Message=message, **more))

    def messages(self, queue: str = "inbox", account: Account | None = None) -> list[Any]:
        """What has come to a queue, by its name or ARN; taken out of it."""
        region = queue.split(":")[3] if ":" in queue else "us-east-1"
        sqs = self.cloud.root("sqs", account, region)
        url = sqs.get_queue_url(QueueName=queue.rsplit(":", 1)[-1])["QueueUrl"]
        found: list[Any] = []
        while got := sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", []):
            for message in got:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found += got
        return found


@pytest.fixture
def topic(cloud: Cloud) -> Topic:
    return Topic(cloud)
