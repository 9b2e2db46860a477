"""Tables and examples of the IAM User Guide on the elements of a policy, worked by hand.

Each row is one Allow statement, or one Deny statement beside an Allow for everything.
"""

import pytest

from simulator.iam.evaluate import PolicySet, evaluate
from simulator.iam.policy import Policy
from simulator.iam.request import Request

A = "111122223333"
USER = f"arn:aws:iam::{A}:user/exampleuser"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def allows(statement, action="s3:GetObject", on="arn:aws:s3:::bucket/key", context=None, **more):
    """Whether an Allow statement applies to a request of a user."""
    return _decide([{**EVERYTHING, **statement}], action, on, context, **more).allowed


def denies(statement, action="s3:GetObject", on="arn:aws:s3:::bucket/key", context=None, **more):
    """Whether the same as a Deny statement applies."""
    deny = {**EVERYTHING, **statement, "Effect": "Deny"}
    return not _decide([EVERYTHING, deny], action, on, context, **more).allowed


def _decide(statements, action, on, context, who=USER, version="2012-10-17"):
    document = {"Version": version, "Statement": statements}
    asked = Request(who, action, on, A, context or {})
    return evaluate(asked, PolicySet(identity=(Policy.parse(document),)))


@pytest.mark.parametrize(
    ("listed", "action", "covered"),
    [
        ("s3:GetObject", "s3:GetObject", True),
        ("s3:getobject", "s3:GetObject", True),
        ("S3:GETOBJECT", "s3:GetObject", True),
        ("s3:Get*", "s3:GetObjectAcl", True),
        ("s3:*", "s3:GetObject", True),
        ("s3:*", "sqs:SendMessage", False),
        ("*", "sqs:SendMessage", True),
        ("*:*", "sqs:SendMessage", True),
        ("iam:*AccessKey*", "iam:CreateAccessKey", True),
        ("iam:*AccessKey*", "iam:ListAccessKeys", True),
        ("iam:*AccessKey*", "iam:CreateUser", False),
        ("iam:List*s", "iam:ListUsers", True),
        ("s3:G?tObject", "s3:GetObject", True),
        ("s3:G??tObject", "s3:GetObject", False),
        ("s3:Get?", "s3:Get", False),
        (["ec2:*", "s3:GetObject"], "s3:GetObject", True),
        (["ec2:*", "s3:PutObject"], "s3:GetObject", False),
        ("s3:GetObjec", "s3:GetObject", False),
    ],
)
def test_actions(listed, action, covered):
    """ "IAM JSON policy elements: Action"; NotAction covers what Action does not."""
    assert allows({"Action": listed}, action) is covered
    others = {"Effect": "Allow", "NotAction": listed, "Resource": "*"}
    decision = _decide([others], action, "arn:aws:s3:::bucket/key", {})
    assert decision.allowed is not covered


LOGS = f"arn:aws:logs:us-east-1:{A}:log-group:app:log-stream:one"


@pytest.mark.parametrize(
    ("listed", "resource", "covered"),
    [
        ("arn:aws:s3:::bucket/key", "arn:aws:s3:::bucket/key", True),
        ("arn:aws:s3:::bucket/KEY", "arn:aws:s3:::bucket/key", False),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b/c", True),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket", False),
        ("arn:aws:s3:::bucket*", "arn:aws:s3:::bucket/key", True),
        ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1/test/object.jpg", True),
        ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1/2/test/3/object.jpg", True),
        ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1-test/object.jpg", False),
        ("arn:aws:s3:::bucket/test/????", "arn:aws:s3:::bucket/test/abcd", True),
        ("arn:aws:s3:::bucket/test/????", "arn:aws:s3:::bucket/test/abc", False),
        ("arn:aws:sqs:us-east-2:*:queue", f"arn:aws:sqs:us-east-2:{A}:queue", True),
        ("arn:aws:sqs:*:*:queue", f"arn:aws:sqs:us-east-2:{A}:queue", True),
        ("arn:aws:sqs:us-*:*:queue", f"arn:aws:sqs:us-east-2:{A}:queue", True),
        ("arn:aws:sqs:eu-*:*:queue", f"arn:aws:sqs:us-east-2:{A}:queue", False),
        (f"arn:aws:sqs:us-east-2:{A}", f"arn:aws:sqs:us-east-2:{A}:queue", True),
        (f"arn:aws:logs:us-east-1:{A}:*", LOGS, True),
        (f"arn:aws:logs:us-east-1:{A}:log-group:*", LOGS, True),
        (f"arn:aws:logs:us-east-1:{A}:log-group:*:log-stream:*", LOGS, True),
        (f"arn:aws:logs:us-east-1:{A}:log-group:app", LOGS, False),
        (f"arn:aws:logs:u*t-1:{A}:log-group:*", LOGS, True),
        ("arn:aws:lo*1:*", LOGS, False),
        ("arn:aws:logs:*", LOGS, True),
        ("*", LOGS, True),
        (["arn:aws:s3:::*", "arn:aws:logs:*:*:*"], LOGS, True),
    ],
)
def test_resources(listed, resource, covered):
    """ "IAM JSON policy elements: Resource"; NotResource covers what Resource does not."""
    assert allows({"Resource": listed}, on=resource) is covered
    others = {"Effect": "Allow", "Action": "*", "NotResource": listed}
    assert _decide([others], "s3:GetObject", resource, {}).allowed is not covered


