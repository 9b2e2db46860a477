"""The page that `lab.why` shows, and what it takes."""

import pytest
from botocore.exceptions import ClientError

from simulator.errors import BadSubmission
from simulator.widgets.why import Why, call_id

ANSWER = {
    "call": "s3:GetObject",
    "request_id": "R",
    "event_id": "E",
    "time": "2026-11-02T12:00:00+00:00",
    "caller": "arn:aws:iam::111122223333:user/reader",
    "error": "AccessDenied",
    "message": "Access Denied",
    "refused": True,
    "needs": [
        {
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::reports/a",
            "result": "ImplicitlyDenied",
            "layer": "permissions boundary",
            "because": "no permissions boundary that is set on the caller allows it",
            "matched": [
                {
                    "layer": "identity-based policy",
                    "effect": "Allow",
                    "statement": 'statement "Read" of policy "own"',
                    "conditions": ["Condition Bool aws:SecureTransport: wanted true, found true"],
                }
            ],
            "near": [
                {
                    "layer": "permissions boundary",
                    "effect": "Allow",
                    "statement": "statement 0",
                    "element": "Action",
                    "wanted": "ec2:*, sqs:*",
                    "found": "s3:getobject",
                }
            ],
        }
    ],
}


def test_the_page_says_who_decided_and_what_was_wanted_and_found():
    text = str(Why(ANSWER))
    assert "**refused** with `AccessDenied`" in text
    assert "`s3:GetObject` on `arn:aws:s3:::reports/a`" in text
    assert "Decided by the **permissions boundary**" in text
    assert '| identity-based policy | Allow | statement "Read" of policy "own" |' in text
    assert "wanted true, found true" in text
    assert r"| Action | ec2:\*, sqs:\* | s3:getobject |" in text


def test_the_page_shows_tables_in_a_notebook():
    html = Why(ANSWER)._repr_html_()
    assert html.count("<table>") == 2
    assert "<td>ec2:*, sqs:*</td>" in html


def test_a_call_that_was_allowed_says_so():
    need = ANSWER["needs"][0] | {"result": "Allowed", "because": "S allows it", "near": []}
    text = str(Why(ANSWER | {"error": None, "refused": False, "needs": [need]}))
    assert "**allowed**" in text
    assert "One element short" not in text


def test_the_reason_does_not_name_the_policy_twice():
    because = 'permissions boundary: statement "D" denies it'
    need = ANSWER["needs"][0] | {"result": "ExplicitlyDenied", "because": because}
    text = str(Why(ANSWER | {"needs": [need]}))
    assert 'Decided by the **permissions boundary**: statement "D" denies it.' in text


def test_a_refusal_that_nothing_came_near_says_so():
    text = str(Why(ANSWER | {"needs": [ANSWER["needs"][0] | {"near": []}]}))
    assert "No statement was only one element short of allowing it." in text


def test_a_call_that_failed_for_another_reason_says_so():
    need = ANSWER["needs"][0] | {"result": "Allowed", "matched": [], "near": []}
    changed = {"error": "NoSuchKey", "message": "Missing.", "refused": False, "needs": [need]}
    assert "allowed by the policies, and failed then with `NoSuchKey`: Missing." in str(
        Why(ANSWER | changed)
    )


def test_a_call_about_which_no_policy_was_asked_says_so():
    changed = {"error": "InvalidClientTokenId", "message": "No.", "refused": False, "needs": []}
    text = str(Why(ANSWER | changed))
    assert "`InvalidClientTokenId`: No." in text
    assert "No policy was asked" in text


def test_a_long_table_is_cut_and_says_by_how_much():
    near = ANSWER["needs"][0]["near"] * 11
    text = str(Why(ANSWER | {"needs": [ANSWER["needs"][0] | {"near": near}]}))
    assert text.count("permissions boundary | Allow") == 8
    assert "and 3 more." in text


def test_what_stands_in_a_policy_is_shown_and_not_obeyed():
    miss = ANSWER["needs"][0]["near"][0] | {"wanted": "<b>|</b> _x_\n`", "found": ""}
    html = Why(ANSWER | {"needs": [ANSWER["needs"][0] | {"near": [miss]}]})._repr_html_()
    assert "<b>" not in html.split("</style>")[1]
    assert html.count("<td>") == 4 + 6


@pytest.mark.parametrize(
    "given",
    [
        "R",
        {"eventID": "R"},
        {"EventId": "R", "CloudTrailEvent": "{}"},
        {"ResponseMetadata": {"RequestId": "R"}},
        {"ResponseMetadata": {"RequestId": "x", "HTTPHeaders": {"x-amz-request-id": "R"}}},
        ClientError({"Error": {}, "ResponseMetadata": {"RequestId": "R"}}, "GetObject"),
    ],
)
def test_an_error_an_event_and_an_id_name_a_call(given):
    assert call_id(given) == "R"


@pytest.mark.parametrize("given", [None, 7, {}, ValueError("x"), {"ResponseMetadata": {}}])
def test_what_names_no_call_is_refused(given):
    with pytest.raises(BadSubmission, match=r"lab\.why\(\) takes"):
        call_id(given)
