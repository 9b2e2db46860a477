"""KMS's refusals as the service passes them on that asked KMS for its caller.

Sources: the errors in the API references of Secrets Manager, Systems Manager, SQS and SNS (and
botocore's models of them); "Troubleshoot access denied (403 Forbidden) errors in Amazon S3";
InvalidKeyId and "Access to KMS is not allowed" as clients report them.
"""

from __future__ import annotations

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError

_DENIED = "AccessDeniedException"
_SNS = {
    _DENIED: "KMSAccessDenied",
    "DisabledException": "KMSDisabled",
    "KMSInvalidStateException": "KMSInvalidState",
    "NotFoundException": "KMSNotFound",
}
_SQS = {
    _DENIED: "KMS.AccessDeniedException",
    "DisabledException": "KMS.DisabledException",
    "KMSInvalidStateException": "KMS.InvalidStateException",
    "NotFoundException": "KMS.NotFoundException",
}
_CANNOT_ENCRYPT = (
    "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that"
    " the KMS key is available, enabled, and not in an invalid state."
)
_CANNOT_DECRYPT = (
    "Secrets Manager can't decrypt the protected secret text using the provided KMS key."
)


def as_service(call: Call, error: AwsError, inner: Call) -> AwsError:
    """The error that the client of `call` sees when KMS refuses `inner` with `error`."""
    if call.service == "s3":
        if error.code == _DENIED:
            return AwsError("AccessDenied", error.message, 403)
        return AwsError(f"KMS.{error.code}", error.message)
    if call.service == "secretsmanager":
        if error.code == _DENIED:
            return AwsError(_DENIED, "Access to KMS is not allowed")
        if inner.operation == "Decrypt":
            return AwsError("DecryptionFailure", _CANNOT_DECRYPT)
        return AwsError("EncryptionFailure", _CANNOT_ENCRYPT)
    if call.service == "ec2":
        if error.code == _DENIED:
            text = f"You are not authorized to perform this operation. {error.message}"
            return AwsError("UnauthorizedOperation", text, 403)
        return AwsError("InvalidKMSKey.InvalidState", error.message)
    text = (
        f"{error.message} (Service: AWSKMS; Status Code: 400; Error Code: {error.code}; Request ID:"
        f" {inner.request_id}; Proxy: null)"
    )
    if call.service == "sns":
        return AwsError(_SNS.get(error.code, error.code), text)
    if call.service == "sqs":
        return AwsError(_SQS.get(error.code, error.code), text)
    return AwsError(_DENIED if error.code == _DENIED else "InvalidKeyId", text)
