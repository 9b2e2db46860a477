"""What is left of that which an adversary made, whenever it made it: asked of the account itself.

What it made is read from the records of its calls, so that nothing has to be listed twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from simulator.account.principal import Principal

Record = Mapping[str, Any]
_ACCOUNT = re.compile(r"\b\d{12}\b")
_GONE = ("NoSuchEntity", "NoSuchBucket", "NoSuchBucketPolicy", "ResourceNotFoundException")


def leftovers(
    records: Iterable[Record], hostile: Callable[[Record], bool], auditor: Principal
) -> Iterator[str]:
    """A clause for each thing that is still there: "the user eve, which the thief made"."""
    for record in records:
        left = _LEFT.get(record["eventName"])
        if left is None or "errorCode" in record or not hostile(record):
            continue
        said = _asked(left, auditor, record)
        if said:
            yield said


def _asked(left: Callable[..., str], auditor: Principal, record: Record) -> str:
    try:
        return left(auditor, record, record["requestParameters"] or {})
    except ClientError as error:
        if error.response["Error"]["Code"] in _GONE:
            return ""
        raise


def _user(auditor: Principal, _: Record, asked: Mapping[str, Any]) -> str:
    auditor.iam.get_user(UserName=asked["userName"])
    return f"the user {asked['userName']}, which the thief made"


def _key(auditor: Principal, record: Record, _: Mapping[str, Any]) -> str:
    made = record["responseElements"]["accessKey"]
    keys = auditor.iam.list_access_keys(UserName=made["userName"])["AccessKeyMetadata"]
    there = made["accessKeyId"] in {key["AccessKeyId"] for key in keys}
    said = f"the key {made['accessKeyId']} of {made['userName']}, which the thief made"
    return said if there else ""


def _password(auditor: Principal, _: Record, asked: Mapping[str, Any]) -> str:
    auditor.iam.get_login_profile(UserName=asked["userName"])
    return f"the console password of {asked['userName']}, which the thief set"


def _attached(auditor: Principal, _: Record, asked: Mapping[str, Any]) -> str:
    held = auditor.iam.list_attached_user_policies(UserName=asked["userName"])
    there = asked["policyArn"] in {each["PolicyArn"] for each in held["AttachedPolicies"]}
    return f"a policy of {asked['userName']}'s, which the thief attached" if there else ""


def _trust(auditor: Principal, record: Record, asked: Mapping[str, Any]) -> str:
    role = auditor.iam.get_role(RoleName=asked["roleName"])["Role"]
    strange = _strangers(record, asked["policyDocument"])
    there = strange & set(_ACCOUNT.findall(json.dumps(role["AssumeRolePolicyDocument"])))
    return f"the trust of {asked['roleName']} in account {min(there)}" if there else ""


def _bucket_policy(auditor: Principal, record: Record, asked: Mapping[str, Any]) -> str:
    strange = _strangers(record, json.dumps(asked["bucketPolicy"]))
    policy = auditor.s3.get_bucket_policy(Bucket=asked["bucketName"])["Policy"]
    there = strange & set(_ACCOUNT.findall(policy))
    return f"what {asked['bucketName']} permits to account {min(there)}" if there else ""


def _function(auditor: Principal, _: Record, asked: Mapping[str, Any]) -> str:
    auditor.client("lambda").get_function_configuration(FunctionName=asked["functionName"])
    return f"the function {asked['functionName']}, which the thief deployed"


def _rule(auditor: Principal, _: Record, asked: Mapping[str, Any]) -> str:
    auditor.events.describe_rule(Name=asked["name"])
    return f"the rule {asked['name']}, which the thief made"


def _strangers(record: Record, document: str) -> set[str]:
    """Accounts that a document names beside the one it is for."""
    return set(_ACCOUNT.findall(document)) - {record["recipientAccountId"]}


_LEFT: dict[str, Callable[..., str]] = {
    "CreateUser": _user,
    "CreateAccessKey": _key,
    "CreateLoginProfile": _password,
    "AttachUserPolicy": _attached,
    "UpdateAssumeRolePolicy": _trust,
    "PutBucketPolicy": _bucket_policy,
    "CreateFunction20150331": _function,
    "PutRule": _rule,
}
