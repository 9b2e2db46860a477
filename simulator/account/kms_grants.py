"""KMS grants, put as the policies they amount to.

Source: "Grants in AWS KMS", "Using grant constraints" and "Retiring and revoking grants" (AWS KMS
Developer Guide).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from simulator.account import kms_keys
from simulator.gateway.call import Call
from simulator.gateway.caller import Caller
from simulator.iam.actions import Needed
from simulator.iam.evaluate import PolicySet
from simulator.iam.policy import Policy

_UNCONSTRAINED = {"DescribeKey", "RetireGrant"}
"""Operations that a constraint on the encryption context says nothing of."""
_VERSION = "2008-10-17"
"""Of these policies: it knows no variables, so that a grant's values stand for themselves."""


def with_grants(policies: PolicySet, need: Needed, call: Call) -> PolicySet:
    """`policies`, and what the grants on the key of a need add.

    A grantee of another account needs no policy of its own account besides: EC2 Auto Scaling's
    service-linked role has none ("Required AWS KMS key policy for use with encrypted volumes").
    """
    operation = need.action.removeprefix("kms:")
    key = kms_keys.named(need.resource, "", "")
    if operation == "RetireGrant":
        policies = replace(policies, resource=None)
    if key is None or not key.grants:
        return policies
    found = list(_retiring(key, call) if operation == "RetireGrant" else _using(key, operation))
    if not found:
        return policies
    guards = tuple(_policy(statement, principal) for statement, principal in found)
    foreign = call.caller.account_id != key.account_id
    own = tuple(
        _policy(statement)
        for statement, principal in found
        if foreign and _is(call.caller, principal)
    )
    return replace(
        policies, grants=(*policies.grants, *guards), identity=(*policies.identity, *own)
    )


def to_retire(key: Any, params: Mapping[str, Any]) -> Any:
    """The grant that RetireGrant is about, by id or token; None for none."""
    grant_id, token = params.get("GrantId"), params.get("GrantToken")
    return next((g for g in key.grants.values() if grant_id == g.id or token == g.token), None)


def root_of(account_id: str) -> str:
    """ARN by which an account is named as a principal."""
    return f"arn:aws:iam::{account_id}:root"


Found = Iterator[tuple[dict[str, Any], str]]
"""A statement without its principal, and the principal."""


def _using(key: Any, operation: str) -> Found:
    for grant in key.grants.values():
        if operation in grant.operations:
            yield _statement(grant, operation), grant.grantee_principal


def _retiring(key: Any, call: Call) -> Found:
    """Who may retire a grant is the grant's business: the key policy has no say."""
    grant = to_retire(key, call.params)
    if grant is None:
        return
    statement = _statement(grant, "RetireGrant")
    if grant.retiring_principal:
        yield statement, grant.retiring_principal
    if "RetireGrant" in grant.operations:
        yield statement, grant.grantee_principal
    yield statement, root_of(grant.__dict__.get("issuing_account", key.account_id))


def _statement(grant: Any, operation: str) -> dict[str, Any]:
    """A grant made by a grant may not reach further than its parent."""
    equal: dict[str, Any] = {}
    listed: dict[str, Any] = {}
    if operation not in _UNCONSTRAINED:
        for kind, pairs in (grant.constraints or {}).items():
            equal |= {f"kms:EncryptionContext:{key}": value for key, value in pairs.items()}
            if kind == "EncryptionContextEquals":
                listed["kms:EncryptionContextKeys"] = list(pairs)
                if operation == "CreateGrant":
                    equal["kms:GrantConstraintType"] = kind
    if operation == "CreateGrant":
        listed["kms:GrantOperations"] = list(grant.operations)
    statement = {
        "Sid": f"Grant {grant.id}",
        "Effect": "Allow",
        "Action": f"kms:{operation}",
        "Resource": "*",
    }
    condition = {"StringEquals": equal, "ForAllValues:StringEquals": listed}
    kept = {operator: values for operator, values in condition.items() if values}
    return {**statement, "Condition": kept} if kept else statement


def _policy(statement: dict[str, Any], principal: str | None = None) -> Policy:
    if principal is not None:
        kind = "AWS" if principal.startswith("arn:") else "Service"
        statement = {**statement, "Principal": {kind: principal}}
    return Policy.parse(json.dumps({"Version": _VERSION, "Statement": [statement]}), "grant")


def _is(caller: Caller, principal: str) -> bool:
    return principal in (caller.arn, caller.issuer_arn)
