"""Runbooks on KMS keys and trails."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.automation.step import Make, Read, Values


def cancel_deletion(read: Read, given: Values) -> Iterator[Make]:
    """A key is not deleted; it stays disabled, which is said nowhere."""
    yield Make("CancelKeyDeletion", "kms", "CancelKeyDeletion", {"KeyId": given["KeyId"]})


def rotation(read: Read, given: Values) -> Iterator[Make]:
    """A key is rotated every year, and a look at whether that is so."""
    yield Make("EnableKeyRotation", "kms", "EnableKeyRotation", {"KeyId": given["KeyId"]})
    yield Make("VerifyKeyRotation", "kms", "GetKeyRotationStatus", {"KeyId": given["KeyId"]})


def validation(read: Read, given: Values) -> Iterator[Make]:
    """A trail signs its log files, and a look at whether that is so."""
    asked = {"Name": given["TrailName"], "EnableLogFileValidation": True}
    yield Make("UpdateTrail", "cloudtrail", "UpdateTrail", asked)
    yield Make("VerifyTrail", "cloudtrail", "GetTrail", {"Name": given["TrailName"]})
