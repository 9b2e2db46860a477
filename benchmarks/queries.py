"""One question of many CloudTrail records: asked of Athena, and of the files through pandas.

`python -m benchmarks.queries --records 1000000` makes log files as a trail delivers them, then asks
which principals were refused what, in two processes of their own, and compares the answers.
"""

from __future__ import annotations

import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

FILES, RECORDS = 500, 20
"""So many files at most, and so many records in each at least."""
ACCOUNT, BUCKET, RESULTS = "111122223333", "bench-logs", "bench-results"
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
QUERY = """
SELECT useridentity.sessioncontext.sessionissuer.username AS who, eventname, count(*) AS refused
FROM cloudtrail_logs
WHERE errorcode = 'AccessDenied' AND eventsource = 's3.amazonaws.com'
GROUP BY useridentity.sessioncontext.sessionissuer.username, eventname
ORDER BY who, eventname
"""
TABLE = f"""
CREATE EXTERNAL TABLE cloudtrail_logs (
  eventversion STRING,
  useridentity STRUCT<type:STRING, principalid:STRING, arn:STRING, accountid:STRING,
    invokedby:STRING, accesskeyid:STRING, username:STRING,
    sessioncontext:STRUCT<attributes:STRUCT<mfaauthenticated:STRING, creationdate:STRING>,
    sessionissuer:STRUCT<type:STRING, principalid:STRING, arn:STRING, accountid:STRING,
    username:STRING>>>,
  eventtime STRING, eventsource STRING, eventname STRING, awsregion STRING,
  sourceipaddress STRING, useragent STRING, errorcode STRING, errormessage STRING,
  requestparameters STRING, responseelements STRING, additionaleventdata STRING,
  requestid STRING, eventid STRING,
  resources ARRAY<STRUCT<arn:STRING, accountid:STRING, type:STRING>>,
  eventtype STRING, readonly STRING, recipientaccountid STRING, eventcategory STRING,
  tlsdetails STRUCT<tlsversion:STRING, ciphersuite:STRING, clientprovidedhostheader:STRING>
)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://{BUCKET}/AWSLogs/{ACCOUNT}/CloudTrail/'
"""
Answer = list[list[Any]]


def record(number: int, rng: random.Random) -> dict[str, Any]:
    """An S3 data event of one of 40 roles."""
    role = f"service-{rng.randrange(40)}"
    name = rng.choice(["GetObject", "PutObject", "ListObjects", "DeleteObject"])
    arn = f"arn:aws:s3:::records/{number % 5000}"
    made: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": f"AROA{role}:s",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/s",
            "accountId": ACCOUNT,
            "accessKeyId": f"ASIA{rng.randrange(10**12):016d}",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": f"AROA{role}",
                    "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
                    "accountId": ACCOUNT,
                    "userName": role,
                },
                "attributes": {"creationDate": "2026-11-02T11:00:00Z", "mfaAuthenticated": "false"},
            },
        },
        "eventTime": "2026-11-02T12:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": f"198.51.100.{rng.randrange(250)}",
        "userAgent": "[aws-cli/2.31.0]",
    }
    if rng.random() < 0.05:
        made |= {"errorCode": "AccessDenied", "errorMessage": "Access Denied"}
    return made | {
        "requestParameters": {"bucketName": "records", "key": str(number % 5000)},
        "responseElements": None,
        "additionalEventData": {"SignatureVersion": "SigV4", "bytesTransferredOut": number % 4096},
        "requestID": f"{rng.getrandbits(64):016X}",
        "eventID": f"{rng.getrandbits(128):032x}",
        "readOnly": name != "PutObject",
        "resources": [{"type": "AWS::S3::Object", "ARN": arn}],
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Data",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": "records.s3.us-east-1.amazonaws.com",
        },
    }


