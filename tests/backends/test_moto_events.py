"""What moto would deliver by itself, with constants for facts, is delivered to nobody."""

from __future__ import annotations

from tests.conftest import Cloud
from tests.events.conftest import Bus


def test_objects_of_s3_make_no_made_up_events(cloud: Cloud) -> None:
    events = Bus(cloud)
    events.rule({"source": [{"prefix": ""}]})
    events.target(events.queue())
    s3 = events.client("s3")
    s3.create_bucket(Bucket="data")
    s3.put_bucket_notification_configuration(
        Bucket="data", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    s3.put_object(Bucket="data", Key="a", Body=b"")
    events.world.react()
    assert events.bodies() == []
