"""Tables and examples of the IAM User Guide on how policies are evaluated, worked by hand.

Each case goes the way of `drill decide`. Y is a policy that allows the request, N one that is
silent about it, D one that denies it.
"""

import json

import pytest

from simulator.iam.decide import decide_lines

A, B = "111122223333", "444455556666"
OBJECT = "arn:aws:s3:::amzn-s3-demo-bucket/report"
KEY = f"arn:aws:kms:us-east-1:{A}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TARGET = f"arn:aws:iam::{A}:role/target"

ROOT = f"arn:aws:iam::{A}:root"
USER = f"arn:aws:iam::{A}:user/exampleuser"
OTHER_USER = f"arn:aws:iam::{A}:user/otheruser"
ROLE = f"arn:aws:iam::{A}:role/examplerole"
SESSION = f"arn:aws:sts::{A}:assumed-role/examplerole/examplerolesessionname"
OTHER_SESSION = f"arn:aws:sts::{A}:assumed-role/examplerole/othersession"
FEDERATED = f"arn:aws:sts::{A}:federated-user/exampleuser"
FAR_USER = f"arn:aws:iam::{B}:user/faruser"
FAR_ROLE = f"arn:aws:iam::{B}:role/auditor"
FAR_SESSION = f"arn:aws:sts::{B}:assumed-role/auditor/one"
SERVICE = "delivery.logs.amazonaws.com"

ALLOWED, IMPLICIT, EXPLICIT = "Allowed", "ImplicitlyDenied", "ExplicitlyDenied"


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def statement(verdict, **more):
    """A statement that allows everything (Y), nothing that is asked (N), or denies (D)."""
    action = "ec2:DescribeRegions" if verdict == "N" else "*"
    return {
        "Effect": "Deny" if verdict == "D" else "Allow",
        "Action": action,
        "Resource": "*",
        **more,
    }


def policies(verdicts):
    return [document(statement(one)) for one in verdicts]


def decide(who, *, action="s3:GetObject", on=OBJECT, owner=A, context=None, resource=None, **given):
    """The answer to one case; `identity`, `boundary`, `session` and so on are verdicts in a row."""
    case = {
        "id": "x",
        "request": {
            "principal": who,
            "action": action,
            "resource": on,
            "resourceAccount": owner,
            "context": context or {},
        },
        "identityPolicies": policies(given.get("identity", "")),
        "permissionBoundaries": policies(given.get("boundary", "")),
        "scps": [policies(level) for level in given.get("scps", ())],
        "rcps": [
            [document(statement(one, Principal="*")) for one in level]
            for level in given.get("rcps", ())
        ],
        "endpointPolicies": [
            document(statement(one, Principal="*")) for one in given.get("endpoint", "")
        ],
        "blockPublicAccess": given.get("blocked", False),
    }
    if given.get("session"):
        case["sessionPolicy"] = document(*(statement(one) for one in given["session"]))
    if resource is not None:
        case["resourcePolicy"] = document(*resource)
    (answer,) = decide_lines([json.dumps(case)])
    return json.loads(answer)["result"]


def to(principal, verdict="Y", **more):
    return statement(verdict, Principal=principal, **more)


def arn(name):
    return {"AWS": name}


