"""Rules on KMS keys and Lambda functions of the Region.

Source: "List of AWS Config Managed Rules" (AWS Config Developer Guide), the page of each rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.controls.evaluation import Evaluation
from simulator.iam.policy import Policy
from simulator.iam.public import is_public

_KEY = "AWS::KMS::Key"


def kms_cmk_not_scheduled_for_deletion(
    account: Account, region: str, *, kms_key_ids: str = ""
) -> Iterator[Evaluation]:
    """Customer managed keys, or those that are named, are not about to be deleted."""
    kms = state_of("kms", account.id, region)
    named = {name.strip() for name in kms_key_ids.split(",") if name.strip()}
    for key in kms.keys.values() if kms is not None else ():
        if key.key_manager == "CUSTOMER" and (not named or named & {key.id, key.arn}):
            bad = key.key_state == "PendingDeletion"
            said = "The key is scheduled for deletion" if bad else ""
            yield Evaluation(_KEY, key.id, key.arn, not bad, said)


def cmk_backing_key_rotation_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """Symmetric customer managed keys are rotated every year."""
    kms = state_of("kms", account.id, region)
    for key in kms.keys.values() if kms is not None else ():
        symmetric = key.key_spec == "SYMMETRIC_DEFAULT" and key.origin == "AWS_KMS"
        if key.key_manager == "CUSTOMER" and symmetric and key.key_state != "PendingDeletion":
            good = bool(key.key_rotation_status)
            said = "" if good else "Automatic rotation is not enabled"
            yield Evaluation(_KEY, key.id, key.arn, good, said)


def lambda_function_public_access_prohibited(account: Account, region: str) -> Iterator[Evaluation]:
    """No function's own policy lets everybody in."""
    held = state_of("lambda", account.id, region)
    for function in held.list_functions() if held is not None else ():
        statements = function.policy.statements if function.policy else []
        document = {"Version": "2012-10-17", "Statement": statements}
        bad = bool(statements) and is_public(Policy.parse(document))
        arn, said = function.function_arn, "The function's policy allows public access"
        name = function.function_name
        yield Evaluation("AWS::Lambda::Function", name, arn, not bad, said if bad else "")
