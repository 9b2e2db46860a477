"""Where in a finding each attribute is that findings can be filtered, grouped and sorted by.

Source: "AwsSecurityFindingFilters" (AWS Security Hub API Reference).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_INSTANCE: Final = "Resources.Details.AwsEc2Instance"
_KEY: Final = "Resources.Details.AwsIamAccessKey"
_GIVEN: Final = "FindingProviderFields"
_OF_PREFIX: Final = {
    "Malware": "Malware",
    "Network": "Network",
    "Process": "Process",
    "ThreatIntelIndicator": "ThreatIntelIndicators",
}
_PATHS: Final = {
    "Type": "Types",
    "SeverityLabel": "Severity.Label",
    "SeverityProduct": "Severity.Product",
    "SeverityNormalized": "Severity.Normalized",
    "RecommendationText": "Remediation.Recommendation.Text",
    "ResourceType": "Resources.Type",
    "ResourceId": "Resources.Id",
    "ResourcePartition": "Resources.Partition",
    "ResourceRegion": "Resources.Region",
    "ResourceTags": "Resources.Tags",
    "ResourceDetailsOther": "Resources.Details.Other",
    "ResourceApplicationName": "Resources.ApplicationName",
    "ResourceApplicationArn": "Resources.ApplicationArn",
    "ResourceOwnerAccountId": "Resources.Owner.AccountId",
    "ResourceOwnerOrgId": "Resources.Owner.OrganizationId",
    "ResourceProvider": "Resources.Provider",
    "ResourceAwsEc2InstanceType": f"{_INSTANCE}.Type",
    "ResourceAwsEc2InstanceImageId": f"{_INSTANCE}.ImageId",
    "ResourceAwsEc2InstanceIpV4Addresses": f"{_INSTANCE}.IpV4Addresses",
    "ResourceAwsEc2InstanceIpV6Addresses": f"{_INSTANCE}.IpV6Addresses",
    "ResourceAwsEc2InstanceKeyName": f"{_INSTANCE}.KeyName",
    "ResourceAwsEc2InstanceIamInstanceProfileArn": f"{_INSTANCE}.IamInstanceProfileArn",
    "ResourceAwsEc2InstanceVpcId": f"{_INSTANCE}.VpcId",
    "ResourceAwsEc2InstanceSubnetId": f"{_INSTANCE}.SubnetId",
    "ResourceAwsEc2InstanceLaunchedAt": f"{_INSTANCE}.LaunchedAt",
    "ResourceAwsS3BucketOwnerId": "Resources.Details.AwsS3Bucket.OwnerId",
    "ResourceAwsS3BucketOwnerName": "Resources.Details.AwsS3Bucket.OwnerName",
    "ResourceAwsIamAccessKeyUserName": f"{_KEY}.UserName",
    "ResourceAwsIamAccessKeyPrincipalName": f"{_KEY}.PrincipalName",
    "ResourceAwsIamAccessKeyStatus": f"{_KEY}.Status",
    "ResourceAwsIamAccessKeyCreatedAt": f"{_KEY}.CreatedAt",
    "ResourceAwsIamUserUserName": "Resources.Details.AwsIamUser.UserName",
    "ResourceContainerName": "Resources.Details.Container.Name",
    "ResourceContainerImageId": "Resources.Details.Container.ImageId",
    "ResourceContainerImageName": "Resources.Details.Container.ImageName",
    "ResourceContainerLaunchedAt": "Resources.Details.Container.LaunchedAt",
    "ComplianceStatus": "Compliance.Status",
    "ComplianceSecurityControlId": "Compliance.SecurityControlId",
    "ComplianceAssociatedStandardsId": "Compliance.AssociatedStandards.StandardsId",
    "ComplianceSecurityControlParametersName": "Compliance.SecurityControlParameters.Name",
    "ComplianceSecurityControlParametersValue": "Compliance.SecurityControlParameters.Value",
    "WorkflowStatus": "Workflow.Status",
    "RelatedFindingsProductArn": "RelatedFindings.ProductArn",
    "RelatedFindingsId": "RelatedFindings.Id",
    "NoteText": "Note.Text",
    "NoteUpdatedAt": "Note.UpdatedAt",
    "NoteUpdatedBy": "Note.UpdatedBy",
    "FindingProviderFieldsConfidence": f"{_GIVEN}.Confidence",
    "FindingProviderFieldsCriticality": f"{_GIVEN}.Criticality",
    "FindingProviderFieldsRelatedFindingsId": f"{_GIVEN}.RelatedFindings.Id",
    "FindingProviderFieldsRelatedFindingsProductArn": f"{_GIVEN}.RelatedFindings.ProductArn",
    "FindingProviderFieldsSeverityLabel": f"{_GIVEN}.Severity.Label",
    "FindingProviderFieldsSeverityOriginal": f"{_GIVEN}.Severity.Original",
    "FindingProviderFieldsTypes": f"{_GIVEN}.Types",
    "VulnerabilitiesExploitAvailable": "Vulnerabilities.ExploitAvailable",
    "VulnerabilitiesFixAvailable": "Vulnerabilities.FixAvailable",
}


def path_of(attribute: str) -> tuple[str, ...]:
    """The members that lead to an attribute; lists on the way stand for each of their items."""
    if (known := _PATHS.get(attribute)) is not None:
        return tuple(known.split("."))
    for prefix, member in _OF_PREFIX.items():
        if attribute.startswith(prefix) and attribute != prefix:
            return member, attribute.removeprefix(prefix)
    return tuple(attribute.split("."))


def values(finding: Mapping[str, Any], attribute: str) -> list[Any]:
    """Everything that a finding has under an attribute; empty where it has nothing."""
    return list(_under(finding, path_of(attribute)))


def _under(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for each in value:
            yield from _under(each, path)
    elif not path:
        if value is not None:
            yield value
    elif isinstance(value, Mapping):
        yield from _under(value.get(path[0]), path[1:])
