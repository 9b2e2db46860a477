"""Findings are imported and worked on."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.security_hub.conftest import OWN, Watch

GONE = "arn:aws:securityhub:us-east-1:111122223333:automation-rule/gone"


@pytest.fixture
def on(watch: Watch) -> Watch:
    watch.hub.enable_security_hub(EnableDefaultStandards=False)
    return watch


def test_an_imported_finding_is_completed(on: Watch) -> None:
    on.take(on.finding())
    (found,) = on.findings()
    assert found["Severity"] == {"Label": "HIGH", "Normalized": 70}
    assert found["FindingProviderFields"] == {
        "Severity": {"Label": "HIGH"},
        "Types": ["Software and Configuration Checks/Vulnerabilities/CVE"],
    }
    assert (found["RecordState"], found["Workflow"]) == ("ACTIVE", {"Status": "NEW"})
    assert (found["ProductName"], found["CompanyName"]) == ("Default", "Personal")
    assert found["ProductFields"]["aws/securityhub/FindingId"] == f"{OWN}/one"
    assert found["Region"] == "us-east-1"
    assert found["Resources"][0]["Partition"] == "aws"


def test_the_providers_fields_decide_over_the_top_level_ones(on: Watch) -> None:
    on.take(
        on.finding(
            FindingProviderFields={"Severity": {"Label": "LOW", "Original": "2"}, "Confidence": 42}
        )
    )
    (found,) = on.findings()
    assert (found["Severity"]["Label"], found["Confidence"]) == ("LOW", 42)


def test_an_update_replaces_what_the_provider_said(on: Watch) -> None:
    on.take(on.finding(Title="Old", Confidence=5))
    on.take(on.finding(Title="New", Severity={"Normalized": 40}, RecordState="ARCHIVED"))
    (found,) = on.findings()
    assert (found["Title"], found["Severity"]["Label"]) == ("New", "MEDIUM")
    assert found["RecordState"] == "ARCHIVED"
    assert "Confidence" not in found


def test_a_providers_update_leaves_what_the_customer_said(on: Watch) -> None:
    on.take(on.finding())
    on.update(
        "one",
        Note={"Text": "mine", "UpdatedBy": "ada"},
        Workflow={"Status": "NOTIFIED"},
        Severity={"Label": "LOW"},
        UserDefinedFields={"case": "7"},
        VerificationState="TRUE_POSITIVE",
    )
    on.take(
        on.finding(
            Title="New",
            Severity={"Label": "CRITICAL"},
            Workflow={"Status": "NEW"},
            Note={"Text": "theirs", "UpdatedBy": "scanner", "UpdatedAt": "2026-11-01T10:00:00Z"},
        )
    )
    (found,) = on.findings()
    assert (found["Title"], found["Severity"]["Label"]) == ("New", "LOW")
    assert found["FindingProviderFields"]["Severity"]["Label"] == "CRITICAL"
    assert (found["Note"]["Text"], found["Workflow"]["Status"]) == ("mine", "NOTIFIED")
    assert found["UserDefinedFields"] == {"case": "7"}
    assert found["VerificationState"] == "TRUE_POSITIVE"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"SchemaVersion": "2020-01-01"}, "InvalidInput"),
        ({"Title": ""}, "InvalidInput"),
        ({"Title": "x" * 257}, "InvalidInput"),
        ({"CreatedAt": "yesterday"}, "InvalidInput"),
        ({"Types": ["Nonsense"]}, "InvalidInput"),
        ({"Severity": {"Label": "DREADFUL"}}, "InvalidInput"),
        ({"Resources": [{"Type": "Other", "Id": "x"}] * 33}, "InvalidInput"),
        ({"AwsAccountId": "444455556666"}, "InvalidAccess"),
        ({"ProductArn": OWN.replace("us-east-1", "eu-west-1")}, "InvalidAccess"),
        ({"ProductArn": "arn:aws:securityhub:us-east-1::product/aws/guardduty"}, "InvalidAccess"),
        ({"ProductArn": "arn:aws:securityhub:us-east-1::product/prowler/prowler"}, "InvalidAccess"),
    ],
)
def test_a_bad_finding_fails_alone(on: Watch, change: dict[str, Any], code: str) -> None:
    answer = on.hub.batch_import_findings(Findings=[on.finding(**change), on.finding("two")])
    assert (answer["SuccessCount"], answer["FailedCount"]) == (1, 1)
    assert [one["ErrorCode"] for one in answer["FailedFindings"]] == [code]
    assert [one["Id"] for one in on.findings()] == ["two"]


def test_a_partners_findings_are_taken_once_it_is_enabled(on: Watch) -> None:
    product = "arn:aws:securityhub:us-east-1::product/prowler/prowler"
    arn = on.hub.enable_import_findings_for_product(ProductArn=product)["ProductSubscriptionArn"]
    assert arn.endswith(":111122223333:product-subscription/prowler/prowler")
    assert arn in on.hub.list_enabled_products_for_import()["ProductSubscriptions"]
    on.take(on.finding(ProductArn=product))
    on.hub.disable_import_findings_for_product(ProductSubscriptionArn=arn)
    answer = on.hub.batch_import_findings(Findings=[on.finding("two", ProductArn=product)])
    assert answer["FailedCount"] == 1
    (found,) = on.findings()
    assert (found["Id"], found["ProductName"], found["CompanyName"]) == (
        "one",
        "Prowler",
        "Prowler",
    )


def test_an_unknown_finding_is_not_processed(on: Watch) -> None:
    on.take(on.finding())
    answer = on.update("one", "two", Workflow={"Status": "RESOLVED"})
    assert answer["ProcessedFindings"] == [{"Id": "one", "ProductArn": OWN}]
    (lost,) = answer["UnprocessedFindings"]
    assert lost["FindingIdentifier"] == {"Id": "two", "ProductArn": OWN}
    assert lost["ErrorCode"] == "FindingNotFound"


def test_everything_that_the_customer_can_set(on: Watch) -> None:
    on.take(on.finding())
    on.wait(minutes=1)
    on.update(
        "one",
        Note={"Text": "look", "UpdatedBy": "ada"},
        Severity={"Label": "CRITICAL"},
        VerificationState="BENIGN_POSITIVE",
        Confidence=3,
        Criticality=4,
        Types=["TTPs/Discovery"],
        UserDefinedFields={"a": "b"},
        Workflow={"Status": "SUPPRESSED"},
        RelatedFindings=[{"ProductArn": OWN, "Id": "two"}],
    )
    (found,) = on.findings()
    assert found["Note"] == {
        "Text": "look",
        "UpdatedBy": "ada",
        "UpdatedAt": "2026-11-02T12:01:00Z",
    }
    assert found["Severity"]["Normalized"] == 90
    assert (found["Confidence"], found["Criticality"]) == (3, 4)
    assert (found["Types"], found["UserDefinedFields"]) == (["TTPs/Discovery"], {"a": "b"})
    assert found["RelatedFindings"] == [{"ProductArn": OWN, "Id": "two"}]
    assert found["Workflow"] == {"Status": "SUPPRESSED"}
    assert found["UpdatedAt"] == "2026-11-01T10:00:00Z"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"Confidence": 101},
        {"Note": {"Text": "x" * 513, "UpdatedBy": "ada"}},
        {"Types": ["Nonsense"]},
        {"Workflow": {"Status": "DONE"}},
    ],
)
def test_an_update_that_is_refused(on: Watch, fields: dict[str, Any]) -> None:
    on.take(on.finding())
    with pytest.raises(ClientError) as caught:
        on.update("one", **fields)
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"


def test_a_findings_history(on: Watch) -> None:
    on.take(on.finding())
    on.wait(minutes=1)
    on.update("one", Workflow={"Status": "RESOLVED"})
    records = on.hub.get_finding_history(FindingIdentifier={"Id": "one", "ProductArn": OWN})
    last, first = records["Records"]
    assert first["FindingCreated"] is True
    assert last["UpdateSource"]["Type"] == "BATCH_UPDATE_FINDINGS"
    assert last["UpdateSource"]["Identity"].endswith(":user/admin")
    assert last["Updates"] == [
        {
            "UpdatedField": "Workflow",
            "OldValue": '{"Status": "NEW"}',
            "NewValue": '{"Status": "RESOLVED"}',
        }
    ]


def test_the_deprecated_update_takes_filters(on: Watch) -> None:
    on.take(on.finding("a"), on.finding("b"))
    on.hub.update_findings(
        Filters={"Id": [{"Value": "a", "Comparison": "EQUALS"}]}, RecordState="ARCHIVED"
    )
    assert [one["Id"] for one in on.findings(RecordState="ARCHIVED")] == ["a"]


def test_insights_count_findings(on: Watch) -> None:
    on.take(on.finding("a"), on.finding("b", Severity={"Label": "LOW"}), on.finding("c"))
    arn = on.hub.create_insight(
        Name="Severities",
        Filters={"GeneratorId": [{"Value": "scanner", "Comparison": "EQUALS"}]},
        GroupByAttribute="SeverityLabel",
    )["InsightArn"]
    assert arn.startswith("arn:aws:securityhub:us-east-1:111122223333:insight/111122223333/custom/")
    told = on.hub.get_insight_results(InsightArn=arn)["InsightResults"]
    assert told["ResultValues"] == [
        {"GroupByAttributeValue": "HIGH", "Count": 2},
        {"GroupByAttributeValue": "LOW", "Count": 1},
    ]
    on.hub.update_insight(InsightArn=arn, GroupByAttribute="ResourceId")
    told = on.hub.get_insight_results(InsightArn=arn)["InsightResults"]
    assert [one["Count"] for one in told["ResultValues"]] == [1, 1, 1]
    on.hub.delete_insight(InsightArn=arn)
    with pytest.raises(ClientError) as caught:
        on.hub.get_insight_results(InsightArn=arn)
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_managed_insights_are_there(on: Watch) -> None:
    on.take(on.finding())
    known = {one["Name"]: one["InsightArn"] for one in on.hub.get_insights()["Insights"]}
    told = on.hub.get_insight_results(InsightArn=known["Severity by counts of findings"])
    assert told["InsightResults"]["ResultValues"] == [{"GroupByAttributeValue": "HIGH", "Count": 1}]
    with pytest.raises(ClientError):
        on.hub.delete_insight(InsightArn=known["Severity by counts of findings"])


def rule(on: Watch, order: int, update: dict[str, Any], **more: Any) -> str:
    made = on.hub.create_automation_rule(
        RuleName=f"rule {order}",
        Description="for the test",
        RuleOrder=order,
        Criteria={"SeverityLabel": [{"Value": "HIGH", "Comparison": "EQUALS"}]},
        Actions=[{"Type": "FINDING_FIELDS_UPDATE", "FindingFieldsUpdate": update}],
        **more,
    )
    return str(made["RuleArn"])


def test_automation_rules_change_findings_as_they_come_in(on: Watch) -> None:
    on.take(on.finding("before"))
    rule(on, 2, {"Criticality": 9}, IsTerminal=True)
    rule(on, 1, {"Workflow": {"Status": "SUPPRESSED"}})
    rule(on, 3, {"Confidence": 9})
    on.take(on.finding("after"), on.finding("low", Severity={"Label": "LOW"}))
    found = {one["Id"]: one for one in on.findings()}
    assert found["before"]["Workflow"]["Status"] == "NEW"
    assert found["low"]["Workflow"]["Status"] == "NEW"
    assert (found["after"]["Workflow"]["Status"], found["after"]["Criticality"]) == (
        "SUPPRESSED",
        9,
    )
    assert "Confidence" not in found["after"]


def test_automation_rules_are_listed_changed_and_deleted(on: Watch) -> None:
    second, first = rule(on, 2, {"Criticality": 9}), rule(on, 1, {"Criticality": 8})
    listed = on.hub.list_automation_rules()["AutomationRulesMetadata"]
    assert [one["RuleArn"] for one in listed] == [first, second]
    on.hub.batch_update_automation_rules(
        UpdateAutomationRulesRequestItems=[{"RuleArn": first, "RuleStatus": "DISABLED"}]
    )
    (told,) = on.hub.batch_get_automation_rules(AutomationRulesArns=[first])["Rules"]
    assert (told["RuleStatus"], told["RuleOrder"]) == ("DISABLED", 1)
    answer = on.hub.batch_delete_automation_rules(AutomationRulesArns=[second, GONE])
    assert answer["ProcessedAutomationRules"] == [second]
    assert [one["RuleArn"] for one in answer["UnprocessedAutomationRules"]] == [GONE]
    on.take(on.finding())
    assert "Criticality" not in on.findings()[0]
