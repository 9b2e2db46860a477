"""Sigma rules mean on CloudTrail records what Sigma says they mean."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.detections.rule import BadRule, Rule
from simulator.detections.sigma import rules_of

HEAD = "title: A rule\nlogsource: {product: aws, service: cloudtrail}\nlevel: high\n"
EVENT: dict[str, Any] = {
    "eventName": "AuthorizeSecurityGroupIngress",
    "eventSource": "ec2.amazonaws.com",
    "sourceIPAddress": "10.1.2.3",
    "readOnly": False,
    "userAgent": "aws-cli/2.17",
    "userIdentity": {
        "type": "IAMUser",
        "userName": "ann",
        "arn": "arn:aws:iam::111122223333:user/ann",
        "sessionContext": {"attributes": {"mfaAuthenticated": "false"}},
    },
    "requestParameters": {
        "durationSeconds": 3600,
        "policyDocument": '{"Action": "*"}',
        "ipPermissions": {
            "items": [
                {"fromPort": 22, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}},
                {"fromPort": 443, "ipRanges": {"items": [{"cidrIp": "10.0.0.0/8"}]}},
            ]
        },
    },
    "responseElements": None,
}
PORT = "requestParameters.ipPermissions.items.fromPort"
CIDR = "requestParameters.ipPermissions.items.ipRanges.items.cidrIp"


def one(detection: str) -> Rule:
    (rule,) = rules_of(f"{HEAD}detection: {detection}\n")
    return rule


def matches(detection: str, event: dict[str, Any] = EVENT) -> bool:
    return bool(one(detection).run([event]).alerts)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("{eventName: authorizesecuritygroupingress}", True),
        ("{eventName: Authorize}", False),
        ("{eventName|startswith: Authorize}", True),
        ("{eventName|endswith: Ingress}", True),
        ("{eventName|contains: [Nothing, Group]}", True),
        ("{eventName|contains|all: [Nothing, Group]}", False),
        ("{eventName: Author*Ingress}", True),
        ("{eventName|re: '^Auth.*s$'}", True),
        ("{eventName|cased: authorizesecuritygroupingress}", False),
        ("{userIdentity.type: [Root, IAMUser]}", True),
        ("{userIdentity.sessionContext.attributes.mfaAuthenticated: 'false'}", True),
        ("{sourceIPAddress|cidr: 10.0.0.0/8}", True),
        ("{sourceIPAddress|cidr: 192.168.0.0/16}", False),
        ("{readOnly: false}", True),
        ("{readOnly: 'false'}", True),
        ("{readOnly: true}", False),
        ("{responseElements: null}", True),
        ("{errorCode|exists: false}", True),
        ("{userAgent|exists: true}", True),
        ("{requestParameters.durationSeconds: 3600}", True),
        ("{requestParameters.durationSeconds: '3600'}", True),
        ("{requestParameters.durationSeconds|gt: 3600}", False),
        ("{requestParameters.durationSeconds|gte: 3600}", True),
        ("{userAgent|gt: 5}", False),
        ("{userIdentity.arn|fieldref|endswith: userIdentity.userName}", True),
        (r"""{requestParameters.policyDocument|contains: '"Action": "\*"'}""", True),
        ("{requestParameters|contains: cidrIp}", True),
        ("""{requestParameters|contains|all: ['"Action"', '"cidrIp"']}""", True),
        (f"{{{CIDR}: 0.0.0.0/0}}", True),
        (f"{{{CIDR}|startswith: '10.'}}", True),
        (f"{{{CIDR}: 172.16.0.0/12}}", False),
        (f"{{{PORT}: 443}}", True),
        (f"{{{PORT}|lt: 23}}", True),
        (f"{{{PORT}|lt: 22}}", False),
        ("{useridentity.TYPE: IAMUser}", True),
        ("['authorizesecurity']", True),
        ("['no such word']", False),
    ],
)
def test_a_selection_matches_as_sigma_says(selection: str, expected: bool) -> None:
    assert matches(f"{{s: {selection}, condition: s}}") is expected


def test_an_asterisk_that_is_not_escaped_stands_for_anything() -> None:
    harmless = {**EVENT, "requestParameters": {"policyDocument": '{"Action": "s3:GetObject"}'}}
    loose = '{s: {requestParameters.policyDocument|contains: \'"Action": "*"\'}, condition: s}'
    exact = loose.replace("*", r"\*")
    assert matches(loose, harmless)
    assert not matches(exact, harmless)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("1 of sel*", True),
        ("all of sel*", False),
        ("sel_a and not filter", True),
        ("sel_a and not 1 of sel_*", False),
        ("sel_b or sel_a", True),
    ],
)
def test_a_condition_joins_selections(condition: str, expected: bool) -> None:
    detection = (
        "{sel_a: {userIdentity.type: IAMUser}, sel_b: {userIdentity.type: Root}, "
        f"filter: {{userIdentity.invokedBy: x}}, condition: '{condition}'}}"
    )
    assert matches(detection) is expected


def test_a_value_that_is_one_of_several_is_excluded_by_a_filter() -> None:
    """The other value doesn't get the event past it."""
    assert not matches(
        f"{{s: {{eventSource: ec2.amazonaws.com}}, filter: {{{PORT}: 22}}, condition: s and not filter}}"
    )


