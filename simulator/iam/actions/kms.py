"""AWS Key Management Service.

Source: "AWS KMS permissions" and "AWS KMS condition keys" (AWS KMS Developer Guide). The keys
that the caller or its network decides (kms:CallerAccount, kms:ViaService) are the gateway's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.iam.actions.context import keys_of, resource_tags
from simulator.iam.actions.needed import ContextValue, Needed, Request
from simulator.iam.actions.resources import Builder

Needs = tuple[Needed, ...]
Context = dict[str, ContextValue]

_ENCRYPTION = {"kms:EncryptionAlgorithm": "EncryptionAlgorithm"}
_SIGNING = {"kms:MessageType": "MessageType", "kms:SigningAlgorithm": "SigningAlgorithm"}
_PAIR = {"kms:DataKeyPairSpec": "KeyPairSpec"}
_GRANT = {
    "kms:GrantOperations": "Operations[]",
    "kms:GranteePrincipal": "GranteePrincipal",
    "kms:GranteeServicePrincipal": "GranteeServicePrincipal",
    "kms:RetiringPrincipal": "RetiringPrincipal",
    "kms:RetiringServicePrincipal": "RetiringServicePrincipal",
}


def key_arn(call: Request, key: str) -> str:
    """ARN of the key behind a key id, a key ARN, an alias or an alias ARN.

    Another account's or Region's aliases are not looked up: they stand for any of its keys.
    """
    if ":alias/" in key or key.startswith("alias/"):
        place = key.rpartition(":")[0] or call.arn("kms", "").removesuffix(":")
        own = place == call.arn("kms", "").removesuffix(":")
        found = call.lookup.kms_key(key) if own and call.lookup is not None else None
        return found or f"{place}:key/*"
    return key if key.startswith("arn:") else call.arn("kms", f"key/{key}")


def alias_arn(call: Request, alias: str) -> str:
    """ARN of an alias."""
    if alias.startswith("arn:"):
        return alias
    return call.arn("kms", f"alias/{alias.removeprefix('alias/')}")


def request_alias(key: str | None) -> Context:
    """kms:RequestAlias: the alias by which a call names its key."""
    if not key or "alias/" not in key:
        return {}
    return {"kms:RequestAlias": "alias/" + key.split("alias/", 1)[1]}


def encryption_context(pairs: Mapping[str, str] | None) -> Context:
    """kms:EncryptionContext:… and kms:EncryptionContextKeys."""
    if not pairs:
        return {}
    keys: Context = {f"kms:EncryptionContext:{key}": value for key, value in pairs.items()}
    keys["kms:EncryptionContextKeys"] = tuple(pairs)
    return keys


def on_key(call: Request) -> Needs:
    """An action on the key that KeyId names, or that the ciphertext was encrypted under."""
    params = call.params
    key = params.get("KeyId")
    arn = key_arn(call, key) if key else _key_of(call, params.get("CiphertextBlob"))
    return (call.need(f"kms:{call.operation}", arn, _described(call, arn, key) | _asked(call)),)


def _key_of(call: Request, blob: Any) -> str:
    found = None
    if call.lookup is not None and isinstance(blob, bytes):
        found = call.lookup.kms_key_of_ciphertext(blob)
    return found or call.arn("kms", "key/*")


def _described(call: Request, arn: str, key: str | None) -> Context:
    state = call.lookup.attributes(arn) if call.lookup is not None else None
    return dict(state or {}) | resource_tags(call.lookup, arn) | request_alias(key)


def _asked(call: Request) -> Context:
    params, operation = call.params, call.operation
    keys: Context = {}
    if operation in ("Encrypt", "Decrypt") or operation.startswith("GenerateDataKey"):
        keys = {"kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}
        keys |= encryption_context(params.get("EncryptionContext"))
        keys |= keys_of(params, _ENCRYPTION | _PAIR)
    elif operation in ("Sign", "Verify"):
        keys = keys_of(params, _SIGNING)
    return keys


def re_encrypt(call: Request) -> Needs:
    """ReEncrypt: from the key of the ciphertext, to the destination key."""
    params = call.params
    source, target = params.get("SourceKeyId"), params.get("DestinationKeyId")
    old = key_arn(call, source) if source else _key_of(call, params.get("CiphertextBlob"))
    new = key_arn(call, target or "*")
    same: Context = {"kms:ReEncryptOnSameKey": "true" if old == new else "false"}
    sides = (
        ("From", old, source, "SourceEncryptionContext", "SourceEncryptionAlgorithm"),
        ("To", new, target, "DestinationEncryptionContext", "DestinationEncryptionAlgorithm"),
    )
    needs = []
    for side, arn, key, pairs, algorithm in sides:
        keys = _described(call, arn, key) | same | encryption_context(params.get(pairs))
        keys["kms:EncryptionAlgorithm"] = params.get(algorithm) or "SYMMETRIC_DEFAULT"
        needs.append(call.need(f"kms:ReEncrypt{side}", arn, keys))
    return tuple(needs)


def create_grant(call: Request) -> Needs:
    """CreateGrant. A service that calls for itself makes kms:GrantIsForAWSResource true."""
    arn = key_arn(call, call.params.get("KeyId", "*"))
    keys = _described(call, arn, call.params.get("KeyId")) | keys_of(call.params, _GRANT)
    keys["kms:GrantIsForAWSResource"] = "false"
    for kind, pairs in (call.params.get("Constraints") or {}).items():
        keys["kms:GrantConstraintType"] = kind
        if isinstance(pairs, Mapping):
            keys |= encryption_context(pairs)
    return (call.need("kms:CreateGrant", arn, keys),)


def retire_grant(call: Request) -> Needs:
    """RetireGrant: on the key that is named, or that the grant token is about."""
    key, token = call.params.get("KeyId"), call.params.get("GrantToken")
    known = call.lookup.kms_key(token) if token and not key and call.lookup is not None else None
    arn = known or key_arn(call, key or "*")
    return (call.need("kms:RetireGrant", arn, _described(call, arn, key)),)


def on_alias(call: Request) -> Needs:
    """CreateAlias, UpdateAlias, DeleteAlias: on the alias and on each key that is concerned."""
    alias = alias_arn(call, call.params.get("AliasName", "*"))
    arns = [alias]
    if call.operation != "CreateAlias":
        arns.append(key_arn(call, alias))
    if call.operation != "DeleteAlias":
        arns.append(key_arn(call, call.params.get("TargetKeyId", "*")))
    action = f"kms:{call.operation}"
    return tuple(call.need(action, arn, _described(call, arn, None)) for arn in dict.fromkeys(arns))


def replicate_key(call: Request) -> Needs:
    """ReplicateKey on the primary key, and CreateKey in the replica's Region."""
    region = call.params.get("ReplicaRegion", "*")
    arn = key_arn(call, call.params.get("KeyId", "*"))
    keys = _described(call, arn, None)
    return (
        call.need("kms:ReplicateKey", arn, keys | {"kms:ReplicaRegion": region}),
        call.need("kms:CreateKey", "*", {"aws:RequestedRegion": region}, wildcard_only=True),
    )


