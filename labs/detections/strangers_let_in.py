"""A policy of a role, bucket or key that names an account other than its own, or everybody."""

import json

SETS_A_POLICY = {
    "UpdateAssumeRolePolicy": "policyDocument",
    "CreateRole": "assumeRolePolicyDocument",
    "PutBucketPolicy": "bucketPolicy",
    "PutKeyPolicy": "policy",
}


def title():
    return "A policy lets strangers in"


def severity():
    return "high"


def rule(event):
    parameter = SETS_A_POLICY.get(event.get("eventName"))
    if parameter is None or event.get("errorCode"):
        return False
    own = event.get("recipientAccountId") or event.get("userIdentity", {}).get("accountId")
    return any(not of_account(each, own) for each in let_in(document(event, parameter)))


def document(event, parameter):
    """The policy, which is text or an object, whichever way its name is spelled."""
    given = event.get("requestParameters") or {}
    told = next((value for name, value in given.items() if name.lower() == parameter.lower()), {})
    return json.loads(told) if isinstance(told, str) else told


def let_in(policy):
    """Whom an Allow without a condition names: ARNs, account ids, or *."""
    statements = policy.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        if statement.get("Effect") != "Allow" or statement.get("Condition"):
            continue
        principal = statement.get("Principal", {})
        named = principal.get("AWS", []) if isinstance(principal, dict) else principal
        yield from named if isinstance(named, list) else [named]


def of_account(principal, own):
    """Whether a principal is of this account, or one of AWS's own identities."""
    if principal == "*":
        return False
    account = principal.split(":")[4] if principal.startswith("arn:") else principal
    return account in {own, "cloudfront"}


def trusting(account, **more):
    policy = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}}]}
    return {
        "eventName": "UpdateAssumeRolePolicy",
        "recipientAccountId": "111122223333",
        "requestParameters": {"roleName": "deploy", "policyDocument": json.dumps(policy)},
        **more,
    }


CASES = [
    {"name": "another account", "expected": True, "event": trusting("444455556666")},
    {"name": "its own account", "expected": False, "event": trusting("111122223333")},
    {
        "name": "refused",
        "expected": False,
        "event": trusting("444455556666", errorCode="AccessDenied"),
    },
    {
        "name": "everybody may read a bucket",
        "expected": True,
        "event": {
            "eventName": "PutBucketPolicy",
            "recipientAccountId": "111122223333",
            "requestParameters": {
                "bucketPolicy": {
                    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]
                }
            },
        },
    },
    {"name": "no parameters", "expected": False, "event": {"eventName": "PutBucketPolicy"}},
]