@pytest.mark.parametrize(
    ("who", "granted_to", "identity", "boundary", "session", "expected"),
    [
        (SESSION, arn(ROLE), "N", "N", "N", IMPLICIT),
        (SESSION, arn(SESSION), "N", "N", "N", ALLOWED),
        (USER, arn(USER), "N", "N", "", ALLOWED),
        (FEDERATED, arn(USER), "N", "N", "N", IMPLICIT),
        (FEDERATED, arn(FEDERATED), "N", "N", "N", ALLOWED),
        (ROOT, arn(ROOT), "", "", "", ALLOWED),
        # the same rows, one policy at a time
        (SESSION, arn(ROLE), "N", "", "", ALLOWED),
        (SESSION, arn(ROLE), "N", "Y", "Y", ALLOWED),
        (SESSION, arn(ROLE), "N", "N", "Y", IMPLICIT),
        (SESSION, arn(ROLE), "N", "Y", "N", IMPLICIT),
        (SESSION, arn(ROLE), "Y", "N", "", IMPLICIT),
        (SESSION, arn(SESSION), "D", "", "", EXPLICIT),
        (SESSION, arn(SESSION), "", "D", "", EXPLICIT),
        (SESSION, arn(SESSION), "", "", "D", EXPLICIT),
        (SESSION, arn(OTHER_SESSION), "N", "", "", IMPLICIT),
        (SESSION, arn(OTHER_SESSION), "Y", "", "", ALLOWED),
        (USER, arn(USER), "D", "", "", EXPLICIT),
        (USER, arn(USER), "", "D", "", EXPLICIT),
        (USER, arn(OTHER_USER), "N", "", "", IMPLICIT),
        (USER, arn(OTHER_USER), "Y", "", "", ALLOWED),
        (FEDERATED, arn(USER), "N", "Y", "Y", ALLOWED),
        (FEDERATED, arn(USER), "N", "N", "Y", IMPLICIT),
        (FEDERATED, arn(USER), "N", "Y", "N", IMPLICIT),
        (FEDERATED, arn(USER), "Y", "", "", IMPLICIT),
        (FEDERATED, arn(FEDERATED), "", "", "", ALLOWED),
        (FEDERATED, arn(OTHER_USER), "Y", "", "Y", ALLOWED),
        (FEDERATED, arn(OTHER_USER), "N", "", "Y", IMPLICIT),
    ],
)
def test_grants_within_an_account(who, granted_to, identity, boundary, session, expected):
    """ "How AWS enforcement code logic evaluates requests to allow or deny access": impact of
    resource-based policies for different principal types with implicit denies elsewhere."""
    given = {"identity": identity, "boundary": boundary, "session": session}
    assert decide(who, resource=[to(granted_to)], **given) == expected


@pytest.mark.parametrize(
    ("who", "granted_to", "identity", "boundary", "session", "expected"),
    [
        (USER, "*", "", "", "", ALLOWED),
        (USER, "*", "N", "N", "", ALLOWED),
        (USER, arn("*"), "N", "N", "", ALLOWED),
        (USER, "*", "", "D", "", EXPLICIT),
        (SESSION, "*", "N", "N", "N", ALLOWED),
        (SESSION, "*", "N", "N", "D", EXPLICIT),
        (FEDERATED, "*", "N", "N", "N", ALLOWED),
        (None, "*", "", "", "", ALLOWED),
        (None, arn("*"), "", "", "", ALLOWED),
        (None, arn(A), "", "", "", IMPLICIT),
        (FAR_USER, "*", "", "", "", IMPLICIT),
        (FAR_USER, "*", "Y", "", "", ALLOWED),
        (FAR_USER, "*", "Y", "N", "", IMPLICIT),
        (FAR_SESSION, "*", "Y", "", "N", IMPLICIT),
        (USER, arn(A), "", "", "", IMPLICIT),
        (USER, arn(ROOT), "", "", "", IMPLICIT),
        (USER, arn(ROOT), "Y", "", "", ALLOWED),
        (USER, arn(ROOT), "Y", "N", "", IMPLICIT),
        (ROOT, arn(A), "", "", "", ALLOWED),
        (SERVICE, "*", "", "", "", ALLOWED),
        (SERVICE, {"Service": SERVICE}, "", "", "", ALLOWED),
        (SERVICE, {"Service": "ec2.amazonaws.com"}, "", "", "", IMPLICIT),
        (SERVICE, arn(A), "", "", "", IMPLICIT),
        (USER, {"Service": SERVICE}, "", "", "", IMPLICIT),
        (USER, arn([OTHER_USER, USER]), "", "", "", ALLOWED),
        (USER, arn(f"arn:aws:iam::{A}:user/example*"), "", "", "", IMPLICIT),
        (USER, arn(f"arn:aws:iam::{A}:user/*"), "", "", "", IMPLICIT),
        (USER, arn(f"arn:aws:iam::{A}:user/ExampleUser"), "", "", "", IMPLICIT),
        (SESSION, arn(f"arn:aws:sts::{A}:assumed-role/examplerole/*"), "", "", "", IMPLICIT),
    ],
)
def test_who_a_principal_element_names(who, granted_to, identity, boundary, session, expected):
    """ "AWS JSON policy elements: Principal"."""
    given = {"identity": identity, "boundary": boundary, "session": session}
    assert decide(who, resource=[to(granted_to)], **given) == expected


