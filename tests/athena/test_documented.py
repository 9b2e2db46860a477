"""Tables and queries of the AWS documentation run as they stand there, on files in real formats."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

_spec = importlib.util.spec_from_file_location(
    "documented", Path(__file__).parent / "documented.py"
)
assert _spec
assert _spec.loader
aws = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(aws)

_ISSUER = "arn:aws:iam::111122223333:role/deploy"
RECORDS = [
    {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLE:ci",
            "arn": "arn:aws:sts::111122223333:assumed-role/deploy/ci",
            "accountId": "111122223333",
            "accessKeyId": "ASIAEXAMPLE",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": "AROAEXAMPLE",
                    "arn": _ISSUER,
                    "accountId": "111122223333",
                    "userName": "deploy",
                },
                "webIdFederationData": {
                    "federatedProvider": "arn:aws:iam::111122223333:oidc-provider/idp",
                    "attributes": {"sub": "repo"},
                },
                "attributes": {"creationDate": "2026-11-02T09:00:00Z", "mfaAuthenticated": "false"},
            },
        },
        "eventTime": "2026-11-02T10:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutObject",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "[aws-cli/2.31.0]",
        "requestParameters": {"bucketName": "example", "key": "datafile.txt"},
        "responseElements": None,
        "additionalEventData": {"SignatureVersion": "SigV2", "bytesTransferredIn": 7},
        "requestID": "R1",
        "eventID": "e1",
        "readOnly": False,
        "resources": [
            {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::example/datafile.txt"},
            {
                "accountId": "111122223333",
                "type": "AWS::S3::Bucket",
                "ARN": "arn:aws:s3:::example",
            },
        ],
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "recipientAccountId": "111122223333",
        "eventCategory": "Data",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "X",
            "clientProvidedHostHeader": "h",
        },
    },
    {
        "eventVersion": "1.11",
        "userIdentity": {"type": "AWSAccount", "principalId": "", "accountId": "anonymous"},
        "eventTime": "2026-11-02T10:01:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "requestParameters": {"bucketName": "evidence", "key": "k"},
        "requestID": "R2",
        "eventID": "e2",
        "readOnly": True,
        "resources": None,
    },
    {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "arn": "arn:aws:iam::111122223333:user/eve",
            "accountId": "111122223333",
            "userName": "eve",
        },
        "eventTime": "2026-11-02T10:02:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "DeleteBucket",
        "awsRegion": "us-east-1",
        "errorCode": "AccessDenied",
        "resources": [
            {
                "accountId": "111122223333",
                "type": "AWS::S3::Bucket",
                "ARN": "arn:aws:s3:::evidence",
            }
        ],
    },
]
FLOW_HEADER = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start"
    " end action log-status"
)
FLOWS = (
    f"{FLOW_HEADER}\n"
    "2 111122223333 eni-0a 203.0.113.9 10.0.1.14 50000 443 6 12 900 1793620800 1793620860 ACCEPT OK\n"
    "2 111122223333 eni-0a 203.0.113.9 10.0.1.14 50001 22 6 1 40 1793620800 1793620860 REJECT OK\n"
    "2 111122223333 eni-0b - - - - - - - 1793620800 1793620860 - NODATA\n"
)
ACCESS_LINES = (
    "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be mybucket"
    " [02/Nov/2026:10:00:38 +0000] 198.51.100.7 arn:aws:iam::123456789123:user/user_name"
    ' 3E57427F3EXAMPLE REST.DELETE.OBJECT images/picture.jpg "DELETE /images/picture.jpg HTTP/1.1"'
    ' 204 - - 113 7 - "-" "S3Console/0.4" - s9lzHYrFp76ZVxRcpX9= SigV4 ECDHE-RSA-AES128-GCM-SHA256'
    " AuthHeader mybucket.s3.us-east-1.amazonaws.com TLSv1.2 - -\n"
    "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be mybucket"
    " [02/Nov/2026:10:05:38 +0000] 198.51.100.7 - 3E57427F3EXAMPLF REST.GET.OBJECT"
    ' images/picture.jpg "GET /images/picture.jpg HTTP/1.1" 200 - 2048 4096 7 5 "-" "curl/8" -'
    " s9lzHYrFp76ZVxRcpX9= - ECDHE-RSA-AES128-GCM-SHA256 - mybucket.s3.us-east-1.amazonaws.com"
    " TLSv1.2 - Yes\n"
)
ALB_LINE = (
    "https 2026-11-02T10:00:00.186641Z app/web/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80"
    ' 0.086 0.048 0.037 200 200 12 57 "GET https://www.example.com:443/ HTTP/1.1"'
    ' "Mozilla/5.0 Safari/605.1.15" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2'
    " arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/73e2d6bc24d8a067"
    ' "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com"'
    ' "arn:aws:acm:us-east-1:111122223333:certificate/12345678" 1 2026-11-02T10:00:00.000000Z'
    ' "forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1234abcd5678ef90\n'
)
NLB_LINE = (
    "tls 2.0 2026-11-02T10:00:00 net/edge/c6e77e28c25b2234 g3d4b5e8bb8464cd 72.21.218.154:51341"
    " 172.100.100.185:443 5 2 98 246 - arn:aws:acm:us-east-1:111122223333:certificate/2a108f19 -"
    " ECDHE-RSA-AES128-SHA tlsv11 - my-nlb.elb.us-east-1.amazonaws.com - - -"
    " 2026-11-02T10:00:00\n"
)


def _dns(name: str, second: int, answers: list[dict[str, str]]) -> str:
    return json.dumps(
        {
            "version": "1.100000",
            "account_id": "111122223333",
            "region": "us-east-1",
            "vpc_id": "vpc-0a1b2c3d",
            "query_timestamp": f"2026-11-02T10:00:{second:02d}Z",
            "query_name": name,
            "query_type": "A",
            "query_class": "IN",
            "rcode": "NOERROR",
            "answers": answers,
            "srcaddr": "10.0.0.5",
            "srcport": "54321",
            "transport": "UDP",
            "srcids": {"instance": "i-0123"},
        }
    )


RESOLVED = "\n".join(
    [
        _dns("www.example.com.", 1, [{"Rdata": "203.0.113.16", "Type": "A", "Class": "IN"}]),
        _dns("exfil.example.net.", 2, []),
    ]
)


def _body(rows: list[list[Any]]) -> list[list[Any]]:
    return rows[1:]


@pytest.fixture
def trail_table(athena: Any) -> Any:
    athena.trail(RECORDS)
    athena.run(aws.CLOUDTRAIL)
    athena.run(aws.CLOUDTRAIL_PARTITION)
    return athena


def test_queries_of_cloudtrail_logs(trail_table: Any) -> None:
    anonymous, nested, unnested, deleted, basic = map(trail_table.run, aws.CLOUDTRAIL_QUERIES)
    assert [row[6] for row in _body(anonymous)] == ["GetObject"] or "GetObject" in anonymous[1]
    assert nested == [
        ["eventsource", "eventname", "creationdate", "arn"],
        ["s3.amazonaws.com", "PutObject", "2026-11-02T09:00:00Z", _ISSUER],
    ]
    assert _body(unnested) == [
        [
            "us-east-1",
            "example/datafile.txt",
            "PutObject",
            "2026-11-02T10:00:00Z",
            "[aws-cli/2.31.0]",
        ]
    ]
    assert _body(deleted) == [
        ["us-east-1", "evidence", "2026-11-02T10:02:00Z", "eve", "111122223333"]
    ]
    assert len(_body(basic)) == 3


def test_parameters_are_strings_that_hold_json(trail_table: Any) -> None:
    rows = trail_table.run(
        "SELECT requestparameters, responseelements, readonly FROM cloudtrail_logs ORDER BY eventid"
    )
    assert rows[1] == ['{"bucketName":"example","key":"datafile.txt"}', None, "false"]


@pytest.mark.parametrize("table", [aws.CLOUDTRAIL_PROJECTED, aws.CLOUDTRAIL_SERDE])
def test_other_tables_for_cloudtrail_logs(athena: Any, table: str) -> None:
    athena.trail(RECORDS)
    athena.run(table)
    name = "cloudtrail_logs_pp" if "_pp" in table else "cloudtrail_logs"
    where = "WHERE timestamp = '2026/11/02'" if "_pp" in table else ""
    rows = athena.run(f"SELECT resources[1].arn FROM {name} {where} ORDER BY eventtime LIMIT 1")
    assert rows == [["arn"], ["arn:aws:s3:::example/datafile.txt"]]


def test_queries_that_identify_s3_requests(athena: Any) -> None:
    athena.trail(RECORDS)
    athena.run("CREATE DATABASE s3_cloudtrail_events_db")
    athena.run(
        aws.CLOUDTRAIL_SERDE.replace(
            "cloudtrail_logs (", "s3_cloudtrail_events_db.cloudtrail_table ("
        )
    )
    old, requesters, put, anonymous, acl = map(athena.run, aws.S3_CLOUDTRAIL_QUERIES)
    assert [row[1] for row in _body(old)] == ["PutObject"]
    assert _body(requesters) == [["arn:aws:sts::111122223333:assumed-role/deploy/ci", "1"]]
    assert [row[5:7] for row in _body(put)] == [["example", "datafile.txt"]]
    assert _body(anonymous) == _body(acl) == []


def test_queries_of_flow_logs(athena: Any) -> None:
    athena.put("prefix/AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/11/02/f.log.gz", FLOWS)
    athena.run(aws.FLOW)
    athena.run(aws.FLOW_PARTITION)
    everything, rejected, packets = map(athena.run, aws.FLOW_QUERIES)
    assert len(_body(everything)) == 3
    assert everything[3][6:10] == [None, None, None, None]
    assert _body(rejected) == [["1", "2026-11-02", "eni-0a", "203.0.113.9", "REJECT", "6"]]
    assert _body(packets) == [["12", "10.0.1.14"]]


def test_queries_of_flow_logs_with_partition_projection(athena: Any) -> None:
    athena.put("AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/11/02/f.log.gz", FLOWS)
    athena.run(aws.FLOW_PROJECTED)
    everything, packets, times, source, rejected, parts = map(
        athena.run, aws.FLOW_PROJECTED_QUERIES
    )
    assert len(_body(everything)) == 3
    assert everything[1][-3:] == ["111122223333", "us-east-1", "2026/11/02"]
    assert _body(packets) == [["12", "10.0.1.14"]]
    assert times[1][4:] == ["2026-11-02T12:00:00.000Z", "2026-11-02T12:01:00.000Z"]
    assert len(_body(source)) == len(_body(parts)) == 2
    assert _body(rejected) == [["2026/11/02", "eni-0a", "203.0.113.9", "REJECT", "6"]]


def test_queries_of_server_access_logs(athena: Any) -> None:
    athena.put("access/2026-11-02-10-17-01-0123456789ABCDEF", ACCESS_LINES)
    athena.run(aws.ACCESS_DATABASE)
    athena.run(aws.ACCESS)
    deleted, user, within, total, versions = map(athena.run, aws.ACCESS_QUERIES)
    assert _body(deleted) == [
        [
            "02/Nov/2026:10:00:38 +0000",
            "198.51.100.7",
            "arn:aws:iam::123456789123:user/user_name",
            "images/picture.jpg",
        ]
    ]
    assert len(_body(user)) == 1
    assert len(_body(within)) == 2
    assert _body(total) == [["2048", "4209", "6144"]]
    assert sorted(_body(versions)) == [
        ["-", "-", "1"],
        ["arn:aws:iam::123456789123:user/user_name", "SigV4", "1"],
    ]


def test_queries_of_load_balancers_logs(athena: Any) -> None:
    athena.put("alb/a.log.gz", ALB_LINE)
    athena.put("nlb/n.log.gz", NLB_LINE)
    athena.run(aws.ALB)
    athena.run(aws.NLB)
    verbs, safari, received = map(athena.run, aws.ALB_QUERIES)
    assert _body(verbs) == [["1", "GET", "192.168.131.39"]]
    assert _body(safari) == [["https://www.example.com:443/"]]
    assert _body(received) == [["192.168.131.39", "12"]]
    certificates, old, slow = map(athena.run, aws.NLB_QUERIES)
    assert _body(certificates) == [["1", "arn:aws:acm:us-east-1:111122223333:certificate/2a108f19"]]
    assert _body(old) == [["tlsv11", "1", "72.21.218.154"]]
    assert len(_body(slow)) == 1


def test_queries_of_resolver_query_logs(athena: Any) -> None:
    athena.put("AWSLogs/111122223333/vpcdnsquerylogs/vpc-0a1b2c3d/2026/11/02/q.log.gz", RESOLVED)
    athena.run(aws.RESOLVER)
    everything, within, named, unanswered, answer = map(athena.run, aws.RESOLVER_QUERIES)
    assert [row[5] for row in _body(everything)] == ["exfil.example.net.", "www.example.com."]
    assert len(_body(within)) == 2
    assert [row[6] for row in _body(named)] == ["[{rdata=203.0.113.16, type=A, class=IN}]"]
    assert [row[4] for row in _body(unanswered)] == ["exfil.example.net."]
    assert _body(answer) == [
        ["2026-11-02T10:00:01Z", "i-0123", "10.0.0.5", "54321", "www.example.com.", "NOERROR",
         "203.0.113.16"]
    ]  # fmt: skip
