"""Which KMS operation works on a key in which state.

Source: "Key states of AWS KMS keys" (AWS KMS Developer Guide), the table and its details.
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.errors import AwsError

NEEDS_ENABLED = frozenset(
    {
        "CreateGrant",
        "Decrypt",
        "DeriveSharedSecret",
        "DisableKeyRotation",
        "EnableKeyRotation",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateMac",
        "GetPublicKey",
        "ReEncrypt",
        "ReplicateKey",
        "RotateKeyOnDemand",
        "Sign",
        "UpdatePrimaryRegion",
        "Verify",
        "VerifyMac",
    }
)
"""Fail on a disabled key and on one that awaits its deletion or its key material."""
NOT_WHILE_PENDING_DELETION = frozenset(
    {
        "CreateAlias",
        "DisableKey",
        "EnableKey",
        "ScheduleKeyDeletion",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdateKeyDescription",
    }
)
"""Fail on a key that awaits its deletion alone; of UpdateAlias the new key counts."""
_NOT_WHILE_PENDING_IMPORT = NEEDS_ENABLED | {"DisableKey", "EnableKey"}


def check(operation: str, key: Any) -> None:
    """Refuse an operation that the key's state does not allow.

    Raises:
        AwsError: DisabledException or KMSInvalidStateException.
    """
    state = key.key_state
    if operation == "CancelKeyDeletion":
        if state != "PendingDeletion":
            raise AwsError("KMSInvalidStateException", f"{key.arn} is not pending deletion.")
    elif state == "PendingDeletion":
        if operation in NEEDS_ENABLED | NOT_WHILE_PENDING_DELETION:
            raise AwsError("KMSInvalidStateException", f"{key.arn} is pending deletion.")
    elif state == "Disabled" and operation in NEEDS_ENABLED:
        raise AwsError("DisabledException", f"{key.arn} is disabled.")
    elif state == "PendingImport" and operation in _NOT_WHILE_PENDING_IMPORT:
        raise AwsError("KMSInvalidStateException", f"{key.arn} is pending import.")
