"""AWS Key Management Service: making, listing and ending grants.

Source: the operations' pages in the AWS KMS API Reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from simulator.account import kms_grants, kms_keys
from simulator.account.principal_policies import iam_state
from simulator.gateway import kms
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation

_NOT_ON_SYMMETRIC = {"GenerateMac", "GetPublicKey", "Sign", "Verify", "VerifyMac"}
_PRINCIPAL = re.compile(
    r"arn:aws:(?:iam::(\d{12}):(?:root|user/.+|role/.+)"
    r"|sts::(\d{12}):(?:assumed-role/.+|federated-user/.+))"
)


@operation
def create_grant(call: Call, backend: Backend) -> Result:
    """A grant that works at once. The same named grant asked for again is the one that exists."""
    assert call.account is not None
    params = call.params
    key = _key(call)
    for name in ("GranteePrincipal", "RetiringPrincipal"):
        if params.get(name):
            _check_principal(call, str(params[name]))
    unfit = _NOT_ON_SYMMETRIC.intersection(params["Operations"])
    if unfit and key.key_spec == "SYMMETRIC_DEFAULT":
        raise AwsError("ValidationException", f"Operation {min(unfit)} is not valid for this key.")
    existing = next((one for one in key.grants.values() if _same(one, params)), None)
    if existing is not None:
        return {"GrantId": existing.id, "GrantToken": existing.token}
    answer = backend()
    grant = key.grants.pop(answer["GrantId"])
    grant.id, grant.token = _hexadecimal(64), _hexadecimal(128)
    key.grants[grant.id] = grant
    grant.__dict__["issuing_account"] = call.caller.account_id
    grant.__dict__["created"] = call.time
    return {"GrantId": grant.id, "GrantToken": grant.token}


@operation
def list_grants(call: Call, backend: Backend) -> Result:
    """All grants on a key, or those of one id or one grantee."""
    params = call.params
    key = _key(call)
    wanted, grantee = params.get("GrantId"), params.get("GranteePrincipal")
    if wanted and wanted not in key.grants:
        raise AwsError("NotFoundException", f"Grant ID {wanted} not found")
    return _listed(
        (key, grant)
        for grant in key.grants.values()
        if wanted in (None, grant.id) and grantee in (None, grant.grantee_principal)
    )


@operation
def list_retirable_grants(call: Call, backend: Backend) -> Result:
    """The grants of the account's keys whose retiring principal is the one that is named."""
    assert call.account is not None
    state = kms_keys.backend_of(call.account.id, call.region)
    return _listed(
        (key, grant)
        for key in (state.keys.values() if state is not None else ())
        for grant in key.grants.values()
        if grant.retiring_principal == call.params["RetiringPrincipal"]
    )


@operation
def revoke_grant(call: Call, backend: Backend) -> Result:
    """The grant ends with this call."""
    _end(call, _key(call))
    return {}


@operation
def retire_grant(call: Call, backend: Backend) -> Result:
    """The grant ends with this call. It is named by its token, or by key and id."""
    assert call.account is not None
    if call.params.get("KeyId"):
        key = _key(call)
    else:
        token = str(call.params.get("GrantToken"))
        key = kms_keys.of_grant_token(token, [call.account.id], call.region)
    _end(call, key)
    return {}


def _hexadecimal(length: int) -> str:
    from moto.moto_api._internal import mock_random

    return str(mock_random.get_random_hex(length))


def _end(call: Call, key: Any) -> None:
    grant = kms_grants.to_retire(key, call.params) if key is not None else None
    if grant is None:
        wanted = call.params.get("GrantId")
        raise AwsError("NotFoundException", f"Grant ID {wanted} not found")
    del key.grants[grant.id]


def _listed(found: Iterable[tuple[Any, Any]]) -> Result:
    return {"Grants": [_entry(key, grant) for key, grant in found], "Truncated": False}


def _entry(key: Any, grant: Any) -> dict[str, Any]:
    told = grant.__dict__
    entry = {
        "KeyId": key.arn,
        "GrantId": grant.id,
        "Name": grant.name or "",
        "CreationDate": told.get("created", datetime.fromtimestamp(key.creation_date, UTC)),
        "GranteePrincipal": grant.grantee_principal,
        "RetiringPrincipal": grant.retiring_principal,
        "IssuingAccount": kms_grants.root_of(told.get("issuing_account", key.account_id)),
        "Operations": list(grant.operations),
        "Constraints": grant.constraints,
    }
    return {name: value for name, value in entry.items() if value is not None}


def _same(grant: Any, params: dict[str, Any]) -> bool:
    return bool(params.get("Name")) and (
        grant.name,
        grant.grantee_principal,
        grant.retiring_principal,
        set(grant.operations),
        grant.constraints or {},
    ) == (
        params["Name"],
        params["GranteePrincipal"],
        params.get("RetiringPrincipal"),
        set(params["Operations"]),
        params.get("Constraints") or {},
    )


def _key(call: Call) -> Any:
    assert call.account is not None
    name = str(call.params["KeyId"])
    found = kms_keys.named(name, call.account.id, call.region)
    if found is None:
        raise kms.not_found(name, call.account.id, call.region)
    return found


def _check_principal(call: Call, principal: str) -> None:
    """A principal of an account that can be seen must exist; a service is named by its host."""
    assert call.account is not None
    if re.fullmatch(r"[a-z0-9.\-]+\.amazonaws\.com", principal):
        return
    shaped = _PRINCIPAL.fullmatch(principal)
    if shaped is None:
        raise AwsError(
            "InvalidArnException", f"ARN does not refer to a valid principal: {principal}"
        )
    account_id = shaped[1] or shaped[2]
    if account_id not in call.account.world.accounts or ":iam:" not in principal:
        return
    iam = iam_state(account_id)
    known = {user.arn for user in iam.users.values()} | {role.arn for role in iam.roles.values()}
    if principal not in known and not principal.endswith(":root"):
        raise AwsError(
            "InvalidArnException", f"ARN does not refer to a valid principal: {principal}"
        )
