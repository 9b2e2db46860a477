"""Trust policies name principals that exist, and keep to them when they are deleted.

Source: "AWS JSON policy elements: Principal": IAM turns an ARN into the principal's unique id
when the policy is saved, and shows the id once there is no such principal any more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from simulator.account.principal_policies import iam_state
from simulator.gateway.errors import AwsError

if TYPE_CHECKING:
    from simulator.account.world import World


def check_principals(world: World, document: str) -> None:
    """Refuse a well-formed trust policy that names a user or role which doesn't exist.

    What accounts outside of `world` hold can't be told, and passes.

    Raises:
        AwsError: MalformedPolicyDocument.
    """
    for name in _named(json.loads(document)):
        if not _exists(world, name):
            text = f'Invalid principal in policy: "AWS":"{name}"'
            raise AwsError("MalformedPolicyDocument", text)


def rename_principal(world: World, before: str, after: str) -> None:
    """Put `after`, a unique id or a new ARN, where trust policies of `world` name `before`."""
    for account in world.accounts:
        for role in iam_state(account).roles.values():
            text = role.assume_role_policy_document
            if f'"{before}"' in text:
                document = json.loads(text)
                _replace(document, lambda name: after if name == before else name)
                role.assume_role_policy_document = json.dumps(document)


def _elements(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        for field in ("Principal", "NotPrincipal"):
            element = statement.get(field)
            if isinstance(element, dict) and "AWS" in element:
                yield element


def _named(document: dict[str, Any]) -> Iterator[str]:
    for element in _elements(document):
        names = element["AWS"]
        yield from [names] if isinstance(names, str) else names


def _replace(document: dict[str, Any], change: Callable[[str], str]) -> None:
    for element in _elements(document):
        names = element["AWS"]
        element["AWS"] = change(names) if isinstance(names, str) else [change(n) for n in names]


def _exists(world: World, name: str) -> bool:
    if name.startswith(("AIDA", "AROA")):
        return any(name in _ids(account) for account in world.accounts)
    parts = name.split(":", 5)
    if len(parts) != 6 or parts[4] not in world.accounts:
        return True
    iam, (kind, _, rest) = iam_state(parts[4]), parts[5].partition("/")
    if kind == "user":
        return any(user.arn == name for user in iam.users.values())
    if kind == "role":
        return any(role.arn == name for role in iam.roles.values())
    if kind == "assumed-role":
        return any(role.name == rest.partition("/")[0] for role in iam.roles.values())
    return kind in {"root", "federated-user"}


def _ids(account: str) -> set[str]:
    iam = iam_state(account)
    return {holder.id for holder in (*iam.users.values(), *iam.roles.values())}
