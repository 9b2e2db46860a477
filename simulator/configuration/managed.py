"""AWS's managed rules that are simulated: which function judges, and what sets it off.

Sources: "List of AWS Config Managed Rules", "List of AWS Config Managed Rules by Trigger Type"
(AWS Config Developer Guide).
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.controls.evaluation import Evaluation

Judge = Callable[..., "Iterator[Evaluation]"]


@dataclass(frozen=True, slots=True)
class Managed:
    """A managed rule. `types` are those whose changes set it off; a periodic rule has none."""

    control: str
    types: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    periodic: bool = False
    at_once: bool = True
    """A new rule looks at what is there, and doesn't wait for a change."""

    def judge(self, account: Account, region: str, given: dict[str, str]) -> list[Evaluation]:
        """What the rule says, with its parameters as they are given to it."""
        judge = judge_of(self.control)
        if judge is None:
            raise KeyError(self.control)
        return list(judge(account, region, **{_snake(name): str(v) for name, v in given.items()}))


_BUCKET = ("AWS::S3::Bucket",)
_GROUP = ("AWS::EC2::SecurityGroup",)
_INSTANCE = ("AWS::EC2::Instance",)
_VOLUME = ("AWS::EC2::Volume",)
_POLICY = ("AWS::IAM::Policy",)
_USER = ("AWS::IAM::User",)
_PORTS = tuple(f"blockedPort{number}" for number in range(1, 6))
_FOUR = ("IgnorePublicAcls", "BlockPublicPolicy", "BlockPublicAcls", "RestrictPublicBuckets")
_CHANGED: Final = {
    "EC2_IMDSV2_CHECK": Managed("ec2_imdsv2_check", _INSTANCE),
    "ENCRYPTED_VOLUMES": Managed("encrypted_volumes", _VOLUME),
    "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS": Managed(
        "iam_policy_no_statements_with_admin_access", _POLICY
    ),
    "IAM_USER_NO_POLICIES_CHECK": Managed("iam_user_no_policies_check", _USER),
    "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED": Managed(
        "lambda_function_public_access_prohibited", ("AWS::Lambda::Function",)
    ),
    "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS": Managed(
        "s3_account_level_public_access_blocks",
        ("AWS::S3::AccountPublicAccessBlock",),
        _FOUR,
        at_once=False,
    ),
    "S3_BUCKET_ACL_PROHIBITED": Managed("s3_bucket_acl_prohibited", _BUCKET),
    "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED": Managed(
        "s3_bucket_level_public_access_prohibited", _BUCKET, ("excludedPublicBuckets",)
    ),
    "S3_BUCKET_LOGGING_ENABLED": Managed("s3_bucket_logging_enabled", _BUCKET),
    "S3_BUCKET_SSL_REQUESTS_ONLY": Managed("s3_bucket_ssl_requests_only", _BUCKET),
    "S3_BUCKET_VERSIONING_ENABLED": Managed("s3_bucket_versioning_enabled", _BUCKET),
    "SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED": Managed(
        "subnet_auto_assign_public_ip_disabled", ("AWS::EC2::Subnet",)
    ),
    "VPC_DEFAULT_SECURITY_GROUP_CLOSED": Managed("vpc_default_security_group_closed", _GROUP),
}
_HYBRID: Final = {
    "INCOMING_SSH_DISABLED": Managed("incoming_ssh_disabled", _GROUP, (), periodic=True),
    "NACL_NO_UNRESTRICTED_SSH_RDP": Managed(
        "nacl_no_unrestricted_ssh_rdp", ("AWS::EC2::NetworkAcl",)
    ),
    "RESTRICTED_INCOMING_TRAFFIC": Managed(
        "restricted_incoming_traffic", _GROUP, _PORTS, periodic=True
    ),
    "S3_BUCKET_PUBLIC_READ_PROHIBITED": Managed(
        "s3_bucket_public_read_prohibited", _BUCKET, (), periodic=True
    ),
    "S3_BUCKET_PUBLIC_WRITE_PROHIBITED": Managed(
        "s3_bucket_public_write_prohibited", _BUCKET, (), periodic=True
    ),
}
_TIMED: Final = {
    "ACCESS_KEYS_ROTATED": ("access_keys_rotated", "maxAccessKeyAge"),
    "CLOUD_TRAIL_ENABLED": (
        "cloudtrail_enabled",
        "s3BucketName",
        "snsTopicArn",
        "cloudWatchLogsLogGroupArn",
    ),
    "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED": ("cloud_trail_log_file_validation_enabled",),
    "CLOUD_TRAIL_ENCRYPTION_ENABLED": ("cloud_trail_encryption_enabled",),
    "CMK_BACKING_KEY_ROTATION_ENABLED": ("cmk_backing_key_rotation_enabled",),
    "EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK": ("ebs_snapshot_public_restorable_check",),
    "EC2_EBS_ENCRYPTION_BY_DEFAULT": ("ec2_ebs_encryption_by_default",),
    "GUARDDUTY_ENABLED_CENTRALIZED": ("guardduty_enabled_centralized", "CentralMonitoringAccount"),
    "IAM_PASSWORD_POLICY": ("iam_password_policy",),
    "IAM_ROOT_ACCESS_KEY_CHECK": ("iam_root_access_key_check",),
    "IAM_USER_MFA_ENABLED": ("iam_user_mfa_enabled",),
    "KMS_CMK_NOT_SCHEDULED_FOR_DELETION": ("kms_cmk_not_scheduled_for_deletion", "kmsKeyIds"),
    "MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS": ("mfa_enabled_for_iam_console_access",),
    "MULTI_REGION_CLOUD_TRAIL_ENABLED": (
        "multi_region_cloudtrail_enabled",
        "s3BucketName",
        "includeManagementEvents",
        "readWriteType",
    ),
    "ROOT_ACCOUNT_MFA_ENABLED": ("root_account_mfa_enabled",),
    "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC": (
        "s3_account_level_public_access_blocks_periodic",
        *_FOUR,
    ),
    "VPC_FLOW_LOGS_ENABLED": ("vpc_flow_logs_enabled", "trafficType"),
}
MANAGED: Final = {
    **_CHANGED,
    **_HYBRID,
    **{name: Managed(one, (), tuple(more), True) for name, (one, *more) in _TIMED.items()},
}
"""By identifier. Those whose control nobody has written are not simulated: see `managed`."""


def managed(identifier: str) -> Managed | None:
    """The managed rule, if it is simulated."""
    found = MANAGED.get(identifier)
    return found if found is not None and judge_of(found.control) is not None else None


def exists(identifier: str) -> bool:
    """Whether AWS has a managed rule of that identifier, simulated or not."""
    from moto.config.models import MANAGED_RULES_CONSTRAINTS

    return identifier in MANAGED_RULES_CONSTRAINTS


@cache
def judge_of(control: str) -> Judge | None:
    """The function of that name among the controls; one that takes a rule's parameters first."""
    import simulator.controls as controls

    parts = sorted(part.name for part in pkgutil.iter_modules(controls.__path__))
    for part in sorted(parts, key=lambda one: one.startswith("hub_")):
        module = importlib.import_module(f"{controls.__name__}.{part}")
        found = module.__dict__.get(control)
        if callable(found) and found.__module__ == module.__name__:
            judge: Judge = found
            return judge
    return None


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
