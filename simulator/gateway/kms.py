"""What is particular to KMS calls: the account that owns the key, the key's state, the wording.

Source: "Allowing users in other accounts to use a KMS key" (AWS KMS Developer Guide) and the
"Cross-account use" of each operation in the AWS KMS API Reference.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.account import kms_keys, kms_managed, kms_states
from simulator.gateway.call import Call
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.errors import AwsError
from simulator.iam.actions import Needed
from simulator.iam.decision import Decision, Layer

CROSS_ACCOUNT = frozenset(
    {
        "CreateGrant",
        "Decrypt",
        "DeriveSharedSecret",
        "DescribeKey",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateMac",
        "GetKeyRotationStatus",
        "GetPublicKey",
        "ListGrants",
        "ReEncrypt",
        "RetireGrant",
        "RevokeGrant",
        "Sign",
        "Verify",
        "VerifyMac",
    }
)
_NAMES = ("KeyId", "TargetKeyId", "SourceKeyId", "DestinationKeyId")
_UNREADABLE = (
    "The ciphertext refers to a customer master key that does not exist, does not exist in this"
    " region, or you are not allowed to access."
)


def enter(call: Call) -> None:
    """Find the keys a call is about, and act in the account that owns them.

    ReEncrypt stays in the caller's account: its two keys may belong to two others.

    Raises:
        AwsError: NotFoundException for a key of the caller's own account that isn't there,
            AccessDeniedException for another account's.
    """
    if call.account is None:
        return
    home = call.account
    for account_id in home.world.accounts:
        kms_keys.expire(account_id, call.region, call.time)
    if call.operation == "RetireGrant":
        _find_grant(call)
    for name in (call.params.get(one) for one in _NAMES):
        if name:
            _enter_owner(call, str(name))
    alias = call.params.get("AliasName")
    if alias and call.operation in {"DeleteAlias", "UpdateAlias"}:
        _existing(call, str(alias))
    blob = call.params.get("CiphertextBlob")
    if isinstance(blob, bytes) and not call.params.get("KeyId"):
        key = kms_keys.of_ciphertext(blob, home.world.accounts, call.region)
        if key is not None and key.region == call.region and call.operation == "Decrypt":
            call.enter(home.world.accounts[key.account_id])


def check_state(call: Call) -> None:
    """Refuse what the state of a key that the call touches does not allow.

    Raises:
        AwsError: DisabledException or KMSInvalidStateException.
    """
    assert call.account is not None
    accounts = call.account.world.accounts
    for key in kms_keys.touched(call.params, accounts, call.account.id, call.region):
        if key is not None:
            kms_states.check(call.operation, key)


def context(call: Call) -> dict[str, str | list[str]]:
    """kms:CallerAccount and kms:ViaService ("AWS KMS condition keys")."""
    keys: dict[str, str | list[str]] = {}
    if call.caller.type not in {CallerType.ANONYMOUS, CallerType.AWS_SERVICE}:
        keys["kms:CallerAccount"] = call.caller.account_id
    if call.invoked_by is not None:
        service = call.invoked_by.removesuffix(".amazonaws.com")
        keys["kms:ViaService"] = f"{service}.{call.region}.amazonaws.com"
    return keys


def concealed(caller: Caller, need: Needed, decision: Decision, owner: str) -> str | None:
    """The wording that tells nothing of another account's key; None where the usual one is due."""
    if not need.action.startswith("kms:") or owner == caller.account_id:
        return None
    return hidden_key(caller, need.action) if decision.layer is Layer.RESOURCE else None


def hidden_key(caller: Caller, action: str) -> str:
    """AWS's refusal of a key of another account that may or may not be there."""
    return (
        f"User: {caller.arn} is not authorized to perform: {action} on this resource because the"
        " resource does not exist in this Region, no resource-based policies allow access, or a"
        " resource-based policy explicitly denies access"
    )


def unreadable() -> AwsError:
    """The refusal of a ciphertext whose key isn't there."""
    return AwsError("AccessDeniedException", _UNREADABLE)


def not_found(name: str, account_id: str, region: str) -> AwsError:
    """NotFoundException in KMS's wording for each form of a key's name."""
    own = f"arn:aws:kms:{region}:{account_id}:"
    full = name if name.startswith("arn:") else own + name
    if ":alias/" in full:
        return AwsError("NotFoundException", f"Alias {full} is not found.")
    if name.startswith("arn:"):
        place = name.split(":")
        if len(place) > 3 and place[3] != region:
            return AwsError("NotFoundException", f"Invalid arn {place[3]}")
    elif name.count("-") < 4:
        return AwsError("NotFoundException", f"Invalid keyId '{name}'")
    else:
        full = f"{own}key/{name}"
    return AwsError("NotFoundException", f"Key '{full}' does not exist")


def _enter_owner(call: Call, name: str) -> None:
    assert call.account is not None
    owner = name.split(":")[4] if name.startswith("arn:") and name.count(":") > 4 else ""
    if not owner or owner == call.account.id:
        _existing(call, name)
        return
    accounts: Mapping[str, object] = call.account.world.accounts
    known = owner in accounts and kms_keys.named(name, owner, call.region) is not None
    in_region = name.split(":")[3] == call.region
    if call.operation not in CROSS_ACCOUNT or not known or not in_region:
        raise AwsError(
            "AccessDeniedException", hidden_key(call.caller, f"kms:{call.operation}"), 400
        )
    if call.operation != "ReEncrypt":
        call.enter(call.account.world.accounts[owner])


def _existing(call: Call, name: str) -> None:
    assert call.account is not None
    account = call.account
    key = kms_managed.find(name, account, call.region)
    if key is None or key.region != call.region:
        raise not_found(name, account.id, call.region)


def _find_grant(call: Call) -> None:
    assert call.account is not None
    token = call.params.get("GrantToken")
    if not token or call.params.get("KeyId"):
        return
    world = call.account.world
    key = kms_keys.of_grant_token(str(token), world.accounts, call.region)
    if key is None:
        raise AwsError("InvalidGrantTokenException", "The grant token is not valid.")
    call.enter(world.accounts[key.account_id])
