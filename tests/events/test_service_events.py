"""CloudTrail and EC2 tell EventBridge."""

from __future__ import annotations

import pytest

from simulator.gateway.origin import Origin
from simulator.gateway.sign_in import SignIn, console_login
from tests.events.conftest import HERE, SERVICE, Bus

READS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
CALLS = {"detail-type": ["AWS API Call via CloudTrail"]}


@pytest.fixture
def logged(events: Bus) -> Bus:
    """A trail logs all management events of all Regions."""
    s3 = events.client("s3")
    s3.create_bucket(Bucket="logs")
    service = {"Service": "cloudtrail.amazonaws.com"}
    statement = events.cloud.statement
    policy = events.cloud.policy(
        statement("s3:GetBucketAcl", "arn:aws:s3:::logs", Principal=service),
        statement("s3:PutObject", "arn:aws:s3:::logs/*", Principal=service),
    )
    s3.put_bucket_policy(Bucket="logs", Policy=policy)
    trails = events.client("cloudtrail")
    trails.create_trail(Name="main", S3BucketName="logs", IsMultiRegionTrail=True)
    trails.start_logging(Name="main")
    return events


def calls(events: Bus) -> list[str]:
    """Names of the calls that the queue was told of since the last look."""
    events.world.react()
    return [body["detail"]["eventName"] for body in events.bodies()]


def test_a_call_comes_to_the_bus_as_its_record(logged: Bus) -> None:
    logged.rule({**CALLS, "source": ["aws.iam"]})
    logged.target(logged.queue())
    logged.client("iam").create_user(UserName="rogue")
    logged.world.react()
    (told,) = logged.bodies()
    (record,) = [
        each
        for each in logged.cloud.account.records
        if each["eventName"] == "CreateUser" and each["requestParameters"]["userName"] == "rogue"
    ]
    assert told["detail"] == record
    assert (told["source"], told["region"]) == ("aws.iam", "us-east-1")
    assert told["time"] == record["eventTime"]
    assert told["account"] == "111122223333"


def test_a_refused_call_comes_too(logged: Bus) -> None:
    logged.rule({**CALLS, "detail": {"errorCode": [{"prefix": "AccessDenied"}]}})
    logged.target(logged.queue())
    nobody = logged.cloud.client("iam", logged.cloud.user("nobody"))
    with pytest.raises(nobody.exceptions.ClientError):
        nobody.create_user(UserName="rogue")
    assert calls(logged) == ["CreateUser"]


def test_without_a_trail_nothing_comes(events: Bus) -> None:
    events.rule({**CALLS, "source": ["aws.iam"]})
    events.target(events.queue())
    events.client("iam").create_user(UserName="rogue")
    assert calls(events) == []


def test_a_stopped_trail_tells_nothing(logged: Bus) -> None:
    logged.rule({**CALLS, "source": ["aws.iam", "aws.cloudtrail"]})
    logged.target(logged.queue())
    logged.client("cloudtrail").stop_logging(Name="main")
    logged.client("iam").create_user(UserName="rogue")
    assert calls(logged) == ["StopLogging"]


@pytest.mark.parametrize(("state", "expected"), [("ENABLED", []), (READS, ["ListUsers"])])
def test_reading_calls_come_only_to_rules_that_ask(
    logged: Bus, state: str, expected: list[str]
) -> None:
    logged.rule({**CALLS, "source": ["aws.iam"]}, State=state)
    logged.target(logged.queue())
    logged.client("iam").list_users()
    assert calls(logged) == expected


def test_a_session_token_is_no_reading_call(logged: Bus) -> None:
    logged.rule({**CALLS, "source": ["aws.sts"]})
    logged.target(logged.queue())
    logged.client("sts").get_session_token()
    assert calls(logged) == ["GetSessionToken"]


def test_calls_come_to_the_bus_of_their_region(logged: Bus) -> None:
    """Global services' to us-east-1."""
    queue = logged.queue()
    logged.rule({**CALLS, "source": ["aws.sqs", "aws.iam"]})
    logged.target(queue)
    logged.client("sqs", "eu-west-1").create_queue(QueueName="elsewhere")
    logged.client("iam", "eu-west-1").create_user(UserName="rogue")
    assert calls(logged) == ["CreateUser"]


