import pytest

from simulator.iam.conditions import parse


def holds(block, context, variables=True):
    """The verdict of a block of one condition."""
    listed = {
        operator: {key: [value] if isinstance(value, str) else value}
        for operator, tests in block.items()
        for key, value in tests.items()
    }
    (condition,) = parse(listed, variables)
    values = {
        key.lower(): (value,) if isinstance(value, str) else tuple(value)
        for key, value in context.items()
    }
    return condition.holds(values)


JOB = {"aws:PrincipalTag/job-category": "iamuser-admin"}
KEYS = {"aws:TagKeys": ["environment", "cost-center"]}
TYPES = {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}
RESOURCES = {
    "logs:LogGeneratingResourceArns": [
        "arn:aws:cloudfront::123456789012:distribution/*",
        "arn:aws:cloudfront::123456789012:distribution/support*",
    ]
}


@pytest.mark.parametrize(
    ("block", "context", "expected"),
    [
        # "IAM JSON policy elements: Condition operators", the tables of its examples
        ({"StringEquals": JOB}, {"aws:PrincipalTag/job-category": "iamuser-admin"}, True),
        ({"StringEquals": JOB}, {"aws:PrincipalTag/job-category": "dev-ops"}, False),
        ({"StringEquals": JOB}, {}, False),
        ({"Bool": {"aws:SecureTransport": "false"}}, {"aws:SecureTransport": "false"}, True),
        ({"Bool": {"aws:SecureTransport": "false"}}, {"aws:SecureTransport": "true"}, False),
        ({"Bool": {"aws:SecureTransport": "false"}}, {}, False),
        ({"StringLikeIfExists": TYPES}, {"ec2:InstanceType": "t1.micro"}, True),
        ({"StringLikeIfExists": TYPES}, {"ec2:InstanceType": "m2.micro"}, False),
        ({"StringLikeIfExists": TYPES}, {}, True),
        (
            {"ForAllValues:ArnLike": RESOURCES},
            {"logs:LogGeneratingResourceArns": "arn:aws:cloudfront::777788889999:distribution/x"},
            False,
        ),
        ({"ForAllValues:ArnLike": RESOURCES}, {}, True),
        # "Single-valued vs. multivalued context keys", the tables of its examples
        ({"ForAllValues:StringEquals": KEYS}, {"aws:TagKeys": "environment"}, True),
        ({"ForAllValues:StringEquals": KEYS}, {"aws:TagKeys": ["cost-center"]}, True),
        ({"ForAllValues:StringEquals": KEYS}, {"aws:TagKeys": KEYS["aws:TagKeys"]}, True),
        ({"ForAllValues:StringEquals": KEYS}, {"aws:TagKeys": ["environment", "dept"]}, False),
        ({"ForAllValues:StringEquals": KEYS}, {}, True),
        ({"ForAnyValue:StringEquals": KEYS}, {"aws:TagKeys": ["environment", "dept"]}, True),
        ({"ForAnyValue:StringEquals": KEYS}, {"aws:TagKeys": ["dept"]}, False),
        ({"ForAnyValue:StringEquals": KEYS}, {}, False),
        # negated set operators
        ({"ForAllValues:StringNotEquals": KEYS}, {"aws:TagKeys": ["dept"]}, True),
        ({"ForAllValues:StringNotEquals": KEYS}, {"aws:TagKeys": ["environment", "dept"]}, False),
        ({"ForAnyValue:StringNotEquals": KEYS}, {"aws:TagKeys": ["environment", "dept"]}, True),
        ({"ForAnyValue:StringNotEquals": KEYS}, {"aws:TagKeys": ["environment"]}, False),
        ({"ForAnyValue:StringNotEquals": KEYS}, {}, False),
        ({"ForAnyValue:StringEqualsIfExists": KEYS}, {}, True),
        # an empty data set
        ({"ForAllValues:StringEquals": KEYS}, {"aws:TagKeys": []}, True),
        ({"ForAllValues:StringEquals": KEYS}, {"aws:TagKeys": ""}, True),
        ({"ForAnyValue:StringEquals": KEYS}, {"aws:TagKeys": ""}, False),
        ({"StringEquals": {"s3:prefix": ""}}, {"s3:prefix": ""}, True),
        ({"StringEquals": {"s3:prefix": ""}}, {}, False),
        # an absent key
        ({"StringNotEquals": JOB}, {}, True),
        ({"ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::b"}}, {}, True),
        ({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {}, True),
        ({"NumericNotEquals": {"s3:max-keys": "10"}}, {}, True),
        ({"DateNotEquals": {"aws:CurrentTime": "2024-01-01"}}, {}, True),
        ({"NumericLessThan": {"s3:max-keys": "10"}}, {}, False),
        ({"StringNotEqualsIfExists": JOB}, {}, True),
        # several values: or, and for a negated operator nor
        ({"StringNotEquals": {"k": ["a", "b"]}}, {"k": "b"}, False),
        ({"StringNotEquals": {"k": ["a", "b"]}}, {"k": "c"}, True),
        ({"StringEquals": {"k": []}}, {"k": "c"}, False),
        # Null
        ({"Null": {"aws:TokenIssueTime": "true"}}, {}, True),
        ({"Null": {"aws:TokenIssueTime": "true"}}, {"aws:TokenIssueTime": "2024"}, False),
        ({"Null": {"aws:TokenIssueTime": "false"}}, {"aws:TokenIssueTime": "2024"}, True),
        ({"Null": {"aws:TokenIssueTime": "False"}}, {}, False),
        ({"Null": {"aws:TagKeys": "true"}}, {"aws:TagKeys": []}, True),
        # names of keys and operators
        ({"StringEquals": {"AWS:principaltag/X": "v"}}, {"aws:PrincipalTag/x": "v"}, True),
        ({"foranyvalue:stringequals": {"k": "v"}}, {"K": ["u", "v"]}, True),
        # a variable without a value is null
        ({"StringEquals": {"k": "${aws:username}"}}, {"k": "${aws:username}"}, False),
        ({"StringNotEquals": {"k": "${aws:username}"}}, {"k": "v"}, True),
        ({"StringNotLike": {"k": "${aws:username}"}}, {"k": "v"}, True),
    ],
)
def test_verdicts(block, context, expected):
    assert holds(block, context) is expected


