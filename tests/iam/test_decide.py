import json

import pytest
from click.testing import CliRunner

from simulator.cli import main
from simulator.iam.decide import decide_lines

A = "123456789012"
ALLOW = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
DENY = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}
SILENT = {"Version": "2012-10-17", "Statement": []}
PUBLIC = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
}
REQUEST = {
    "principal": f"arn:aws:iam::{A}:user/bob",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::b/k",
    "resourceAccount": A,
    "context": {"aws:SourceIp": "10.0.0.1"},
}


def answer(**case):
    (line,) = decide_lines([json.dumps({"id": "c", "request": REQUEST, **case})])
    return json.loads(line)


@pytest.mark.parametrize(
    ("case", "result"),
    [
        ({}, "ImplicitlyDenied"),
        ({"identityPolicies": [ALLOW]}, "Allowed"),
        ({"identityPolicies": [{"name": "admin", "policy": ALLOW}]}, "Allowed"),
        ({"identityPolicies": [json.dumps(ALLOW)]}, "Allowed"),
        ({"identityPolicies": [ALLOW, DENY]}, "ExplicitlyDenied"),
        (
            {"identityPolicies": [ALLOW], "permissionBoundaries": [ALLOW, SILENT]},
            "ImplicitlyDenied",
        ),
        ({"identityPolicies": [ALLOW], "sessionPolicy": SILENT}, "ImplicitlyDenied"),
        ({"identityPolicies": [ALLOW], "sessionPolicy": [SILENT, ALLOW]}, "Allowed"),
        ({"identityPolicies": [ALLOW], "sessionPolicy": None}, "Allowed"),
        ({"resourcePolicy": PUBLIC}, "Allowed"),
        ({"identityPolicies": [ALLOW], "scps": []}, "Allowed"),
        ({"identityPolicies": [ALLOW], "scps": [[ALLOW], []]}, "ImplicitlyDenied"),
        ({"identityPolicies": [ALLOW], "scps": [[ALLOW], [SILENT, ALLOW]]}, "Allowed"),
        ({"identityPolicies": [ALLOW], "rcps": [[], []]}, "Allowed"),
        ({"identityPolicies": [ALLOW], "endpointPolicies": [SILENT]}, "ImplicitlyDenied"),
        ({"identityPolicies": [ALLOW], "endpointPolicies": [PUBLIC]}, "Allowed"),
        ({"request": {**REQUEST, "principal": None}, "resourcePolicy": PUBLIC}, "Allowed"),
        (
            {
                "request": {**REQUEST, "principal": None},
                "resourcePolicy": PUBLIC,
                "blockPublicAccess": True,
            },
            "ExplicitlyDenied",
        ),
        (
            {
                "request": {
                    "principal": REQUEST["principal"],
                    "action": "ec2:DescribeVpcs",
                    "wildcardOnlyAction": True,
                },
                "identityPolicies": [ALLOW],
            },
            "Allowed",
        ),
    ],
)
def test_cases_of_the_contract(case, result):
    answered = answer(**case)
    assert (answered["id"], answered["result"]) == ("c", result)
    assert answered["because"]


def test_the_reason_names_layer_policy_and_statement():
    named = {"name": "guard", "policy": {"Statement": {**DENY["Statement"], "Sid": "NoWay"}}}
    answered = answer(identityPolicies=[named])
    assert answered["layer"] == "identity-based policy"
    assert (
        answered["because"]
        == 'identity-based policy: statement "NoWay" of policy "guard" denies it'
    )


def test_a_policy_without_a_name_goes_by_its_place():
    assert 'policy "identityPolicies[1]"' in answer(identityPolicies=[SILENT, DENY])["because"]


