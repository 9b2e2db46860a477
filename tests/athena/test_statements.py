"""DDL, views, partitions and the functions of queries, through boto3."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from simulator.athena import results, values

PEOPLE = '{"name": "ann", "age": 41}\n{"name": "bob", "age": 7}\n'
TABLE = """
CREATE EXTERNAL TABLE {name} (name string, age int)
{keys} ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://amzn-s3-demo-bucket/{name}/' {more}
"""


def _table(name: str, keys: str = "", more: str = "") -> str:
    return TABLE.format(name=name, keys=keys, more=more)


def _read(athena: Any) -> list[str]:
    """The keys that Athena has read, oldest first."""
    return [
        record["requestParameters"]["key"]
        for record in athena.cloud.account.records
        if record["eventName"] == "GetObject"
        and record["userIdentity"].get("invokedBy") == "athena.amazonaws.com"
        and record["requestParameters"]["bucketName"] == "amzn-s3-demo-bucket"
    ]


def test_show_and_describe(athena: Any) -> None:
    athena.run("CREATE SCHEMA IF NOT EXISTS security LOCATION 's3://results/x/'")
    athena.run(_table("people", "PARTITIONED BY (day string COMMENT 'when')"))
    athena.run("CREATE VIEW adults AS SELECT name, age FROM people WHERE age > 17")
    assert athena.run("SHOW DATABASES") == [["default"], ["security"]]
    assert athena.run("SHOW TABLES") == [["adults"], ["people"]]
    assert athena.run("SHOW TABLES 'pe*'") == [["people"]]
    assert athena.run("SHOW VIEWS") == [["adults"]]
    assert [row[0].strip() for row in athena.run("SHOW COLUMNS IN people")] == [
        "name",
        "age",
        "day",
    ]
    lines = [row[0] for row in athena.run("DESCRIBE people")]
    assert lines[1].split() == ["age", "int"]
    assert lines[-1].split() == ["day", "string", "when"]
    shown = "\n".join(row[0] or "" for row in athena.run("SHOW CREATE TABLE people"))
    assert "PARTITIONED BY (" in shown
    athena.run("DROP TABLE people")
    athena.run(shown)
    assert athena.run("SHOW TABLES") == [["adults"], ["people"]]


def test_drop(athena: Any) -> None:
    athena.run("CREATE DATABASE security")
    athena.run(_table("people").replace("TABLE people", "TABLE security.people"))
    assert "is not empty" in athena.reason("DROP DATABASE security")
    athena.run("DROP DATABASE security CASCADE")
    assert "does not exist: security" in athena.reason("DROP DATABASE security")
    athena.run("DROP DATABASE IF EXISTS security")
    athena.run("DROP TABLE IF EXISTS nothing")
    assert "Table not found" in athena.reason("DROP TABLE nothing")


def test_partitions_are_added_and_dropped(athena: Any) -> None:
    athena.put("elsewhere/x.json", PEOPLE)
    athena.run(_table("people", "PARTITIONED BY (day date)"))
    add = (
        "ALTER TABLE people ADD {} PARTITION (day = '2026-11-02') LOCATION"
        " 's3://amzn-s3-demo-bucket/elsewhere'"
    )
    athena.run(add.format(""))
    assert "AlreadyExistsException" in athena.reason(add.format(""))
    athena.run(add.format("IF NOT EXISTS"))
    assert athena.run("SHOW PARTITIONS people") == [["day=2026-11-02"]]
    assert athena.run("SELECT count(*) FROM people WHERE day > date '2026-11-01'")[1] == ["2"]
    athena.run("ALTER TABLE people DROP PARTITION (day = '2026-11-02')")
    assert athena.run("SELECT count(*) FROM people")[1] == ["0"]


def test_hive_partitions_are_found_by_repair(athena: Any) -> None:
    for day in ("01", "02"):
        athena.put(f"people/year=2026/day={day}/x.json", PEOPLE)
    athena.run(_table("people", "PARTITIONED BY (year string, day string)"))
    assert athena.run("SELECT count(*) FROM people")[1] == ["0"]
    lines = athena.run("MSCK REPAIR TABLE people")
    assert lines[1] == ["Repair: Added partition to metastore people:year=2026/day=01"]
    athena.run("SELECT name FROM people WHERE year = '2026' AND day = '02'")
    assert _read(athena) == ["people/year=2026/day=02/x.json"]


PROJECTIONS = [
    ("day string", "'projection.day.type'='enum', 'projection.day.values'='a,b'", "day = 'b'"),
    (
        "day int",
        "'projection.day.type'='integer', 'projection.day.range'='1,31',"
        " 'projection.day.digits'='2'",
        "day BETWEEN 2 AND 3",
    ),
    (
        "day string",
        "'projection.day.type'='date', 'projection.day.range'='NOW-3DAYS,NOW',"
        " 'projection.day.format'='yyyy-MM-dd'",
        "day >= '2026-11-02'",
    ),
    ("day string", "'projection.day.type'='injected'", "day IN ('x1', 'x2')"),
]


@pytest.mark.parametrize(
    ("keys", "more", "where", "folder"),
    [
        (*PROJECTIONS[0], "b"),
        (*PROJECTIONS[1], "03"),
        (*PROJECTIONS[2], "2026-11-02"),
        (*PROJECTIONS[3], "x2"),
    ],
)
def test_projection_reads_only_what_matches(
    athena: Any, keys: str, more: str, where: str, folder: str
) -> None:
    for name in ("a", "01", "2026-11-01", "x3", folder):
        athena.put(f"people/{name}/x.json", PEOPLE)
    place = "'storage.location.template'='s3://amzn-s3-demo-bucket/people/${day}'"
    properties = f"TBLPROPERTIES ('projection.enabled'='true', {more}, {place})"
    athena.run(_table("people", f"PARTITIONED BY ({keys})", properties))
    rows = athena.run(f"SELECT count(*) FROM people WHERE {where} AND age > 0")
    assert rows[1] == ["2"]
    assert _read(athena) == [f"people/{folder}/x.json"]


def test_an_injected_column_must_be_given(athena: Any) -> None:
    properties = "TBLPROPERTIES ('projection.enabled'='true', 'projection.day.type'='injected')"
    athena.run(_table("people", "PARTITIONED BY (day string)", properties))
    assert athena.reason("SELECT * FROM people").startswith("CONSTRAINT_VIOLATION: ")


def test_an_outer_join_keeps_partitions_that_a_filter_would_drop(athena: Any) -> None:
    athena.put("people/day=1/x.json", PEOPLE)
    athena.run(_table("people", "PARTITIONED BY (day string)"))
    athena.run("MSCK REPAIR TABLE people")
    rows = athena.run(
        "SELECT t.n FROM (VALUES ('ann'), ('zoe')) AS t(n) LEFT JOIN people p ON p.name = t.n"
        " WHERE p.day IS NULL"
    )
    assert rows[1:] == [["zoe"]]


def test_views_read_with_the_rights_of_who_asks(athena: Any) -> None:
    athena.put("people/x.json", PEOPLE)
    athena.run(_table("people"))
    athena.run("CREATE VIEW adults AS SELECT name AS who, count(*) c FROM people GROUP BY name")
    assert athena.run("SELECT who FROM adults ORDER BY who")[1:] == [["ann"], ["bob"]]
    assert "ALREADY_EXISTS" in athena.reason("CREATE VIEW adults AS SELECT 1 AS a")
    athena.run("CREATE OR REPLACE VIEW adults AS SELECT name FROM people WHERE age > 17")
    assert athena.run("SELECT * FROM adults") == [["name"], ["ann"]]
    say = athena.cloud.statement
    reader = athena.cloud.user(
        "reader",
        say(["athena:*", "glue:Get*"]),
        say("s3:*", ["arn:aws:s3:::results", "arn:aws:s3:::results/*"]),
    )
    reason = athena.reason("SELECT * FROM adults", reader)
    assert reason.startswith("Permission denied on S3 path: s3://amzn-s3-demo-bucket")


def test_what_is_not_simulated_says_so(athena: Any) -> None:
    athena.put("people/x.json", PEOPLE)
    athena.run(_table("people").replace("org.openx.data.jsonserde.JsonSerDe", "org.x.SerDe"))
    assert "is not simulated" in athena.reason("SELECT * FROM people")


def test_broken_json_is_told(athena: Any) -> None:
    athena.put("people/x.json", '{"name": \n')
    athena.run(_table("people"))
    reason = athena.reason("SELECT * FROM people")
    assert reason.startswith("HIVE_CURSOR_ERROR: Row is not a valid JSON Object")


FUNCTIONS = [
    ("json_extract_scalar('{\"a\": {\"b\": [1, 2]}}', '$.a.b[1]')", "2"),
    ("json_extract_scalar('{\"a\": {}}', '$.a')", None),
    ("json_extract_scalar('no json', '$.a')", None),
    ("json_extract('{\"a\": [1, 2]}', '$.a')", "[1,2]"),
    ("json_array_length(json_extract('{\"a\": [1, 2]}', '$.a'))", "2"),
    ("CAST(json_extract('{\"a\": \"x\"}', '$.a') AS varchar)", "x"),
    ("json_format(json_parse('[1]'))", "[1]"),
    ("from_iso8601_timestamp('2026-11-02T10:00:00Z')", "2026-11-02 10:00:00.000 UTC"),
    ("date_parse('2026-11-02T10:00:00Z', '%Y-%m-%dT%H:%i:%sZ')", "2026-11-02 10:00:00.000"),
    ("parse_datetime('02/Nov/2026 +0000', 'dd/MMM/yyyy Z')", "2026-11-02 00:00:00.000 UTC"),
    ("format_datetime(timestamp '2026-11-02 10:00:00', 'yyyy/MM')", "2026/11"),
    ("from_unixtime(0)", "1970-01-01 00:00:00.000 UTC"),
    ("to_iso8601(date '2026-11-02')", "2026-11-02"),
    ("to_unixtime(from_iso8601_timestamp('1970-01-01T00:01:00Z'))", "60.0"),
    ("current_date - interval '1' day", "2026-11-01"),
    ("now()", "2026-11-02 12:00:00.000 UTC"),
    ("date_diff('hour', timestamp '2026-11-02 10:00:00', timestamp '2026-11-02 13:00:00')", "3"),
    ("date_trunc('day', now())", "2026-11-02 00:00:00.000 UTC"),
    ("date_add('day', -1, date '2026-11-02')", "2026-11-01"),
    ("at_timezone(now(), 'Europe/Paris')", "2026-11-02 13:00:00.000"),
    ("regexp_like('abc', '^a')", "true"),
    ("regexp_extract('abc', 'b(c)', 1)", "c"),
    ("regexp_extract('abc', 'x')", None),
    ("regexp_replace('aXbX', 'X', '-')", "a-b-"),
    ("split_part('a.b.c', '.', 2)", "b"),
    ("split('a.b', '.')[1]", "a"),
    ("cardinality(ARRAY[1, 2])", "2"),
    ("contains(ARRAY['a'], 'a')", "true"),
    ("element_at(ARRAY['a', 'b'], 2)", "b"),
    ("array_join(ARRAY['a', 'b'], '-')", "a-b"),
    ("filter(ARRAY[1, 2, 3], x -> x > 1)", "[2, 3]"),
    ("transform(ARRAY[1, 2], x -> x * 10)", "[10, 20]"),
    ("any_match(ARRAY[1, 2], x -> x = 2)", "true"),
    ("map(ARRAY['k'], ARRAY[1])['k']", "1"),
    ("MAP(ARRAY['k'], ARRAY[1])", "{k=1}"),
    ("CAST(ROW(1, 'x') AS ROW(a integer, b varchar))", "{a=1, b=x}"),
    ("try(CAST('x' AS integer))", None),
    ("try_cast('7' AS integer)", "7"),
    ("7 / 2", "3"),
    ("7.0 / 2", "3.5"),
    ("1e10", "1.0E10"),
    ("'a' || 'b'", "ab"),
    ("if(1 = 2, 'x', 'y')", "y"),
    ("coalesce(NULL, 'x')", "x"),
    ("'50%' LIKE '50!%' ESCAPE '!'", "true"),
    ("url_extract_host('https://www.example.com:443/a')", "www.example.com"),
    ("lower('ABC')", "abc"),
    ("greatest(1, 3, 2)", "3"),
]


def test_functions_give_what_athena_gives(athena: Any) -> None:
    said = athena.run("SELECT " + ", ".join(expression for expression, _ in FUNCTIONS))[1]
    expected = dict(FUNCTIONS)
    got = dict(zip(expected, said, strict=True))
    assert got == expected


def test_aggregates_windows_and_sets(athena: Any) -> None:
    rows = athena.run(
        "WITH t(k, v) AS (VALUES ('a', 1), ('a', 3), ('b', 2)), u AS ("
        " SELECT k, sum(v) AS s, array_agg(v ORDER BY v) AS l, max_by(v, v) AS m,"
        " approx_distinct(v) AS d, arbitrary(k) AS any, count_if(v > 1) AS c, map_agg(v, v) AS g"
        " FROM t GROUP BY k HAVING sum(v) > 0)"
        " SELECT u.*, row_number() OVER (ORDER BY s DESC) AS n FROM u UNION ALL"
        " SELECT 'z', 0, ARRAY[0], 0, 0, 'z', 0, MAP(ARRAY[0], ARRAY[0]), 9 ORDER BY n"
    )
    assert rows == [
        ["k", "s", "l", "m", "d", "any", "c", "g", "n"],
        ["a", "4", "[1, 3]", "3", "2", "a", "1", "{1=1, 3=3}", "1"],
        ["b", "2", "[2]", "2", "1", "b", "1", "{2=2}", "2"],
        ["z", "0", "[0]", "0", "0", "z", "0", "{0=0}", "9"],
    ]


def test_unnest_of_maps_and_with_ordinality(athena: Any) -> None:
    query = "SELECT k, v FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) AS t(k, v)"
    assert athena.run(query)[1:] == [["a", "1"], ["b", "2"]]
    query = "SELECT x, n FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS t(x, n)"
    assert athena.run(query)[1:] == [["a", "1"], ["b", "2"]]


def test_the_hidden_path_names_the_object(athena: Any) -> None:
    athena.put("people/x.json", PEOPLE)
    athena.run(_table("people"))
    rows = athena.run('SELECT DISTINCT "$path" FROM people')
    assert rows == [["$path"], ["s3://amzn-s3-demo-bucket/people/x.json"]]


def test_a_result_file_reads_back_as_it_was() -> None:
    rows: list[results.Row] = [
        ("a", None, ""),
        (None, 'say "x"', "line\nbreak"),
        (None, None, None),
        ("é", ",", "1"),
    ]
    assert results.csv_rows(results.csv_bytes(["x", "y", "z"], rows)) == [("x", "y", "z"), *rows]


@pytest.mark.parametrize(
    ("kind", "hive"),
    [
        ('STRUCT("type" VARCHAR, a STRUCT(b BIGINT[]))', "struct<type:string,a:struct<b:array<bigint>>>"),
        ("MAP(VARCHAR, INTEGER)", "map<string,int>"),
        ("DECIMAL(10,2)", "decimal(10,2)"),
    ],
)  # fmt: skip
def test_types_of_the_catalog(kind: str, hive: str) -> None:
    assert values.hive_type(kind) == hive


def test_the_engine_is_not_loaded_before_somebody_asks() -> None:
    code = (
        "import sys; from simulator import services;"
        " assert services.find('athena', 'StartQueryExecution');"
        " assert not {'duckdb', 'sqlglot'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
