"""S3 server access logs in the bucket that they go to."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.request import Request

import pytest
from botocore.exceptions import ClientError

from simulator.account.canonical import canonical_id
from simulator.telemetry.server_access.entry import Entry
from simulator.telemetry.server_access.operations import name

if TYPE_CHECKING:
    from tests.conftest import Cloud, LogTrail

OWNER = canonical_id("111122223333")
LOGGING = {"Service": "logging.s3.amazonaws.com"}
FIELDS = [field.name for field in fields(Entry)]


class Access:
    """A bucket `data` whose access log goes to the bucket `access`."""

    def __init__(self, trail: LogTrail) -> None:
        self.trail, self.cloud = trail, trail.cloud
        self.s3 = trail.client("s3")
        for bucket in ("data", "access"):
            self.s3.create_bucket(Bucket=bucket)
        self.allow()

    def allow(self, **condition: Any) -> None:
        allowed = self.cloud.statement(
            "s3:PutObject", "arn:aws:s3:::access/*", Principal=LOGGING, Condition=condition
        )
        self.s3.put_bucket_policy(Bucket="access", Policy=self.cloud.policy(allowed))

    def turn_on(self, source: str = "data", prefix: str = "web/", **more: Any) -> None:
        enabled = {"TargetBucket": "access", "TargetPrefix": prefix, **more}
        self.s3.put_bucket_logging(Bucket=source, BucketLoggingStatus={"LoggingEnabled": enabled})

    def objects(self) -> list[str]:
        return [
            item["Key"] for item in self.s3.list_objects_v2(Bucket="access").get("Contents", ())
        ]

    def lines(self) -> list[dict[str, str]]:
        """Every line delivered, less those about settings, by the names of the fields."""
        found = []
        for key in self.objects():
            body = self.s3.get_object(Bucket="access", Key=key)["Body"].read().decode()
            for line in body.splitlines():
                tokens = shlex.split(re.sub(r"\[([^\]]*)\]", r'"\1"', line))
                assert len(tokens) == len(FIELDS), line
                found.append(dict(zip(FIELDS, tokens, strict=True)))
        return [line for line in found if "LOGGING_STATUS" not in line["operation"]]


@pytest.fixture
def access(trail: LogTrail) -> Access:
    return Access(trail)


def test_an_upload_and_a_download_leave_their_lines(access: Access) -> None:
    access.turn_on()
    access.s3.put_object(Bucket="data", Key="reports/a b.txt", Body=b"four")
    access.s3.get_object(Bucket="data", Key="reports/a b.txt")
    access.trail.wait(hours=2)
    put, get = access.lines()
    assert get["bucket_owner"] == OWNER
    assert get["bucket"] == "data"
    assert get["time"] == "02/Nov/2026:12:00:00 +0000"
    assert get["remote_ip"] == access.cloud.address
    assert get["requester"] == "arn:aws:iam::111122223333:user/admin"
    assert (put["operation"], get["operation"]) == ("REST.PUT.OBJECT", "REST.GET.OBJECT")
    assert get["key"] == "reports/a%20b.txt"
    assert get["request_uri"] == "GET /reports/a%20b.txt HTTP/1.1"
    assert (get["http_status"], get["error_code"]) == ("200", "-")
    assert (get["bytes_sent"], get["object_size"]) == ("4", "4")
    assert (put["bytes_sent"], put["object_size"]) == ("-", "4")
    assert int(get["turn_around_time"]) < int(get["total_time"])
    assert get["signature_version"] == "SigV4"
    assert get["authentication_type"] == "AuthHeader"
    assert get["host_header"] == "data.s3.us-east-1.amazonaws.com"
    assert (get["cipher_suite"], get["tls_version"]) == ("TLS_AES_128_GCM_SHA256", "TLSv1.3")
    assert (get["access_point_arn"], get["acl_required"]) == ("-", "-")


def test_ids_are_those_that_cloudtrail_and_the_client_see(access: Access) -> None:
    access.turn_on()
    answer = access.s3.get_bucket_location(Bucket="data")["ResponseMetadata"]
    record = access.cloud.account.records[-1]
    access.trail.wait(hours=2)
    (line,) = access.lines()
    assert line["operation"] == "REST.GET.LOCATION"
    assert line["request_id"] == record["requestID"] == answer["HTTPHeaders"]["x-amz-request-id"]
    assert line["host_id"] == record["additionalEventData"]["x-amz-id-2"]
    assert line["key"] == "-"


def test_refusals_strangers_and_presigned_urls_are_logged(access: Access) -> None:
    access.turn_on()
    access.s3.put_object(Bucket="data", Key="k", Body=b"1")
    cloud = access.cloud
    keys = cloud.user("eve")
    link = access.s3.generate_presigned_url("get_object", {"Bucket": "data", "Key": "k"})
    with pytest.raises(ClientError):
        cloud.client("s3", keys).get_object(Bucket="data", Key="k")
    with pytest.raises(ClientError):
        cloud.client("s3", None).list_objects_v2(Bucket="data")
    with pytest.raises(ClientError):
        cloud.client("s3", {**keys, "SecretAccessKey": "wrong"}).get_object(Bucket="data", Key="k")
    path, _, query = Request(link).selector.partition("?")
    cloud.gateway.respond(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "RAW_URI": f"{path}?{query}",
            "HTTP_HOST": "127.0.0.1:1",
            "REMOTE_ADDR": "203.0.113.9",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "1",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
        }
    )
    access.trail.wait(hours=2)
    _, eve, stranger, forger, link_user = access.lines()
    assert (eve["http_status"], eve["error_code"]) == ("403", "AccessDenied")
    assert eve["requester"].endswith(":user/eve")
    assert (stranger["requester"], stranger["operation"]) == ("-", "REST.GET.BUCKET")
    assert (stranger["signature_version"], stranger["authentication_type"]) == ("-", "-")
    assert (forger["requester"], forger["error_code"]) == ("-", "SignatureDoesNotMatch")
    assert link_user["authentication_type"] == "QueryString"
    assert link_user["requester"].endswith(":user/admin")
    assert "Signature=" in link_user["request_uri"]
    assert (link_user["remote_ip"], link_user["http_status"]) == ("203.0.113.9", "200")


def test_another_account_is_shown_by_its_canonical_id(access: Access) -> None:
    cloud = access.cloud
    access.turn_on()
    other = cloud.open("444455556666", world=cloud.world)
    keys = cloud.user("guest", cloud.statement("*"), account=other)
    with pytest.raises(ClientError):
        cloud.client("s3", keys).list_objects_v2(Bucket="data")
    access.trail.wait(hours=2)
    (line,) = access.lines()
    assert line["requester"] == canonical_id("444455556666")


def test_a_batch_of_deletions_and_a_copy_make_several_lines(access: Access) -> None:
    access.turn_on()
    access.s3.put_object(Bucket="data", Key="k", Body=b"1")
    access.s3.copy_object(Bucket="access", Key="stolen", CopySource="data/k")
    access.s3.delete_objects(Bucket="data", Delete={"Objects": [{"Key": "k"}, {"Key": "l"}]})
    access.s3.delete_object(Bucket="access", Key="stolen")
    access.trail.wait(hours=2)
    assert [(line["operation"], line["key"]) for line in access.lines()] == [
        ("REST.PUT.OBJECT", "k"),
        ("REST.COPY.OBJECT_GET", "k"),
        ("REST.POST.MULTI_OBJECT_DELETE", "-"),
        ("BATCH.DELETE.OBJECT", "k"),
        ("BATCH.DELETE.OBJECT", "l"),
    ]


def test_a_request_that_an_acl_had_to_allow_says_so(access: Access) -> None:
    access.s3.put_public_access_block(
        Bucket="data", PublicAccessBlockConfiguration={"BlockPublicAcls": False}
    )
    access.s3.put_bucket_ownership_controls(
        Bucket="data", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    access.turn_on()
    access.s3.put_object(Bucket="data", Key="k", Body=b"1", ACL="public-read")
    access.cloud.client("s3", None).get_object(Bucket="data", Key="k")
    access.trail.wait(hours=2)
    assert [line["acl_required"] for line in access.lines()] == ["-", "Yes"]


def test_what_an_aws_service_does_is_logged_in_its_name(access: Access) -> None:
    access.trail.bucket("logs")
    access.turn_on(source="logs")
    access.trail.start()
    access.trail.wait(hours=3)
    written = [line for line in access.lines() if line["operation"] == "REST.PUT.OBJECT"]
    assert {line["requester"] for line in written} == {"svc:cloudtrail.amazonaws.com"}


class TestFiles:
    def test_they_arrive_within_a_few_hours_and_not_at_once(self, access: Access) -> None:
        access.turn_on()
        access.s3.head_bucket(Bucket="data")
        access.trail.wait(minutes=35)
        assert access.objects() == []
        access.trail.wait(minutes=60)
        (item,) = access.s3.list_objects_v2(Bucket="access")["Contents"]
        assert timedelta(minutes=40) <= item["LastModified"] - access.trail.noon
        assert item["LastModified"] - access.trail.noon <= timedelta(minutes=90)
        assert re.fullmatch(r"web/2026-11-02-1[23]-\d\d-\d\d-[0-9A-F]{16}", item["Key"])

    @pytest.mark.parametrize("source", ["EventTime", "DeliveryTime"])
    def test_keys_can_be_partitioned_by_date(self, access: Access, source: str) -> None:
        chosen = {"PartitionedPrefix": {"PartitionDateSource": source}}
        access.turn_on(TargetObjectKeyFormat=chosen)
        told = access.s3.get_bucket_logging(Bucket="data")["LoggingEnabled"]
        assert told["TargetObjectKeyFormat"] == chosen
        access.trail.wait(hours=11, minutes=55)
        access.s3.head_bucket(Bucket="data")
        access.trail.wait(hours=2)
        *_, key = access.objects()
        day = "02" if source == "EventTime" else "03"
        time = "00-00-00" if source == "EventTime" else r"0[01]-\d\d-\d\d"
        folder = rf"web/111122223333/us-east-1/data/2026/11/{day}/"
        assert re.fullmatch(rf"{folder}2026-11-{day}-{time}-[0-9A-F]{{16}}", key)

    def test_a_bucket_that_forbids_it_gets_none(self, access: Access) -> None:
        access.turn_on()
        access.s3.head_bucket(Bucket="data")
        access.s3.delete_bucket_policy(Bucket="access")
        access.trail.wait(hours=2)
        assert access.objects() == []
        access.allow()
        access.s3.head_bucket(Bucket="data")
        access.trail.wait(hours=2)
        assert len(access.lines()) == 1

    def test_the_documented_conditions_are_met(self, access: Access) -> None:
        access.allow(
            ArnLike={"aws:SourceArn": "arn:aws:s3:::data"},
            StringEquals={"aws:SourceAccount": "111122223333"},
        )
        access.turn_on()
        access.s3.head_bucket(Bucket="data")
        access.trail.wait(hours=2)
        assert access.lines()

    def test_the_log_delivery_group_may_be_granted_it(self, access: Access) -> None:
        access.s3.delete_bucket_policy(Bucket="access")
        access.s3.put_bucket_ownership_controls(
            Bucket="access", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        )
        access.s3.put_bucket_acl(Bucket="access", ACL="log-delivery-write")
        access.turn_on()
        access.s3.head_bucket(Bucket="data")
        access.trail.wait(hours=2)
        assert access.lines()

    def test_logging_that_nobody_permits_is_refused(
        self, access: Access, refusal: Callable[..., tuple[str, int, str]]
    ) -> None:
        access.s3.delete_bucket_policy(Bucket="access")
        code, status, _ = refusal(access.turn_on)
        assert (code, status) == ("InvalidTargetBucketForLogging", 400)

    def test_what_was_asked_before_logging_was_turned_off_is_still_delivered(
        self, access: Access
    ) -> None:
        access.turn_on()
        access.s3.head_bucket(Bucket="data")
        access.s3.put_bucket_logging(Bucket="data", BucketLoggingStatus={})
        access.s3.list_objects_v2(Bucket="data")
        access.trail.wait(hours=2)
        assert [line["operation"] for line in access.lines()] == ["REST.HEAD.BUCKET"]

    def test_a_bucket_that_logs_itself_logs_the_delivery(self, access: Access) -> None:
        access.turn_on(source="access", prefix="")
        access.trail.wait(hours=4)
        assert "svc:logging.s3.amazonaws.com" in {line["requester"] for line in access.lines()}

    def test_a_trial_leaves_nothing_and_loses_nothing(self, access: Access) -> None:
        access.turn_on()
        access.s3.head_bucket(Bucket="data")
        cloud: Cloud = access.cloud
        saved = cloud.gateway.save(cloud.world)
        access.s3.list_objects_v2(Bucket="data")
        access.trail.wait(hours=2)
        assert len(access.lines()) == 2
        cloud.gateway.restore(cloud.world, saved)
        assert [line["operation"] for line in access.lines()] == ["REST.HEAD.BUCKET"]


def test_the_same_calls_make_the_same_files() -> None:
    """A submission is graded again, and a crash is recovered by playing the calls again."""
    from tests.conftest import Cloud, LogTrail

    def play() -> dict[str, bytes]:
        cloud = Cloud()
        cloud.open()
        try:
            with cloud.world.clock.pinned(LogTrail.noon):
                made = Access(LogTrail(cloud))
                made.turn_on()
                for key in ("a", "b"):
                    made.s3.put_object(Bucket="data", Key=key, Body=b"1")
                    made.trail.wait(minutes=40)
                made.trail.wait(hours=2)
                get = made.s3.get_object
                return {key: get(Bucket="access", Key=key)["Body"].read() for key in made.objects()}
        finally:
            cloud.gateway.remove(cloud.world)

    first = play()
    assert len(first) == 2
    assert play() == first


@pytest.mark.parametrize(
    ("operation", "logged"),
    [
        ("GetBucketPolicy", "REST.GET.BUCKETPOLICY"),
        ("GetBucketVersioning", "REST.GET.VERSIONING"),
        ("GetObjectAcl", "REST.GET.ACL"),
        ("GetBucketAcl", "REST.GET.ACL"),
        ("PutBucketLifecycleConfiguration", "REST.PUT.LIFECYCLE"),
        ("DeletePublicAccessBlock", "REST.DELETE.PUBLIC_ACCESS_BLOCK"),
        ("ListObjectVersions", "REST.GET.BUCKETVERSIONS"),
        ("GetBucketEncryption", "REST.GET.ENCRYPTION"),
        ("PutObjectTagging", "REST.PUT.OBJECT_TAGGING"),
        ("ListBucketInventoryConfigurations", "REST.GET.INVENTORY"),
        ("GetBucketNotificationConfiguration", "REST.GET.NOTIFICATION"),
        ("GetBucketOwnershipControls", "REST.GET.OWNERSHIP_CONTROLS"),
    ],
)
def test_operations_have_the_names_of_the_log(operation: str, logged: str) -> None:
    assert name(operation) == logged