def test_context_values_of_any_json_type_are_read():
    condition = {"Bool": {"a": "true"}, "NumericEquals": {"b": "5"}}
    statement = {**ALLOW["Statement"], "Condition": condition}
    answered = answer(
        request={**REQUEST, "context": {"a": True, "b": 5, "c": None}},
        identityPolicies=[{"Version": "2012-10-17", "Statement": statement}],
    )
    assert answered["result"] == "Allowed"


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ({"request": None}, "request must be an object"),
        (
            {"request": {**REQUEST, "action": "GetObject"}},
            'request.action must be a string such as "s3:GetObject"',
        ),
        ({"request": {**REQUEST, "resource": ""}}, 'request.resource must be an ARN or "*"'),
        (
            {"request": {**REQUEST, "principal": 5}},
            "request.principal must be an ARN, a service name or null",
        ),
        ({"request": {**REQUEST, "context": []}}, None),
        ({"request": {**REQUEST, "context": [1]}}, "request.context must be an object"),
        (
            {"request": {**REQUEST, "resourceAccount": 5}},
            "request.resourceAccount must be a string of 12 digits",
        ),
        (
            {"request": {**REQUEST, "wildcardOnlyAction": "no"}},
            "request.wildcardOnlyAction must be true or false",
        ),
        ({"blockPublicAccess": "yes"}, "blockPublicAccess must be true or false"),
        ({"identityPolicies": ALLOW}, "identityPolicies must be a list of policies"),
        ({"scps": ALLOW}, "scps must be a list with one list of policies a level"),
        ({"scps": [ALLOW]}, "scps[0] must be a list of policies"),
        ({"resourcePolicy": 5}, 'resourcePolicy must be a policy document or {"name", "policy"}'),
        (
            {"identityPolicies": [ALLOW, {}]},
            "identityPolicies[1]: Missing required field Statement",
        ),
    ],
)
def test_cases_that_cannot_be_read(case, error):
    answered = answer(**case)
    assert answered.get("error") == (f"line 1: {error}" if error else None)
    assert ("result" in answered) is (error is None)


def test_a_broken_line_does_not_stop_the_rest():
    good = json.dumps({"id": 1, "request": REQUEST, "identityPolicies": [ALLOW]})
    lines = [good, "", "{broken", '"text"', "[" * 100_000, '{"id": 7}', "1" * 5_000, good]
    answered = [json.loads(line) for line in decide_lines(lines)]
    assert [each.get("result") for each in answered] == ["Allowed", *[None] * 5, "Allowed"]
    assert answered[1]["error"] == (
        "line 3: not JSON at column 2: Expecting property name enclosed in double quotes"
    )
    assert answered[2]["error"] == "line 4: a case must be a JSON object"
    assert answered[3]["error"].startswith("line 5: ")
    assert answered[4] == {"id": 7, "error": "line 6: request must be an object"}
    assert answered[5]["error"].startswith("line 7: ")


def test_an_explained_answer_tells_what_applied_and_what_nearly_did():
    near = {"Statement": {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}
    case = {"id": "c", "request": REQUEST, "identityPolicies": [{"name": "n", "policy": near}]}
    (line,) = decide_lines([json.dumps(case)], explained=True)
    told = json.loads(line)
    assert told["result"] == "ImplicitlyDenied"
    assert told["matched"] == []
    assert told["near"] == [
        {
            "layer": "identity-based policy",
            "effect": "Allow",
            "statement": 'statement 0 of policy "n"',
            "element": "Action",
            "wanted": "s3:PutObject",
            "found": "s3:getobject",
        }
    ]
    assert "near" not in answer(identityPolicies=[near])


def test_a_federated_user_is_taken_for_one_that_the_user_of_that_name_made():
    """A case does not tell; so it is in the examples of "AWS JSON policy elements: Principal"."""
    granted = json.loads(json.dumps(PUBLIC))
    granted["Statement"]["Principal"] = {"AWS": f"arn:aws:iam::{A}:user/bob"}
    for name, result in (("bob", "Allowed"), ("ann", "ImplicitlyDenied")):
        request = REQUEST | {"principal": f"arn:aws:sts::{A}:federated-user/{name}"}
        case = {"request": request, "resourcePolicy": granted, "sessionPolicy": ALLOW}
        assert answer(**case)["result"] == result


@pytest.mark.parametrize(("options", "explained"), [([], False), (["--explain"], True)])
def test_the_command_explains_when_asked(options, explained):
    line = json.dumps({"id": "c", "request": REQUEST, "identityPolicies": [ALLOW]})
    said = CliRunner().invoke(main, ["decide", *options], input=line, catch_exceptions=False)
    told = json.loads(said.output)
    assert told["result"] == "Allowed"
    assert ("matched" in told) is explained
