"""Operations of botocore's models that stay unmapped, and why: such a call is refused."""

from __future__ import annotations

from collections.abc import Mapping

_UNLISTED = "the Service Authorization Reference lists no action for it"
_DIRECTORY = "only directory buckets have it (s3express), and they are not part of the account"
_OUTPOSTS = "it works on S3 on Outposts or on directory buckets"
_OBJECT_LAMBDA = "S3 Object Lambda is not part of the account"


def _all(why: str, operations: str) -> dict[str, str]:
    return dict.fromkeys(operations.split(), why)


MODELS = "1.44.8"
"""The botocore whose models the table was made for. Another has operations more or less: one that
the table does not know is refused as well."""

UNMAPPED: Mapping[str, Mapping[str, str]] = {
    "athena": _all(
        _UNLISTED,
        "CreateSystemTableConfiguration DeleteSystemTableConfiguration "
        "GetSystemTableConfiguration ListSystemTableStatuses UpdateSystemTableConfiguration",
    ),
    "cloudformation": _all(
        _UNLISTED,
        "RemoveAlias SetAlias",
    ),
    "cloudfront": _all(
        _UNLISTED,
        "ListDistributionsByOwnedResource",
    ),
    "cloudtrail": _all(
        _UNLISTED,
        "ListInsightsMetricData",
    ),
    "cloudwatch": _all(
        _UNLISTED,
        "AssociateDatasetKmsKey DeleteMetricDataQueryDefinition DescribeAlarmContributors "
        "DisassociateDatasetKmsKey GetMetricDataQueryDefinition "
        "ListMetricDataQueryDefinitions PutMetricDataQueryDefinition",
    ),
    "cognito-idp": _all(
        _UNLISTED,
        "AdminListUserSessions AdminRevokeUserSession CancelPointInTimeRecovery "
        "CompleteWebAuthnRegistration CreateCIMDPolicy DeleteCIMDPolicy "
        "DeleteWebAuthnCredential DescribeCIMDPolicy DescribePointInTimeRecovery "
        "DescribeTermsByClient GetClientToken GetDerivedToken GetUserAuthFactors "
        "GetUserPoolClientSessionConfiguration GetUserPoolSessionConfiguration "
        "InitiatePointInTimeRecovery ListCIMDPolicies ListClientMetadataURLs "
        "ListPointInTimeRecoveries ListUserSessions ListWebAuthnCredentials "
        "RevokeUserSession SetUserPoolClientSessionConfiguration "
        "SetUserPoolSessionConfiguration StartPointInTimeRecovery "
        "StartWebAuthnRegistration UpdateCIMDPolicy UpdateClientMetadataURLState",
    ),
    "dynamodb": _all(
        _UNLISTED,
        "CancelBulkOperation DescribeBulkOperation ListBulkOperations StartBulkPutItems",
    ),
    "ec2": _all(
        _UNLISTED,
        "AssociateKmsKeyId AssociateNetworkingFlexCostAllocationPolicy "
        "CreateCapacityReservationDateChangeQuote CreateMetricCategory "
        "CreateNetworkingFlexCostAllocationPolicy "
        "CreateTransitGatewayNetworkFunctionAttachment "
        "DeleteClientVpnEndpointAuthorizationPolicy DeleteMetricCategory "
        "DeleteNetworkingFlexCostAllocationPolicies "
        "DeleteTransitGatewayNetworkFunctionAttachment "
        "DescribeCapacityReservationDateChangeQuotes DescribeMetricCategories "
        "DescribeNetworkingFlexCostAllocationPolicies "
        "DescribeNetworkingFlexCostAllocationPolicyAssociations "
        "DescribeTransitGatewayNetworkFunctionAttachments DisassociateKmsKeyId "
        "DisassociateNetworkingFlexCostAllocationPolicy "
        "GetCapacityManagerSupportabilityScores GetClientVpnEndpointAuthorizationPolicy "
        "GetImageFindings GetNetworkingFlexCostAllocationPolicyVersions "
        "GetTransitGatewayAttachmentNatConfiguration "
        "ModifyClientVpnEndpointAuthorizationPolicy ModifyMetricCategory "
        "ModifyNetworkingFlexCostAllocationPolicy "
        "ModifyTransitGatewayAttachmentNatConfiguration "
        "ModifyTransitGatewayNetworkFunctionAttachment ModifyTransitGatewayPeeringAttachment",
    ),
    "ecr": _all(
        _UNLISTED,
        "ListImageReferrers",
    ),
    "glue": _all(
        _UNLISTED,
        "AssociateGlossaryTerms BatchGetDataQualityResult BatchGetDataQualityResultV2 "
        "BatchGetDataQualityRulesetEvaluationRun BatchGetIterableForms "
        "BatchPutDataQualityStatisticAnnotation CreateDataQualityEvaluationConfig "
        "CreateGlossary CreateGlossaryTerm DeleteAsset DeleteAttachment "
        "DeleteDataQualityEvaluationConfig DeleteFormType DeleteGlossary "
        "DeleteGlossaryTerm DisassociateGlossaryTerms GetAsset GetAssetType "
        "GetDataCatalogExportConfiguration GetDataQualityEvaluationConfig "
        "GetDataQualityResultV2 GetFormType GetGlossary GetGlossaryTerm "
        "GetMaterializedViewRefreshTaskRun GetUnfilteredPartitionMetadata "
        "GetUnfilteredPartitionsMetadata GetUnfilteredTableMetadata ListAssetTypes "
        "ListDataQualityEvaluationConfigs ListDataQualityResultsV2 "
        "ListDataQualityStatisticAnnotations ListDataQualityStatistics ListFormTypes "
        "ListGlossaries ListGlossaryTerms ListIntegrationTableProperties "
        "ListIterableForms ListMaterializedViewRefreshTaskRuns PublishDataQualityResultV2 "
        "PutAsset PutAttachment PutDataCatalogExportConfiguration PutFormType "
        "SearchAssets StartMaterializedViewRefreshTaskRun "
        "StopMaterializedViewRefreshTaskRun UpdateAsset UpdateDataQualityEvaluationConfig "
        "UpdateGlossary UpdateGlossaryTerm",
    ),
    "guardduty": _all(
        _UNLISTED,
        "ListInvestigationRecords",
    ),
    "iam": _all(
        _UNLISTED,
        "AcquireRole UpdateDelegationRequest UpdateOpenIDConnectProvider",
    ),
    "inspector2": _all(
        _UNLISTED,
        "GetOnDemandScanStatus ListOnDemandScans StartOnDemandScan",
    ),
    "kinesis": _all(
        _UNLISTED,
        "AcknowledgeDeadLetterQueueRecords AcknowledgeQueueRecords CreateQueue DeleteQueue "
        "DescribeQueue ListQueues ReceiveDeadLetterQueueRecords ReceiveQueueRecords "
        "RestoreDeadLetterQueueRecords UpdateDeadLetterQueueRecordsVisibility UpdateQueue "
        "UpdateQueueRecordsVisibility",
    ),
    "lambda": _all(
        _UNLISTED,
        "DeleteDurableExecution PauseDurableExecution ResumeDurableExecution",
    ),
    "logs": _all(
        _UNLISTED,
        "GetLogObject",
    ),
    "network-firewall": _all(
        _UNLISTED,
        "ListContextStores ListResourcesInContextStore UpdateProxySettings",
    ),
    "ram": _all(
        _UNLISTED,
        "UpdatePermission",
    ),
    "rds": _all(
        _UNLISTED,
        "DescribeServerlessV2PlatformVersions",
    ),
    "route53": _all(
        _UNLISTED,
        "CreateHealthCheckSource CreateResourceRecordSetProtections "
        "DeleteHealthCheckSource DeleteResourceRecordSetProtections GetHealthCheckSource "
        "GetHostedZoneChangeBatch ListHealthCheckSources ListHealthChecksBySource "
        "ListHostedZoneChangeBatches ListResourceRecordSetChanges "
        "ListResourceRecordSetProtections UpdateHostedZoneTier",
    ),
    "route53resolver": _all(
        _UNLISTED,
        "BatchCreateFirewallRule BatchDeleteFirewallRule BatchUpdateFirewallRule "
        "ListFirewallRuleDomains",
    ),
    "s3": {
        "CreateSession": _DIRECTORY,
        "RenameObject": _DIRECTORY,
        "WriteGetObjectResponse": _OBJECT_LAMBDA,
    },
    "s3control": _all(
        _OUTPOSTS,
        "CreateBucket DeleteAccessPointScope DeleteBucket DeleteBucketLifecycleConfiguration "
        "DeleteBucketPolicy DeleteBucketReplication DeleteBucketTagging GetAccessPointScope "
        "GetBucket GetBucketLifecycleConfiguration GetBucketPolicy GetBucketReplication "
        "GetBucketTagging GetBucketVersioning ListAccessPointsForDirectoryBuckets "
        "ListRegionalBuckets PutAccessPointScope PutBucketLifecycleConfiguration "
        "PutBucketPolicy PutBucketReplication PutBucketTagging PutBucketVersioning",
    ),
    "secretsmanager": _all(
        _UNLISTED,
        "AssociateCrossAccountReplica DisassociateCrossAccountReplica ListResourcePolicies",
    ),
    "securityhub": _all(
        _UNLISTED,
        "BatchUpdateFindingsV2 GetFindingStatisticsV2 GetFindingsV2 GetSoftwareResourcesV2 "
        "GetSoftwareStatisticsV2 GetSoftwareV2 RegisterConnectorV2",
    ),
    "ssm": _all(
        _UNLISTED,
        "DeregisterDefaultHostManagementConfiguration RegisterDefaultHostManagementConfiguration",
    ),
    "sts": _all(
        _UNLISTED,
        "GetScopedCredentials",
    ),
    "wafv2": _all(
        _UNLISTED,
        "GetEvent GetEventActor ListEventActors ListEvents ListEventsByWebACL",
    ),
}
"""Service → operation → why."""