@pytest.mark.parametrize(("boundary", "session"), [("N", ""), ("", "N"), ("N", "N")])
@pytest.mark.parametrize("pattern", [ROLE, f"arn:aws:iam::{A}:role/*"])
def test_a_wildcard_with_a_condition_on_the_role_is_not_limited(boundary, session, pattern):
    """ "AWS JSON policy elements: Principal", IAM role principals."""
    by_arn = {"ArnLike": {"aws:PrincipalArn": pattern}}
    grant = to("*", Condition=by_arn)
    context = {"aws:PrincipalArn": ROLE}
    given = {"boundary": boundary, "session": session, "context": context}
    assert decide(SESSION, resource=[grant], **given) == ALLOWED
    assert decide(SESSION, resource=[grant], identity="D", **given) == EXPLICIT


@pytest.mark.parametrize(
    ("identity", "resource", "expected"),
    [
        ("", "", IMPLICIT),
        ("N", "N", IMPLICIT),
        ("Y", "", ALLOWED),
        ("", "Y", ALLOWED),
        ("Y", "Y", ALLOWED),
        ("Y", "N", ALLOWED),
        ("N", "Y", ALLOWED),
        ("D", "Y", EXPLICIT),
        ("Y", "D", EXPLICIT),
        ("YD", "", EXPLICIT),
        ("", "YD", EXPLICIT),
        ("D", "D", EXPLICIT),
    ],
)
def test_identity_with_resource_based_policies(identity, resource, expected):
    """ "Policy evaluation logic": the union of both within an account, less what either denies."""
    grants = [to(arn(USER), one) for one in resource]
    assert decide(USER, identity=identity, resource=grants) == expected


@pytest.mark.parametrize(
    ("identity", "boundary", "session", "scps", "expected"),
    [
        ("Y", "Y", "", (), ALLOWED),
        ("Y", "N", "", (), IMPLICIT),
        ("N", "Y", "", (), IMPLICIT),
        ("", "Y", "", (), IMPLICIT),
        ("Y", "YD", "", (), EXPLICIT),
        ("Y", "", "", ["Y"], ALLOWED),
        ("Y", "", "", ["N"], IMPLICIT),
        ("N", "", "", ["Y"], IMPLICIT),
        ("Y", "", "", ["YD"], EXPLICIT),
        ("Y", "", "", ["Y", "Y", "Y"], ALLOWED),
        ("Y", "", "", ["Y", "N", "Y"], IMPLICIT),
        ("Y", "", "", ["Y", "NY"], ALLOWED),
        ("Y", "", "", ["Y", ""], IMPLICIT),
        ("Y", "Y", "", ["Y"], ALLOWED),
        ("Y", "N", "", ["Y"], IMPLICIT),
        ("Y", "Y", "", ["N"], IMPLICIT),
        ("Y", "", "Y", (), ALLOWED),
        ("Y", "", "N", (), IMPLICIT),
        ("N", "", "Y", (), IMPLICIT),
        ("Y", "", "YD", (), EXPLICIT),
        ("Y", "Y", "Y", (), ALLOWED),
        ("Y", "N", "Y", (), IMPLICIT),
        ("Y", "Y", "N", (), IMPLICIT),
        ("N", "Y", "Y", (), IMPLICIT),
        ("Y", "Y", "Y", ["Y"], ALLOWED),
        ("Y", "Y", "Y", ["N"], IMPLICIT),
    ],
)
def test_what_limits_identity_based_policies(identity, boundary, session, scps, expected):
    """ "Permissions boundaries for IAM entities" and "Policy evaluation logic": intersections."""
    given = {"boundary": boundary, "session": session, "scps": scps}
    assert decide(SESSION, identity=identity, **given) == expected


