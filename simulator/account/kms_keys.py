"""KMS keys as the backend holds them: found by any of their names, gone when their time is up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from simulator.iam.actions.needed import ContextValue

_ID_IN_CIPHERTEXT = 36
"""Bytes: the backend's ciphertexts begin with the key's id, cut to this length."""


def backend_of(account_id: str, region: str) -> Any:
    """The backend of an account in a Region; None where no key was ever asked for."""
    from moto.kms.models import kms_backends

    if account_id not in kms_backends or region not in kms_backends[account_id]:
        return None
    return kms_backends[account_id][region]


def named(name: str, account_id: str, region: str) -> Any:
    """The key behind an id, a key ARN, an alias or an alias ARN; None for none.

    A bare id or alias is looked for in `account_id` and `region`.
    """
    if name.startswith("arn:"):
        parts = name.split(":", 5)
        if len(parts) < 6:
            return None
        region, account_id, name = parts[3], parts[4], parts[5]
    backend = backend_of(account_id, region)
    if backend is None:
        return None
    if name.startswith("alias/"):
        return next((key for key in backend.keys.values() if name in key.aliases), None)
    return backend.keys.get(name.removeprefix("key/"))


def of_ciphertext(blob: bytes, account_ids: Iterable[str], region: str) -> Any:
    """The key that a ciphertext was made with, in any of the accounts; None for none."""
    shown = blob[:_ID_IN_CIPHERTEXT].decode("latin-1")
    for account_id in account_ids:
        backend = backend_of(account_id, region)
        for key_id, key in backend.keys.items() if backend is not None else ():
            if key_id[:_ID_IN_CIPHERTEXT] == shown:
                return key
    return None


def of_grant_token(token: str, account_ids: Iterable[str], region: str) -> Any:
    """The key that a grant token is about; None for a token nobody was given."""
    for account_id in account_ids:
        backend = backend_of(account_id, region)
        for key in backend.keys.values() if backend is not None else ():
            if any(grant.token == token for grant in key.grants.values()):
                return key
    return None


def touched(
    params: Mapping[str, Any], account_ids: Iterable[str], account_id: str, region: str
) -> Iterator[Any]:
    """The keys that a KMS call names or whose ciphertext it brings, as far as they exist."""
    names = [params.get(name) for name in ("KeyId", "TargetKeyId", "SourceKeyId")]
    if not any(names) and isinstance(params.get("CiphertextBlob"), bytes):
        yield of_ciphertext(params["CiphertextBlob"], account_ids, region)
    for name in (*names, params.get("DestinationKeyId")):
        if name:
            yield named(name, account_id, region)


def expire(account_id: str, region: str, now: datetime) -> None:
    """Delete the keys whose waiting period has ended ("Deleting AWS KMS keys")."""
    backend = backend_of(account_id, region)
    for key in list(backend.keys.values()) if backend is not None else ():
        if key.deletion_date is not None and key.deletion_date.replace(tzinfo=UTC) <= now:
            backend.delete_key(key.id)


def attributes(key: Any) -> dict[str, ContextValue]:
    """Condition keys that describe a key ("AWS KMS condition keys")."""
    described: dict[str, ContextValue] = {
        "kms:CustomerMasterKeySpec": key.key_spec,
        "kms:CustomerMasterKeyUsage": key.key_usage or "ENCRYPT_DECRYPT",
        "kms:KeyOrigin": key.origin,
        "kms:KeySpec": key.key_spec,
        "kms:KeyUsage": key.key_usage or "ENCRYPT_DECRYPT",
        "kms:MultiRegion": "true" if key.multi_region else "false",
    }
    if key.aliases:
        described["kms:ResourceAliases"] = tuple(key.aliases)
    if key.multi_region:
        primary = key.multi_region_configuration["PrimaryKey"]["Arn"] == key.arn
        described["kms:MultiRegionKeyType"] = "PRIMARY" if primary else "REPLICA"
    return described


def tags(key: Any) -> dict[str, str]:
    """The tags on a key."""
    backend = backend_of(key.account_id, key.region)
    return dict(backend.tagger.get_tag_dict_for_resource(key.id))
