"""What EventBridge is told, and what other services' findings become."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from simulator.account.account import Account
from simulator.security_hub import custom_actions, products
from tests.security_hub.conftest import Watch

GUARDDUTY = "arn:aws:securityhub:us-east-1::product/aws/guardduty"


def imported(watch: Watch) -> list[dict[str, Any]]:
    return [
        event.detail["findings"][0]
        for event in watch.sent
        if event.detail_type == "Security Hub Findings - Imported"
    ]


def test_each_new_finding_is_an_event(watch: Watch) -> None:
    watch.enable()
    assert {event.detail_type for event in watch.sent} == {"Security Hub Findings - Imported"}
    told = {one["Id"]: one for one in imported(watch)}
    assert told == {one["Id"]: one for one in watch.findings()}
    event = watch.sent[0]
    (finding,) = event.detail["findings"]
    assert (event.source, event.account) == ("aws.securityhub", "111122223333")
    assert event.resources == (f"{finding['ProductArn']}/{finding['Id']}",)
    assert len({one.id for one in watch.sent}) == len(watch.sent)


def test_each_update_is_an_event_and_only_then(watch: Watch) -> None:
    watch.hub.enable_security_hub(EnableDefaultStandards=False)
    watch.take(watch.finding())
    watch.take(watch.finding())
    watch.update("one", Workflow={"Status": "NOTIFIED"})
    watch.update("one", Workflow={"Status": "NOTIFIED"})
    watch.cloud.world.react()
    assert [one["Workflow"]["Status"] for one in imported(watch)] == ["NEW", "NOTIFIED"]
    watch.wait(hours=1)
    assert len(imported(watch)) == 2


def test_a_custom_action_sends_findings_with_its_name(watch: Watch) -> None:
    watch.hub.enable_security_hub(EnableDefaultStandards=False)
    watch.take(watch.finding())
    arn = watch.hub.create_action_target(Name="Page", Description="Page somebody", Id="page")[
        "ActionTargetArn"
    ]
    assert arn == "arn:aws:securityhub:us-east-1:111122223333:action/custom/page"
    account, now = watch.cloud.account, watch.cloud.world.clock.now()
    custom_actions.send(account, "us-east-1", arn, ["one"], now)
    watch.cloud.world.react()
    event = watch.sent[-1]
    assert event.detail_type == "Security Hub Findings - Custom Action"
    assert event.resources == (arn,)
    assert event.detail["actionName"] == "Page"
    assert event.detail["actionDescription"] == "Page somebody"
    assert [one["Id"] for one in event.detail["findings"]] == ["one"]


def test_custom_actions_are_kept(watch: Watch) -> None:
    watch.hub.enable_security_hub(EnableDefaultStandards=False)
    arn = watch.hub.create_action_target(Name="Page", Description="d", Id="page")["ActionTargetArn"]
    with pytest.raises(watch.hub.exceptions.ResourceConflictException):
        watch.hub.create_action_target(Name="Page", Description="d", Id="page")
    watch.hub.update_action_target(ActionTargetArn=arn, Name="Call")
    (told,) = watch.hub.describe_action_targets()["ActionTargets"]
    assert told["Name"] == "Call"
    watch.hub.delete_action_target(ActionTargetArn=arn)
    assert watch.hub.describe_action_targets()["ActionTargets"] == []


@pytest.fixture
def detector(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The findings of a service that keeps the contract of `asff`."""
    found: list[dict[str, Any]] = []

    def asff(account: Account, region: str) -> list[dict[str, Any]]:
        return [dict(one) for one in found if region == "us-east-1"]

    module: Any = ModuleType("simulator.guardduty.asff")
    module.asff = asff
    package: Any = ModuleType("simulator.guardduty")
    package.asff, package.__path__ = module, []
    monkeypatch.setitem(sys.modules, "simulator.guardduty", package)
    monkeypatch.setitem(sys.modules, "simulator.guardduty.asff", module)
    monkeypatch.setattr(products, "has_findings", lambda package: package == "guardduty")
    return found


def threat(watch: Watch, **more: Any) -> dict[str, Any]:
    name = "arn:aws:guardduty:us-east-1:111122223333:detector/1/finding/2"
    return watch.finding(
        name,
        ProductArn=GUARDDUTY,
        Types=["TTPs/Discovery/Recon"],
        Severity={"Product": 5, "Label": "MEDIUM"},
        **more,
    )


def found_anew(watch: Watch, marker: int) -> None:
    """The detector's state is another one."""
    watch.cloud.account.services["guardduty", "us-east-1"] = (marker,)
    watch.cloud.world.react()


def test_other_services_findings_come_in(watch: Watch, detector: list[dict[str, Any]]) -> None:
    watch.hub.enable_security_hub(EnableDefaultStandards=False)
    detector.append(threat(watch))
    found_anew(watch, 1)
    (told,) = watch.findings(ProductName="GuardDuty")
    assert (told["CompanyName"], told["Severity"]["Label"]) == ("AWS", "MEDIUM")
    assert [one["Id"] for one in imported(watch)] == [told["Id"]]


def test_their_updates_keep_the_customers_workflow(
    watch: Watch, detector: list[dict[str, Any]]
) -> None:
    watch.hub.enable_security_hub(EnableDefaultStandards=False)
    detector.append(threat(watch))
    found_anew(watch, 1)
    (told,) = watch.findings()
    watch.hub.batch_update_findings(
        FindingIdentifiers=[{"Id": told["Id"], "ProductArn": GUARDDUTY}],
        Workflow={"Status": "NOTIFIED"},
    )
    detector[:] = [threat(watch, Title="Twice")]
    found_anew(watch, 2)
    (told,) = watch.findings()
    assert (told["Title"], told["Workflow"]["Status"]) == ("Twice", "NOTIFIED")


def test_a_product_that_is_not_enabled_sends_nothing(
    watch: Watch, detector: list[dict[str, Any]]
) -> None:
    watch.hub.enable_security_hub(EnableDefaultStandards=False)
    arn = "arn:aws:securityhub:us-east-1:111122223333:product-subscription/aws/guardduty"
    watch.hub.disable_import_findings_for_product(ProductSubscriptionArn=arn)
    detector.append(threat(watch))
    found_anew(watch, 1)
    assert watch.findings() == []


def test_they_are_not_asked_while_nothing_changes(
    watch: Watch, detector: list[dict[str, Any]]
) -> None:
    watch.hub.enable_security_hub(EnableDefaultStandards=False)
    found_anew(watch, 1)
    detector.append(threat(watch))
    watch.wait(hours=1)
    assert watch.findings() == []
    found_anew(watch, 2)
    assert len(watch.findings()) == 1
