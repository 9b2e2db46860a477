"""Rules on KMS keys and secrets of the Region.

Source: "List of AWS Config Managed Rules" (AWS Config Developer Guide).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.controls.evaluation import Evaluation
from simulator.iam.policy import Policy
from simulator.iam.public import is_public


def kms_key_policy_no_public_access(account: Account, region: str) -> Iterator[Evaluation]:
    """No key policy lets anybody in."""
    for key in _keys(account, region):
        yield _key(key, not is_public(Policy.parse(key.policy)), "The key policy is public")


def secretsmanager_rotation_enabled_check(account: Account, region: str) -> Iterator[Evaluation]:
    """Secrets rotate by themselves."""
    for secret in _secrets(account, region):
        yield _secret(secret, bool(secret.rotation_enabled), "Rotation is off")


def secretsmanager_secret_periodic_rotation(account: Account, region: str) -> Iterator[Evaluation]:
    """Secrets were rotated within 90 days; young ones needn't have been."""
    now = account.world.clock.now()
    for secret in _secrets(account, region):
        at = datetime.fromtimestamp(secret.last_rotation_date or secret.created_date, UTC)
        good = now - at <= timedelta(days=90)
        yield _secret(secret, good, f"Not rotated since {at:%Y-%m-%d}")


def _keys(account: Account, region: str) -> list[Any]:
    """Customer managed keys."""
    kms = state_of("kms", account.id, region)
    found = kms.keys.values() if kms is not None else ()
    return [one for one in found if one.key_manager == "CUSTOMER"]


def _secrets(account: Account, region: str) -> list[Any]:
    held = state_of("secretsmanager", account.id, region)
    found = held.secrets.values() if held is not None else ()
    return [one for one in found if hasattr(one, "rotation_enabled") and one.deleted_date is None]


def _key(key: Any, good: bool, said: str) -> Evaluation:
    return Evaluation("AWS::KMS::Key", key.id, key.arn, good, "" if good else said)


def _secret(secret: Any, good: bool, said: str) -> Evaluation:
    kind = "AWS::SecretsManager::Secret"
    return Evaluation(kind, secret.name, secret.arn, good, "" if good else said)