def make(folder: Path, records: int) -> int:
    """Log files under the keys and in the form that CloudTrail delivers; how many."""
    from simulator.telemetry import log_file

    rng = random.Random("benchmark")
    files = max(1, min(FILES, records // RECORDS))
    for number in range(files):
        share = range(number * records // files, (number + 1) * records // files)
        start = log_file.window(NOON - number * timedelta(minutes=5))
        key = log_file.key(f"AWSLogs/{ACCOUNT}", ACCOUNT, "us-east-1", start, "benchmark")
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(log_file.content([record(one, rng) for one in share]))
    return files


def through_athena(folder: Path) -> Iterator[tuple[str, Answer, float]]:
    """Ask twice: the second time nothing has to be read again."""
    clients = _clients()
    s3, athena = clients("s3"), clients("athena")
    for bucket in (BUCKET, RESULTS):
        s3.create_bucket(Bucket=bucket)
    for path in sorted(folder.rglob("*.json.gz")):
        s3.put_object(Bucket=BUCKET, Key=str(path.relative_to(folder)), Body=path.read_bytes())
    _ask(athena, TABLE)
    for label in ("Athena, first", "Athena, again"):
        began = time.perf_counter()
        answer = _ask(athena, QUERY)
        yield label, answer, time.perf_counter() - began


def through_pandas(folder: Path) -> Iterator[tuple[str, Answer, float]]:
    """Read every file into one frame, as a notebook does."""
    import pandas as pd

    began = time.perf_counter()
    events = [
        event
        for path in sorted(folder.rglob("*.json.gz"))
        for event in json.loads(gzip.decompress(path.read_bytes()))["Records"]
    ]
    frame = pd.DataFrame(events)
    refused = frame[
        (frame["errorCode"] == "AccessDenied") & (frame["eventSource"] == "s3.amazonaws.com")
    ]
    who = refused["userIdentity"].map(
        lambda identity: identity["sessionContext"]["sessionIssuer"]["userName"]
    )
    counts = refused.groupby([who.rename("who"), "eventName"]).size()
    answer = [[str(who), str(name), str(count)] for (who, name), count in counts.items()]
    yield "pandas", answer, time.perf_counter() - began


def _clients() -> Callable[[str], Any]:
    from botocore.credentials import Credentials

    from simulator.account import transport
    from simulator.account.world import World
    from simulator.gateway.app import Gateway
    from simulator.gateway.caller import Caller, CallerType
    from simulator.gateway.origin import Origin

    gateway, world = Gateway(), World(7)
    world.open_account(ACCOUNT)
    gateway.add(world)
    root = Caller(CallerType.ROOT, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT)
    origin = Origin("198.51.100.7", "benchmark", vouched=root, account_id=ACCOUNT)
    session = transport.session(gateway.respond, lambda: origin, Credentials("-", "-"), "us-east-1")
    return lambda service: session.client(service, endpoint_url=transport.ENDPOINT)


def _ask(athena: Any, query: str) -> Answer:
    started = athena.start_query_execution(
        QueryString=query, ResultConfiguration={"OutputLocation": f"s3://{RESULTS}/"}
    )
    name = started["QueryExecutionId"]
    status = athena.get_query_execution(QueryExecutionId=name)["QueryExecution"]["Status"]
    assert status["State"] == "SUCCEEDED", status
    rows = athena.get_query_results(QueryExecutionId=name)["ResultSet"]["Rows"]
    return [[value.get("VarCharValue") for value in row["Data"]] for row in rows][1:]


_PARTS = {"athena": through_athena, "pandas": through_pandas}


def report(records: int = 1_000_000) -> None:
    """Print seconds and peak memory of each way, and whether they agree.

    Raises:
        SystemExit: their answers differ.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = make(Path(folder), records)
        size = sum(path.stat().st_size for path in Path(folder).rglob("*.json.gz"))
        click.echo(
            f"{records:,} CloudTrail records in {files} files, {size / 2**20:,.0f} MiB packed"
        )
        answers = []
        for part in _PARTS:
            command = [sys.executable, "-m", "benchmarks.queries", "--part", part, "--in", folder]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            for line in done.stdout.splitlines():
                label, answer, seconds, peak = json.loads(line)
                answers.append(answer)
                click.echo(f"  {label:<16}{seconds:8.2f} s  {peak:8,.0f} MiB at most")
    if any(answer != answers[0] for answer in answers):
        raise SystemExit("The answers differ.")
    click.echo(f"  the same {len(answers[0])} rows each time\n")


@click.command()
@click.option("--records", default=1_000_000, show_default=True)
@click.option("--part", type=click.Choice(list(_PARTS)), hidden=True)
@click.option("--in", "folder", type=click.Path(path_type=Path), hidden=True)
def main(records: int, part: str | None, folder: Path | None) -> None:
    """Compare; a child process does one part."""
    if part is None or folder is None:
        report(records)
        return
    for label, answer, seconds in _PARTS[part](folder):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        click.echo(json.dumps([label, answer, seconds, peak]))


if __name__ == "__main__":
    main()
