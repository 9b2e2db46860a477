"""The API of IAM Access Analyzer: analyzers, archive rules, lists, filters, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from tests.access_analyzer.conftest import Watch
from tests.access_analyzer.test_external_access import FOREIGN, OBJECTS, allow, opened
from tests.conftest import Cloud

OTHER = "444455556666"
ARN = "arn:aws:access-analyzer:us-east-1:111122223333:analyzer/watch"


def shared(watch: Watch) -> None:
    """A bucket open to everybody and a role for another account."""
    opened(watch, allow("*", "s3:GetObject", OBJECTS))
    trust = watch.cloud.trust({"AWS": f"arn:aws:iam::{FOREIGN}:root"})
    watch.client("iam").create_role(RoleName="vendor", AssumeRolePolicyDocument=trust)
    watch.start()


def test_an_analyzer_comes_and_goes(watch: Watch) -> None:
    arn = watch.start(tags={"team": "security"})
    assert arn == ARN
    shown = watch.api.get_analyzer(analyzerName="watch")["analyzer"]
    assert (shown["arn"], shown["type"], shown["status"]) == (ARN, "ACCOUNT", "ACTIVE")
    assert shown["tags"] == {"team": "security"}
    assert shown["createdAt"] == watch.trail.noon
    assert [one["name"] for one in watch.api.list_analyzers()["analyzers"]] == ["watch"]
    assert not watch.api.list_analyzers(type="ORGANIZATION")["analyzers"]
    watch.api.delete_analyzer(analyzerName="watch")
    assert not watch.api.list_analyzers()["analyzers"]


def test_the_service_linked_role_is_made(watch: Watch) -> None:
    watch.start()
    name = "AWSServiceRoleForAccessAnalyzer"
    assert watch.client("iam").get_role(RoleName=name)["Role"]["RoleName"] == name


def test_tags(watch: Watch) -> None:
    watch.start(tags={"team": "security"})
    watch.api.tag_resource(resourceArn=ARN, tags={"stage": "test"})
    watch.api.untag_resource(resourceArn=ARN, tagKeys=["team"])
    assert watch.api.list_tags_for_resource(resourceArn=ARN)["tags"] == {"stage": "test"}


@pytest.mark.parametrize(
    ("code", "method", "params"),
    [
        (
            "ConflictException",
            "create_analyzer",
            {"analyzerName": "watch", "type": "ACCOUNT_UNUSED_ACCESS"},
        ),
        (
            "ServiceQuotaExceededException",
            "create_analyzer",
            {"analyzerName": "other", "type": "ACCOUNT"},
        ),
        (
            "ValidationException",
            "create_analyzer",
            {"analyzerName": "other", "type": "ORGANIZATION"},
        ),
        ("ValidationException", "create_analyzer", {"analyzerName": "1st", "type": "ACCOUNT"}),
        ("ResourceNotFoundException", "get_analyzer", {"analyzerName": "nobody"}),
        ("ResourceNotFoundException", "list_findings_v2", {"analyzerArn": f"{ARN}s"}),
        ("ValidationException", "list_findings_v2", {"analyzerArn": "watch"}),
        (
            "ValidationException",
            "list_findings_v2",
            {"analyzerArn": ARN, "filter": {"colour": {"eq": ["red"]}}},
        ),
        ("ValidationException", "list_findings", {"analyzerArn": ARN, "nextToken": "x"}),
        ("ResourceNotFoundException", "get_finding", {"analyzerArn": ARN, "id": "x"}),
        ("ValidationException", "update_findings", {"analyzerArn": ARN, "status": "ARCHIVED"}),
        (
            "ResourceNotFoundException",
            "get_archive_rule",
            {"analyzerName": "watch", "ruleName": "none"},
        ),
        (
            "ResourceNotFoundException",
            "get_analyzed_resource",
            {"analyzerArn": ARN, "resourceArn": "arn:aws:s3:::none"},
        ),
    ],
)
def test_refusals(
    watch: Watch, refusal: Any, code: str, method: str, params: dict[str, Any]
) -> None:
    watch.start()
    found, _, _ = refusal(lambda: getattr(watch.api, method)(**params))
    assert found == code


def test_what_is_not_simulated_says_so(watch: Watch, refusal: Any) -> None:
    code, status, text = refusal(
        lambda: watch.api.create_analyzer(analyzerName="a", type="ACCOUNT_INTERNAL_ACCESS")
    )
    assert (code, status) == ("NotImplemented", 501)
    assert "INTERNAL_ACCESS is not simulated" in text


def test_generated_policies_are_not_simulated(watch: Watch, refusal: Any) -> None:
    role = "arn:aws:iam::111122223333:role/vendor"
    code, status, text = refusal(
        lambda: watch.api.start_policy_generation(policyGenerationDetails={"principalArn": role})
    )
    assert (code, status) == ("NotImplemented", 501)
    assert "StartPolicyGeneration" in text
    assert watch.api.list_policy_generations()["policyGenerations"] == []


def test_both_versions_tell_of_the_same_findings(watch: Watch) -> None:
    shared(watch)
    first = watch.api.list_findings(analyzerArn=ARN)["findings"]
    second = watch.api.list_findings_v2(analyzerArn=ARN)["findings"]
    assert [one["id"] for one in first] == [one["id"] for one in second]
    assert {one["findingType"] for one in second} == {"ExternalAccess"}
    for one in first:
        assert watch.api.get_finding(analyzerArn=ARN, id=one["id"])["finding"] == one
        shown = watch.api.get_finding_v2(analyzerArn=ARN, id=one["id"])
        (details,) = shown["findingDetails"]
        assert details["externalAccessDetails"]["principal"] == one["principal"]
        assert details["externalAccessDetails"]["action"] == one["action"]


@pytest.mark.parametrize(
    ("criteria", "kinds"),
    [
        ({"isPublic": {"eq": ["true"]}}, ["AWS::S3::Bucket"]),
        ({"resourceType": {"neq": ["AWS::S3::Bucket"]}}, ["AWS::IAM::Role"]),
        ({"principal.AWS": {"eq": [FOREIGN]}}, ["AWS::IAM::Role"]),
        ({"resource": {"contains": ["papers"]}}, ["AWS::S3::Bucket"]),
        ({"condition.aws:SourceVpc": {"exists": True}}, []),
        ({"condition.aws:SourceVpc": {"exists": False}}, ["AWS::IAM::Role", "AWS::S3::Bucket"]),
        ({"status": {"eq": ["ARCHIVED"]}}, []),
    ],
)
def test_filters(watch: Watch, criteria: dict[str, Any], kinds: list[str]) -> None:
    shared(watch)
    found = watch.api.list_findings_v2(analyzerArn=ARN, filter=criteria)["findings"]
    assert sorted(one["resourceType"] for one in found) == kinds


def test_sorted_pages(watch: Watch) -> None:
    shared(watch)
    pages = watch.api.get_paginator("list_findings_v2").paginate(
        analyzerArn=ARN,
        sort={"attributeName": "resource", "orderBy": "DESC"},
        PaginationConfig={"PageSize": 1},
    )
    found = [one["resource"] for page in pages for one in page["findings"]]
    assert found == ["arn:aws:s3:::papers", "arn:aws:iam::111122223333:role/vendor"]


def test_archived_by_hand_and_active_again(watch: Watch) -> None:
    shared(watch)
    watch.api.update_findings(analyzerArn=ARN, resourceArn="arn:aws:s3:::papers", status="ARCHIVED")
    assert [one["resource"] for one in watch.findings("ARCHIVED")] == ["arn:aws:s3:::papers"]
    watch.wait(days=2)
    ids = [one["id"] for one in watch.findings("ARCHIVED")]
    watch.api.update_findings(analyzerArn=ARN, ids=ids, status="ACTIVE")
    assert len(watch.findings()) == 2


def test_an_archive_rule_is_for_findings_to_come(watch: Watch) -> None:
    shared(watch)
    criteria = {"resourceType": {"eq": ["AWS::IAM::Role"]}}
    watch.api.create_archive_rule(analyzerName="watch", ruleName="roles", filter=criteria)
    assert len(watch.findings()) == 2
    trust = watch.cloud.trust({"AWS": OTHER})
    watch.client("iam").create_role(RoleName="partner", AssumeRolePolicyDocument=trust)
    watch.later()
    assert [one["principal"] for one in watch.findings("ARCHIVED")] == [{"AWS": OTHER}]
    watch.api.apply_archive_rule(analyzerArn=ARN, ruleName="roles")
    assert [one["resourceType"] for one in watch.findings()] == ["AWS::S3::Bucket"]


def test_archive_rules_are_kept(watch: Watch) -> None:
    criteria = {"isPublic": {"eq": ["false"]}}
    watch.start(archiveRules=[{"ruleName": "first", "filter": criteria}])
    watch.api.update_archive_rule(
        analyzerName="watch", ruleName="first", filter={"isPublic": {"eq": ["true"]}}
    )
    rule = watch.api.get_archive_rule(analyzerName="watch", ruleName="first")["archiveRule"]
    assert rule["filter"] == {"isPublic": {"eq": ["true"]}}
    assert rule["updatedAt"] > rule["createdAt"]
    watch.api.delete_archive_rule(analyzerName="watch", ruleName="first")
    assert not watch.api.list_archive_rules(analyzerName="watch")["archiveRules"]


def test_analyzed_resources(watch: Watch) -> None:
    shared(watch)
    found = watch.api.list_analyzed_resources(analyzerArn=ARN, resourceType="AWS::S3::Bucket")
    assert [one["resourceArn"] for one in found["analyzedResources"]] == ["arn:aws:s3:::papers"]
    shown = watch.api.get_analyzed_resource(analyzerArn=ARN, resourceArn="arn:aws:s3:::papers")
    assert shown["resource"]["isPublic"] is True
    assert shown["resource"]["actions"] == ["s3:GetObject"]
    assert shown["resource"]["sharedVia"] == ["POLICY"]


def test_statistics(watch: Watch) -> None:
    shared(watch)
    found = watch.api.get_findings_statistics(analyzerArn=ARN)["findingsStatistics"]
    counted = found[0]["externalAccessFindingsStatistics"]
    assert counted["totalActiveFindings"] == 2
    assert counted["resourceTypeStatistics"]["AWS::S3::Bucket"]["totalActivePublic"] == 1


def test_who_may_ask(watch: Watch, refusal: Any) -> None:
    """An analyzer is a resource: whoever may read another one reads nothing of this."""
    shared(watch)
    cloud = watch.cloud
    reader = cloud.user("reader", cloud.statement("access-analyzer:ListFindings", ARN))
    stranger = cloud.user("stranger", cloud.statement("access-analyzer:ListFindings", f"{ARN}2"))
    api = cloud.client("accessanalyzer", reader)
    assert len(api.list_findings_v2(analyzerArn=ARN)["findings"]) == 2
    other = cloud.client("accessanalyzer", stranger)
    code, _, _ = refusal(lambda: other.list_findings_v2(analyzerArn=ARN))
    assert code == "AccessDeniedException"


def test_an_organization_trusts_its_members(watch: Watch) -> None:
    """With the organization as the zone, what a member shares with another isn't told of."""
    cloud = watch.cloud
    org = cloud.root("organizations")
    org.create_organization(FeatureSet="ALL")
    org.create_account(Email="a@example.com", AccountName="member")
    accounts = [one["Id"] for one in org.list_accounts()["Accounts"]]
    member = next(one for one in accounts if one != "111122223333")
    opened(watch, allow({"AWS": [member, FOREIGN]}, "s3:GetObject", OBJECTS))
    watch.start("ORGANIZATION")
    assert [one["principal"] for one in watch.about("papers")] == [{"AWS": FOREIGN}]
    watch.api.delete_analyzer(analyzerName="watch")
    watch.start("ACCOUNT")
    found = [one["principal"]["AWS"] for one in watch.about("papers")]
    assert sorted(found) == sorted([member, FOREIGN])


def test_there_is_nothing_in_another_region(watch: Watch, cloud: Cloud) -> None:
    shared(watch)
    assert not cloud.root("accessanalyzer", region="eu-west-1").list_analyzers()["analyzers"]
