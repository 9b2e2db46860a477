"""AWS's runbooks that can be run: their parameters, and the calls that they make.

Source: the page of each in the AWS Systems Manager Automation Runbook Reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from simulator.automation import runbooks_ec2, runbooks_other, runbooks_s3
from simulator.automation.step import Make, Read, Values
from simulator.gateway.errors import AwsError

Steps = Callable[[Read, Values], Iterator[Make]]
ROLE: Final = "AutomationAssumeRole"


@dataclass(frozen=True, slots=True)
class Runbook:
    """`required` parameters, and the defaults of the others."""

    steps: Steps
    required: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)

    def checked(self, given: Mapping[str, list[str]]) -> dict[str, str]:
        """The parameters' values; of a list the elements with commas between.

        Raises:
            AwsError: InvalidAutomationExecutionParametersException.
        """
        known = {ROLE, *self.required, *self.defaults}
        if unknown := sorted(given.keys() - known):
            raise _wrong(f"Unknown parameter(s): {', '.join(unknown)}.")
        if missing := [name for name in self.required if not given.get(name)]:
            raise _wrong(f"Missing required parameter(s): {', '.join(missing)}.")
        return {**self.defaults, **{name: ",".join(value) for name, value in given.items()}}


_BLOCK = dict.fromkeys(runbooks_s3.FOUR, "true")
_ALL: Final = {
    "AWS-ConfigureS3BucketVersioning": Runbook(
        runbooks_s3.versioning, ("BucketName",), {"VersioningState": "Enabled"}
    ),
    "AWS-DisableIncomingSSHOnPort22": Runbook(runbooks_ec2.disable_ssh, ("SecurityGroupIds",)),
    "AWS-DisablePublicAccessForSecurityGroup": Runbook(
        runbooks_ec2.disable_public_access, ("GroupId",), {"IpAddressToBlock": ""}
    ),
    "AWS-DisableS3BucketPublicReadWrite": Runbook(runbooks_s3.disable_public, ("S3BucketName",)),
    "AWS-EnableS3BucketEncryption": Runbook(
        runbooks_s3.encryption, ("BucketName",), {"SSEAlgorithm": "AES256"}
    ),
    "AWS-StopEC2Instance": Runbook(runbooks_ec2.stop, ("InstanceId",)),
    "AWS-TerminateEC2Instance": Runbook(runbooks_ec2.terminate, ("InstanceId",)),
    "AWSConfigRemediation-CancelKeyDeletion": Runbook(
        runbooks_other.cancel_deletion, (ROLE, "KeyId")
    ),
    "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock": Runbook(
        runbooks_s3.block_bucket, (ROLE, "BucketName"), _BLOCK
    ),
    "AWSConfigRemediation-ConfigureS3PublicAccessBlock": Runbook(
        runbooks_s3.block_account, (ROLE, "AccountId"), _BLOCK
    ),
    "AWSConfigRemediation-EnableCloudTrailLogFileValidation": Runbook(
        runbooks_other.validation, (ROLE, "TrailName")
    ),
    "AWSConfigRemediation-EnableEbsEncryptionByDefault": Runbook(
        runbooks_ec2.encrypt_by_default, (ROLE,)
    ),
    "AWSConfigRemediation-EnableKeyRotation": Runbook(runbooks_other.rotation, (ROLE, "KeyId")),
    "AWSConfigRemediation-EnforceEC2InstanceIMDSv2": Runbook(
        runbooks_ec2.enforce_imdsv2, (ROLE, "InstanceId")
    ),
    "AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules": Runbook(
        runbooks_ec2.empty_default, (ROLE, "GroupId")
    ),
}


def runbook(name: str) -> Runbook:
    """A runbook of AWS's, by its name.

    Raises:
        AwsError: AWS has it and the simulator hasn't, or AutomationDefinitionNotFoundException.
    """
    short = name.rpartition("/")[2]
    if short in _ALL:
        return _ALL[short]
    if short.startswith(("AWS-", "AWSConfigRemediation-", "AWSSupport-")):
        raise AwsError.not_simulated("ssm", f"StartAutomationExecution with {short}")
    raise AwsError(
        "AutomationDefinitionNotFoundException",
        f"Automation definition with name {name} was not found.",
    )


def is_simulated(name: str) -> bool:
    """Whether it can be run."""
    return name.rpartition("/")[2] in _ALL


def _wrong(text: str) -> AwsError:
    return AwsError("InvalidAutomationExecutionParametersException", text)
