"""AWS KMS, Secrets Manager, Systems Manager and Certificate Manager."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.account import kms_keys
from simulator.account.lookups.arns import Arn
from simulator.iam.actions.needed import ContextValue

_SSM = {
    "document": "Document",
    "maintenancewindow": "MaintenanceWindow",
    "managed-instance": "ManagedInstance",
    "opsitem": "OpsItem",
    "parameter": "Parameter",
    "patchbaseline": "PatchBaseline",
}


def kms_tags(state: Any, arn: Arn) -> Any:
    """Tags of a key."""
    return state.tagger.tags.get(arn.name) if arn.kind == "key" else None


def kms_attributes(state: Any, arn: Arn) -> Mapping[str, ContextValue]:
    """Condition keys that describe a key."""
    key = state.keys.get(arn.name) if arn.kind == "key" else None
    return kms_keys.attributes(key) if key is not None else {}


def secret(state: Any, arn: Arn) -> Any:
    """The secret of this very ARN."""
    return next((one for one in state.secrets.values() if one.arn == arn.text), None)


def secret_tags(state: Any, arn: Arn) -> Any:
    """Tags of a secret."""
    return getattr(secret(state, arn), "tags", None)


def secret_attributes(state: Any, arn: Arn) -> dict[str, str]:
    """secretsmanager:resource/AllowRotationLambdaArn, where the secret is rotated."""
    rotation = getattr(secret(state, arn), "rotation_lambda_arn", "")
    return {"secretsmanager:resource/AllowRotationLambdaArn": rotation} if rotation else {}


def ssm_tags(state: Any, arn: Arn) -> Any:
    """Tags of a parameter, a document, a patch baseline…"""
    held = state._resource_tags.get(_SSM.get(arn.kind, ""), {})
    return held.get(arn.name) or held.get(f"/{arn.name}")


def acm_tags(state: Any, arn: Arn) -> Any:
    """Tags of a certificate."""
    return getattr(state._certificates.get(arn.text), "tags", None)