TAG = "aws:PrincipalTag/team"
ABSENT = {}


@pytest.mark.parametrize(
    ("condition", "context", "met"),
    [
        # a key the request does not have
        ({"StringEquals": {TAG: "red"}}, ABSENT, False),
        ({"StringLike": {TAG: "*"}}, ABSENT, False),
        ({"StringNotEquals": {TAG: "red"}}, ABSENT, True),
        ({"StringNotLike": {TAG: "*"}}, ABSENT, True),
        ({"StringNotEqualsIgnoreCase": {TAG: "red"}}, ABSENT, True),
        ({"NumericEquals": {"s3:max-keys": "10"}}, ABSENT, False),
        ({"NumericNotEquals": {"s3:max-keys": "10"}}, ABSENT, True),
        ({"NumericLessThan": {"s3:max-keys": "10"}}, ABSENT, False),
        ({"DateLessThan": {"aws:TokenIssueTime": "2030-01-01T00:00:00Z"}}, ABSENT, False),
        ({"DateNotEquals": {"aws:TokenIssueTime": "2030-01-01T00:00:00Z"}}, ABSENT, True),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, ABSENT, False),
        ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, ABSENT, False),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, ABSENT, False),
        ({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, ABSENT, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, ABSENT, False),
        ({"ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, ABSENT, True),
        # … and IfExists
        ({"StringEqualsIfExists": {TAG: "red"}}, ABSENT, True),
        ({"StringNotEqualsIfExists": {TAG: "red"}}, ABSENT, True),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, ABSENT, True),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, ABSENT, True),
        ({"NumericLessThanIfExists": {"aws:MultiFactorAuthAge": "3600"}}, ABSENT, True),
        ({"StringEqualsIfExists": {TAG: "red"}}, {TAG: "blue"}, False),
        ({"StringEqualsIfExists": {TAG: "red"}}, {TAG: "red"}, True),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
         {"aws:MultiFactorAuthPresent": "true"}, False),
        # Null
        ({"Null": {TAG: "true"}}, ABSENT, True),
        ({"Null": {TAG: "false"}}, ABSENT, False),
        ({"Null": {TAG: "true"}}, {TAG: "red"}, False),
        ({"Null": {TAG: "false"}}, {TAG: "red"}, True),
        # values of one key are alternatives, a negated operator refuses all of them
        ({"StringEquals": {TAG: ["red", "blue"]}}, {TAG: "blue"}, True),
        ({"StringEquals": {TAG: ["red", "blue"]}}, {TAG: "green"}, False),
        ({"StringNotEquals": {TAG: ["red", "blue"]}}, {TAG: "blue"}, False),
        ({"StringNotEquals": {TAG: ["red", "blue"]}}, {TAG: "green"}, True),
        # keys of one operator, and operators, must all hold
        ({"StringEquals": {TAG: "red", "aws:PrincipalTag/job": "dev"}},
         {TAG: "red", "aws:PrincipalTag/job": "dev"}, True),
        ({"StringEquals": {TAG: "red", "aws:PrincipalTag/job": "dev"}},
         {TAG: "red", "aws:PrincipalTag/job": "ops"}, False),
        ({"StringEquals": {TAG: "red"}, "Bool": {"aws:SecureTransport": "true"}},
         {TAG: "red", "aws:SecureTransport": "true"}, True),
        ({"StringEquals": {TAG: "red"}, "Bool": {"aws:SecureTransport": "true"}},
         {TAG: "red", "aws:SecureTransport": "false"}, False),
        # names of keys ignore case, values don't
        ({"StringEquals": {"AWS:principaltag/TEAM": "red"}}, {TAG: "red"}, True),
        ({"StringEquals": {TAG: "Red"}}, {TAG: "red"}, False),
        ({"StringEqualsIgnoreCase": {TAG: "Red"}}, {TAG: "red"}, True),
        ({"StringEquals": {TAG: "re*"}}, {TAG: "red"}, False),
        ({"StringLike": {TAG: "re*"}}, {TAG: "red"}, True),
        ({"StringLike": {TAG: "RE*"}}, {TAG: "red"}, False),
        ({"StringLike": {TAG: "?ed"}}, {TAG: "red"}, True),
        ({"StringLike": {TAG: "?*"}}, {TAG: ""}, False),
        # numbers
        ({"NumericLessThanEquals": {"s3:max-keys": "10"}}, {"s3:max-keys": "10"}, True),
        ({"NumericLessThanEquals": {"s3:max-keys": 10}}, {"s3:max-keys": "9"}, True),
        ({"NumericLessThan": {"s3:max-keys": "10"}}, {"s3:max-keys": "10"}, False),
        ({"NumericGreaterThan": {"s3:max-keys": "9.5"}}, {"s3:max-keys": "10"}, True),
        ({"NumericNotEquals": {"s3:max-keys": "10"}}, {"s3:max-keys": "10.0"}, False),
        # dates, in ISO 8601 and as Unix time
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-04-01T00:00:00Z"}},
         {"aws:CurrentTime": "2020-04-01T00:00:01Z"}, True),
        ({"DateLessThan": {"aws:CurrentTime": "2020-06-30T23:59:59Z"}},
         {"aws:CurrentTime": "2020-07-01T00:00:00Z"}, False),
        ({"DateLessThan": {"aws:EpochTime": "1593561599"}},
         {"aws:EpochTime": "1593561598"}, True),
        ({"DateLessThan": {"aws:CurrentTime": "1593561599"}},
         {"aws:CurrentTime": "2020-06-30T23:59:58Z"}, True),
        ({"DateEquals": {"aws:CurrentTime": "2020-04-01T02:00:00+02:00"}},
         {"aws:CurrentTime": "2020-04-01T00:00:00Z"}, True),
        ({"DateGreaterThanEquals": {"aws:CurrentTime": "2020-04-01"}},
         {"aws:CurrentTime": "2020-04-01T00:00:00Z"}, True),
        # addresses
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {"aws:SourceIp": "203.0.113.255"}, True),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {"aws:SourceIp": "203.0.114.0"}, False),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.7"}}, {"aws:SourceIp": "203.0.113.7"}, True),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:DB8:1234:5678::/64"]}},
         {"aws:SourceIp": "2001:db8:1234:5678::1"}, True),
        ({"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "192.0.2.0/24"]}},
         {"aws:SourceIp": "192.0.2.1"}, False),
        ({"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "192.0.2.0/24"]}},
         {"aws:SourceIp": "2001:db8::1"}, True),
        # ARNs, part by part
        ({"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:111122223333:topic"}},
         {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:topic"}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:topic"}},
         {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:topic"}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:to?ic"}},
         {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:topic"}, True),
        ({"StringLike": {"aws:SourceArn": "arn:aws:sns:*:topic"}},
         {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:topic"}, True),
        ({"ArnNotEquals": {"aws:SourceArn": "arn:aws:sns:*:*:*"}},
         {"aws:SourceArn": "arn:aws:s3:::bucket"}, True),
        # Booleans and binary values
        ({"Bool": {"aws:SecureTransport": True}}, {"aws:SecureTransport": "true"}, True),
        ({"Bool": {"aws:SecureTransport": "false"}}, {"aws:SecureTransport": "true"}, False),
        ({"BinaryEquals": {"key": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}},
         {"key": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}, True),
        ({"BinaryEquals": {"key": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}}, {"key": "QQ=="}, False),
        ({}, ABSENT, True),
    ],
)  # fmt: skip
def test_condition_operators(condition, context, met):
    """ "IAM JSON policy elements: Condition operators" and "Conditions with multiple context keys
    or values"; Effect makes no difference to what is met."""
    assert allows({"Condition": condition}, context=context) is met
    assert denies({"Condition": condition}, context=context) is met


ATTRIBUTES = "dynamodb:Attributes"
WANTED = ["PostDateTime", "Message", "Tags"]


@pytest.mark.parametrize(
    ("operator", "found", "met"),
    [
        ("ForAllValues:StringEquals", ["PostDateTime", "Message"], True),
        ("ForAllValues:StringEquals", ["PostDateTime", "UserName"], False),
        ("ForAllValues:StringEquals", ["UserName"], False),
        ("ForAllValues:StringEquals", None, True),
        ("ForAllValues:StringEquals", [], True),
        ("ForAllValues:StringEquals", [""], True),
        ("ForAllValues:StringNotEquals", ["UserName", "Id"], True),
        ("ForAllValues:StringNotEquals", ["UserName", "Message"], False),
        ("ForAllValues:StringNotEquals", None, True),
        ("ForAllValues:StringLike", ["Tags"], True),
        ("ForAnyValue:StringEquals", ["PostDateTime", "UserName"], True),
        ("ForAnyValue:StringEquals", ["UserName", "Id"], False),
        ("ForAnyValue:StringEquals", None, False),
        ("ForAnyValue:StringEquals", [], False),
        ("ForAnyValue:StringEquals", [""], False),
        ("ForAnyValue:StringNotEquals", ["Message", "UserName"], True),
        ("ForAnyValue:StringNotEquals", ["Message", "Tags"], False),
        ("ForAnyValue:StringNotEquals", None, False),
        ("ForAnyValue:StringEqualsIfExists", None, True),
        ("ForAnyValue:StringEqualsIfExists", ["UserName"], False),
        ("ForAllValues:StringEquals", "Message", True),
        ("ForAnyValue:StringEquals", "UserName", False),
    ],
)
def test_set_operators(operator, found, met):
    """ "Conditions with multiple context keys or values" and "Single-valued vs. multivalued context
    keys"."""
    context = {} if found is None else {ATTRIBUTES: found}
    condition = {operator: {ATTRIBUTES: WANTED}}
    assert allows({"Condition": condition}, context=context) is met
    assert denies({"Condition": condition}, context=context) is met


@pytest.mark.parametrize(
    ("operator", "wanted", "found"),
    [
        ("StringEquals", "a", ["a", "b"]),
        ("StringNotEquals", "a", ["b", "c"]),
        ("Resembles", "a", "a"),
        ("NumericNotEquals", "1", "one"),
        ("NumericNotEquals", "one", "1"),
        ("DateNotEquals", "2020-01-01", "yesterday"),
        ("NotIpAddress", "10.0.0.0/33", "192.0.2.1"),
    ],
)
def test_what_cannot_be_judged_counts_against_the_caller(operator, wanted, found):
    """Several values without a set operator, an operator AWS lacks, malformed values."""
    condition = {operator: {"key": wanted}}
    assert not allows({"Condition": condition}, context={"key": found})
    assert denies({"Condition": condition}, context={"key": found})


@pytest.mark.parametrize(
    ("resource", "key", "context", "covered"),
    [
        ("bucket/${aws:username}/*", "bucket/exampleuser/x", {}, True),
        ("bucket/${aws:username}/*", "bucket/otheruser/x", {}, False),
        ("bucket/${AWS:UserName}/*", "bucket/exampleuser/x", {}, True),
        (f"bucket/${{{TAG}}}", "bucket/red", {TAG: "red"}, True),
        (f"bucket/${{{TAG}}}", "bucket/red", {}, False),
        (f"bucket/${{{TAG}}}", f"bucket/${{{TAG}}}", {}, False),
        (f"bucket/${{{TAG}, 'all'}}", "bucket/all", {}, True),
        (f"bucket/${{{TAG}, 'all'}}", "bucket/all", {TAG: ""}, True),
        (f"bucket/${{{TAG}, 'all'}}", "bucket/all", {TAG: "red"}, False),
        (f"bucket/${{{TAG}, 'all'}}", "bucket/red", {TAG: "red"}, True),
        (f"bucket/${{{TAG}}}", "bucket/anything", {TAG: "*"}, False),
        (f"bucket/${{{TAG}}}", "bucket/*", {TAG: "*"}, True),
        ("bucket/a${*}b", "bucket/a*b", {}, True),
        ("bucket/a${*}b", "bucket/axb", {}, False),
        ("bucket/a${?}b", "bucket/a?b", {}, True),
        ("bucket/a${?}b", "bucket/axb", {}, False),
        ("bucket/a${$}b", "bucket/a$b", {}, True),
        (f"bucket/${{{TAG}}}", "bucket/red", {TAG: ["red", "blue"]}, False),
    ],
)
def test_variables_in_resources(resource, key, context, covered):
    """ "IAM policy elements: Variables and tags": a variable without a value matches nothing."""
    listed, asked = f"arn:aws:s3:::{resource}", f"arn:aws:s3:::{key}"
    assert allows({"Resource": listed}, on=asked, context=context) is covered
    others = {"Effect": "Allow", "Action": "*", "NotResource": listed}
    assert _decide([others], "s3:GetObject", asked, context).allowed is not covered


@pytest.mark.parametrize(
    ("condition", "context", "met"),
    [
        ({"StringLike": {"s3:prefix": "${aws:username}/*"}}, {"s3:prefix": "exampleuser/a"}, True),
        ({"StringLike": {"s3:prefix": "${aws:username}/*"}}, {"s3:prefix": "other/a"}, False),
        ({"StringEquals": {"s3:prefix": f"${{{TAG}}}"}}, {"s3:prefix": "red"}, False),
        ({"StringNotEquals": {"s3:prefix": f"${{{TAG}}}"}}, {"s3:prefix": "red"}, True),
        ({"StringNotLike": {"s3:prefix": f"${{{TAG}}}*"}}, {"s3:prefix": "red"}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::${aws:username}-*"}},
         {"aws:SourceArn": "arn:aws:s3:::exampleuser-logs"}, True),
        ({"NumericEquals": {"s3:max-keys": f"${{{TAG}}}"}}, {"s3:max-keys": "5", TAG: "5"}, False),
        ({"IpAddress": {"aws:SourceIp": f"${{{TAG}}}"}},
         {"aws:SourceIp": "192.0.2.1", TAG: "192.0.2.1"}, False),
    ],
)  # fmt: skip
def test_variables_in_conditions(condition, context, met):
    """ "IAM policy elements: Variables and tags": in string and ARN operators alone."""
    assert allows({"Condition": condition}, context=context) is met


@pytest.mark.parametrize("version", ["2008-10-17", "2012-10-17"])
def test_variables_came_with_the_second_version(version):
    """ "IAM JSON policy elements: Version": before, they are literal text."""
    statement = {"Resource": "arn:aws:s3:::bucket/${aws:username}"}
    second = version == "2012-10-17"
    for name, expected in (("exampleuser", second), ("${aws:username}", not second)):
        asked = f"arn:aws:s3:::bucket/{name}"
        assert allows(statement, on=asked, version=version) is expected


@pytest.mark.parametrize(
    ("who", "key", "value"),
    [
        (USER, "aws:username", "exampleuser"),
        (f"arn:aws:iam::{A}:user/path/exampleuser", "aws:username", "exampleuser"),
        (USER, "aws:PrincipalType", "User"),
        (f"arn:aws:sts::{A}:assumed-role/examplerole/one", "aws:PrincipalType", "AssumedRole"),
        (f"arn:aws:sts::{A}:assumed-role/examplerole/one", "aws:PrincipalArn",
         f"arn:aws:iam::{A}:role/examplerole"),
        (f"arn:aws:sts::{A}:federated-user/x", "aws:userid", f"{A}:x"),
        (f"arn:aws:iam::{A}:root", "aws:PrincipalType", "Account"),
        (f"arn:aws:iam::{A}:root", "aws:userid", A),
        (USER, "aws:PrincipalAccount", A),
    ],
)  # fmt: skip
def test_keys_that_follow_from_who_calls(who, key, value):
    """The table of principal key values in "IAM policy elements: Variables and tags"; seen in an
    SCP, which speaks of root and of federated users too."""
    for wanted, expected in ((value, True), ("something else", False)):
        condition = {"StringEquals": {key: wanted}}
        document = {
            "Version": "2012-10-17",
            "Statement": [EVERYTHING, {**EVERYTHING, "Effect": "Deny", "Condition": condition}],
        }
        scps = ((Policy.parse(document),),)
        decision = evaluate(Request(who, "ec2:RunInstances", "*", A), PolicySet(scps=scps))
        assert (decision.layer.value == "service control policy") is expected
