"""What an account holds that somebody could reach, and the calls that would show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.account.principal_policies import iam_state
from simulator.account.state import state_of
from simulator.hosts.machine import machines
from simulator.hosts.role import role_of
from simulator.report.asking import Question

if TYPE_CHECKING:
    from simulator.account.account import Account

_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
_NOBODY = "made-by-nobody"
_MOST_FOLDERS, _MOST_PEOPLE = 4, 12


@dataclass(frozen=True, slots=True)
class Target:
    """A resource, with what can be done to it: a verb → calls of which one is enough."""

    kind: str
    name: str
    verbs: dict[str, list[Question]]
    everywhere: bool = False
    """The calls name the resource wholly: a caller of another account means this one too."""
    role: str = ""
    """ARN of the role that whoever does `through` to it can act as."""
    through: str = ""


def targets(account: Account) -> Iterator[Target]:
    """Everything worth reaching, kind by kind."""
    yield from _buckets(account)
    yield _identities(account)
    yield from _instances(account)
    yield from _functions(account)
    yield from _secrets(account)
    yield from _parameters(account)
    yield from _tables(account)
    yield from _keys(account)
    yield from _trails(account)


def _buckets(account: Account) -> Iterator[Target]:
    state = state_of("s3", account.id)
    for name, bucket in state.buckets.items() if state is not None else ():
        keys = _one_a_folder(bucket.keys) or [_NOBODY]
        yield Target(
            "buckets",
            name,
            {
                "lists": [("s3", "ListObjectsV2", {"Bucket": name})],
                "reads": [("s3", "GetObject", {"Bucket": name, "Key": key}) for key in keys],
                "writes": [("s3", "PutObject", {"Bucket": name, "Key": key}) for key in keys],
                "administers": [("s3", "PutBucketPolicy", {"Bucket": name, "Policy": "{}"})],
            },
            everywhere=True,
        )


def _one_a_folder(keys: Iterable[str]) -> list[str]:
    """The first key of each folder: policies and ACLs may open one and not another."""
    folders: dict[str, str] = {}
    for key in keys:
        folders.setdefault(key.partition("/")[0] if "/" in key else "", key)
        if len(folders) == _MOST_FOLDERS:
            break
    return list(folders.values())


def _identities(account: Account) -> Target:
    iam = iam_state(account.id)
    users = [user.name for user in list(iam.users.values())[:_MOST_PEOPLE]]
    roles = [role.name for role in list(iam.roles.values())[:_MOST_PEOPLE]]
    attach = {"PolicyArn": _ADMINISTRATOR}
    put = {"PolicyName": _NOBODY, "PolicyDocument": "{}"}
    grants: list[Question] = []
    for user in users:
        grants.append(("iam", "AttachUserPolicy", {"UserName": user, **attach}))
        grants.append(("iam", "PutUserPolicy", {"UserName": user, **put}))
    for role in roles:
        trust = {"RoleName": role, "PolicyDocument": "{}"}
        grants.append(("iam", "AttachRolePolicy", {"RoleName": role, **attach}))
        grants.append(("iam", "UpdateAssumeRolePolicy", trust))
    return Target(
        "IAM",
        "users, roles, policies",
        {
            "lists": [("iam", "ListUsers", {}), ("iam", "ListRoles", {})],
            "makes users": [("iam", "CreateUser", {"UserName": _NOBODY})],
            "makes keys": [("iam", "CreateAccessKey", {"UserName": user}) for user in users],
            "administers": grants,
        },
    )


def _instances(account: Account) -> Iterator[Target]:
    script = {"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["id"]}}
    for machine in machines(account.world):
        if machine.account is not account:
            continue
        role = role_of(machine)
        ids = [machine.id]
        yield Target(
            "instances",
            machine.id,
            {
                "runs commands": [
                    ("ssm", "SendCommand", {"InstanceIds": ids, **script}),
                    ("ssm", "StartSession", {"Target": machine.id}),
                ],
                "stops": [
                    ("ec2", "StopInstances", {"InstanceIds": ids}),
                    ("ec2", "TerminateInstances", {"InstanceIds": ids}),
                ],
            },
            role=role.arn if role is not None else "",
            through="runs commands",
        )


def _functions(account: Account) -> Iterator[Target]:
    state = state_of("lambda", account.id, account.region)
    for function in state.list_functions() if state is not None else ():
        named = {"FunctionName": function.function_arn}
        yield Target(
            "functions",
            function.function_name,
            {
                "invokes": [("lambda", "Invoke", named)],
                "changes": [("lambda", "UpdateFunctionCode", named)],
            },
            everywhere=True,
            role=str(function.role),
            through="changes",
        )


def _secrets(account: Account) -> Iterator[Target]:
    state = state_of("secretsmanager", account.id, account.region)
    for secret in state.secrets.values() if state is not None else ():
        read = ("secretsmanager", "GetSecretValue", {"SecretId": secret.arn})
        yield Target("secrets", secret.name, {"reads": [read]}, everywhere=True)


def _parameters(account: Account) -> Iterator[Target]:
    state = state_of("ssm", account.id, account.region)
    for versions in list(state._parameters.values()) if state is not None else ():
        if versions:
            got = {"Name": versions[-1].name, "WithDecryption": True}
            yield Target("parameters", versions[-1].name, {"reads": [("ssm", "GetParameter", got)]})


def _tables(account: Account) -> Iterator[Target]:
    state = state_of("dynamodb", account.id, account.region)
    for name in list(state.tables) if state is not None else ():
        named = {"TableName": name}
        yield Target(
            "tables",
            name,
            {
                "reads": [("dynamodb", "Scan", named)],
                "writes": [("dynamodb", "PutItem", {**named, "Item": {}})],
            },
        )


def _keys(account: Account) -> Iterator[Target]:
    state = state_of("kms", account.id, account.region)
    for key in list(state.keys.values()) if state is not None else ():
        if key.key_manager == "CUSTOMER":
            named = {"KeyId": key.arn}
            ends: list[Question] = [("kms", "ScheduleKeyDeletion", named)]
            yield Target("KMS keys", key.id, {"administers": ends}, everywhere=True)


def _trails(account: Account) -> Iterator[Target]:
    from simulator.services.trails import trails_of

    for trail in trails_of(account.id):
        named = {"Name": trail.arn}
        stops: list[Question] = [
            ("cloudtrail", "StopLogging", named),
            ("cloudtrail", "DeleteTrail", named),
            ("cloudtrail", "PutEventSelectors", {"TrailName": trail.arn, "EventSelectors": []}),
        ]
        yield Target("trails", trail.trail_name, {"stops": stops})
