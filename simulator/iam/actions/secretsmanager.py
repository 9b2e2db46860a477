"""AWS Secrets Manager.

Source: "Actions, resources, and condition keys for AWS Secrets Manager" (Service Authorization
Reference) and the API reference's page of BatchGetSecretValue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.iam.actions.context import resource_tags
from simulator.iam.actions.needed import Needed, Request
from simulator.iam.actions.resources import Builder

_SUFFIX = "-??????"


def secret_arn(call: Request, name: str) -> str:
    """ARN of a secret by name, partial ARN or ARN.

    The six random characters at its end are looked up; where they are not known, as before a
    secret is created, six question marks stand for them.
    """
    creating = call.operation == "CreateSecret"
    known = None
    if not creating and call.lookup is not None:
        known = call.lookup.secret_arn(name)
    if known:
        return known
    if name.startswith("arn:"):
        return name
    return call.arn("secretsmanager", f"secret:{name}{_SUFFIX}")


def batch_get(call: Request) -> tuple[Needed, ...]:
    """BatchGetSecretValue: GetSecretValue on each secret as well.

    Secrets chosen by filter are not known beforehand: such a call needs every secret.
    """
    wanted = call.params.get("SecretIdList") or ()
    action = "secretsmanager:BatchGetSecretValue"
    needs = [call.need(action, "*", wildcard_only=True)]
    if not wanted:
        needs.append(call.need("secretsmanager:ListSecrets", "*", wildcard_only=True))
    for name in wanted or ("*",):
        arn = call.arn("secretsmanager", "secret:*") if name == "*" else secret_arn(call, name)
        keys = resource_tags(call.lookup, arn, ("secretsmanager:ResourceTag/",))
        needs.append(call.need("secretsmanager:GetSecretValue", arn, keys))
    return tuple(needs)


BUILDERS: Mapping[str, Builder] = {"Secret": secret_arn}
KINDS = {
    "Secret": [
        "arn:aws:secretsmanager:{region}:{account}:secret:{}",
        ["secretsmanager:ResourceTag/"],
    ]
}
OPERATIONS: Mapping[str, Any] = {"BatchGetSecretValue": batch_get}
