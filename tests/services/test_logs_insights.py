"""Queries of CloudWatch Logs Insights, by boto3."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.conftest import LogTrail, Refusal

Rows = list[dict[str, str]]
FLOW = "2 111122223333 eni-1235b8ca123456789 {} {} {} {} {} {} {} 1793620800 1793620860 {} {}"


class Logs:
    """Log groups, written to and asked."""

    def __init__(self, trail: LogTrail) -> None:
        self.trail, self.client = trail, trail.client("logs")
        self.start = int(trail.noon.timestamp())

    def put(self, *messages: str | Mapping[str, Any], group: str = "app", every: int = 1) -> None:
        """One event for each message, `every` seconds apart, from noon on."""
        self.client.create_log_group(logGroupName=group)
        self.client.create_log_stream(logGroupName=group, logStreamName="one")
        events = [
            {
                "timestamp": (self.start + every * place) * 1000,
                "message": message if isinstance(message, str) else json.dumps(message),
            }
            for place, message in enumerate(messages)
        ]
        self.client.put_log_events(logGroupName=group, logStreamName="one", logEvents=events)

    def ask(self, query: str, group: str = "app", **more: Any) -> dict[str, Any]:
        """The whole answer of GetQueryResults."""
        given = {
            "startTime": self.start,
            "endTime": self.start + 86400,
            "queryString": query,
            **(
                {}
                if "logGroupNames" in more or "logGroupIdentifiers" in more
                else {"logGroupName": group}
            ),
            **more,
        }
        started = self.client.start_query(**given)
        return dict(self.client.get_query_results(queryId=started["queryId"]))

    def rows(self, query: str, group: str = "app", **more: Any) -> Rows:
        """The results as dictionaries, without pointers."""
        answer = self.ask(query, group, **more)
        assert answer["status"] == "Complete"
        return [
            {cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"}
            for row in answer["results"]
        ]


@pytest.fixture
def logs(trail: LogTrail) -> Logs:
    """Nothing is logged yet. It is noon."""
    return Logs(trail)


@pytest.fixture
def events(logs: Logs) -> Logs:
    """A day of an application that logs JSON."""
    logs.put(
        {"level": "INFO", "user": "ann", "ms": 120, "ok": True, "tags": ["a", "b"]},
        {"level": "ERROR", "user": "bob", "ms": 30, "ok": False, "error": {"code": "E7"}},
        {"level": "INFO", "user": "ann", "ms": 60.5, "foo-bar": "x", "error": None},
        {"level": "WARN", "user": "carol", "ms": "9", "a.b": {"c": "dotted"}},
        every=600,
    )
    return logs


class TestSamplesOfTheDocumentation:
    """Source: "Sample queries" (CloudWatch Logs User Guide)."""

    @pytest.fixture
    def trailed(self, logs: Logs) -> Logs:
        """The CloudTrail logs of an hour in which somebody came."""
        trail = logs.trail
        trail.bucket()
        logs.client.create_log_group(logGroupName="trail")
        group = "arn:aws:logs:us-east-1:111122223333:log-group:trail:*"
        role = trail.cloud.role(
            "watch",
            trail.cloud.trust({"Service": "cloudtrail.amazonaws.com"}),
            trail.cloud.statement("logs:*"),
        )
        trail.start(CloudWatchLogsLogGroupArn=group, CloudWatchLogsRoleArn=role)
        iam, trails = trail.client("iam"), trail.client("cloudtrail")
        for name in ("bob", "carol"):
            iam.create_user(UserName=name)
        ec2 = trail.client("ec2")
        (image,) = ec2.describe_images(Owners=["amazon"])["Images"][:1] or [{"ImageId": "ami-1"}]
        made = ec2.run_instances(ImageId=image["ImageId"], MinCount=1, MaxCount=1)["Instances"]
        ec2.stop_instances(InstanceIds=[made[0]["InstanceId"]])
        ec2.describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["stopped"]}])
        with pytest.raises(ClientError):
            trails.update_trail(Name="main", S3BucketName="no-such-bucket")
        trail.wait(hours=1)
        return logs

    def test_log_entries_for_each_service_event_and_region(self, trailed: Logs) -> None:
        rows = trailed.rows("stats count(*) by eventSource, eventName, awsRegion", "trail")
        (created,) = [row for row in rows if row["eventName"] == "CreateUser"]
        assert created == {
            "eventSource": "iam.amazonaws.com",
            "eventName": "CreateUser",
            "awsRegion": "us-east-1",
            "count(*)": "2",
        }

    def test_instances_that_were_started_or_stopped(self, trailed: Logs) -> None:
        query = (
            'filter (eventName="StartInstances" or eventName="StopInstances") '
            'and awsRegion="us-east-1"'
        )
        (row,) = trailed.rows(query, "trail")
        assert row["@timestamp"] == "2026-11-02 12:00:00.000"
        assert json.loads(row["@message"])["eventName"] == "StopInstances"

    def test_newly_created_users(self, trailed: Logs) -> None:
        query = """filter eventName="CreateUser"
            | fields awsRegion, requestParameters.userName, responseElements.user.arn"""
        rows = trailed.rows(query, "trail")
        assert {row["requestParameters.userName"] for row in rows} == {"bob", "carol"}
        assert {row["responseElements.user.arn"] for row in rows} == {
            "arn:aws:iam::111122223333:user/bob",
            "arn:aws:iam::111122223333:user/carol",
        }

    def test_exceptions_of_update_trail(self, trailed: Logs) -> None:
        query = """filter eventName="UpdateTrail" and ispresent(errorCode)
            | stats count(*) by errorCode, errorMessage"""
        (row,) = trailed.rows(query, "trail")
        assert row["errorCode"] == "S3BucketDoesNotExistException"
        assert row["count(*)"] == "1"

    def test_members_of_arrays_have_numbers(self, trailed: Logs) -> None:
        query = (
            "filter ispresent(requestParameters.filterSet.items.0.name)"
            "| stats count(*) as calls by requestParameters.filterSet.items.0.name as filter,"
            " userIdentity.arn"
        )
        (row,) = trailed.rows(query, "trail")
        assert row == {
            "filter": "instance-state-name",
            "userIdentity.arn": "arn:aws:iam::111122223333:user/admin",
            "calls": "1",
        }

    @pytest.fixture
    def flows(self, logs: Logs) -> Logs:
        logs.put(
            FLOW.format("192.0.2.7", "10.0.0.5", 4711, 443, 6, 10, 840, "ACCEPT", "OK"),
            FLOW.format("192.0.2.9", "10.0.0.5", 4712, 443, 6, 5, 100, "ACCEPT", "OK"),
            FLOW.format("192.0.2.7", "10.0.0.6", 4713, 53, 17, 1, 60, "REJECT", "OK"),
            FLOW.format("198.51.100.3", "10.0.0.6", 4714, 22, 6, 90, 9000, "REJECT", "OK"),
            FLOW.format("-", "-", "-", "-", "-", "-", "-", "-", "SKIPDATA"),
            group="flows",
            every=1800,
        )
        return logs

    def test_top_packet_transfers(self, flows: Logs) -> None:
        query = """stats sum(packets) as packetsTransferred by srcAddr, dstAddr
            | sort packetsTransferred  desc
            | limit 15"""
        rows = flows.rows(query, "flows")
        assert rows[0] == {
            "srcAddr": "198.51.100.3",
            "dstAddr": "10.0.0.6",
            "packetsTransferred": "90",
        }
        assert [row["packetsTransferred"] for row in rows] == ["90", "10", "5", "1", "0"]

    def test_top_byte_transfers_of_a_subnet(self, flows: Logs) -> None:
        query = """filter isIpv4InSubnet(srcAddr, "192.0.2.0/24")
            | stats sum(bytes) as bytesTransferred by dstAddr
            | sort bytesTransferred desc
            | limit 15"""
        assert flows.rows(query, "flows") == [
            {"dstAddr": "10.0.0.5", "bytesTransferred": "940"},
            {"dstAddr": "10.0.0.6", "bytesTransferred": "60"},
        ]

    def test_addresses_that_use_udp(self, flows: Logs) -> None:
        rows = flows.rows("filter protocol=17 | stats count(*) by srcAddr", "flows")
        assert rows == [{"srcAddr": "192.0.2.7", "count(*)": "1"}]

    def test_skipped_records_by_the_hour(self, flows: Logs) -> None:
        query = """filter logStatus="SKIPDATA"
            | stats count(*) by bin(1h) as t
            | sort t"""
        assert flows.rows(query, "flows") == [{"t": "2026-11-02 14:00:00.000", "count(*)": "1"}]

    @pytest.fixture
    def function(self, logs: Logs) -> Logs:
        request = "8f5f2c1e-6a0b-4c0e-9d43-3a2b1c0d9e8f"
        report = (
            f"REPORT RequestId: {request}\tDuration: %s ms\tBilled Duration: %s ms\t"
            "Memory Size: 128 MB\tMax Memory Used: %s MB\t\n"
        )
        logs.put(
            f"START RequestId: {request} Version: $LATEST\n",
            '2026-11-02T12:00:00.000Z\tINFO\t{"order": 7}',
            report % ("12.34", 13, 40),
            report % ("100.00", 100, 60),
            group="/aws/lambda/orders",
        )
        return logs

    def test_overprovisioned_memory(self, function: Logs) -> None:
        """A column may use those before it."""
        query = """filter @type = "REPORT"
            | stats max(@memorySize / 1000 / 1000) as provisonedMemoryMB,
                min(@maxMemoryUsed / 1000 / 1000) as smallestMemoryRequestMB,
                avg(@maxMemoryUsed / 1000 / 1000) as avgMemoryUsedMB,
                max(@maxMemoryUsed / 1000 / 1000) as maxMemoryUsedMB,
                provisonedMemoryMB - maxMemoryUsedMB as overProvisionedMB"""
        assert function.rows(query, "/aws/lambda/orders") == [
            {
                "provisonedMemoryMB": "128",
                "smallestMemoryRequestMB": "40",
                "avgMemoryUsedMB": "50",
                "maxMemoryUsedMB": "60",
                "overProvisionedMB": "68",
            }
        ]

    def test_a_latency_report(self, function: Logs) -> None:
        query = """filter @type = "REPORT" |
            stats avg(@duration), max(@duration), min(@duration) by bin(5m)"""
        assert function.rows(query, "/aws/lambda/orders") == [
            {
                "bin(5m)": "2026-11-02 12:00:00.000",
                "avg(@duration)": "56.17",
                "max(@duration)": "100",
                "min(@duration)": "12.34",
            }
        ]

    def test_json_in_the_middle_of_a_line_of_lambda(self, function: Logs) -> None:
        (row,) = function.rows("filter order = 7", "/aws/lambda/orders")
        assert "INFO" in row["@message"]

    def test_the_examples_of_parse(self, logs: Logs) -> None:
        logs.put(
            "x user=ann, method:GET, latency := 10",
            "x user=bob, method:GET, latency := 5",
            "x user=ann, method:GET, latency := 20",
        )
        globbed = """parse @message "user=*, method:*, latency := *" as @user,
            @method, @latency | stats avg(@latency) by @method,
            @user | sort @user"""
        assert logs.rows(globbed) == [
            {"@method": "GET", "@user": "ann", "avg(@latency)": "15"},
            {"@method": "GET", "@user": "bob", "avg(@latency)": "5"},
        ]
        named = r"""parse @message /user=(?<user2>.*?), method:(?<method2>.*?), latency := (?<latency2>\d+)/
            | stats avg(@latency2) by @method2, @user2 | sort @user2"""
        assert [row["avg(@latency2)"] for row in logs.rows(named)] == ["15", "5"]

    def test_keywords_in_any_case_and_conditions_as_columns(self, logs: Logs) -> None:
        logs.put("12:00 [ERROR] no disk", "12:01 [INFO] fine", "12:02 [DEBUG] who cares")
        query = """FIELDS @message
            | PARSE @message "* [*] *" as loggingTime, loggingType, loggingMessage
            | FILTER loggingType IN ["ERROR", "INFO"]
            | DISPLAY loggingMessage, loggingType = "ERROR" as isError"""
        assert logs.rows(query) == [
            {"loggingMessage": "fine", "isError": "0"},
            {"loggingMessage": "no disk", "isError": "1"},
        ]

    def test_one_line_by_glob_and_by_regular_expression(self, logs: Logs) -> None:
        logs.put(
            "25 May 2019 10:24:39,474 [ERROR] {foo=2, bar=data} The error was: "
            "DataIntegrityException"
        )
        found = {
            "level": "ERROR",
            "config": "{foo=2, bar=data}",
            "exception": "DataIntegrityException",
        }
        for pattern in (
            '"[*] * The error was: *" as level, config, exception',
            r"/\[(?<level>\S+)\]\s+(?<config>\{.*\})\s+The error was: (?<exception>\S+)/",
        ):
            query = f"parse @message {pattern} | display level, config, exception"
            assert logs.rows(query) == [found]


class TestFields:
    def test_without_fields_the_message_is_shown_newest_first(self, events: Logs) -> None:
        rows = events.rows("limit 2")
        assert [row["@timestamp"] for row in rows] == [
            "2026-11-02 12:30:00.000",
            "2026-11-02 12:20:00.000",
        ]
        assert json.loads(rows[0]["@message"])["user"] == "carol"

    def test_every_event_has_a_pointer_and_statistics_are_told(self, events: Logs) -> None:
        answer = events.ask("fields user, level | filter level = 'INFO'")
        (newest, oldest) = answer["results"]
        assert [cell["field"] for cell in newest] == ["user", "level", "@ptr"]
        assert newest[2]["value"] != oldest[2]["value"]
        statistics = answer["statistics"]
        assert (statistics["recordsMatched"], statistics["recordsScanned"]) == (2.0, 4.0)
        assert statistics["bytesScanned"] > 200
        assert answer["queryLanguage"] == "CWLI"

    def test_system_fields(self, events: Logs) -> None:
        (row,) = events.rows("fields @log, @logStream, @ingestionTime | limit 1")
        assert (row["@log"], row["@logStream"]) == ("111122223333:app", "one")
        assert row["@ingestionTime"].startswith("2026-11-02 12:00:00")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("error.code", "E7"),
            ("ok", "0"),
            ("ms + 1", "31"),
            ("concat(user, '-', ms) as both", "bob-30"),
            ("toupper(user)", "BOB"),
            ("substr(user, 1)", "ob"),
            ("substr('xyZfooxyZ', 3, 3)", "foo"),
            ("trim('xyZfooxyZ', 'xyZ')", "foo"),
            ("ltrim('  x ') as left", "x "),
            ("replace('foo', 'o', '0')", "f00"),
            ("strlen('åß')", "2"),
            ("strcontains(level, 'ERR')", "1"),
            ("coalesce(nothing, user)", "bob"),
            ("if(ms > 100, 'slow', 'fast')", "fast"),
            ("isempty(nothing)", "1"),
            ("ispresent(error.code)", "1"),
            ("2 ^ 3 ^ 2", "512"),
            ("10 % 3", "1"),
            ("10 / 4", "2.5"),
            ("1 / 3", "0.3333"),
            ("-(2 + 3) * 2", "-10"),
            ("greatest(1, ms, 7)", "30"),
            ("ceil(1.2) + floor(1.8) + abs(-1)", "4"),
            ("sqrt(16)", "4"),
            ("datefloor(@timestamp, 1h)", "2026-11-02 12:00:00.000"),
            ("dateceil(@timestamp, 1h)", "2026-11-02 13:00:00.000"),
            ("bin(30s)", "2026-11-02 12:10:00.000"),
            ("toMillis(@timestamp)", "1793621400000"),
            ("fromMillis(1793621400000)", "2026-11-02 12:10:00.000"),
            ("isValidIpv4('10.0.0.300')", "0"),
            ("isIpv6InSubnet('fe80::1', 'fe80::/10')", "1"),
            ("isIpv4InSubnet('fe80::1', '0.0.0.0/0')", "0"),
        ],
    )
    def test_expressions(self, events: Logs, field: str, value: str) -> None:
        (row,) = events.rows(f"filter user = 'bob' | fields {field}")
        assert list(row.values()) == [value]

    @pytest.mark.parametrize(
        "field",
        ["nothing", "error", "1 / 0", "log(-1)", "10 ^ 400", "abs(user)", "tags", "tags.7", "a.b"],
    )
    def test_no_value_leaves_the_column_out(self, events: Logs, field: str) -> None:
        assert events.rows(f"fields {field} as it | limit 1") == [{}]

    def test_odd_names_and_members(self, events: Logs) -> None:
        assert events.rows("filter ispresent(tags.1) | fields tags.1") == [{"tags.1": "b"}]
        assert events.rows("filter `foo-bar` = 'x' | fields `foo-bar`") == [{"foo-bar": "x"}]
        assert events.rows("filter a.b.c = 'dotted' | fields a.b.c") == [{"a.b.c": "dotted"}]

    def test_several_fields_add_up_and_the_last_display_decides(self, events: Logs) -> None:
        rows = events.rows("fields user | fields level, ms * 2 as twice | limit 1")
        assert rows == [{"user": "carol", "level": "WARN", "twice": "18"}]
        query = "fields user | display level | display user as who | limit 1"
        assert events.rows(query) == [{"who": "carol"}]


class TestFilter:
    @pytest.mark.parametrize(
        ("condition", "users"),
        [
            ("level = 'INFO'", ["ann", "ann"]),
            ('level != "INFO"', ["carol", "bob"]),
            ("ms > 30", ["ann", "ann"]),
            ("ms >= 30 and ms < 100", ["ann", "bob"]),
            ("ms = 9", ["carol"]),
            ("level like /^(?i)err/", ["bob"]),
            ("level like 'R'", ["carol", "bob"]),
            ("level =~ /^[IW]/", ["carol", "ann", "ann"]),
            ("level not like /A|E/", ["ann", "ann"]),
            ("user in ['bob', 'carol']", ["carol", "bob"]),
            ("ms in [9, 30]", ["carol", "bob"]),
            ("user not in ['ann']", ["carol", "bob"]),
            ("ok", ["ann"]),
            ("not ispresent(ok)", ["carol", "ann"]),
            ("nothing = 'x'", []),
            ("nothing != 'x'", ["carol", "ann", "bob", "ann"]),
            ("nothing < 3 or nothing > 3", []),
            ("nothing not like /x/", ["carol", "ann", "bob", "ann"]),
            ("level = 'WARN' or level = 'ERROR' and user = 'ann'", ["carol"]),
            ("(level = 'WARN' or level = 'ERROR') and user = 'bob'", ["bob"]),
            ("@message like /a\\/b|E7/", ["bob"]),
            ("@timestamp < 1793621400000", ["ann"]),
        ],
    )
    def test_a_condition_selects(self, events: Logs, condition: str, users: list[str]) -> None:
        rows = events.rows(f"fields user # who?\n | filter {condition}")
        assert [row["user"] for row in rows] == users

    def test_where_is_filter_and_comments_are_passed_over(self, events: Logs) -> None:
        query = """# find carol
            fields user
            # | filter user = 'bob'
            | where user = 'carol' """
        assert events.rows(query) == [{"user": "carol"}]


class TestStats:
    def test_functions(self, events: Logs) -> None:
        query = (
            "stats count(*), count(ok), count_distinct(user), sum(ms), avg(ms), min(ms), max(ms),"
            " pct(ms, 50), stddev(ms), earliest(user), latest(user), sortsFirst(user),"
            " sortsLast(user)"
        )
        assert events.rows(query) == [
            {
                "count(*)": "4",
                "count(ok)": "2",
                "count_distinct(user)": "3",
                "sum(ms)": "219.5",
                "avg(ms)": "54.875",
                "min(ms)": "9",
                "max(ms)": "120",
                "pct(ms, 50)": "45.25",
                "stddev(ms)": "48.2914",
                "earliest(user)": "ann",
                "latest(user)": "carol",
                "sortsFirst(user)": "ann",
                "sortsLast(user)": "carol",
            }
        ]

    def test_groups_by_time_and_by_field(self, events: Logs) -> None:
        query = "stats count(*) as n by bin(20m) as slot, user | sort slot, user"
        assert events.rows(query) == [
            {"slot": "2026-11-02 12:00:00.000", "user": "ann", "n": "1"},
            {"slot": "2026-11-02 12:00:00.000", "user": "bob", "n": "1"},
            {"slot": "2026-11-02 12:20:00.000", "user": "ann", "n": "1"},
            {"slot": "2026-11-02 12:20:00.000", "user": "carol", "n": "1"},
        ]

    def test_stats_of_stats(self, events: Logs) -> None:
        query = "stats count(*) as n by user | stats max(n) as most, count(*) as users"
        assert events.rows(query) == [{"most": "2", "users": "3"}]

    def test_nothing_matched(self, events: Logs) -> None:
        assert events.rows("filter user = 'eve' | stats count(*) as n") == [{"n": "0"}]
        assert events.rows("filter user = 'eve' | stats count(*) as n by user") == []

    def test_filters_on_groups_change_nothing_about_what_matched(self, events: Logs) -> None:
        answer = events.ask("filter ms > 10 | stats count(*) as n by user | filter n > 5")
        assert answer["results"] == []
        assert answer["statistics"]["recordsMatched"] == 3.0

    def test_a_filter_on_groups(self, events: Logs) -> None:
        query = "stats count(*) as n by user | filter n > 1"
        assert events.rows(query) == [{"user": "ann", "n": "2"}]


class TestOrder:
    def test_numbers_come_after_text_in_the_order_of_the_documentation(self, logs: Logs) -> None:
        wanted = ["!:", "#", "*%04", "0#", "5A", "111A", "2345_", "@", "@_", "A", "A9876fghj",
                  "a12345hfh", "0", "01", "1", "2", "3"]  # fmt: skip
        logs.put(*reversed(wanted))
        found = [row["@message"] for row in logs.rows("fields @message | sort @message asc")]
        assert found == wanted
        down = [row["@message"] for row in logs.rows("fields @message | sort @message desc")]
        assert down == wanted[::-1]

    def test_several_keys(self, events: Logs) -> None:
        rows = events.rows("fields user, ms | sort user desc, ms asc")
        assert [(row["user"], row["ms"]) for row in rows] == [
            ("carol", "9"),
            ("bob", "30"),
            ("ann", "60.5"),
            ("ann", "120"),
        ]

    def test_dedup_keeps_the_first_and_what_has_no_value(self, events: Logs) -> None:
        rows = events.rows("fields user, ms | sort ms desc | dedup user")
        assert [row["ms"] for row in rows] == ["120", "30", "9"]
        assert len(events.rows("fields user | dedup ok | limit 10")) == 4

    def test_limits(self, logs: Logs, refusal: Refusal) -> None:
        logs.put(*(str(number) for number in range(10_020)), every=0)
        assert len(logs.rows("fields @message")) == 10_000
        assert len(logs.rows("fields @message", limit=3)) == 3
        answer = logs.ask("fields @message | limit 10015")
        assert len(answer["results"]) == 10_000
        code, _, _ = refusal(lambda: logs.ask("fields @message", limit=10_001))
        assert code == "InvalidParameterException"


class TestGroups:
    def test_by_name_identifier_and_arn(self, events: Logs) -> None:
        events.put({"user": "dave"}, group="other")
        arn = "arn:aws:logs:us-east-1:111122223333:log-group:other"
        for several in (
            {"logGroupNames": ["app", "other"]},
            {"logGroupIdentifiers": ["app", arn]},
            {"logGroupIdentifiers": ["app", f"{arn}:*"]},
        ):
            rows = events.rows("stats count(*) by @log", **several)
            assert {row["@log"]: row["count(*)"] for row in rows} == {
                "111122223333:app": "4",
                "111122223333:other": "1",
            }

    def test_a_group_that_is_not_there(self, logs: Logs, refusal: Refusal) -> None:
        assert refusal(lambda: logs.ask("fields @message", "nowhere")) == (
            "ResourceNotFoundException",
            400,
            "Log group 'nowhere' does not exist for account ID '111122223333'",
        )

    def test_one_way_to_name_groups(self, events: Logs, refusal: Refusal) -> None:
        more = {"logGroupNames": ["app"], "logGroupIdentifiers": ["app"]}
        code, _, message = refusal(lambda: events.ask("fields @message", **more))
        assert code == "InvalidParameterException"
        assert "exactly one" in message

    def test_both_ends_of_the_time_range_are_in_it(self, events: Logs) -> None:
        start = events.start
        rows = events.rows("fields ms", startTime=start + 600, endTime=start + 1200)
        assert [row["ms"] for row in rows] == ["60.5", "30"]

    def test_retention_ends_events(self, events: Logs) -> None:
        events.client.put_retention_policy(logGroupName="app", retentionInDays=1)
        events.trail.wait(days=1, minutes=5)
        assert len(events.rows("fields ms")) == 3

    def test_a_right_is_needed_on_each_group(self, events: Logs, refusal: Refusal) -> None:
        cloud = events.trail.cloud
        allowed = "arn:aws:logs:us-east-1:111122223333:log-group:app:*"
        keys = cloud.user("reader", cloud.statement("logs:StartQuery", allowed))
        events.put("x", group="other")
        events.client = cloud.client("logs", keys)
        code, _, message = refusal(lambda: events.ask("limit 1", logGroupNames=["app", "other"]))
        assert code == "AccessDeniedException"
        assert "log-group:other" in message


class TestQueries:
    def test_they_are_described_newest_first(self, events: Logs) -> None:
        events.ask("fields user")
        events.trail.wait(minutes=1)
        events.ask("stats count(*)")
        first, second = events.client.describe_queries(logGroupName="app")["queries"]
        assert (first["queryString"], second["queryString"]) == ("stats count(*)", "fields user")
        assert first["status"] == "Complete"
        assert first["createTime"] - second["createTime"] == 60_000
        assert events.client.describe_queries(logGroupName="other")["queries"] == []
        assert events.client.describe_queries(status="Running")["queries"] == []

    def test_results_come_in_pages(self, events: Logs) -> None:
        query = events.client.start_query(
            logGroupName="app",
            startTime=events.start,
            endTime=events.start + 86400,
            queryString="fields user",
        )["queryId"]
        first = events.client.get_query_results(queryId=query, maxItems=3)
        rest = events.client.get_query_results(queryId=query, nextToken=first["nextToken"])
        assert (len(first["results"]), len(rest["results"])) == (3, 1)
        assert "nextToken" not in rest

    def test_an_ended_query_is_not_stopped(self, events: Logs, refusal: Refusal) -> None:
        events.ask("fields user")
        (query,) = events.client.describe_queries()["queries"]
        assert events.client.stop_query(queryId=query["queryId"])["success"] is False
        code, _, _ = refusal(lambda: events.client.stop_query(queryId="none"))
        assert code == "ResourceNotFoundException"

    def test_ids_follow_from_the_seed_and_snapshots_take_queries_back(self, events: Logs) -> None:
        world = events.trail.cloud.world
        ids = []
        for _ in range(2):
            with events.trail.cloud.gateway.turn(world), world.undone():
                events.ask("fields user")
                (query,) = events.client.describe_queries()["queries"]
                ids.append(query["queryId"])
        assert ids[0] == ids[1]
        assert events.client.describe_queries()["queries"] == []


class TestMistakes:
    @pytest.mark.parametrize(
        ("query", "said", "where"),
        [
            ("fields @timestamp | count()", "unexpected symbol found count", (20, 25)),
            ("fields @message |", "unexpected symbol found <EOF>", (17, 17)),
            ("filter user = ", "unexpected symbol found <EOF>", (14, 14)),
            ("filter (user = 'x'", "unexpected symbol found <EOF>", (18, 18)),
            ("filter user == 'x'", "unexpected symbol found =", (13, 14)),
            ("filter user = 'x", "unexpected symbol found '", (14, 15)),
            ("filter user like /(/", "invalid regular expression", (17, 18)),
            ("filter user like /(a)\\1/", "groupref, which is not supported", (17, 18)),
            ("fields nonsense(user)", "unknown function nonsense", (15, 16)),
            ("fields substr(user)", "wrong number of arguments for substr", (18, 19)),
            ("filter count(*) > 1", "can only be used in stats", (19, 19)),
            ("stats sum(count(*))", "can only be used in stats", (19, 19)),
            ("limit 0", "unexpected symbol found 0", (6, 7)),
            ("limit 100001", "unexpected symbol found 100001", (6, 12)),
            ("parse @message '* *' as one", "number of asterisks", (27, 27)),
            ("parse @message /x/", "named capturing group", (18, 18)),
            ("dedup user | fields user", "unexpected symbol found fields", (13, 19)),
        ],
    )
    def test_a_malformed_query_says_what_and_where(
        self, events: Logs, query: str, said: str, where: tuple[int, int]
    ) -> None:
        with pytest.raises(ClientError) as caught:
            events.ask(query)
        answer = caught.value.response
        assert answer["Error"]["Code"] == "MalformedQueryException"
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert said in answer["Error"]["Message"]
        error = answer["queryCompileError"]  # type: ignore[typeddict-item]
        assert said in error["message"]
        location = error["location"]
        assert (location["startCharOffset"], location["endCharOffset"]) == where

    def test_the_line_is_told(self, events: Logs, refusal: Refusal) -> None:
        _, _, message = refusal(lambda: events.ask("fields user\n  | nonsense"))
        assert message == "unexpected symbol found nonsense at line 2 and position 4"

    def test_commands_that_are_not_simulated_are_refused(
        self, events: Logs, refusal: Refusal
    ) -> None:
        code, status, _ = refusal(lambda: events.ask("fields @message | pattern @message"))
        assert (code, status) == ("NotImplemented", 501)

    @pytest.mark.parametrize("language", ["PPL", "SQL"])
    def test_other_languages_are_refused(
        self, events: Logs, refusal: Refusal, language: str
    ) -> None:
        code, _, _ = refusal(lambda: events.ask("SELECT 1", queryLanguage=language))
        assert code == "NotImplemented"


class TestHostileQueries:
    """A query ends by itself, or it is ended: after so many steps, not after some time."""

    @pytest.mark.parametrize(
        "pattern",
        [
            r"(a+)+$",
            r"(a|aa)*$c",
            r"(.*)(.*)(.*)(.*)(.*)x$",
            "(a|a)" * 30 + "b",
            r"(a?){50}a{50}b",
            r"([a-z]+)*\d",
        ],
    )
    def test_a_regular_expression_does_not_backtrack(self, logs: Logs, pattern: str) -> None:
        logs.put(*["a" * 5000 + "!"] * 20)
        assert logs.rows(f"filter @message like /{pattern}/") == []

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            (
                "fields concat(@message, @message) as a"
                + "".join(
                    f" | fields concat({x}, {x}) as {y}"
                    for x, y in zip("abcdefghijklmno", "bcdefghijklmnop", strict=True)
                ),
                "Timeout",
            ),
            ("fields replace(@message, 'a', @message) as a", "Timeout"),
            (" | ".join(["filter @message not like /(.*)(.*)(.*)x(.*)y/"] * 150), "Timeout"),
            ("stats " + ",".join(f"max({n}) as c{n}" for n in range(400)), "Complete"),
        ],
    )
    def test_work_without_end_times_out(self, logs: Logs, query: str, status: str) -> None:
        logs.put(*["a" * 2000 + "x"] * 300)
        answer = logs.ask(query)
        assert answer["status"] == status
        assert bool(answer["results"]) is (status == "Complete")

    def test_a_deeply_nested_query_is_malformed(self, logs: Logs, refusal: Refusal) -> None:
        logs.put("x")
        for query in (
            "fields " + "(" * 3000 + "1" + ")" * 3000,
            "filter " + "abs(" * 2000,
            "fields " + "+".join("1" * 4000),
            "fields " + "^".join("1" * 4000),
        ):
            code, _, _ = refusal(lambda query=query: logs.ask(query))
            assert code == "MalformedQueryException"

    def test_many_signs_in_a_row_are_no_trouble(self, logs: Logs) -> None:
        logs.put("x")
        assert logs.rows("fields " + "-" * 9001 + "1 as a") == [{"a": "-1"}]
        assert logs.rows("fields " + "+".join("1" * 99) + " as a") == [{"a": "99"}]
        assert len(logs.rows("filter " + " or ".join(["@message = 'y'"] * 500 + ["1"]))) == 1
        assert len(logs.rows("filter " + "not " * 2001 + "0")) == 1

    def test_deep_json_is_no_json(self, logs: Logs) -> None:
        logs.put('{"a":' * 50_000 + "1" + "}" * 50_000, '{"n": ' + "9" * 5000 + "}")
        assert logs.rows("fields a.a, n") == [{}, {}]
