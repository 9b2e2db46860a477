import json

import pytest

from simulator.iam.policy import MalformedPolicy, Policy

GOOD = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def document(*statements, **more):
    return {"Version": "2012-10-17", "Statement": list(statements), **more}


def test_a_document_is_text_or_an_object():
    text = Policy.parse(json.dumps(document(GOOD)), "read")
    thing = Policy.parse(document(GOOD), "read")
    assert [each.label for each in text.statements] == [each.label for each in thing.statements]


def test_text_is_compiled_once():
    text = json.dumps(document(GOOD))
    assert Policy.parse(text, "read") is Policy.parse(text, "read")
    assert Policy.parse(text, "read") is not Policy.parse(text, "write")


def test_equal_documents_are_different_policies():
    assert Policy.parse(document(GOOD)) != Policy.parse(document(GOOD))


def test_statements_are_found_by_action_and_effect():
    policy = Policy.parse(document(GOOD, {**GOOD, "Effect": "Deny", "Action": "s3:*"}))
    assert [each.index for each in policy.allows("s3:getobject")] == [0]
    assert [each.index for each in policy.denies("s3:getobject")] == [1]
    assert policy.allows("s3:putobject") == ()
    assert [each.index for each in policy.denies("s3:putobject")] == [1]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ({"Version": "2012-10-17"}, "2012-10-17"),
        ({"Version": "2008-10-17"}, "2008-10-17"),
        ({}, "2008-10-17"),
    ],
)
def test_a_document_without_a_version_is_of_the_first(version, expected):
    assert Policy.parse({**version, "Statement": GOOD}).version == expected


@pytest.mark.parametrize(
    ("statement", "label"),
    [
        ({**GOOD, "Sid": "ReadAll"}, 'statement "ReadAll" of policy "read"'),
        (GOOD, 'statement 0 of policy "read"'),
    ],
)
def test_statements_have_a_label(statement, label):
    (only,) = Policy.parse(document(statement), "read").statements
    assert only.label == label


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "This policy contains invalid Json (line 1, column 1)"),
        ("{", "This policy contains invalid Json (line 1, column 2)"),
        (" {}", "JSON strings must not have leading spaces"),
        ("[]", "Syntax errors in policy. (the document is not an object)"),
        ("[" * 100_000, "This policy contains invalid Json"),
        ('{"Version": ' + "1" * 5_000 + "}", "This policy contains invalid Json"),
        ("{}", "Missing required field Statement"),
        (
            '{"Statement": [], "Statement": []}',
            "Syntax errors in policy. (Statement appears twice in one element)",
        ),
    ],
)
def test_texts_that_are_no_policy(text, message):
    with pytest.raises(MalformedPolicy) as refused:
        Policy.parse(text)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"Effect": None}, "Invalid effect: None (Statement[1].Effect)"),
        ({"Effect": "allow"}, "Invalid effect: allow (Statement[1].Effect)"),
        ({"Action": 5}, "Syntax errors in policy. (Statement[1].Action)"),
        (
            {"Action": "GetObject"},
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
            " (Statement[1].Action GetObject)",
        ),
        (
            {"Action": "s3:Get Object"},
            "Syntax errors in policy. (Statement[1].Action s3:Get Object)",
        ),
        (
            {"NotAction": "s3:*"},
            "Syntax errors in policy. (Statement[1] has both Action and NotAction)",
        ),
        (
            {"NotResource": "*"},
            "Syntax errors in policy. (Statement[1] has both Resource and NotResource)",
        ),
        (
            {"Resource": "bucket"},
            'Resource bucket must be in ARN format or "*". (Statement[1].Resource)',
        ),
        ({"Resource": [{}]}, "Syntax errors in policy. (Statement[1].Resource)"),
        ({"Principal": "bob"}, "Invalid principal in policy (Statement[1].Principal)"),
        (
            {"Principal": {"AWS": "bob"}},
            'Invalid principal in policy (Statement[1].Principal: "AWS":"bob")',
        ),
        (
            {"Principal": {"User": "bob"}},
            "Invalid principal in policy (Statement[1].Principal.User)",
        ),
        ({"Condition": []}, "Syntax errors in policy. (Statement[1].Condition)"),
        ({"Condition": {"Bool": "x"}}, "Syntax errors in policy. (Statement[1].Condition.Bool)"),
        (
            {"Condition": {"Bool": {"k": {}}}},
            "Syntax errors in policy. (Statement[1].Condition.Bool.k)",
        ),
        ({"Sid": 1}, "Syntax errors in policy. (Statement[1].Sid)"),
        (
            {"Effects": "Deny"},
            "Syntax errors in policy. (Statement[1] has unknown element Effects)",
        ),
    ],
)
def test_statements_that_are_refused(broken, message):
    with pytest.raises(MalformedPolicy) as refused:
        Policy.parse(document(GOOD, {**GOOD, **broken}))
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("left_out", "message"),
    [
        ("Effect", "Missing required field Effect (Statement[0])"),
        ("Action", "Policy statement must contain actions. (Statement[0])"),
    ],
)
def test_elements_a_statement_cannot_lack(left_out, message):
    with pytest.raises(MalformedPolicy) as refused:
        Policy.parse(document({key: value for key, value in GOOD.items() if key != left_out}))
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "wrong", [{"Version": "2015-01-01"}, {"Version": None}, {"Name": "x"}, {"Statement": "x"}]
)
def test_documents_that_are_refused(wrong):
    with pytest.raises(MalformedPolicy):
        Policy.parse({**document(GOOD), **wrong})


def test_numbers_and_booleans_need_no_quotation_marks():
    block = {"Bool": {"a": True}, "NumericEquals": {"b": [1, 2.5]}}
    (statement,) = Policy.parse(document({**GOOD, "Condition": block})).statements
    assert [each.wanted for each in statement.conditions] == [("true",), ("1", "2.5")]


def test_an_unknown_condition_operator_is_not_refused():
    (statement,) = Policy.parse(document({**GOOD, "Condition": {"Sounds": {"k": "v"}}})).statements
    assert not statement.conditions[0].known


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"Principal": "*"}, "Policy document should not specify a principal."),
        ({"Resource": None}, "Policy statement must contain resources."),
        ({"Sid": "First"}, "Statement IDs (SID) in a single policy must be unique."),
        ({"Sid": "my sid"}, "Statement IDs (SID) must be alpha-numeric."),
    ],
)
def test_what_cannot_be_attached_to_an_identity(wrong, message):
    second = {key: value for key, value in {**GOOD, **wrong}.items() if value is not None}
    policy = Policy.parse(document({**GOOD, "Sid": "First"}, second))
    with pytest.raises(MalformedPolicy) as refused:
        policy.check_identity_based()
    assert str(refused.value) == f"{message} (Statement[1])"


def test_what_can_be_attached_to_an_identity():
    policy = Policy.parse(document({**GOOD, "Sid": "One"}, {**GOOD, "Sid": "Two"}, GOOD, GOOD))
    policy.check_identity_based()


def test_what_can_be_attached_to_a_resource():
    Policy.parse(document({**GOOD, "Principal": "*"})).check_resource_based()
    with pytest.raises(MalformedPolicy, match="Missing required field Principal"):
        Policy.parse(document(GOOD)).check_resource_based()
    with pytest.raises(MalformedPolicy, match="NotPrincipal"):
        Policy.parse(document({**GOOD, "NotPrincipal": {"AWS": "*"}})).check_resource_based()