def test_data_events_come_where_a_trail_logs_them(logged: Bus) -> None:
    logged.client("s3").create_bucket(Bucket="data")
    logged.rule({**CALLS, "detail": {"requestParameters": {"bucketName": ["data"]}}})
    logged.target(logged.queue())
    logged.client("s3").put_object(Bucket="data", Key="a", Body=b"")
    assert calls(logged) == []
    values = ["arn:aws:s3:::data/"]
    logged.client("cloudtrail").put_event_selectors(
        TrailName="main",
        EventSelectors=[{"DataResources": [{"Type": "AWS::S3::Object", "Values": values}]}],
    )
    logged.client("s3").put_object(Bucket="data", Key="a", Body=b"")
    logged.client("s3").get_object(Bucket="data", Key="a")
    assert calls(logged) == ["PutObject", "GetObject"]


def test_what_was_before_the_first_rule_is_not_told(logged: Bus) -> None:
    logged.client("iam").create_user(UserName="early")
    logged.rule({**CALLS, "source": ["aws.iam", "aws.events"]})
    logged.target(logged.queue())
    assert calls(logged) == ["PutTargets"]


def test_a_rule_that_sets_itself_off_comes_to_an_end(logged: Bus) -> None:
    """As on AWS it would go on; here a look follows it a few times."""
    role = logged.cloud.role("loop", logged.cloud.trust(SERVICE), logged.cloud.statement("sqs:*"))
    logged.rule({**CALLS, "source": ["aws.sts"]})
    logged.target(logged.queue(), RoleArn=role)
    logged.client("sts").get_session_token()
    names = calls(logged)
    assert names[0] == "GetSessionToken"
    assert 1 < names.count("AssumeRole") < 20


def states(events: Bus) -> list[tuple[str, str]]:
    events.world.react()
    return [(body["detail"]["instance-id"], body["detail"]["state"]) for body in events.bodies()]


def test_every_state_of_an_instance(events: Bus) -> None:
    events.rule({"source": ["aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"]})
    events.target(events.queue())
    ec2 = events.client("ec2")
    made = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)["Instances"][0]
    name = made["InstanceId"]
    assert states(events) == [(name, "pending"), (name, "running")]
    ec2.stop_instances(InstanceIds=[name])
    assert states(events) == [(name, "stopping"), (name, "stopped")]
    ec2.describe_instances()
    assert states(events) == []
    ec2.start_instances(InstanceIds=[name])
    assert states(events) == [(name, "pending"), (name, "running")]
    ec2.terminate_instances(InstanceIds=[name])
    events.world.react()
    last = events.bodies()[-1]
    assert last["detail"] == {"instance-id": name, "state": "terminated"}
    assert last["resources"] == [HERE.format(service="ec2", name=f"instance/{name}")]
    (record,) = [
        each for each in events.cloud.account.records if each["eventName"] == "TerminateInstances"
    ]
    assert last["time"] == record["eventTime"]


def test_an_instance_of_before_is_nothing_new(events: Bus) -> None:
    ec2 = events.client("ec2")
    ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
    events.rule({"source": ["aws.ec2"]})
    events.target(events.queue())
    ec2.create_key_pair(KeyName="k")
    assert states(events) == []


def test_an_instance_is_nothing_new_where_custom_events_came_first(events: Bus) -> None:
    ec2, client = events.client("ec2"), events.client("events")
    ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
    client.put_rule(Name="tick", ScheduleExpression="rate(1 hour)")
    events.put({"n": 1})
    events.rule({"source": ["aws.ec2"]})
    events.target(events.queue())
    ec2.create_key_pair(KeyName="k")
    assert states(events) == []


def test_a_sign_in_to_the_console(logged: Bus) -> None:
    logged.rule({"detail-type": ["AWS Console Sign In via CloudTrail"]})
    logged.target(logged.queue())
    logged.client("iam").create_login_profile(UserName="admin", Password="Correct-horse-1")
    browser = Origin("203.0.113.9", "Mozilla/5.0")
    with logged.cloud.gateway.turn(logged.world):
        console_login(logged.cloud.account, SignIn(browser, "admin", "Correct-horse-1"))
    logged.world.react()
    (told,) = logged.bodies()
    assert told["source"] == "aws.signin"
    assert told["detail"]["eventName"] == "ConsoleLogin"
