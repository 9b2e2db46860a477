"""What CloudTrail hides.

botocore's models mark most secrets as sensitive; what CloudTrail writes in their place
differs from service to service, and some secrets carry no mark.
"""

from __future__ import annotations

from typing import Any, Final

HIDDEN: Final = "HIDDEN_DUE_TO_SECURITY_REASONS"
REMOVED: Final = "<sensitiveDataRemoved>"
OMIT: Final[Any] = object()
"""In place of a value: leave the key out altogether."""

_SENSITIVE: Final[dict[str, Any]] = {
    "cognito-idp": HIDDEN,
    "docdb": "****",
    "ec2": REMOVED,
    "ecr": OMIT,
    "iam": OMIT,
    "kms": OMIT,
    "lambda": OMIT,
    "neptune": "****",
    "organizations": "****",
    "rds": "****",
    "redshift": "****",
    "secretsmanager": OMIT,
    "sns": HIDDEN,
    "sqs": HIDDEN,
    "stepfunctions": HIDDEN,
    "sts": OMIT,
}

_MEMBERS: Final[dict[tuple[str, str], Any]] = {
    ("cloudformation", "TemplateBody"): OMIT,
    ("cloudformation", "StackPolicyBody"): OMIT,
    ("ec2", "KeyMaterial"): REMOVED,
    ("ec2", "UserData"): REMOVED,
    ("lambda", "Payload"): OMIT,
    ("lambda", "ClientContext"): OMIT,
    ("rds", "MasterUserPassword"): "****",
    ("redshift", "MasterUserPassword"): "****",
    ("secretsmanager", "SecretString"): OMIT,
    ("ssm", "TokenValue"): "Value hidden due to security reasons.",
    ("sts", "SecretAccessKey"): OMIT,
    ("iam", "SecretAccessKey"): OMIT,
    ("iam", "ServicePassword"): OMIT,
    ("sts", "WebIdentityToken"): OMIT,
    ("sts", "SAMLAssertion"): OMIT,
    ("sts", "TokenCode"): OMIT,
    ("cognito-identity", "Logins"): HIDDEN,
    ("dynamodb", "Item"): OMIT,
    ("dynamodb", "ExpressionAttributeValues"): OMIT,
    ("sns", "Message"): HIDDEN,
    ("sns", "Subject"): HIDDEN,
    ("sns", "MessageAttributes"): HIDDEN,
    ("sqs", "MessageBody"): HIDDEN,
    ("sqs", "MessageAttributes"): HIDDEN,
    ("stepfunctions", "input"): HIDDEN,
    ("codebuild", "environmentVariablesOverride"): HIDDEN,
}


def of_sensitive(service: str) -> Any:
    """What stands for a value that botocore's model marks as sensitive."""
    return _SENSITIVE.get(service, HIDDEN)


def of_member(service: str, member: str) -> Any | None:
    """What stands for member `member` (botocore's name) anywhere in `service`, if anything."""
    return _MEMBERS.get((service, member))
