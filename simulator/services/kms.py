"""AWS Key Management Service: keys, their policies, and decryption as AWS does them.

Grants are in kms_granting. Which state of a key allows which operation is checked before any of
this (simulator.account.kms_states).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from simulator.account import kms_keys, kms_managed
from simulator.gateway import kms
from simulator.gateway.call import Call
from simulator.gateway.context import global_context
from simulator.gateway.errors import AwsError
from simulator.iam.evaluate import PolicySet, evaluate
from simulator.iam.policy import Policy
from simulator.iam.request import Request
from simulator.services import Backend, Result, kms_granting, operation

_EVERYTHING = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
_LOCKED_OUT = "The new key policy will not allow you to update the key policy in the future."
_WRONG_KEY = "The key ID in the request does not identify a CMK that can perform this operation."

create_grant = kms_granting.create_grant
list_grants = kms_granting.list_grants
list_retirable_grants = kms_granting.list_retirable_grants
revoke_grant = kms_granting.revoke_grant
retire_grant = kms_granting.retire_grant


@operation
def create_key(call: Call, backend: Backend) -> Result:
    """A key whose material is to be imported waits for it ("PendingImport")."""
    params = call.params
    if params.get("Policy") is not None:
        _check_lockout(call, "*")
    answer = backend()
    if params.get("Origin") == "EXTERNAL":
        key = _key(call, answer["KeyMetadata"]["KeyId"])
        key.key_state, key.enabled = "PendingImport", False
        answer["KeyMetadata"] |= {"KeyState": key.key_state, "Enabled": False}
    return answer


@operation
def put_key_policy(call: Call, backend: Backend) -> Result:
    """A policy that would lock its own author out is refused, unless the author insists."""
    _check_lockout(call, str(_key(call, call.params["KeyId"]).arn))
    call.params.setdefault("PolicyName", "default")
    if call.params["PolicyName"] != "default":
        raise AwsError("NotFoundException", "No such policy exists")
    _key(call, call.params["KeyId"]).policy = call.params["Policy"]
    return {}


@operation
def get_key_policy(call: Call, backend: Backend) -> Result:
    """PolicyName may be left out: it can only be "default"."""
    if call.params.get("PolicyName", "default") != "default":
        raise AwsError("NotFoundException", "No such policy exists")
    return {"Policy": _key(call, call.params["KeyId"]).policy, "PolicyName": "default"}


@operation
def schedule_key_deletion(call: Call, backend: Backend) -> Result:
    """The waiting period is 7 to 30 days, 30 where it is left out, on the account's clock."""
    days = call.params.get("PendingWindowInDays", 30)
    if not 7 <= days <= 30:
        limit = "greater than or equal to 7" if days < 7 else "less than or equal to 30"
        raise AwsError(
            "ValidationException",
            f"1 validation error detected: Value '{days}' at 'pendingWindowInDays' failed to"
            f" satisfy constraint: Member must have value {limit}",
        )
    key, due = _key(call, call.params["KeyId"]), call.time + timedelta(days=days)
    key.key_state, key.enabled = "PendingDeletion", False
    key.deletion_date = due.replace(tzinfo=None)
    return {
        "KeyId": key.arn,
        "DeletionDate": due,
        "KeyState": key.key_state,
        "PendingWindowInDays": days,
    }


@operation
def disable_key(call: Call, backend: Backend) -> Result:
    """No cryptographic operation works with the key from now on."""
    key = _key(call, call.params["KeyId"])
    key.key_state, key.enabled = "Disabled", False
    return {}


@operation
def enable_key(call: Call, backend: Backend) -> Result:
    """The key works again."""
    key = _key(call, call.params["KeyId"])
    key.key_state, key.enabled = "Enabled", True
    return {}


@operation
def cancel_key_deletion(call: Call, backend: Backend) -> Result:
    """The key stays disabled until EnableKey is called."""
    key = _key(call, call.params["KeyId"])
    key.key_state, key.enabled, key.deletion_date = "Disabled", False, None
    return {"KeyId": key.arn}


@operation
def get_public_key(call: Call, backend: Backend) -> Result:
    """Symmetric keys have none."""
    key = _key(call, call.params["KeyId"])
    if key.private_key is None:
        text = f"{key.arn} is not an asymmetric key, which this operation needs."
        raise AwsError("UnsupportedOperationException", text)
    return {**backend(), "KeyId": key.arn}


