"""Athena through boto3: executions, results, workgroups, saved queries, metadata, permissions."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

OUT = {"OutputLocation": "s3://results/out/"}
TABLE = """
CREATE EXTERNAL TABLE people (name string, age int, tags array<string>)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://data/people/'
"""
PEOPLE = '{"Name": "ann", "Age": 41, "tags": ["a", "b"]}\n{"Name": "bob", "tags": []}\n'


class Shop:
    """An account with a table of people."""

    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud
        self.keys = cloud.user("ann", cloud.statement("*"))
        self.athena = cloud.client("athena", self.keys)
        self.s3 = cloud.client("s3", self.keys)
        for bucket in ("data", "results"):
            self.s3.create_bucket(Bucket=bucket)
        self.s3.put_object(Bucket="data", Key="people/1.json", Body=PEOPLE.encode())
        self.done(TABLE)

    def start(self, query: str, keys: Any = None, **more: Any) -> str:
        client = self.cloud.client("athena", keys) if keys else self.athena
        more.setdefault("ResultConfiguration", OUT)
        return str(client.start_query_execution(QueryString=query, **more)["QueryExecutionId"])

    def status(self, query: str, keys: Any = None, **more: Any) -> dict[str, Any]:
        return dict(self.shown(self.start(query, keys, **more))["Status"])

    def shown(self, name: str) -> dict[str, Any]:
        return dict(self.athena.get_query_execution(QueryExecutionId=name)["QueryExecution"])

    def done(self, query: str, **more: Any) -> str:
        name = self.start(query, **more)
        status = self.shown(name)["Status"]
        assert status["State"] == "SUCCEEDED", status
        return name

    def rows(self, query: str, **more: Any) -> list[list[str | None]]:
        answer = self.athena.get_query_results(QueryExecutionId=self.done(query, **more))
        return [
            [value.get("VarCharValue") for value in row["Data"]]
            for row in answer["ResultSet"]["Rows"]
        ]


@pytest.fixture
def shop(cloud: Any) -> Iterator[Shop]:
    with cloud.world.clock.pinned(datetime(2026, 11, 2, 12, 0, tzinfo=UTC)):
        yield Shop(cloud)


def test_results_begin_with_a_header_and_tell_types(shop: Shop) -> None:
    name = shop.done("SELECT name, age, tags, age * 1.5 AS more, count(*) OVER () FROM people")
    result = shop.athena.get_query_results(QueryExecutionId=name)["ResultSet"]
    columns = [(c["Name"], c["Type"]) for c in result["ResultSetMetadata"]["ColumnInfo"]]
    assert columns == [
        ("name", "varchar"),
        ("age", "integer"),
        ("tags", "array"),
        ("more", "decimal"),
        ("_col4", "bigint"),
    ]
    assert result["Rows"][0]["Data"][0] == {"VarCharValue": "name"}
    assert result["Rows"][1]["Data"][2] == {"VarCharValue": "[a, b]"}
    assert result["Rows"][2]["Data"][1] == {}


def test_results_come_in_pages(shop: Shop) -> None:
    name = shop.done("SELECT n FROM UNNEST(sequence(1, 2500)) AS t(n)")
    pages = shop.athena.get_paginator("get_query_results").paginate(QueryExecutionId=name)
    sizes = [len(page["ResultSet"]["Rows"]) for page in pages]
    assert sizes == [1000, 1000, 501]


def test_results_lie_in_the_output_bucket(shop: Shop) -> None:
    name = shop.done("SELECT name, nullif(name, 'bob') AS other FROM people ORDER BY name")
    body = shop.s3.get_object(Bucket="results", Key=f"out/{name}.csv")["Body"].read()
    assert body == b'"name","other"\n"ann","ann"\n"bob",\n'
    kept = shop.s3.get_object(Bucket="results", Key=f"out/{name}.csv.metadata")["Body"].read()
    assert [c["Name"] for c in json.loads(kept)["ColumnInfo"]] == ["name", "other"]
    shop.s3.delete_object(Bucket="results", Key=f"out/{name}.csv")
    with pytest.raises(shop.athena.exceptions.InvalidRequestException, match="Could not find"):
        shop.athena.get_query_results(QueryExecutionId=name)


def test_an_execution_tells_what_was_asked(shop: Shop) -> None:
    shown = shop.shown(shop.done("SELECT 1", QueryExecutionContext={"Database": "default"}))
    assert shown["StatementType"] == "DML"
    assert shown["QueryExecutionContext"] == {"Database": "default"}
    name = shown["QueryExecutionId"]
    assert shown["ResultConfiguration"]["OutputLocation"] == f"s3://results/out/{name}.csv"
    assert shown["Statistics"]["DataScannedInBytes"] == 0
    scanned = shop.shown(shop.done("SELECT count(*) FROM people"))["Statistics"]
    assert scanned["DataScannedInBytes"] == len(PEOPLE)


def test_executions_are_listed_newest_first(shop: Shop) -> None:
    names = [shop.done(f"SELECT {number}") for number in range(3)]
    assert shop.athena.list_query_executions()["QueryExecutionIds"][:3] == names[::-1]
    batch = shop.athena.batch_get_query_execution(QueryExecutionIds=[names[0], "absent"])
    assert [one["Query"] for one in batch["QueryExecutions"]] == ["SELECT 0"]
    assert batch["UnprocessedQueryExecutionIds"][0]["QueryExecutionId"] == "absent"
    shop.athena.stop_query_execution(QueryExecutionId=names[0])
    assert shop.shown(names[0])["Status"]["State"] == "SUCCEEDED"


def test_ids_follow_from_the_seed(shop: Shop) -> None:
    cloud = shop.cloud
    saved = cloud.gateway.save(cloud.world)
    first = shop.start("SELECT 1")
    cloud.gateway.restore(cloud.world, saved)
    assert shop.start("SELECT 1") == first


def test_a_snapshot_holds_tables_and_executions(shop: Shop) -> None:
    cloud = shop.cloud
    name = shop.done("SELECT 1")
    saved = cloud.gateway.save(cloud.world)
    shop.done("DROP TABLE people")
    later = shop.done("SELECT 2")
    cloud.gateway.restore(cloud.world, saved)
    assert shop.rows("SELECT count(*) FROM people")[1] == ["2"]
    assert shop.shown(name)["Query"] == "SELECT 1"
    assert later not in shop.athena.list_query_executions()["QueryExecutionIds"]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (
            "SELECT * FROM nowhere",
            "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.default.nowhere' does not exist",
        ),
        (
            "SELECT nme FROM people",
            "COLUMN_NOT_FOUND: line 1:8: Column 'nme' cannot be resolved or requester is not"
            " authorized to access requested resources",
        ),
        (
            "SELECT name, count(*) FROM people",
            "EXPRESSION_NOT_AGGREGATE: line 1:8: 'name' must be an aggregate expression or appear"
            " in GROUP BY clause",
        ),
        ("SELECT nope(1)", "FUNCTION_NOT_FOUND: line 1:8: Function 'nope' not registered"),
        ("SELECT CAST('x' AS integer)", "INVALID_CAST_ARGUMENT: "),
        (
            "SELECT * FROM people WHERE name = age",
            "TYPE_MISMATCH: line 1:28: Cannot apply operator: varchar = integer",
        ),
        (
            "SELECT * FROM people WHERE name > current_timestamp",
            "TYPE_MISMATCH: line 1:28: Cannot apply operator: varchar > timestamp(3) with time zone",
        ),
        (
            "SELECT * FROM people WHERE age IN ('41')",
            "TYPE_MISMATCH: line 1:28: Cannot check if integer is BETWEEN or IN varchar",
        ),
        ("SELECT * FROM other.people.x", "CATALOG_NOT_FOUND: Catalog 'other' not found"),
    ],
)
def test_failures_are_worded_as_athena_does(shop: Shop, query: str, reason: str) -> None:
    status = shop.status(query)
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"].startswith(reason)
    assert status["AthenaError"]["ErrorCategory"] == 2


def test_what_can_not_be_started_is_an_invalid_request(shop: Shop, refusal: Any) -> None:
    def said(query: str, **more: Any) -> str:
        code, status, message = refusal(lambda: shop.start(query, **more))
        assert (code, status) == ("InvalidRequestException", 400)
        return str(message)

    assert said("SELECT FROM WHERE").startswith("line 1:")
    assert said("SELECT 1; SELECT 2").startswith("Only one sql statement is allowed.")
    assert "No output location provided" in said("SELECT 1", ResultConfiguration={})
    missing = {"OutputLocation": "s3://no-such-bucket/"}
    assert said("SELECT 1", ResultConfiguration=missing) == (
        "Unable to verify/create output bucket no-such-bucket"
    )
    name = shop.status("SELECT x") and shop.athena.list_query_executions()["QueryExecutionIds"][0]
    code, _, message = refusal(lambda: shop.athena.get_query_results(QueryExecutionId=name))
    assert message == "Query did not finish successfully. Final query state: FAILED"
    code, _, message = refusal(lambda: shop.athena.get_query_execution(QueryExecutionId="x"))
    assert (code, message) == ("InvalidRequestException", "QueryExecution x was not found")


def test_parameters_stand_for_question_marks(shop: Shop) -> None:
    asked = "SELECT age FROM people WHERE name = ?"
    assert shop.rows(asked, ExecutionParameters=["'ann'"])[1:] == [["41"]]
    assert shop.rows(asked, ExecutionParameters=["'x'' OR ''1''=''1'"])[1:] == []


def test_the_same_token_starts_a_query_once(shop: Shop, refusal: Any) -> None:
    token = "x" * 40
    first = shop.start("SELECT 1", ClientRequestToken=token)
    assert shop.start("SELECT 1", ClientRequestToken=token) == first
    code, _, _ = refusal(lambda: shop.start("SELECT 2", ClientRequestToken=token))
    assert code == "InvalidRequestException"


def test_workgroups_say_where_results_go(shop: Shop, refusal: Any) -> None:
    athena = shop.athena
    athena.create_work_group(
        Name="hunt",
        Configuration={"ResultConfiguration": {"OutputLocation": "s3://results/hunt/"}},
    )
    enforced = shop.shown(shop.done("SELECT 1", WorkGroup="hunt"))
    assert enforced["ResultConfiguration"]["OutputLocation"].startswith("s3://results/hunt/")
    athena.update_work_group(
        WorkGroup="hunt", ConfigurationUpdates={"EnforceWorkGroupConfiguration": False}
    )
    free = shop.shown(shop.done("SELECT 1", WorkGroup="hunt"))
    assert free["ResultConfiguration"]["OutputLocation"].startswith("s3://results/out/")
    assert len(athena.list_query_executions(WorkGroup="hunt")["QueryExecutionIds"]) == 2
    athena.update_work_group(WorkGroup="hunt", State="DISABLED")
    code, _, message = refusal(lambda: shop.start("SELECT 1", WorkGroup="hunt"))
    assert (code, message) == ("InvalidRequestException", "WorkGroup hunt is disabled.")
    code, _, message = refusal(lambda: athena.delete_work_group(WorkGroup="hunt"))
    assert message == "WorkGroup hunt is not empty"
    athena.delete_work_group(WorkGroup="hunt", RecursiveDeleteOption=True)
    assert [one["Name"] for one in athena.list_work_groups()["WorkGroups"]] == ["primary"]
    code, _, message = refusal(lambda: shop.start("SELECT 1", WorkGroup="hunt"))
    assert message == "WorkGroup hunt is not found."


def test_saved_queries(shop: Shop, refusal: Any) -> None:
    athena = shop.athena
    name = athena.create_named_query(Name="who", Database="default", QueryString="SELECT 1")[
        "NamedQueryId"
    ]
    athena.update_named_query(NamedQueryId=name, Name="who", QueryString="SELECT 2")
    assert athena.get_named_query(NamedQueryId=name)["NamedQuery"]["QueryString"] == "SELECT 2"
    assert athena.list_named_queries()["NamedQueryIds"] == [name]
    batch = athena.batch_get_named_query(NamedQueryIds=[name, "absent"])
    assert len(batch["NamedQueries"]) == len(batch["UnprocessedNamedQueryIds"]) == 1
    athena.delete_named_query(NamedQueryId=name)
    code, _, _ = refusal(lambda: athena.get_named_query(NamedQueryId=name))
    assert code == "InvalidRequestException"


def test_athena_and_glue_agree_on_the_catalog(shop: Shop, refusal: Any) -> None:
    glue = shop.cloud.client("glue", shop.keys)
    shop.done("CREATE DATABASE security COMMENT 'logs'")
    names = [one["Name"] for one in glue.get_databases()["DatabaseList"]]
    assert names == ["default", "security"]
    listed = shop.athena.list_databases(CatalogName="AwsDataCatalog")["DatabaseList"]
    assert [one["Name"] for one in listed] == names
    glue.create_table(
        DatabaseName="security",
        TableInput={
            "Name": "Made",
            "StorageDescriptor": {
                "Columns": [{"Name": "name", "Type": "string"}],
                "Location": "s3://data/people/",
                "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
            },
            "TableType": "EXTERNAL_TABLE",
        },
    )
    assert shop.rows("SELECT name FROM security.made ORDER BY 1") == [["name"], ["ann"], ["bob"]]
    table = shop.athena.get_table_metadata(
        CatalogName="AwsDataCatalog", DatabaseName="default", TableName="people"
    )["TableMetadata"]
    kept = glue.get_table(DatabaseName="default", Name="people")["Table"]
    assert table["Columns"] == kept["StorageDescriptor"]["Columns"]
    assert table["Columns"][2] == {"Name": "tags", "Type": "array<string>"}
    assert shop.athena.get_data_catalog(Name="AwsDataCatalog")["DataCatalog"]["Type"] == "GLUE"
    code, _, message = refusal(
        lambda: shop.athena.list_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="no")
    )
    assert (code, "no not found" in message) == ("MetadataException", True)


def _analyst(shop: Shop, *without: str, **more: Any) -> Any:
    """A user with what a query on people takes, but for some actions."""
    say = shop.cloud.statement
    statements = {
        "athena": say("athena:*"),
        "glue": say(["glue:Get*"]),
        "location": say("s3:GetBucketLocation", ["arn:aws:s3:::data", "arn:aws:s3:::results"]),
        "list": say("s3:ListBucket", "arn:aws:s3:::data"),
        "get": say("s3:GetObject", "arn:aws:s3:::data/*"),
        "put": say(["s3:PutObject", "s3:GetObject"], "arn:aws:s3:::results/*"),
        **more,
    }
    kept = [value for key, value in statements.items() if key not in without]
    name = "-".join(("analyst", *without, *more))
    return shop.cloud.user(name, *kept)


def test_a_query_takes_its_callers_own_rights(shop: Shop) -> None:
    query = "SELECT count(*) FROM people"
    assert shop.status(query, _analyst(shop))["State"] == "SUCCEEDED"
    denied = {
        "list": "Permission denied on S3 path: s3://data/people",
        "get": "Permission denied on S3 path: s3://data/people/1.json",
        "put": "Access denied when writing output to url: s3://results/out/",
        "glue": "Insufficient permissions to execute the query. User: arn:aws:iam::111122223333"
        ":user/analyst-glue is not authorized to perform: glue:GetTable on resource:",
    }
    for missing, reason in denied.items():
        status = shop.status(query, _analyst(shop, missing))
        assert status["State"] == "FAILED"
        assert status["StateChangeReason"].startswith(reason)


def test_athena_itself_must_be_allowed(shop: Shop, refusal: Any) -> None:
    code, _, message = refusal(lambda: shop.start("SELECT 1", _analyst(shop, "athena")))
    assert code == "AccessDeniedException"
    assert "athena:StartQueryExecution" in message
    keys = _analyst(shop, "location")
    code, _, message = refusal(lambda: shop.start("SELECT 1", keys))
    assert message == "Unable to verify/create output bucket results"


def test_policies_can_ask_what_the_call_came_through(shop: Shop, refusal: Any) -> None:
    only = {"ForAnyValue:StringEquals": {"aws:CalledVia": ["athena.amazonaws.com"]}}
    say = shop.cloud.statement
    keys = _analyst(shop, "get", via=say("s3:GetObject", "arn:aws:s3:::data/*", Condition=only))
    assert shop.status("SELECT count(*) FROM people", keys)["State"] == "SUCCEEDED"
    direct = shop.cloud.client("s3", keys)
    code, _, _ = refusal(lambda: direct.get_object(Bucket="data", Key="people/1.json"))
    assert code == "AccessDenied"


def test_an_objects_kms_key_is_asked_with_the_callers_rights(shop: Shop) -> None:
    kms = shop.cloud.client("kms", shop.keys)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    shop.s3.put_object(
        Bucket="data",
        Key="people/2.json",
        Body=b'{"name": "eve"}\n',
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId=key,
    )
    query = "SELECT count(*) FROM people"
    reason = shop.status(query, _analyst(shop))["StateChangeReason"]
    assert reason == "Permission denied on S3 path: s3://data/people/2.json"
    allowed = _analyst(shop, kms=shop.cloud.statement("kms:Decrypt", key))
    assert shop.status(query, allowed)["State"] == "SUCCEEDED"


def test_reads_are_recorded_as_made_by_athena(shop: Shop) -> None:
    before = len(shop.cloud.account.records)
    shop.done("SELECT count(*) FROM people")
    made = shop.cloud.account.records[before:]
    names = [record["eventName"] for record in made]
    assert names[-2:] == ["StartQueryExecution", "GetQueryExecution"]
    read = next(record for record in made if record["eventName"] == "GetObject")
    assert read["userIdentity"]["userName"] == "ann"
    assert read["userIdentity"]["invokedBy"] == "athena.amazonaws.com"
    assert read["sourceIPAddress"] == read["userAgent"] == "athena.amazonaws.com"
    assert read["requestParameters"]["key"] == "people/1.json"
    assert read["managementEvent"] is False
    assert read["additionalEventData"]["bytesTransferredOut"] == len(PEOPLE)
    assert {"GetTable", "ListObjectsV2", "PutObject"} & set(names) >= {"GetTable", "PutObject"}
    assert len({record["eventID"] for record in made}) == len(made)


def test_another_accounts_bucket_must_allow_it(shop: Shop) -> None:
    other = shop.cloud.open("444455556666", world=shop.cloud.world)
    root = shop.cloud.root("s3", other)
    root.create_bucket(Bucket="theirs")
    root.put_object(Bucket="theirs", Key="p/1.json", Body=b'{"name": "zoe"}\n')
    shop.done(TABLE.replace("people", "guests").replace("s3://data/guests/", "s3://theirs/p/"))
    query = "SELECT name FROM guests"
    assert shop.status(query)["StateChangeReason"].startswith(
        "Permission denied on S3 path: s3://theirs"
    )
    caller = {"AWS": "arn:aws:iam::111122223333:user/ann"}
    resources = ["arn:aws:s3:::theirs", "arn:aws:s3:::theirs/*"]
    root.put_bucket_policy(
        Bucket="theirs",
        Policy=shop.cloud.policy(
            shop.cloud.statement(
                ["s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"],
                resources,
                Principal=caller,
            )
        ),
    )
    assert shop.rows(query)[1:] == [["zoe"]]


def test_log_files_that_are_due_are_delivered_before_they_are_read(trail: Any) -> None:
    trail.bucket()
    trail.start()
    trail.client("s3").create_bucket(Bucket="results")
    trail.client("iam").create_user(UserName="backdoor")
    trail.wait(minutes=20)
    athena = trail.client("athena")

    def run(query: str) -> Any:
        name = athena.start_query_execution(QueryString=query, ResultConfiguration=OUT)
        name = name["QueryExecutionId"]
        status = athena.get_query_execution(QueryExecutionId=name)["QueryExecution"]["Status"]
        assert status["State"] == "SUCCEEDED", status
        return athena.get_query_results(QueryExecutionId=name)["ResultSet"]["Rows"]

    run(
        "CREATE EXTERNAL TABLE trail (eventname string, requestparameters string)"
        " ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'"
        " STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'"
        " OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'"
        " LOCATION 's3://logs/AWSLogs/111122223333/CloudTrail/'"
    )
    rows = run(
        "SELECT json_extract_scalar(requestparameters, '$.userName') FROM trail"
        " WHERE eventname = 'CreateUser'"
    )
    assert rows[1:] == [{"Data": [{"VarCharValue": "backdoor"}]}]


def test_results_are_encrypted_as_asked(shop: Shop) -> None:
    kms = shop.cloud.client("kms", shop.keys)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    wanted = {"EncryptionOption": "SSE_KMS", "KmsKey": key}
    name = shop.done("SELECT 1", ResultConfiguration={**OUT, "EncryptionConfiguration": wanted})
    head = shop.s3.head_object(Bucket="results", Key=f"out/{name}.csv")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key)


def test_an_object_that_changes_is_read_anew(shop: Shop) -> None:
    query = "SELECT count(*) FROM people"
    assert shop.rows(query)[1] == ["2"]
    shop.s3.put_object(Bucket="data", Key="people/1.json", Body=b'{"name": "zoe"}\n')
    shop.s3.put_object(
        Bucket="data", Key="people/2.json.gz", Body=gzip.compress(b'{"name": "x"}\n' * 3)
    )
    assert shop.rows(query)[1] == ["4"]
    shop.s3.delete_object(Bucket="data", Key="people/1.json")
    assert shop.rows(query)[1] == ["3"]
