"""Policy documents in a call are read before they are kept: AWS refuses the malformed at once.

Sources: the errors of each operation in its API reference; "Grammar of the IAM JSON policy
language".
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.iam.policy import MalformedPolicy, Policy

Check = Callable[[Policy], None]

_MEMBERS = {
    ("dynamodb", "CreateTable"): "ResourcePolicy",
    ("dynamodb", "PutResourcePolicy"): "Policy",
    ("ec2", "CreateVpcEndpoint"): "PolicyDocument",
    ("ec2", "ModifyVpcEndpoint"): "PolicyDocument",
    ("ecr", "SetRepositoryPolicy"): "policyText",
    ("events", "PutPermission"): "Policy",
    ("glue", "PutResourcePolicy"): "PolicyInJson",
    ("kinesis", "PutResourcePolicy"): "Policy",
    ("logs", "PutDestinationPolicy"): "accessPolicy",
    ("logs", "PutResourcePolicy"): "policyDocument",
}
"""Operation → the parameter that holds a resource-based policy."""

_REFUSALS = {
    "dynamodb": "ValidationException",
    "events": "ValidationException",
    "glue": "InvalidInputException",
    "kinesis": "InvalidArgumentException",
    "logs": "InvalidParameterException",
}


def check(call: Call) -> None:
    """Refuse a call that brings a malformed policy.

    Raises:
        AwsError: MalformedPolicyDocument, or the name that the service gives to it.
    """
    given = _given(call)
    if given is None:
        return
    document, fits = given
    try:
        fits(Policy.parse(document))
    except MalformedPolicy as error:
        raise _refusal(call.service, str(error), document) from error


def _given(call: Call) -> tuple[str, Check] | None:
    """The document that a call brings, and what it must be fit for."""
    params, service = call.params, call.service
    if service == "iam":
        if call.operation == "UpdateAssumeRolePolicy":
            return _text(params.get("PolicyDocument"), _check_trust)
        if "AssumeRolePolicyDocument" in params:
            return _text(params["AssumeRolePolicyDocument"], _check_trust)
        return _text(params.get("PolicyDocument"), Policy.check_identity_based)
    if service == "sts":
        return _text(params.get("Policy"), Policy.check_identity_based)
    if (service, call.operation) == ("s3", "PutBucketPolicy"):
        return _text(params.get("Policy", ""), Policy.check_resource_based)
    if service in {"sqs", "sns"}:
        attributes = params.get("Attributes") or {}
        if params.get("AttributeName") == "Policy":
            attributes = {"Policy": params.get("AttributeValue")}
        return _text(attributes.get("Policy") or None, Policy.check_resource_based)
    if service == "kms":
        return _text(params.get("Policy"), Policy.check_resource_based)
    if service == "secretsmanager":
        return _text(params.get("ResourcePolicy"), Policy.check_resource_based)
    if member := _MEMBERS.get((service, call.operation)):
        return _text(params.get(member) or None, Policy.check_resource_based)
    return None


def _check_trust(policy: Policy) -> None:
    """A trust policy is about the role it belongs to: it can't name a resource."""
    policy.check_resource_based()
    for statement in policy.statements:
        for field in ("Resource", "NotResource"):
            if field in statement.written:
                raise MalformedPolicy(f"Has prohibited field {field}")


def _text(document: object, fits: Check) -> tuple[str, Check] | None:
    return None if document is None else (str(document), fits)


def _refusal(service: str, text: str, document: str) -> AwsError:
    if service == "s3":
        if not document.startswith("{"):
            text = "Policies must be valid JSON and the first byte must be '{'"
        return AwsError("MalformedPolicy", text)
    if service == "sqs":
        return AwsError("InvalidAttributeValue", "Invalid value for the parameter Policy.")
    if service == "sns":
        return AwsError("InvalidParameter", f"Invalid parameter: Policy Error: {text}")
    if service == "kms":
        return AwsError("MalformedPolicyDocumentException", text)
    if service == "ec2":
        return AwsError("InvalidPolicyDocument", f"The Policy Document is not valid. {text}")
    if service == "ecr":
        text = (
            "Invalid parameter at 'PolicyText' failed to satisfy constraint: "
            "'Invalid repository policy provided'"
        )
        return AwsError("InvalidParameterException", text)
    if service in _REFUSALS:
        return AwsError(_REFUSALS[service], f"The policy document is not valid: {text}")
    if service == "secretsmanager":
        text = f"This resource policy contains a syntax error: {text}"
        return AwsError("MalformedPolicyDocumentException", text)
    return AwsError("MalformedPolicyDocument", text)
