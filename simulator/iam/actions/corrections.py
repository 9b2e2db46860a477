"""What the generated data gets wrong and needs no code to put right.

Source: the Service Authorization Reference's page of each service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ASSIGNMENT = ["Instance=InstanceArn", "PermissionSet=PermissionSetArn", "?Account=TargetId"]
_CATALOG = ["rootcatalog"]
_NOTHING: dict[str, Any] = {"nothing": True}

CORRECTIONS: Mapping[str, Mapping[str, Any]] = {
    "acm": {
        "RequestCertificate": {
            "keys": {
                "acm:DomainNames": "SubjectAlternativeNames[]",
                "acm:KeyAlgorithm": "KeyAlgorithm",
                "acm:ValidationMethod": "ValidationMethod",
            },
            "tags": "Tags",
            "tagging": "AddTagsToCertificate",
            "tagged": "certificate",
        },
    },
    "cloudtrail": {
        "CreateChannel": {
            "resources": ["channel=Name", "?eventdatastore=Destinations[].Location"],
            "tags": "Tags",
            "tagging": "AddTags",
        },
        "CreateEventDataStore": {
            "resources": ["eventdatastore"],
            "tags": "TagsList",
            "tagging": "AddTags",
        },
        "ListInsightsData": ["trail=InsightSource"],
        "ListTags": ["trail=ResourceIdList[]"],
    },
    "cloudfront": {
        "CreateDistributionWithTags": {
            "action": "CreateDistribution",
            "tagged": "distribution",
            "tags": "DistributionConfigWithTags.Tags.Items",
            "tagging": "TagResource",
        },
        "ListTagsForResource": ["distribution=Resource"],
        "TagResource": {"resources": ["distribution=Resource"], "tags": "Tags.Items"},
        "UntagResource": {"resources": ["distribution=Resource"], "untags": "TagKeys.Items[]"},
    },
    "config": {
        "DeleteConnector": ["Connector=Arn"],
        "GetConnector": ["Connector=Arn"],
        "PutConfigRule": {
            "resources": ["ConfigRule=ConfigRule.ConfigRuleName"],
            "tags": "Tags",
            "tagging": "TagResource",
        },
        "PutConfigurationRecorder": {
            "resources": ["ConfigurationRecorder=ConfigurationRecorder.name"],
            "tags": "Tags",
            "tagging": "TagResource",
        },
        "PutStoredQuery": {
            "resources": ["StoredQuery=StoredQuery.QueryName"],
            "tags": "Tags",
            "tagging": "TagResource",
        },
    },
    "glue": dict.fromkeys(
        ("DeleteResourcePolicy", "GetResourcePolicy", "PutResourcePolicy"), _CATALOG
    ),
    "guardduty": {
        "CreateFilter": {
            "resources": ["filter=DetectorId,Name"],
            "tags": "Tags",
            "tagging": "TagResource",
        },
        "DeletePublishingDestination": ["publishingDestination=DetectorId,DestinationId"],
        "DescribePublishingDestination": ["publishingDestination=DetectorId,DestinationId"],
        "UpdatePublishingDestination": ["publishingDestination=DetectorId,DestinationId"],
    },
    "identitystore": {
        "DeleteGroupMembership": ["Identitystore=IdentityStoreId", "GroupMembership=MembershipId"],
        "DescribeGroupMembership": [
            "Identitystore=IdentityStoreId",
            "GroupMembership=MembershipId",
        ],
    },
    "securityhub": {
        "BatchDeleteAutomationRules": ["automation-rule=AutomationRulesArns[]"],
        "BatchGetAutomationRules": ["automation-rule=AutomationRulesArns[]"],
        "BatchUpdateAutomationRules": [
            "automation-rule=UpdateAutomationRulesRequestItems[].RuleArn"
        ],
        "UpdateConfigurationPolicy": ["configuration-policy=Identifier"],
    },
    "sso": dict.fromkeys(
        ("GetRoleCredentials", "ListAccountRoles", "ListAccounts", "Logout"), _NOTHING
    ),
    "sso-admin": {
        "CreateAccountAssignment": _ASSIGNMENT,
        "CreateApplication": {
            "resources": ["Instance=InstanceArn", "ApplicationProvider=ApplicationProviderArn"],
            "tags": "Tags",
            "tagging": "TagResource",
            "tagged": "Application",
        },
        "CreateInstance": {"resources": ["Instance"], "tags": "Tags", "tagging": "TagResource"},
        "CreatePermissionSet": {
            "resources": ["Instance=InstanceArn", "PermissionSet"],
            "tags": "Tags",
            "tagging": "TagResource",
            "tagged": "PermissionSet",
        },
        "CreateTrustedTokenIssuer": {
            "resources": ["Instance=InstanceArn", "TrustedTokenIssuer"],
            "tags": "Tags",
            "tagging": "TagResource",
            "tagged": "TrustedTokenIssuer",
        },
        "DeleteAccountAssignment": _ASSIGNMENT,
        "ListTagsForResource": ["Instance=ResourceArn"],
        "ProvisionPermissionSet": _ASSIGNMENT,
        "TagResource": {"resources": ["Instance=ResourceArn"], "tags": "Tags"},
        "UntagResource": {"resources": ["Instance=ResourceArn"], "untags": "TagKeys[]"},
    },
    "sso-oidc": dict.fromkeys(
        ("CreateToken", "RegisterClient", "StartDeviceAuthorization"), _NOTHING
    ),
    "stepfunctions": {
        "CreateStateMachineAlias": ["statemachine=routingConfiguration[].stateMachineVersionArn"],
        "DeleteStateMachineAlias": ["statemachine=stateMachineAliasArn"],
        "DeleteStateMachineVersion": ["statemachine=stateMachineVersionArn"],
        "DescribeExecution": ["execution=executionArn"],
        "DescribeStateMachineAlias": ["statemachine=stateMachineAliasArn"],
        "ListExecutions": ["?statemachine=stateMachineArn", "?maprun=mapRunArn"],
        "UpdateStateMachineAlias": ["statemachine=stateMachineAliasArn"],
    },
}
"""Service → operation → rule. "nothing" needs no IAM permission: a bearer token proves it."""