def test_base64_is_looked_for_as_it_is_encoded() -> None:
    event = {**EVENT, "requestParameters": {"userData": "Y3VybCBodHRw"}}
    assert matches("{s: {requestParameters.userData|base64: 'curl http'}, condition: s}", event)


CORRELATION = f"""{HEAD}name: secret
detection: {{s: {{eventName: GetSecretValue}}, condition: s}}
---
title: Many secrets
correlation:
  type: event_count
  rules: [secret]
  group-by: [userIdentity.arn]
  timespan: 10m
  condition: {{gte: 3}}
level: critical
"""


def test_a_correlation_is_one_alert_about_its_events() -> None:
    (rule,) = rules_of(CORRELATION)
    events = [
        {"eventName": "GetSecretValue", "eventTime": f"2026-03-01T12:0{n}:00Z", "userIdentity": who}
        for n, who in enumerate([{"arn": "a"}, {"arn": "b"}, {"arn": "a"}, {"arn": "a"}])
    ]
    assert (rule.title, rule.severity) == ("Many secrets", "critical")
    assert rule.run(events).alerts == ((0, 2, 3),)
    assert rule.run(events[:3]).alerts == ()


def test_documents_that_no_correlation_joins_are_rules_of_their_own() -> None:
    text = f"{HEAD}detection: {{s: {{eventName: A}}, condition: s}}\n---\n"
    first, second = rules_of(
        text
        + text.removesuffix("---\n").replace("A rule", "B").replace("eventName: A", "eventName: B")
    )
    events = [{"eventName": "A"}, {"eventName": "B"}]
    assert (first.title, first.run(events).alerts) == ("A rule", ((0,),))
    assert (second.title, second.run(events).alerts) == ("B", ((1,),))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: x\n  bad: [", "r.yml, line 2: not YAML"),
        (HEAD, "r.yml: not a Sigma rule"),
        (f"{HEAD}detection: {{s: {{eventName: A}}, condition: other}}", "other"),
        (f"{HEAD}detection:\n  s: {{eventName|wrong: A}}\n  condition: s", "r.yml, line 5: .*wrong"),
        (f"{HEAD}detection:\n  s: {{a: b}}\n  condition: s | count() > 3", "line 6: .*correlation rule"),
        (f"{HEAD}detection:\n  s: {{eventName|re: '(?<=a)b'}}\n  condition: s", "r.yml"),
        (HEAD.replace("aws", "windows") + "detection: {s: {a: b}, condition: s}", "product: aws"),
        (HEAD.replace("cloudtrail", "guardduty") + "detection: {s: {a: b}, condition: s}", "guardduty"),
        (f"{HEAD}detection: {{a: &x {{eventName: A}}, s: *x, condition: s}}", "line 4: write it out"),
        ("x" * 70_000, "at most 65,536 characters"),
        ("", "holds no rule"),
        (f"{HEAD}detection: {{s: {{sourceIPAddress|expand: '%office%'}}, condition: s}}", "office"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_run_is_refused_where_it_is_wrong(text: str, said: str) -> None:
    with pytest.raises(BadRule, match=said):
        rules_of(text, "r.yml")


def test_a_rule_can_be_run_again_and_leaves_events_as_they_are() -> None:
    rule, before = one("{s: {eventName|contains: Group}, condition: s}"), json.dumps(EVENT)
    assert (
        rule.run([EVENT, {}, EVENT]).alerts == rule.run([EVENT, {}, EVENT]).alerts == ((0,), (2,))
    )
    assert json.dumps(EVENT) == before
    assert rule.run([]).alerts == ()
