"""A query reads the tables that its caller may read, and nothing of the machine behind Athena."""

from __future__ import annotations

import os
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.athena import dialect, engine
from simulator.athena.ddl import Malformed
from simulator.athena.refusal import QueryFailed

HOSTILE = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_csv_auto('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_json_objects('/etc/passwd')",
    "SELECT * FROM read_ndjson('/etc/passwd')",
    "SELECT * FROM read_parquet('/tmp/*')",
    "SELECT * FROM parquet_scan('/tmp/x')",
    "SELECT * FROM parquet_metadata('/tmp/x')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM (SELECT * FROM read_text('/etc/passwd')) AS t",
    "WITH t AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM t",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM glob('/*'))",
    "SELECT 1 UNION SELECT content FROM read_text('/etc/passwd')",
    "SELECT * FROM UNNEST(glob('/*')) AS t(x)",
    "SELECT getenv('HOME')",
    "SELECT current_setting('home_directory')",
    "SELECT current_database()",
    "SELECT getvariable('x')",
    "SELECT version()",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_tables()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM pragma_database_list()",
    "SELECT * FROM pragma_version()",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('t')",
    "SELECT * FROM range(1000000000000)",
    "SELECT * FROM repeat('x', 1000000000)",
    "SELECT repeat('x', 1000000000)",
    "SELECT __json('x', '$')",
    "SELECT write_log('x')",
    "SELECT nextval('x')",
    "SELECT uuid()",
    "SELECT * EXCLUDE (a) FROM (VALUES (1, 2)) AS t(a, b)",
    "SELECT COLUMNS('.*') FROM (VALUES (1, 2)) AS t(a, b)",
    "SELECT x FROM (VALUES (1)) AS t(x) QUALIFY row_number() OVER () = 1",
    "FROM duckdb_settings()",
    "PRAGMA database_list",
    "PRAGMA enable_profiling",
    "ATTACH '/tmp/x.db' AS x",
    "DETACH x",
    "USE x",
    "COPY (SELECT 1) TO '/tmp/x.csv'",
    "COPY t FROM '/etc/passwd'",
    "EXPORT DATABASE '/tmp/x'",
    "IMPORT DATABASE '/tmp/x'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET memory_limit = '100GB'",
    "SET enable_external_access = true",
    "RESET enable_external_access",
    "CALL pragma_version()",
    "CREATE TABLE t AS SELECT * FROM read_text('/etc/passwd')",
    "CREATE MACRO f() AS 1",
    "CREATE SECRET s (TYPE s3)",
    "INSERT INTO t SELECT 1",
    "DELETE FROM t",
    "UPDATE t SET a = 1",
    "EXPLAIN ANALYZE SELECT 1",
    "VACUUM",
    "CHECKPOINT",
    "BEGIN TRANSACTION",
    "EXECUTE x",
    "SELECT 1; SELECT * FROM read_text('/etc/passwd')",
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    "SELECT * FROM t FOR UPDATE",
    "SELECT * FROM t TABLESAMPLE BERNOULLI (10)",
    "CREATE VIEW v AS SELECT * FROM read_text('/etc/passwd')",
    "CREATE VIEW v AS SELECT 1 AS a; DROP TABLE t",
    "CREATE EXTERNAL TABLE t (a string) LOCATION '/etc/'",
    "CREATE EXTERNAL TABLE t (a string) LOCATION 'file:///etc/passwd'",
    "CREATE EXTERNAL TABLE t (a blob) LOCATION 's3://results/'",
    "CREATE EXTERNAL TABLE t (a struct<\"x'\":string) LOCATION 's3://results/'",
]


def _tried(athena: Any, query: str) -> dict[str, str]:
    """How a query ends; one that is not even started ends with its error's code."""
    try:
        return dict(athena.start(query)["Status"])
    except ClientError as error:
        said = error.response["Error"]
        return {"State": said["Code"], "StateChangeReason": said["Message"]}


@pytest.mark.parametrize("query", HOSTILE)
def test_what_athena_does_not_have_is_refused(athena: Any, query: str) -> None:
    status = _tried(athena, query)
    assert status["State"] in {"FAILED", "InvalidRequestException"}
    assert not status["StateChangeReason"].startswith("GENERIC_INTERNAL_ERROR")


@pytest.mark.parametrize(
    "name", ['"/etc/passwd"', '"__table_0_objects"', '"duckdb_settings"', '"sqlite_master"']
)
def test_a_name_is_looked_up_in_the_catalog_alone(athena: Any, name: str) -> None:
    athena.put("t/a.txt", "x\n")
    athena.run("CREATE EXTERNAL TABLE t (a string) LOCATION 's3://amzn-s3-demo-bucket/t/'")
    assert "TABLE_NOT_FOUND" in athena.reason(f"SELECT * FROM t, {name}")


def test_names_and_values_of_a_table_are_not_sql(athena: Any) -> None:
    athena.put("t/a.json", '{"a\\"b": "x"}')
    athena.run("SHOW TABLES")
    glue = athena.client("glue")
    column = "a\"; ATTACH '/tmp/x' AS y; --"
    glue.create_table(
        DatabaseName="default",
        TableInput={
            "Name": "odd",
            "StorageDescriptor": {
                "Columns": [{"Name": column, "Type": "string"}],
                "Location": "s3://amzn-s3-demo-bucket/t/",
                "SerdeInfo": {
                    "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
                    "Parameters": {"x') FROM read_text('/etc/passwd": "'"},
                },
            },
            "Parameters": {"skip.header.line.count": "1) --"},
        },
    )
    assert athena.run("SELECT count(*) FROM odd")[1] == ["1"]


def test_the_engine_itself_reads_and_sets_nothing() -> None:
    """The second wall, behind the check of what a query says."""
    import duckdb

    for statement in (
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "COPY (SELECT 1) TO '/tmp/never.csv'",
        "ATTACH '/tmp/never.db' AS x",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "SET allowed_paths = ['/etc/passwd']",
    ):
        with engine.sandbox() as connection, engine.desk() as shared:
            engine.shut(connection)
            for each in (connection, shared):
                with pytest.raises(duckdb.Error):
                    each.execute(statement).fetchall()


def test_what_one_has_on_the_desk_no_other_sees() -> None:
    import duckdb

    with engine.desk() as one, engine.desk() as other:
        one.execute("CREATE TEMPORARY TABLE t AS SELECT 1")
        with pytest.raises(duckdb.CatalogException):
            other.execute("FROM t")
        other.execute("CREATE TEMPORARY TABLE t AS SELECT 2")
        assert one.execute("FROM t").fetchall() == [(1,)]
    with engine.desk() as later, pytest.raises(duckdb.CatalogException):
        later.execute("FROM t")


def test_a_desk_that_broke_is_replaced() -> None:
    with engine.desk() as connection:
        connection.execute("SELECT 1")
    engine._shared(os.getpid()).close()
    with engine.desk() as connection:
        assert connection.execute("SELECT __json_size('[1]', '$')").fetchall() == [(1,)]


def test_a_query_without_end_is_stopped() -> None:
    import duckdb

    endless = "SELECT count(*) FROM range(10000000000) a, range(1000000) b WHERE a.range % 7 = 3"
    with engine.sandbox() as connection, pytest.raises(duckdb.InterruptException):
        engine.run(connection, endless, deadline=0.2).fetchall()


def test_a_query_nested_too_deep_is_refused() -> None:
    with pytest.raises((Malformed, QueryFailed)):
        dialect.read(f"SELECT {'(' * 3000}1{')' * 3000}")