@pytest.mark.parametrize(
    ("who", "scps", "rcps", "expected"),
    [
        (USER, ["N"], (), IMPLICIT),
        (USER, ["YD"], (), EXPLICIT),
        (USER, (), ["D"], EXPLICIT),
        (USER, (), [""], ALLOWED),
        (USER, (), ["", "D"], EXPLICIT),
        (ROOT, ["N"], (), IMPLICIT),
        (ROOT, ["YD"], (), EXPLICIT),
        (ROOT, (), ["D"], EXPLICIT),
        (ROOT, ["Y"], (), ALLOWED),
        (SERVICE, ["N"], (), ALLOWED),
        (SERVICE, (), ["D"], EXPLICIT),
        (None, ["N"], (), ALLOWED),
        (None, (), ["D"], EXPLICIT),
        (f"arn:aws:sts::{A}:assumed-role/AWSServiceRoleForBackup/one", ["N"], (), ALLOWED),
        (f"arn:aws:sts::{A}:assumed-role/AWSServiceRoleForBackup/one", (), ["D"], ALLOWED),
    ],
)
def test_what_organizations_limit(who, scps, rcps, expected):
    """ "Service control policies (SCPs)" and "Resource control policies (RCPs)": a grant to
    everybody is limited by them, whoever they apply to."""
    assert decide(who, resource=[to("*")], scps=scps, rcps=rcps) == expected


@pytest.mark.parametrize(
    ("who", "granted_to", "identity", "limits", "expected"),
    [
        (FAR_USER, arn(FAR_USER), "Y", {}, ALLOWED),
        (FAR_USER, arn(FAR_USER), "", {}, IMPLICIT),
        (FAR_USER, arn(FAR_USER), "N", {}, IMPLICIT),
        (FAR_USER, arn(B), "Y", {}, ALLOWED),
        (FAR_USER, arn(f"arn:aws:iam::{B}:root"), "Y", {}, ALLOWED),
        (FAR_USER, arn(B), "N", {}, IMPLICIT),
        (FAR_USER, arn(A), "Y", {}, IMPLICIT),
        (FAR_USER, arn(FAR_ROLE), "Y", {}, IMPLICIT),
        (FAR_USER, None, "Y", {}, IMPLICIT),
        (FAR_USER, arn(FAR_USER), "D", {}, EXPLICIT),
        (FAR_USER, arn(FAR_USER), "Y", {"boundary": "Y"}, ALLOWED),
        (FAR_USER, arn(FAR_USER), "Y", {"boundary": "N"}, IMPLICIT),
        (FAR_USER, arn(FAR_USER), "Y", {"scps": ["Y"]}, ALLOWED),
        (FAR_USER, arn(FAR_USER), "Y", {"scps": ["N"]}, IMPLICIT),
        (FAR_USER, arn(FAR_USER), "Y", {"rcps": ["D"]}, EXPLICIT),
        (FAR_SESSION, arn(FAR_ROLE), "Y", {}, ALLOWED),
        (FAR_SESSION, arn(FAR_SESSION), "Y", {}, ALLOWED),
        (FAR_SESSION, arn(FAR_SESSION), "N", {}, IMPLICIT),
        (FAR_SESSION, arn(FAR_SESSION), "Y", {"session": "N"}, IMPLICIT),
        (FAR_SESSION, arn(FAR_SESSION), "Y", {"boundary": "N"}, IMPLICIT),
        (FAR_SESSION, arn(FAR_ROLE), "Y", {"session": "Y", "boundary": "Y"}, ALLOWED),
        (f"arn:aws:iam::{B}:root", arn(B), "", {}, ALLOWED),
        (f"arn:aws:iam::{B}:root", arn(FAR_USER), "", {}, IMPLICIT),
        (f"arn:aws:iam::{B}:root", None, "", {}, IMPLICIT),
    ],
)
def test_across_accounts(who, granted_to, identity, limits, expected):
    """ "Cross-account policy evaluation logic": both accounts must allow."""
    resource = None if granted_to is None else [to(granted_to)]
    assert decide(who, identity=identity, resource=resource, **limits) == expected


