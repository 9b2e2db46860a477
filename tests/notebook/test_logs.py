"""Logs as pandas frames, from buckets and from disk."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from botocore.exceptions import ClientError

from simulator.errors import DrillError
from simulator.notebook.logs import KINDS, logs
from simulator.notebook.logs.cloudtrail import FIELDS, snake

if TYPE_CHECKING:
    from tests.conftest import LogTrail

S3_LINE = (
    "79a59df900b949e5 bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 {who} 3E57427F3 {what} {key} "
    '"GET /{key} HTTP/1.1" 200 - 113 - 7 - "-" "{agent}" - s9lzHY= SigV4 ECDHE AuthHeader '
    "bucket.s3.us-west-1.amazonaws.com TLSV1.2 - -"
)
ALB_LINE = (
    "https 2018-07-02T22:23:00.186641Z app/my-lb/50dc6c495c0c9188 192.0.2.39:2817 10.0.0.1:80 "
    '0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/a?b=c HTTP/1.1" '
    '"curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:tg/1 '
    '"Root=1-58337281" "www.example.com" "arn:aws:acm:us-east-2:1:certificate/1" 1 '
    '2018-07-02T22:22:48.364000Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-" '
    'TID_1234abcd5678ef90 "-" "-" "-"'
)
NLB_LINE = (
    "tls 2.0 2018-12-20T02:59:40 net/my-nlb/c6e77e28c25b2234 g3d4b5e8bb8464cd 192.0.2.154:51341 "
    "10.0.100.185:443 5 2 98 246 - arn:aws:acm:certificate/2a108f19 - ECDHE-RSA-AES128-SHA "
    "tlsv12 - my-nlb.elb.us-east-2.amazonaws.com h2 h2 - 2018-12-20T02:59:30"
)
QUERY = {
    "version": "1.100000",
    "account_id": "111122223333",
    "region": "us-east-1",
    "vpc_id": "vpc-1",
    "query_timestamp": "2021-02-04T17:51:55Z",
    "query_name": "evil.example.net.",
    "query_type": "A",
    "query_class": "IN",
    "rcode": "NXDOMAIN",
    "answers": [],
    "srcaddr": "10.0.0.5",
    "srcport": "56067",
    "transport": "UDP",
    "srcids": {"instance": "i-0d15cd0d3example"},
}
FLOWS = """version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes \
start end action log-status
2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK
2 123456789010 eni-1 - - - - - - - 1418530000 1418530060 - NODATA
"""
WRITTEN = {
    "cloudtrail": json.dumps({"Records": [{"eventTime": "2026-11-02T12:00:00Z"}]}),
    "s3-access": S3_LINE.format(who="-", what="REST.GET.OBJECT", key="k", agent="x"),
    "alb": ALB_LINE,
    "nlb": NLB_LINE,
    "dns": json.dumps(QUERY),
    "vpc-flow": FLOWS,
}


@pytest.fixture
def on_disk(tmp_path: Path) -> Callable[..., pd.DataFrame]:
    """The frame of a kind from files with these contents."""

    def read(kind: str, *contents: str, packed: bool = True) -> pd.DataFrame:
        for number, text in enumerate(contents):
            body = gzip.compress(text.encode()) if packed else text.encode()
            (tmp_path / f"{number}.log").write_bytes(body)
        return logs(kind, files=tmp_path)

    return read


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("packed", [True, False])
def test_files_may_be_packed_or_not(
    on_disk: Callable[..., pd.DataFrame], kind: str, packed: bool
) -> None:
    rows = 2 if kind == "vpc-flow" else 1
    assert len(on_disk(kind, WRITTEN[kind], WRITTEN[kind], packed=packed)) == 2 * rows


@pytest.mark.parametrize("kind", list(KINDS))
def test_no_file_makes_an_empty_frame_of_the_same_columns(
    on_disk: Callable[..., pd.DataFrame], kind: str
) -> None:
    empty = on_disk(kind)
    full = on_disk(kind, WRITTEN[kind])
    assert empty.empty
    assert list(empty.columns) == list(full.columns)
    for name in full.columns:
        if str(full[name].dtype).startswith("datetime"):
            assert str(empty[name].dtype).startswith("datetime")


def test_paths_can_be_given_one_by_one(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(ALB_LINE, encoding="utf-8")
    assert len(logs("alb", files=[tmp_path / "a", str(tmp_path / "b")])) == 2
    assert len(logs("alb", files=tmp_path / "a")) == 1


def test_an_alb_line_is_typed(on_disk: Callable[..., pd.DataFrame]) -> None:
    (row,) = on_disk("alb", ALB_LINE).to_dict("records")
    assert row["time"] == datetime(2018, 7, 2, 22, 23, 0, 186641, UTC)
    assert (row["client_ip"], row["client_port"]) == ("192.0.2.39", 2817)
    assert (row["target_ip"], row["target_port"]) == ("10.0.0.1", 80)
    assert (row["request_processing_time"], row["elb_status_code"]) == (0.086, 200)
    assert (row["request_verb"], row["request_proto"]) == ("GET", "HTTP/1.1")
    assert row["request_url"] == "https://www.example.com:443/a?b=c"
    assert row["actions_executed"] == "authenticate,forward"
    assert pd.isna(row["redirect_url"])
    assert row["conn_trace_id"] == "TID_1234abcd5678ef90"


def test_an_nlb_line_is_typed(on_disk: Callable[..., pd.DataFrame]) -> None:
    (row,) = on_disk("nlb", NLB_LINE).to_dict("records")
    assert row["tls_connection_creation_time"] == datetime(2018, 12, 20, 2, 59, 30, tzinfo=UTC)
    assert (row["destination_ip"], row["destination_port"]) == ("10.0.100.185", 443)
    assert (row["received_bytes"], row["sent_bytes"]) == (98, 246)
    assert row["alpn_fe_protocol"] == "h2"


def test_an_s3_line_is_typed_with_and_without_the_newest_field(
    on_disk: Callable[..., pd.DataFrame],
) -> None:
    line = S3_LINE.format(who="-", what="REST.GET.OBJECT", key="NA", agent="Boto3 md/x")
    made = on_disk("s3-access", line + "\n" + line + " us-east-1\n")
    assert list(made["source_region"].fillna("")) == ["", "us-east-1"]
    row = made.iloc[0]
    assert row["time"] == datetime(2019, 2, 6, 0, 0, 38, tzinfo=UTC)
    assert pd.isna(row["requester"])
    assert (row["key"], row["http_status"], row["bytes_sent"]) == ("NA", 200, 113)
    assert row["request_uri"] == "GET /NA HTTP/1.1"
    assert row["user_agent"] == "Boto3 md/x"


def test_a_lone_quotation_mark_hides_no_line(on_disk: Callable[..., pd.DataFrame]) -> None:
    """Whoever sends the request chooses the user agent."""
    plain = S3_LINE.format(who="-", what="REST.GET.OBJECT", key="k", agent="x")
    odd = S3_LINE.format(who="-", what="REST.PUT.OBJECT", key="k", agent='a "b')
    made = on_disk("s3-access", "\n".join([plain, odd, plain, odd, plain]))
    assert list(made["operation"].str.split(".").str[1]) == ["GET", "PUT", "GET", "PUT", "GET"]
    assert list(made["http_status"]) == [200] * 5


def test_a_query_keeps_its_answers(on_disk: Callable[..., pd.DataFrame]) -> None:
    made = on_disk("dns", json.dumps(QUERY) + "\n" + json.dumps(QUERY) + "\n")
    assert len(made) == 2
    row = made.iloc[0]
    assert row["query_timestamp"] == datetime(2021, 2, 4, 17, 51, 55, tzinfo=UTC)
    assert (row["srcport"], row["srcids"]) == (56067, {"instance": "i-0d15cd0d3example"})
    assert pd.isna(row["firewall_rule_action"])


def test_flow_records_are_named_by_the_files_own_first_line(
    on_disk: Callable[..., pd.DataFrame],
) -> None:
    other = "action srcaddr start tcp-flags\nREJECT 10.0.0.1 1418530100 2\n"
    made = on_disk("vpc-flow", FLOWS, other)
    assert list(made["action"].fillna("")) == ["", "ACCEPT", "REJECT"]
    assert made["start"].iloc[1] == datetime(2014, 12, 14, 4, 6, 50, tzinfo=UTC)
    assert (made["dstport"].iloc[1], made["tcp_flags"].iloc[2]) == (22, 2)
    assert pd.isna(made["bytes"].iloc[0])


def test_names_of_cloudtrail_are_written_in_snake_case() -> None:
    assert [snake(name) for name in ("sourceIPAddress", "requestID", "sharedEventID")] == [
        "source_ip_address",
        "request_id",
        "shared_event_id",
    ]
    assert len({snake(name) for name in FIELDS}) == len(FIELDS)


class TestFromTheAccount:
    def test_a_trails_events_are_those_of_the_account(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start(S3KeyPrefix="audit")
        trail.client("iam").create_user(UserName="bob")
        trail.wait(hours=1)
        made = logs("cloudtrail", trail.client)
        assert list(made["event_name"]) == ["StartLogging", "CreateUser"]
        row = made.iloc[1]
        assert row["event_time"] == datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
        assert row["user_identity_arn"] == "arn:aws:iam::111122223333:user/admin"
        assert row["user_identity"]["userName"] == row["user_identity_user_name"] == "admin"
        assert row["request_parameters"] == {"userName": "bob"}
        assert not row["read_only"]
        assert row["source_ip_address"] == trail.cloud.address

    def test_access_logs_are_found_by_the_buckets_settings(self, trail: LogTrail) -> None:
        s3, cloud = trail.client("s3"), trail.cloud
        for bucket in ("data", "access"):
            s3.create_bucket(Bucket=bucket)
        service = {"Service": "logging.s3.amazonaws.com"}
        put = cloud.statement("s3:PutObject", "arn:aws:s3:::access/*", Principal=service)
        s3.put_bucket_policy(Bucket="access", Policy=cloud.policy(put))
        enabled = {"TargetBucket": "access", "TargetPrefix": "web/"}
        s3.put_bucket_logging(Bucket="data", BucketLoggingStatus={"LoggingEnabled": enabled})
        s3.put_object(Bucket="data", Key="k", Body=b"1")
        trail.wait(hours=2)
        made = logs("s3-access", trail.client)
        assert list(made["operation"])[-1] == "REST.PUT.OBJECT"
        s3.put_bucket_logging(Bucket="data", BucketLoggingStatus={})
        with pytest.raises(DrillError, match=r"bucket=…"):
            logs("s3-access", trail.client)
        again = logs("s3-access", trail.client, bucket="access", prefix="web/")
        assert set(made["request_id"]) <= set(again["request_id"])

    def test_who_may_not_read_the_files_gets_no_frame(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        trail.wait(hours=1)
        describes = trail.cloud.statement("cloudtrail:DescribeTrails")
        keys = trail.cloud.user("eve", describes)
        with pytest.raises(ClientError, match="ListObjectsV2"):
            logs("cloudtrail", lambda service: trail.cloud.client(service, keys))

    def test_an_unknown_kind_is_named_with_those_that_there_are(self) -> None:
        def none(service: str) -> Any:
            raise AssertionError(service)

        with pytest.raises(DrillError, match="s3-access"):
            logs("s3-acces", none)
