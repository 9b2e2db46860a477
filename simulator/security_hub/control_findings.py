"""A check of a control on a resource, as a finding.

Source: "Samples of control findings" (AWS Security Hub User Guide).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.account.chance import drawn_uuid
from simulator.security_hub.finding import LABELS, product_arn, stamp
from simulator.security_hub.standards import Standard, number, requirement

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.controls.evaluation import Evaluation
    from simulator.security_hub.control import Control

_SPELLED: Final = {
    "AWS::::Account": "AwsAccount",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "AwsElbv2LoadBalancer",
    "AWS::RDS::DBInstance": "AwsRdsDbInstance",
    "AWS::RDS::DBSnapshot": "AwsRdsDbSnapshot",
    "AWS::EC2::VPC": "AwsEc2Vpc",
    "AWS::KMS::Key": "AwsKmsKey",
    "AWS::IAM::Policy": "AwsIamPolicy",
    "AWS::IAM::User": "AwsIamUser",
    "AWS::IAM::Role": "AwsIamRole",
    "AWS::IAM::Group": "AwsIamGroup",
    "AWS::WAFv2::WebACL": "AwsWafv2WebAcl",
    "AWS::StepFunctions::StateMachine": "AwsStepFunctionStateMachine",
    "AWS::SSM::PatchCompliance": "AwsSsmPatchCompliance",
}
_TEXT: Final = (
    "For information on how to correct this issue, consult the AWS Security Hub controls "
    "documentation."
)


def findings_of(
    account: Account,
    region: str,
    control: Control,
    standards: Sequence[Standard],
    found: Evaluation,
    now: datetime,
    generator: str,
) -> Iterator[dict[str, Any]]:
    """One finding for all standards, or one for each without consolidated control findings."""
    if generator == "SECURITY_CONTROL":
        yield _asff(account, region, control, standards, found, now)
        return
    for standard in standards:
        yield _of_standard(account, region, control, standard, found, now)


def _asff(
    account: Account,
    region: str,
    control: Control,
    standards: Sequence[Standard],
    found: Evaluation,
    now: datetime,
    path: str = "",
) -> dict[str, Any]:
    resource = _resource(found, region)
    drawn = f"{account.world.seed}/{account.id}/{region}/{path}{control.id}/{resource['Id']}"
    unique = drawn_uuid(random.Random(f"security-hub/finding/{drawn}"))
    home = f"arn:aws:securityhub:{region}:{account.id}:"
    arn = f"{home}{path or f'security-control/{control.id}'}/finding/{unique}"
    label = "INFORMATIONAL" if found.compliant else control.severity
    product, at = product_arn(region), stamp(now)
    needs = [text for one in standards if (text := requirement(one, control))]
    compliance: dict[str, Any] = {
        "Status": "PASSED" if found.compliant else "FAILED",
        "SecurityControlId": control.id,
        "AssociatedStandards": [{"StandardsId": one.id} for one in standards],
    }
    if needs:
        compliance["RelatedRequirements"] = needs
    return {
        "SchemaVersion": "2018-10-08",
        "Id": arn,
        "ProductArn": product,
        "ProductName": "Security Hub",
        "CompanyName": "AWS",
        "Region": region,
        "GeneratorId": f"security-control/{control.id}",
        "AwsAccountId": account.id,
        "Types": control.types,
        "FirstObservedAt": at,
        "LastObservedAt": at,
        "CreatedAt": at,
        "UpdatedAt": at,
        "Severity": {"Label": label, "Normalized": LABELS[label], "Original": label},
        "Title": control.title,
        "Description": control.description,
        "Remediation": {"Recommendation": {"Text": _TEXT, "Url": control.remediation}},
        "ProductFields": {
            "RelatedAWSResources:0/name": f"securityhub-{control.rule.replace('_', '-')}",
            "RelatedAWSResources:0/type": "AWS::Config::ConfigRule",
            "aws/securityhub/ProductName": "Security Hub",
            "aws/securityhub/CompanyName": "AWS",
            "aws/securityhub/annotation": found.said,
            "Resources:0/Id": resource["Id"],
            "aws/securityhub/FindingId": f"{product}/{arn}",
        },
        "Resources": [resource],
        "Compliance": compliance,
        "WorkflowState": "NEW",
        "Workflow": {"Status": "RESOLVED" if found.compliant else "NEW"},
        "RecordState": "ACTIVE",
        "FindingProviderFields": {
            "Severity": {"Label": label, "Original": label},
            "Types": control.types,
        },
        "ProcessedAt": at,
    }


def _of_standard(
    account: Account,
    region: str,
    control: Control,
    standard: Standard,
    found: Evaluation,
    now: datetime,
) -> dict[str, Any]:
    """As it is without consolidated control findings."""
    name = number(standard, control)
    subscription = f"subscription/{standard.path}"
    asff = _asff(account, region, control, [standard], found, now, f"{subscription}/{name}")
    home = f"arn:aws:securityhub:{region}:{account.id}:"
    asff["GeneratorId"] = f"{standard.path}/{name}"
    if standard.everywhere:
        asff["GeneratorId"] = f"{standard.arn(region)}/rule/{name}"
    asff["Title"] = f"{name} {control.title}"
    asff["ProductFields"] |= {
        "StandardsArn": standard.arn(region),
        "StandardsSubscriptionArn": f"{home}{subscription}",
        "ControlId": name,
        "RecommendationUrl": control.remediation,
        "StandardsControlArn": f"{home}control/{standard.path}/{name}",
    }
    return asff


def _resource(found: Evaluation, region: str) -> dict[str, Any]:
    kind = _SPELLED.get(found.resource_type) or _spelled(found.resource_type)
    name = found.resource_arn or found.resource_id
    if kind == "AwsAccount":
        name = f"AWS::::Account:{found.resource_id}"
    return {"Type": kind, "Id": name, "Partition": "aws", "Region": region}


def _spelled(config_type: str) -> str:
    """Such as "AwsEc2SecurityGroup" for "AWS::EC2::SecurityGroup"."""
    _, service, kind = config_type.split("::")
    short = re.sub(r"([A-Z])([A-Z]+)(?=[A-Z0-9]|$)", lambda m: m[1] + m[2].lower(), service)
    return f"Aws{short}{kind}"