BUILDERS: Mapping[str, Builder] = {"alias": alias_arn, "key": key_arn}
CRYPTOGRAPHIC = [
    "Decrypt",
    "DescribeKey",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "GetPublicKey",
    "Sign",
    "Verify",
]
_CREATED = {
    "kms:BypassPolicyLockoutSafetyCheck": "BypassPolicyLockoutSafetyCheck",
    "kms:KeyOrigin": "Origin",
    "kms:KeySpec": "KeySpec",
    "kms:KeyUsage": "KeyUsage",
    "kms:MultiRegion": "MultiRegion",
}
_DEFAULTS = {
    "kms:BypassPolicyLockoutSafetyCheck": "false",
    "kms:KeyOrigin": "AWS_KMS",
    "kms:KeySpec": "SYMMETRIC_DEFAULT",
    "kms:KeyUsage": "ENCRYPT_DECRYPT",
    "kms:MultiRegion": "false",
}

OPERATIONS: Mapping[str, Any] = {
    **dict.fromkeys(CRYPTOGRAPHIC, on_key),
    **dict.fromkeys(("CreateAlias", "DeleteAlias", "UpdateAlias"), on_alias),
    "CreateGrant": create_grant,
    "CreateKey": {
        "keys": _CREATED,
        "defaults": _DEFAULTS,
        "tags": "Tags",
        "tagging": "TagResource",
        "tagged": "key",
    },
    "PutKeyPolicy": {
        "resources": ["key=KeyId"],
        "keys": {"kms:BypassPolicyLockoutSafetyCheck": "BypassPolicyLockoutSafetyCheck"},
        "defaults": {"kms:BypassPolicyLockoutSafetyCheck": "false"},
    },
    "ReEncrypt": re_encrypt,
    "ReplicateKey": replicate_key,
    "RetireGrant": retire_grant,
    "ScheduleKeyDeletion": {
        "resources": ["key=KeyId"],
        "keys": {"kms:ScheduleKeyDeletionPendingWindowInDays": "PendingWindowInDays"},
        "defaults": {"kms:ScheduleKeyDeletionPendingWindowInDays": "30"},
    },
}
