"""The calls to KMS that a service makes with the caller's rights, to serve the caller.

Sources: "AWS KMS encryption for AWS Systems Manager Parameter Store SecureString parameters",
"Secret encryption and decryption in AWS Secrets Manager", "Amazon SQS Key management", "Managing
Amazon SNS encryption keys and costs", "How Amazon EBS encryption works"; S3 is in kms_needs_s3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from simulator.account import kms_needs_s3, kms_values
from simulator.account.hidden_call import HiddenCall
from simulator.gateway.call import Call

_VALIDATION = dict.fromkeys(("SecretARN", "SecretVersionId"), "RequestToValidateKeyAccess")
"""The context in which Secrets Manager tries a key that it is given anew."""
_SECRETS_KEY = "alias/aws/secretsmanager"
_EBS_GRANT = {
    "GranteePrincipal": "ec2.amazonaws.com",
    "Operations": ["Decrypt", "CreateGrant"],
    "Constraints": {},
}


def hidden_calls(call: Call) -> tuple[HiddenCall, ...]:
    """What `call` makes its service ask of KMS, in order; nothing for most calls.

    Where the resource does not exist nothing is asked: the service will say so itself.
    """
    reader = _READERS.get(call.service, {}).get(call.operation)
    return tuple(reader(call)) if reader is not None else ()


def _get_secret(call: Call) -> Iterator[HiddenCall]:
    for name in call.params.get("SecretIdList") or [call.params.get("SecretId")]:
        secret = kms_values.secret(call, str(name))
        if secret is None:
            continue
        context = {"SecretARN": secret.arn}
        version = call.params.get("VersionId") or secret.default_version_id
        if version:
            context["SecretVersionId"] = version
        yield HiddenCall("Decrypt", secret.kms_key_id or _SECRETS_KEY, context)


def _new_secret(call: Call) -> Iterator[HiddenCall]:
    yield from _validated(call.params.get("KmsKeyId") or _SECRETS_KEY)


def _change_secret(call: Call) -> Iterator[HiddenCall]:
    params = call.params
    secret = kms_values.secret(call, str(params.get("SecretId")))
    if secret is None:
        return
    if params.get("KmsKeyId"):
        yield from _validated(params["KmsKeyId"])
    if params.get("SecretString") or params.get("SecretBinary"):
        context = {"SecretARN": secret.arn}
        if params.get("ClientRequestToken"):
            context["SecretVersionId"] = params["ClientRequestToken"]
        key = params.get("KmsKeyId") or secret.kms_key_id or _SECRETS_KEY
        yield HiddenCall("GenerateDataKey", key, context)
        yield HiddenCall("Decrypt", key, context)


def _validated(key: str) -> Iterator[HiddenCall]:
    yield HiddenCall("GenerateDataKey", key, _VALIDATION)
    yield HiddenCall("Decrypt", key, _VALIDATION)


def _read_parameters(call: Call) -> Iterator[HiddenCall]:
    if not call.params.get("WithDecryption"):
        return
    for found in kms_values.parameters(call):
        if found.parameter_type == "SecureString":
            context = {"PARAMETER_ARN": kms_values.parameter_arn(call, found.name)}
            yield HiddenCall("Decrypt", found.keyid, context)


def _put_parameter(call: Call) -> Iterator[HiddenCall]:
    params = call.params
    before = kms_values.parameter(call, str(params.get("Name")))
    kind = params.get("Type") or (before.parameter_type if before is not None else None)
    if kind != "SecureString":
        return
    key = params.get("KeyId") or "alias/aws/ssm"
    context = {"PARAMETER_ARN": kms_values.parameter_arn(call, str(params.get("Name")))}
    advanced = params.get("Tier") == "Advanced"
    yield HiddenCall("GenerateDataKey" if advanced else "Encrypt", key, context)


def _send(call: Call) -> Iterator[HiddenCall]:
    queue = kms_values.queue(call)
    if queue is not None and queue.kms_master_key_id:
        context = {"aws:sqs:arn": queue.queue_arn}
        yield HiddenCall("GenerateDataKey", queue.kms_master_key_id, context)
        yield HiddenCall("Decrypt", queue.kms_master_key_id, context)


def _receive(call: Call) -> Iterator[HiddenCall]:
    queue = kms_values.queue(call)
    if queue is not None and queue.kms_master_key_id and queue.messages:
        yield HiddenCall("Decrypt", queue.kms_master_key_id, {"aws:sqs:arn": queue.queue_arn})


def _publish(call: Call) -> Iterator[HiddenCall]:
    topic = kms_values.topic(call)
    if topic is not None and topic.kms_master_key_id:
        context = {"aws:sns:topicArn": topic.arn}
        yield HiddenCall("GenerateDataKey", topic.kms_master_key_id, context)
        yield HiddenCall("Decrypt", topic.kms_master_key_id, context)


def _new_volumes(call: Call) -> Iterator[HiddenCall]:
    """CreateVolume, CopySnapshot and RunInstances, of volumes under a key of the customer's."""
    params = call.params
    disks: list[Mapping[str, Any]] = [params]
    if call.operation == "RunInstances":
        disks = [each.get("Ebs") or {} for each in params.get("BlockDeviceMappings") or ()]
    keys: Iterable[str] = (disk["KmsKeyId"] for disk in disks if disk.get("KmsKeyId"))
    for key in dict.fromkeys(keys):
        yield HiddenCall("GenerateDataKeyWithoutPlaintext", key, {})
        yield HiddenCall("CreateGrant", key, {}, _EBS_GRANT)


def _attach_volume(call: Call) -> Iterator[HiddenCall]:
    volume = kms_values.volume(call)
    if volume is not None and volume.encrypted and volume.kms_key_id:
        pairs = {"aws:ebs:id": volume.id}
        grant = {**_EBS_GRANT, "Constraints": {"EncryptionContextSubset": pairs}}
        yield HiddenCall("CreateGrant", volume.kms_key_id, {}, grant)


Reader = Callable[[Call], Iterator[HiddenCall]]
_READERS: Mapping[str, Mapping[str, Reader]] = {
    "ec2": {
        "AttachVolume": _attach_volume,
        **dict.fromkeys(("CopySnapshot", "CreateVolume", "RunInstances"), _new_volumes),
    },
    "s3": kms_needs_s3.READERS,
    "secretsmanager": {
        "BatchGetSecretValue": _get_secret,
        "CreateSecret": _new_secret,
        "GetSecretValue": _get_secret,
        "PutSecretValue": _change_secret,
        "UpdateSecret": _change_secret,
    },
    "sns": dict.fromkeys(("Publish", "PublishBatch"), _publish),
    "sqs": {
        "ReceiveMessage": _receive,
        "SendMessage": _send,
        "SendMessageBatch": _send,
    },
    "ssm": {
        "PutParameter": _put_parameter,
        **dict.fromkeys(
            ("GetParameter", "GetParameterHistory", "GetParameters", "GetParametersByPath"),
            _read_parameters,
        ),
    },
}