CALLER = document(
    {"Sid": "AllowS3ListRead", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"},
    {
        "Sid": "AllowS3ProductionObjectActions",
        "Effect": "Allow",
        "Action": "s3:*Object*",
        "Resource": "arn:aws:s3:::Production/*",
    },
    {
        "Sid": "DenyS3Logs",
        "Effect": "Deny",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::*log*", "arn:aws:s3:::*log*/*"],
    },
)
PRODUCTION = document(
    {
        "Effect": "Allow",
        "Action": ["s3:GetObject*", "s3:PutObject*", "s3:ReplicateObject", "s3:RestoreObject"],
        "Principal": {"AWS": f"arn:aws:iam::{A}:user/exampleuser"},
        "Resource": "arn:aws:s3:::Production/*",
    }
)


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("s3:PutObject", "arn:aws:s3:::Production/exampleuser/new.txt", ALLOWED),
        ("s3:PutObject", "arn:aws:s3:::Production/log/new.txt", EXPLICIT),
        ("s3:DeleteObject", "arn:aws:s3:::Production/new.txt", IMPLICIT),
        ("s3:GetObject", "arn:aws:s3:::Development/new.txt", IMPLICIT),
    ],
)
def test_the_example_of_a_bucket_in_another_account(action, resource, expected):
    """ "Cross-account policy evaluation logic"."""
    case = {
        "id": 1,
        "request": {
            "principal": f"arn:aws:iam::{A}:user/exampleuser",
            "action": action,
            "resource": resource,
            "resourceAccount": B,
        },
        "identityPolicies": [CALLER],
        "resourcePolicy": PRODUCTION,
    }
    (answer,) = decide_lines([json.dumps(case)])
    assert json.loads(answer)["result"] == expected


@pytest.mark.parametrize(
    ("who", "trusted", "identity", "expected"),
    [
        (USER, None, "Y", IMPLICIT),
        (USER, arn(OTHER_USER), "Y", IMPLICIT),
        (USER, arn(USER), "", ALLOWED),
        (USER, arn(A), "", IMPLICIT),
        (USER, arn(A), "Y", ALLOWED),
        (SESSION, arn(ROLE), "", ALLOWED),
        (FAR_USER, arn(B), "", IMPLICIT),
        (FAR_USER, arn(B), "Y", ALLOWED),
        (FAR_USER, arn(FAR_USER), "", IMPLICIT),
        (FAR_USER, arn(FAR_USER), "Y", ALLOWED),
        (FAR_USER, "*", "Y", ALLOWED),
        (ROOT, arn(A), "", IMPLICIT),
        ("ec2.amazonaws.com", {"Service": "ec2.amazonaws.com"}, "", ALLOWED),
        ("ec2.amazonaws.com", arn(A), "", IMPLICIT),
    ],
)
def test_role_trust_policies(who, trusted, identity, expected):
    """ "How AWS enforcement code logic evaluates requests to allow or deny access": trust policies
    must themselves allow; "AssumeRole" in the STS reference: not with root credentials."""
    resource = None if trusted is None else [{**to(trusted), "Action": "sts:AssumeRole"}]
    for one in resource or ():
        del one["Resource"]
    asked = {"action": "sts:AssumeRole", "on": TARGET, "resource": resource}
    assert decide(who, identity=identity, **asked) == expected


@pytest.mark.parametrize(
    ("who", "granted_to", "identity", "expected"),
    [
        (USER, None, "Y", IMPLICIT),
        (USER, arn(ROOT), "", IMPLICIT),
        (USER, arn(ROOT), "Y", ALLOWED),
        (USER, arn(ROOT), "N", IMPLICIT),
        (USER, arn(USER), "", ALLOWED),
        (USER, arn(OTHER_USER), "Y", IMPLICIT),
        (SESSION, arn(ROLE), "", ALLOWED),
        (ROOT, arn(ROOT), "", ALLOWED),
        (ROOT, arn(USER), "", IMPLICIT),
        (FAR_USER, arn(B), "Y", ALLOWED),
        (FAR_USER, arn(B), "", IMPLICIT),
        (FAR_USER, arn(ROOT), "Y", IMPLICIT),
    ],
)
def test_key_policies(who, granted_to, identity, expected):
    """ "Key policies in AWS KMS" and "Default key policy": without the key policy's permission
    identity-based policies have no effect, the root user's rights included."""
    resource = None if granted_to is None else [to(granted_to)]
    asked = {"action": "kms:Decrypt", "on": KEY, "resource": resource}
    assert decide(who, identity=identity, **asked) == expected


@pytest.mark.parametrize(
    ("who", "spared", "boundary", "expected"),
    [
        (USER, arn([USER, ROOT]), "", ALLOWED),
        (USER, arn(USER), "", ALLOWED),
        (OTHER_USER, arn([USER, ROOT]), "", EXPLICIT),
        (USER, arn(B), "", EXPLICIT),
        (FAR_USER, arn([USER, ROOT]), "", EXPLICIT),
        (SESSION, arn([ROOT, ROLE, SESSION]), "", ALLOWED),
        (OTHER_SESSION, arn([ROOT, ROLE, SESSION]), "", EXPLICIT),
        (USER, arn([USER, ROOT]), "Y", EXPLICIT),
        (None, arn(ROOT), "", EXPLICIT),
    ],
)
def test_not_principal_with_deny(who, spared, boundary, expected):
    """ "AWS JSON policy elements: NotPrincipal": everybody else is denied, and whoever has a
    permissions boundary always is."""
    deny = statement("D")
    resource = [to("*"), {**deny, "NotPrincipal": spared}]
    assert decide(who, identity="Y", boundary=boundary, resource=resource) == expected


@pytest.mark.parametrize(
    ("who", "grant", "expected"),
    [
        (None, to("*"), EXPLICIT),
        (FAR_USER, to("*"), EXPLICIT),
        (USER, to("*"), ALLOWED),
        (SERVICE, to("*"), ALLOWED),
        (FAR_USER, to(arn(B)), ALLOWED),
        (FAR_USER, to("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), ALLOWED),
        (FAR_USER, to("*", Condition={"StringLike": {"aws:PrincipalOrgID": "o-*"}}), EXPLICIT),
        (FAR_USER, to("*", Condition={"IpAddress": {"aws:SourceIp": "10.1.0.0/16"}}), ALLOWED),
        (FAR_USER, to("*", Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}), EXPLICIT),
        (FAR_USER, to("*", Condition={"StringEquals": {"aws:PrincipalTag/a": "b"}}), EXPLICIT),
    ],
)
def test_block_public_access(who, grant, expected):
    """ "Blocking public access to your Amazon S3 storage": RestrictPublicBuckets and what is
    public."""
    context = {
        "aws:PrincipalOrgID": "o-1",
        "aws:SourceIp": "10.1.2.3",
        "aws:PrincipalTag/a": "b",
    }
    given = {"identity": "Y", "resource": [grant], "context": context, "blocked": True}
    assert decide(who, **given) == expected


@pytest.mark.parametrize(
    ("who", "endpoint", "resource", "expected"),
    [
        (USER, "Y", "", ALLOWED),
        (USER, "N", "", IMPLICIT),
        (USER, "YD", "", EXPLICIT),
        (USER, "N", "Y", IMPLICIT),
        (ROOT, "N", "", IMPLICIT),
        (FAR_USER, "Y", "Y", ALLOWED),
        (FAR_USER, "Y", "", IMPLICIT),
        (None, "N", "Y", IMPLICIT),
    ],
)
def test_vpc_endpoint_policies(who, endpoint, resource, expected):
    """ "Control access to VPC endpoints using endpoint policies": they grant nothing, and what
    they don't allow doesn't go through the endpoint."""
    grants = [to("*", one) for one in resource]
    assert decide(who, identity="Y", endpoint=endpoint, resource=grants) == expected


@pytest.mark.parametrize("who", [USER, SESSION, FEDERATED, ROOT])
def test_anybody_may_ask_who_they_are(who):
    """ "GetCallerIdentity" in the STS reference: even an explicit deny does not matter."""
    given = {"identity": "D", "scps": ["D"]}
    assert decide(who, action="sts:GetCallerIdentity", on="*", **given) == ALLOWED
