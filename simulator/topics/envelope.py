"""What subscribers get: the JSON document around a message.

Sources: "Fanout Amazon SNS notifications to Amazon SQS queues for asynchronous processing",
"Amazon SNS message attributes", "Verifying the signatures of Amazon SNS messages" (Amazon SNS
Developer Guide). The signature has the form of a real one; there is no key behind it.
"""

from __future__ import annotations

import base64
import json
import random
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.backends.moto_sns import Notice

_BYTES = 256
"""Of a signature with RSA and 2048 bits."""


def envelope(notice: Notice, seed: int, at: datetime) -> dict[str, Any]:
    """The document; `at` is when the message was published. FIFO topics sign nothing."""
    region = notice.topic.split(":")[3]
    host = f"https://sns.{region}.amazonaws.com"
    told: dict[str, Any] = {"Type": "Notification", "MessageId": notice.message_id}
    if notice.sequence:
        told["SequenceNumber"] = notice.sequence
    told["TopicArn"] = notice.topic
    if notice.subject:
        told["Subject"] = notice.subject
    told["Message"] = notice.message
    told["Timestamp"] = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
    if not notice.sequence:
        certificate = random.Random(f"sns certificate/{seed}/{region}").randbytes(16).hex()
        chance = random.Random(f"sns signature/{seed}/{notice.message_id}/{told}")
        told |= {
            "SignatureVersion": notice.signature_version,
            "Signature": base64.b64encode(chance.randbytes(_BYTES)).decode(),
            "SigningCertURL": f"{host}/SimpleNotificationService-{certificate}.pem",
        }
    told["UnsubscribeURL"] = f"{host}/?Action=Unsubscribe&SubscriptionArn={notice.subscription}"
    if notice.attributes:
        told["MessageAttributes"] = {
            name: {"Type": value["Type"], "Value": value["Value"]}
            for name, value in notice.attributes.items()
        }
    return told


def text(told: dict[str, Any]) -> str:
    """The document as SNS writes it."""
    lines = [
        f"  {json.dumps(name)} : {_attributes(value) if isinstance(value, dict) else _json(value)}"
        for name, value in told.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}"


def _attributes(attributes: dict[str, Any]) -> str:
    lines = [f"    {_json(name)} : {_json(value)}" for name, value in attributes.items()]
    return "{\n" + ",\n".join(lines) + "\n  }"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