@pytest.mark.parametrize(
    ("block", "context"),
    [
        ({"StringMatches": {"k": "v"}}, {"k": "v"}),
        ({"ForSomeValues:StringEquals": {"k": "v"}}, {"k": "v"}),
        ({"NullIfExists": {"k": "true"}}, {}),
        ({"ForAnyValue:Null": {"k": "true"}}, {}),
        ({"": {"k": "v"}}, {"k": "v"}),
        # several values need a set operator
        ({"StringEquals": {"k": "v"}}, {"k": ["v", "w"]}),
        ({"StringNotEquals": {"k": "v"}}, {"k": ["v", "w"]}),
        # a negated comparison with what is no number, no date, no address
        ({"NumericNotEquals": {"k": "5"}}, {"k": "five"}),
        ({"DateNotEquals": {"k": "2024"}}, {"k": "soon"}),
        ({"NotIpAddress": {"k": "10.0.0.0/8"}}, {"k": "AWS Internal"}),
    ],
)
def test_what_cannot_be_judged(block, context):
    """Neither true nor false: an Allow does not apply, a Deny does."""
    assert holds(block, context) is None


def test_an_older_policy_compares_variables_as_text():
    block = {"StringEquals": {"k": "${aws:username}"}}
    assert holds(block, {"k": "${aws:username}"}, variables=False) is True


def test_variables_have_no_place_in_numbers_dates_addresses_and_null():
    assert holds({"NumericEquals": {"k": "${n}"}}, {"k": "5", "n": "5"}) is False
    assert holds({"Null": {"k": "${n}"}}, {"n": "true"}) is False
