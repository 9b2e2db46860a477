"""Security Hub's API: what is on, which controls there are, and who may ask."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.account.world import World
from tests.conftest import Cloud

FSBP = "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0"
CIS1 = "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0"
CIS3 = "arn:aws:securityhub:us-east-1::standards/cis-aws-foundations-benchmark/v/3.0.0"
OWN = "arn:aws:securityhub:us-east-1:111122223333:"


@pytest.fixture
def hub(cloud: Cloud) -> Any:
    """Security Hub, off, for a user who may do everything in it."""
    may = cloud.statement(["securityhub:*", "iam:CreateServiceLinkedRole"])
    return cloud.client("securityhub", cloud.user("ada", may))


def code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


@pytest.mark.parametrize(
    "operation",
    ["describe_hub", "get_findings", "get_enabled_standards", "get_insights", "list_members"],
)
def test_it_is_off_until_it_is_enabled(hub: Any, operation: str) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(hub, operation)()
    assert code(caught) == "InvalidAccessException"
    assert "Account 111122223333 is not subscribed to AWS Security Hub" in str(caught.value)


def test_it_is_enabled_with_the_default_standards(hub: Any) -> None:
    hub.enable_security_hub(Tags={"Team": "soc"})
    told = hub.describe_hub()
    assert told["HubArn"] == f"{OWN}hub/default"
    assert (told["AutoEnableControls"], told["ControlFindingGenerator"]) == (
        True,
        "SECURITY_CONTROL",
    )
    standards = hub.get_enabled_standards()["StandardsSubscriptions"]
    assert [one["StandardsArn"] for one in standards] == [FSBP, CIS1]
    assert {one["StandardsStatus"] for one in standards} == {"PENDING"}
    assert hub.list_tags_for_resource(ResourceArn=told["HubArn"])["Tags"] == {"Team": "soc"}
    with pytest.raises(ClientError) as caught:
        hub.enable_security_hub()
    assert code(caught) == "ResourceConflictException"


def test_a_region_is_by_itself(cloud: Cloud, hub: Any) -> None:
    hub.enable_security_hub()
    with pytest.raises(ClientError):
        cloud.root("securityhub", region="eu-west-1").describe_hub()


def test_disabled_it_is_off(hub: Any) -> None:
    hub.enable_security_hub()
    hub.disable_security_hub()
    with pytest.raises(ClientError):
        hub.describe_hub()


def test_tags(hub: Any) -> None:
    hub.enable_security_hub()
    hub.tag_resource(ResourceArn=f"{OWN}hub/default", Tags={"a": "1", "b": "2"})
    hub.untag_resource(ResourceArn=f"{OWN}hub/default", TagKeys=["a"])
    assert hub.list_tags_for_resource(ResourceArn=f"{OWN}hub/default")["Tags"] == {"b": "2"}


def test_standards(hub: Any) -> None:
    hub.enable_security_hub(EnableDefaultStandards=False)
    known = {one["StandardsArn"]: one for one in hub.describe_standards()["Standards"]}
    assert {FSBP, CIS1, CIS3} <= known.keys()
    assert known[CIS3]["Name"] == "CIS AWS Foundations Benchmark v3.0.0"
    assert (known[FSBP]["EnabledByDefault"], known[CIS3]["EnabledByDefault"]) == (True, False)
    (made,) = hub.batch_enable_standards(StandardsSubscriptionRequests=[{"StandardsArn": CIS3}])[
        "StandardsSubscriptions"
    ]
    arn = f"{OWN}subscription/cis-aws-foundations-benchmark/v/3.0.0"
    assert made["StandardsSubscriptionArn"] == arn
    hub.batch_disable_standards(StandardsSubscriptionArns=[arn])
    assert hub.get_enabled_standards()["StandardsSubscriptions"] == []
    with pytest.raises(ClientError) as caught:
        hub.batch_enable_standards(
            StandardsSubscriptionRequests=[{"StandardsArn": CIS3.replace("us-east-1", "eu-west-1")}]
        )
    assert code(caught) == "InvalidInputException"


def test_a_standards_controls_have_its_numbers(hub: Any) -> None:
    hub.enable_security_hub(EnableDefaultStandards=False)
    hub.batch_enable_standards(StandardsSubscriptionRequests=[{"StandardsArn": CIS3}])
    arn = f"{OWN}subscription/cis-aws-foundations-benchmark/v/3.0.0"
    pages = hub.get_paginator("describe_standards_controls").paginate(StandardsSubscriptionArn=arn)
    controls = {one["ControlId"]: one for page in pages for one in page["Controls"]}
    assert {"1.4", "1.10", "1.14", "2.1.4", "2.2.1", "3.1", "5.6"} <= controls.keys()
    assert controls["5.6"]["StandardsControlArn"] == (
        f"{OWN}control/cis-aws-foundations-benchmark/v/3.0.0/5.6"
    )
    assert controls["5.6"]["ControlStatus"] == "ENABLED"
    assert controls["5.6"]["RelatedRequirements"] == ["CIS AWS Foundations Benchmark v3.0.0/5.6"]
    with pytest.raises(ClientError) as caught:
        hub.describe_standards_controls(StandardsSubscriptionArn=arn.replace("3.0.0", "9.9.9"))
    assert code(caught) == "ResourceNotFoundException"


def test_controls_whatever_the_standard(hub: Any) -> None:
    hub.enable_security_hub()
    pages = hub.get_paginator("list_security_control_definitions").paginate(StandardsArn=FSBP)
    listed = {
        one["SecurityControlId"]: one
        for page in pages
        for one in page["SecurityControlDefinitions"]
    }
    assert listed["S3.8"]["SeverityRating"] == "HIGH"
    assert "IAM.9" not in listed
    (told,) = hub.batch_get_security_controls(SecurityControlIds=["EC2.8", "EC2.999"])[
        "SecurityControls"
    ]
    assert told["SecurityControlArn"] == f"{OWN}security-control/EC2.8"
    assert told["SecurityControlStatus"] == "ENABLED"
    definition = hub.get_security_control_definition(SecurityControlId="EC2.8")
    assert definition["SecurityControlDefinition"]["Title"] == told["Title"]


def test_associations_turn_controls_off_and_on(hub: Any) -> None:
    hub.enable_security_hub()
    change = {"SecurityControlId": "EC2.6", "StandardsArn": FSBP, "AssociationStatus": "DISABLED"}
    (lost,) = hub.batch_update_standards_control_associations(
        StandardsControlAssociationUpdates=[change]
    )["UnprocessedAssociationUpdates"]
    assert lost["ErrorCode"] == "INVALID_INPUT"
    hub.batch_update_standards_control_associations(
        StandardsControlAssociationUpdates=[{**change, "UpdatedReason": "accepted"}]
    )
    listed = hub.list_standards_control_associations(SecurityControlId="EC2.6")
    status = {
        one["StandardsArn"]: one["AssociationStatus"]
        for one in listed["StandardsControlAssociationSummaries"]
    }
    assert (status[FSBP], status[CIS1], status[CIS3]) == ("DISABLED", "ENABLED", "DISABLED")
    (told,) = hub.batch_get_standards_control_associations(
        StandardsControlAssociationIds=[{"SecurityControlId": "EC2.6", "StandardsArn": FSBP}]
    )["StandardsControlAssociationDetails"]
    assert told["UpdatedReason"] == "accepted"
    (control,) = hub.batch_get_security_controls(SecurityControlIds=["EC2.6"])["SecurityControls"]
    assert control["SecurityControlStatus"] == "ENABLED"


def test_products(hub: Any) -> None:
    hub.enable_security_hub()
    names = {one["ProductName"] for one in hub.describe_products()["Products"]}
    assert {"GuardDuty", "IAM Access Analyzer", "Macie", "Prowler"} <= names
    enabled = hub.list_enabled_products_for_import()["ProductSubscriptions"]
    assert f"{OWN}product-subscription/aws/guardduty" in enabled


def test_only_who_may_asks(cloud: Cloud, hub: Any) -> None:
    hub.enable_security_hub()
    reader = cloud.client(
        "securityhub", cloud.user("bob", cloud.statement("securityhub:GetFindings"))
    )
    assert reader.get_findings()["Findings"] == []
    for forbidden in (
        reader.describe_hub,
        lambda: reader.batch_update_findings(
            FindingIdentifiers=[{"Id": "a", "ProductArn": f"{OWN}product/111122223333/default"}],
            Workflow={"Status": "SUPPRESSED"},
        ),
    ):
        with pytest.raises(ClientError) as caught:
            forbidden()
        assert code(caught) == "AccessDeniedException"


def test_calls_are_recorded(cloud: Cloud, hub: Any) -> None:
    hub.enable_security_hub()
    (record,) = [one for one in cloud.account.records if one["eventName"] == "EnableSecurityHub"]
    assert record["eventSource"] == "securityhub.amazonaws.com"
    assert record["readOnly"] is False


@pytest.mark.parametrize(
    "operation", ["describe_security_hub_v2", "list_configuration_policies", "get_findings_v2"]
)
def test_what_is_not_simulated_says_so(hub: Any, operation: str) -> None:
    hub.enable_security_hub()
    with pytest.raises(ClientError, match="not simulated"):
        getattr(hub, operation)()


def test_another_world_has_another_hub(cloud: Cloud, hub: Any) -> None:
    hub.enable_security_hub()
    stranger = cloud.open("777788889999", world=World(8))
    with pytest.raises(ClientError):
        cloud.root("securityhub", stranger).describe_hub()


def finding(**more: Any) -> dict[str, Any]:
    return {
        "SchemaVersion": "2018-10-08",
        "Id": "one",
        "ProductArn": f"{OWN}product/111122223333/default",
        "GeneratorId": "scanner",
        "AwsAccountId": "111122223333",
        "CreatedAt": "2026-11-01T10:00:00Z",
        "UpdatedAt": "2026-11-01T10:00:00Z",
        "Severity": {"Label": "HIGH"},
        "Title": "Title",
        "Description": "Description",
        "Resources": [{"Type": "Other", "Id": "thing"}],
        **more,
    }


@pytest.mark.parametrize(
    ("condition", "fields", "denied"),
    [
        (
            {"StringEquals": {"securityhub:ASFFSyntaxPath/Workflow.Status": "SUPPRESSED"}},
            {"Workflow": {"Status": "SUPPRESSED"}},
            True,
        ),
        (
            {"StringEquals": {"securityhub:ASFFSyntaxPath/Workflow.Status": "SUPPRESSED"}},
            {"Workflow": {"Status": "NOTIFIED"}},
            False,
        ),
        (
            {"Null": {"securityhub:ASFFSyntaxPath/Severity.Label": "false"}},
            {"Severity": {"Label": "LOW"}},
            True,
        ),
        (
            {"Null": {"securityhub:ASFFSyntaxPath/Severity.Label": "false"}},
            {"Confidence": 3},
            False,
        ),
    ],
)
def test_a_policy_can_forbid_to_set_a_field(
    cloud: Cloud, hub: Any, condition: dict[str, Any], fields: dict[str, Any], denied: bool
) -> None:
    hub.enable_security_hub(EnableDefaultStandards=False)
    hub.batch_import_findings(Findings=[finding()])
    deny = cloud.statement("securityhub:BatchUpdateFindings", "*", "Deny", Condition=condition)
    keys = cloud.user("bob", cloud.statement("securityhub:*"), deny)
    bob = cloud.client("securityhub", keys)
    wanted = [{"Id": "one", "ProductArn": f"{OWN}product/111122223333/default"}]
    if denied:
        with pytest.raises(ClientError) as caught:
            bob.batch_update_findings(FindingIdentifiers=wanted, **fields)
        assert code(caught) == "AccessDeniedException"
    else:
        bob.batch_update_findings(FindingIdentifiers=wanted, **fields)


def test_a_policy_can_name_products(cloud: Cloud, hub: Any) -> None:
    hub.enable_security_hub(EnableDefaultStandards=False)
    product = f"{OWN}product/111122223333/default"
    may = cloud.statement("securityhub:BatchImportFindings", product)
    scanner = cloud.client("securityhub", cloud.user("scanner", may))
    assert scanner.batch_import_findings(Findings=[finding()])["SuccessCount"] == 1
    other = "arn:aws:securityhub:us-east-1::product/prowler/prowler"
    with pytest.raises(ClientError) as caught:
        scanner.batch_import_findings(Findings=[finding(ProductArn=other)])
    assert code(caught) == "AccessDeniedException"
