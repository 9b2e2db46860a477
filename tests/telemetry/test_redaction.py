"""No member that AWS's own models mark as sensitive ends in a record.

Every operation of every service is recorded with all its parameters and a whole result, in which
each sensitive text says where it stood.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from simulator.telemetry.cloudtrail import models, parameters, record

if TYPE_CHECKING:
    from tests.telemetry.conftest import Calls

MARK = "sensitive-"
SHOWN = {
    "ec2:ModifyInstanceAttribute:Value": "any attribute's; that of userData is hidden",
    "s3:SSEKMSKeyId": "a header naming the key, which real records show",
    "s3:SSEKMSEncryptionContext": "a header; KMS logs encryption contexts in plain text",
    "s3:ServerSideEncryptionConfiguration.Rules.ApplyServerSideEncryptionByDefault.KMSMasterKeyID": (
        "the configuration that was put, which real records show"
    ),
    "s3:InventoryConfiguration.Destination.S3BucketDestination.Encryption.SSEKMS.KeyId": (
        "the configuration that was put"
    ),
    "s3:ObjectEncryption.SSEKMS.KMSKeyArn": "the configuration that was put",
}
"""Sensitive by the model, and shown by AWS all the same."""
DEEP = 7
SIMPLE = {
    "integer": 1,
    "long": 1,
    "float": 1.5,
    "double": 1.5,
    "boolean": True,
    "timestamp": datetime(2026, 1, 1, tzinfo=UTC),
}


def whole(shape: Shape, secret: bool = False, at: tuple[str, ...] = ()) -> Any:
    """A value of `shape` with every member; what is sensitive names its place."""
    secret = secret or bool(shape.metadata.get("sensitive"))
    if isinstance(shape, StructureShape):
        members = shape.members.items() if len(at) < DEEP else ()
        return {name: whole(member, secret, (*at, name)) for name, member in members}
    if isinstance(shape, ListShape):
        return [whole(shape.member, secret, at)] if len(at) < DEEP else []
    if isinstance(shape, MapShape):
        return {"key": whole(shape.value, secret, at)} if len(at) < DEEP else {}
    if shape.type_name in SIMPLE:
        return SIMPLE[shape.type_name]
    text = f"{MARK}{'.'.join(at)}" if secret else "plain"
    return text.encode() if shape.type_name == "blob" else text


def reaching(model: ServiceModel) -> set[str]:
    """The shapes of a service in which something sensitive is, however deep.

    To make values of the others and look through them takes most of a minute.
    """
    shapes = model._service_description["shapes"]
    users: dict[str, set[str]] = {name: set() for name in shapes}
    found = {name for name, shape in shapes.items() if shape.get("sensitive")}
    for name, shape in shapes.items():
        inner = [shape[part] for part in ("member", "key", "value") if part in shape]
        for each in (*inner, *shape.get("members", {}).values()):
            users[each["shape"]].add(name)
            if each.get("sensitive"):
                found.add(name)
    todo = [*found]
    while todo:
        new = users[todo.pop()] - found
        found |= new
        todo += new
    return found


def forget() -> None:
    """All services' models at once would take more than a gigabyte.

    Which services there are, for which botocore reads hundreds of folders, the loader may know on.
    """
    loaded = models._loader()._cache
    for key in [key for key in loaded if key[0] != "list_available_services"]:
        del loaded[key]
    for cached in (
        models.service_model,
        models.operation_model,
        parameters._request,
        parameters._response,
    ):
        cached.cache_clear()


def leaks(calls: Calls, service: str, operation: OperationModel) -> Iterator[str]:
    """Where the record of an operation shows what its model calls sensitive."""
    params, result = (
        whole(shape) if shape is not None else {}
        for shape in (operation.input_shape, operation.output_shape)
    )
    if MARK not in repr((params, result)):
        return
    for error in (None, ("Oops", "it failed")):
        call = calls(service, operation.name, params, None if error else result, error)
        yield from re.findall(rf"{MARK}([\w.]*)", json.dumps(record(call)))


@pytest.mark.slow
def test_no_sensitive_member_of_any_service_is_recorded(calls: Calls) -> None:
    """Whatever the service, the operation, and whether it succeeds."""
    shown, asked = set(), 0
    for service in Loader().list_available_services("service-2"):
        model = models.service_model(service)
        assert isinstance(model, ServiceModel)
        asked += len(model.operation_names)
        sensitive = reaching(model)
        for name in model.operation_names:
            operation = model.operation_model(name)
            taken = {each.name for each in (operation.input_shape, operation.output_shape) if each}
            for path in leaks(calls, service, operation) if taken & sensitive else ():
                shown.add(f"{service}:{path}" if service == "s3" else f"{service}:{name}:{path}")
        forget()
    assert asked > 15_000
    assert shown == SHOWN.keys()


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("iam", "CreateLoginProfile", {"UserName": "ann", "Password": "hunter2"}),
        ("iam", "ChangePassword", {"OldPassword": "hunter2", "NewPassword": "hunter2"}),
        ("rds", "CreateDBInstance", {"DBInstanceIdentifier": "a", "MasterUserPassword": "hunter2"}),
        ("redshift", "CreateCluster", {"ClusterIdentifier": "a", "MasterUserPassword": "hunter2"}),
        ("secretsmanager", "PutSecretValue", {"SecretId": "a", "SecretString": "hunter2"}),
        ("secretsmanager", "CreateSecret", {"Name": "a", "SecretBinary": b"hunter2"}),
        ("ssm", "PutParameter", {"Name": "a", "Value": "hunter2", "Type": "SecureString"}),
        ("ec2", "ModifyInstanceAttribute", {"Attribute": "userData", "Value": "hunter2"}),
        ("ec2", "CreateLaunchTemplate", {"LaunchTemplateData": {"UserData": "hunter2"}}),
        ("lambda", "CreateFunction", {"Environment": {"Variables": {"TOKEN": "hunter2"}}}),
        ("sns", "Publish", {"TopicArn": "a", "Message": "hunter2"}),
        ("sqs", "SendMessage", {"QueueUrl": "a", "MessageBody": "hunter2"}),
        ("kms", "Encrypt", {"KeyId": "a", "Plaintext": b"hunter2"}),
        ("stepfunctions", "StartExecution", {"stateMachineArn": "a", "input": "hunter2"}),
        ("cognito-idp", "AdminSetUserPassword", {"Username": "ann", "Password": "hunter2"}),
        ("sts", "AssumeRoleWithWebIdentity", {"WebIdentityToken": "hunter2"}),
        ("sso", "GetRoleCredentials", {"accessToken": "hunter2", "roleName": "a"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_well_known_secrets_are_hidden(
    calls: Calls, service: str, operation: str, params: dict[str, Any]
) -> None:
    """Also where the model has no mark."""
    assert "hunter2" not in json.dumps(record(calls(service, operation, params)))