@operation
def enable_key_rotation(call: Call, backend: Backend) -> Result:
    """Only symmetric encryption keys with material of KMS's own can rotate."""
    key = _key(call, call.params["KeyId"])
    if key.origin != "AWS_KMS":
        text = f"{key.arn} origin is {key.origin} which is not valid for this operation."
        raise AwsError("UnsupportedOperationException", text)
    if key.key_spec != "SYMMETRIC_DEFAULT":
        raise AwsError("UnsupportedOperationException", "")
    return backend()


@operation
def list_aliases(call: Call, backend: Backend) -> Result:
    """An alias of AWS's whose key is not made yet has no TargetKeyId."""
    answer = backend()
    for alias in answer.get("Aliases", ()):
        target = alias.get("TargetKeyId")
        if alias["AliasName"].startswith(kms_managed.PREFIX) and not _exists(call, target):
            alias.pop("TargetKeyId", None)
    return answer


@operation
def decrypt(call: Call, backend: Backend) -> Result:
    """A wrong encryption context is InvalidCiphertextException, a wrong key IncorrectKeyException."""
    params = call.params
    wanted = params.get("KeyId")
    key = _key_of(call, params["CiphertextBlob"])
    if wanted and _key(call, wanted) is not key:
        raise AwsError("IncorrectKeyException", _WRONG_KEY)
    plaintext = _decrypted(key, params["CiphertextBlob"], params.get("EncryptionContext"))
    return {
        "KeyId": key.arn,
        "Plaintext": plaintext,
        "EncryptionAlgorithm": params.get("EncryptionAlgorithm") or "SYMMETRIC_DEFAULT",
    }


@operation
def re_encrypt(call: Call, backend: Backend) -> Result:
    """The two keys may belong to two accounts."""
    from moto.kms.utils import encrypt

    params = call.params
    source = _key_of(call, params["CiphertextBlob"])
    if params.get("SourceKeyId") and _key(call, params["SourceKeyId"]) is not source:
        raise AwsError("IncorrectKeyException", _WRONG_KEY)
    target = _key(call, params["DestinationKeyId"])
    plaintext = _decrypted(source, params["CiphertextBlob"], params.get("SourceEncryptionContext"))
    blob = encrypt(
        master_keys={target.id: target},
        key_id=target.id,
        plaintext=plaintext,
        encryption_context=params.get("DestinationEncryptionContext") or {},
    )
    default = "SYMMETRIC_DEFAULT"
    return {
        "CiphertextBlob": blob,
        "SourceKeyId": source.arn,
        "KeyId": target.arn,
        "SourceEncryptionAlgorithm": params.get("SourceEncryptionAlgorithm") or default,
        "DestinationEncryptionAlgorithm": params.get("DestinationEncryptionAlgorithm") or default,
    }


def _decrypted(key: Any, blob: bytes, context: dict[str, str] | None) -> bytes:
    from moto.core.exceptions import JsonRESTError
    from moto.kms.utils import decrypt as moto_decrypt

    shown = blob[:36].decode("latin-1")
    try:
        plaintext, _ = moto_decrypt({shown: key}, blob, context or {})
    except JsonRESTError as error:
        raise AwsError("InvalidCiphertextException", "") from error
    return plaintext


def _key_of(call: Call, blob: bytes) -> Any:
    assert call.account is not None
    accounts = call.account.world.accounts
    found = kms_keys.of_ciphertext(blob, accounts, call.region)
    if found is None:
        raise kms.unreadable()
    return found


def _key(call: Call, name: str) -> Any:
    assert call.account is not None
    found = kms_keys.named(name, call.account.id, call.region)
    if found is None:
        raise kms.not_found(name, call.account.id, call.region)
    return found


def _exists(call: Call, name: str | None) -> bool:
    assert call.account is not None
    return bool(name) and kms_keys.named(str(name), call.account.id, call.region) is not None


def _check_lockout(call: Call, arn: str) -> None:
    """Source: "PutKeyPolicy" and "CreateKey" (AWS KMS API Reference).

    A policy that leaves it to the account's IAM policies is enough.
    """
    assert call.account is not None
    if call.params.get("BypassPolicyLockoutSafetyCheck"):
        return
    owner = call.account.id
    request = Request(
        principal=call.caller.arn,
        action="kms:PutKeyPolicy",
        resource=arn if arn != "*" else f"arn:aws:kms:{call.region}:{owner}:key/new",
        resource_account=owner,
        context=global_context(call),
    )
    policies = PolicySet(
        identity=(Policy.parse(_EVERYTHING),), resource=Policy.parse(call.params["Policy"])
    )
    if not evaluate(request, policies).allowed:
        raise AwsError("MalformedPolicyDocumentException", _LOCKED_OUT)
