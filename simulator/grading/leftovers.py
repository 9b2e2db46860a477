"""What is left of that which an adversary made, whenever it made it: read from the account's state.

What it made is read from the records of its calls, so that nothing has to be listed twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from simulator.account.principal_policies import iam_state
from simulator.account.s3_bucket import find_bucket
from simulator.account.state import state_of

Record = Mapping[str, Any]
_ACCOUNT = re.compile(r"\b\d{12}\b")


def leftovers(
    records: Iterable[Record], hostile: Callable[[Record], bool], account_id: str
) -> Iterator[str]:
    """A clause for each thing that is still there: "the user eve, which the thief made"."""
    for record in records:
        left = _LEFT.get(record["eventName"])
        if left is None or "errorCode" in record or not hostile(record):
            continue
        said = left(account_id, record, record["requestParameters"] or {})
        if said:
            yield said


def _user(account_id: str, _: Record, asked: Mapping[str, Any]) -> str:
    there = _user_of(account_id, asked) is not None
    return f"the user {asked['userName']}, which the thief made" if there else ""


def _key(account_id: str, record: Record, _: Mapping[str, Any]) -> str:
    made = record["responseElements"]["accessKey"]
    user = _user_of(account_id, made)
    keys = user.access_keys if user is not None else ()
    there = any(each.access_key_id == made["accessKeyId"] for each in keys)
    said = f"the key {made['accessKeyId']} of {made['userName']}, which the thief made"
    return said if there else ""


def _password(account_id: str, _: Record, asked: Mapping[str, Any]) -> str:
    user = _user_of(account_id, asked)
    there = user is not None and user.password
    return f"the console password of {asked['userName']}, which the thief set" if there else ""


def _attached(account_id: str, _: Record, asked: Mapping[str, Any]) -> str:
    user = _user_of(account_id, asked)
    there = user is not None and asked["policyArn"] in user.managed_policies
    return f"a policy of {asked['userName']}'s, which the thief attached" if there else ""


def _trust(account_id: str, record: Record, asked: Mapping[str, Any]) -> str:
    roles = iam_state(account_id).roles.values()
    role = next((each for each in roles if each.name == asked["roleName"]), None)
    trust = role.assume_role_policy_document if role is not None else ""
    there = _strangers(record, asked["policyDocument"]) & set(_ACCOUNT.findall(trust))
    return f"the trust of {asked['roleName']} in account {min(there)}" if there else ""


def _bucket_policy(account_id: str, record: Record, asked: Mapping[str, Any]) -> str:
    bucket = find_bucket(asked["bucketName"])
    kept = bucket is not None and bucket.account_id == account_id and bucket.policy
    there = _strangers(record, json.dumps(asked["bucketPolicy"])) & set(
        _ACCOUNT.findall(kept.decode() if kept else "")
    )
    return f"what {asked['bucketName']} permits to account {min(there)}" if there else ""


def _function(account_id: str, record: Record, asked: Mapping[str, Any]) -> str:
    state = state_of("lambda", account_id, record["awsRegion"])
    there = state is not None and asked["functionName"] in state._lambdas._functions
    return f"the function {asked['functionName']}, which the thief deployed" if there else ""


def _rule(account_id: str, record: Record, asked: Mapping[str, Any]) -> str:
    state = state_of("events", account_id, record["awsRegion"])
    there = state is not None and asked["name"] in state.event_buses["default"].rules
    return f"the rule {asked['name']}, which the thief made" if there else ""


def _user_of(account_id: str, told: Mapping[str, Any]) -> Any:
    """The backend's user; None once there is none."""
    return iam_state(account_id).users.get(told["userName"])


def _strangers(record: Record, document: str) -> set[str]:
    """Accounts that a document names beside the one it is for."""
    return set(_ACCOUNT.findall(document)) - {record["recipientAccountId"]}


_LEFT: dict[str, Callable[[str, Record, Mapping[str, Any]], str]] = {
    "CreateUser": _user,
    "CreateAccessKey": _key,
    "CreateLoginProfile": _password,
    "AttachUserPolicy": _attached,
    "UpdateAssumeRolePolicy": _trust,
    "PutBucketPolicy": _bucket_policy,
    "CreateFunction20150331": _function,
    "PutRule": _rule,
}
