"""What rules say of trails, of detection, and of what stands in front of applications."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Cloud, LogTrail
from tests.controls.conftest import Judge


def objects(**more: Any) -> list[dict[str, Any]]:
    values = more.pop("values", ["arn:aws:s3"])
    return [{"DataResources": [{"Type": "AWS::S3::Object", "Values": values}], **more}]


def test_a_trail_of_all_regions(trail: LogTrail, judge: Judge) -> None:
    rule = "multi_region_cloudtrail_enabled"
    assert judge(rule) == [False]
    trail.bucket()
    trail.start("home")
    assert judge(rule) == [False]
    trail.start("all", IsMultiRegionTrail=True)
    assert judge(rule) == [True]
    trails = trail.client("cloudtrail")
    trails.put_event_selectors(TrailName="all", EventSelectors=[{"ReadWriteType": "WriteOnly"}])
    assert judge(rule) == [False]
    trails.put_event_selectors(TrailName="all", EventSelectors=[{"ReadWriteType": "All"}])
    assert judge(rule) == [True]
    trails.stop_logging(Name="all")
    assert judge(rule) == [False]


def test_a_trails_options(trail: LogTrail, judge: Judge) -> None:
    trail.bucket()
    trail.start()
    assert judge("cloud_trail_log_file_validation_enabled") == [False]
    assert judge("cloud_trail_encryption_enabled") == [False]
    assert judge("cloud_trail_cloud_watch_logs_enabled") == [False]
    assert judge("cloudtrail_bucket_not_public") == [True]
    assert judge("cloudtrail_bucket_logging_enabled") == [False]
    trail.client("cloudtrail").update_trail(Name="main", EnableLogFileValidation=True)
    assert judge("cloud_trail_log_file_validation_enabled") == [True]


@pytest.mark.parametrize(
    ("selectors", "write", "read"),
    [
        (objects(ReadWriteType="All"), True, True),
        (objects(ReadWriteType="WriteOnly"), True, False),
        (objects(ReadWriteType="ReadOnly"), False, True),
        (objects(ReadWriteType="All", values=["arn:aws:s3:::shop/"]), False, False),
    ],
)
def test_object_events(
    trail: LogTrail, judge: Judge, selectors: Any, write: bool, read: bool
) -> None:
    trail.bucket()
    trail.start(IsMultiRegionTrail=True)
    trail.client("cloudtrail").put_event_selectors(TrailName="main", EventSelectors=selectors)
    assert judge("cloudtrail_all_write_s3_data_event_check") == [write]
    assert judge("cloudtrail_all_read_s3_data_event_check") == [read]


def test_guardduty(cloud: Cloud, judge: Judge) -> None:
    guardduty = cloud.root("guardduty")
    assert judge("guardduty_enabled_centralized") == [False]
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    assert judge("guardduty_enabled_centralized") == [True]
    assert judge("guardduty_enabled_centralized", region="eu-west-1") == [False]
    guardduty.update_detector(DetectorId=detector, Enable=False)
    assert judge("guardduty_enabled_centralized") == [False]


def test_services_that_are_off(judge: Judge) -> None:
    assert judge("config_enabled") == [False]
    assert judge("macie_status_check") == [False]
    assert judge("iam_external_access_analyzer_enabled") == [False]


def test_functions(cloud: Cloud, judge: Judge) -> None:
    trust = Cloud.trust({"Service": "lambda.amazonaws.com"})
    role = cloud.role("runner", trust)
    functions = cloud.root("lambda")
    functions.create_function(
        FunctionName="f", Runtime="python3.12", Role=role, Handler="f.f", Code={"ZipFile": b"x"}
    )
    rule = "lambda_function_public_access_prohibited"
    assert judge(rule) == [True]
    functions.add_permission(
        FunctionName="f", StatementId="all", Action="lambda:InvokeFunction", Principal="*"
    )
    assert judge(rule) == [False]


def balancer(cloud: Cloud) -> tuple[Any, str]:
    ec2, elb = cloud.root("ec2"), cloud.root("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{z}")[
            "Subnet"
        ]["SubnetId"]
        for n, z in enumerate("ab")
    ]
    made = elb.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]
    return elb, str(made["LoadBalancerArn"])


def test_load_balancers(cloud: Cloud, judge: Judge) -> None:
    elb, arn = balancer(cloud)
    assert judge("alb_http_to_https_redirection_check") == []
    assert judge("elb_logging_enabled") == [False]
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    redirect = {
        "Type": "redirect",
        "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
    }
    listener = elb.create_listener(
        LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[fixed]
    )["Listeners"][0]["ListenerArn"]
    assert judge("alb_http_to_https_redirection_check") == [False]
    elb.modify_listener(ListenerArn=listener, DefaultActions=[redirect])
    assert judge("alb_http_to_https_redirection_check") == [True]


def test_web_acls(cloud: Cloud, judge: Judge) -> None:
    _, arn = balancer(cloud)
    waf = cloud.root("wafv2")
    metrics = {
        "SampledRequestsEnabled": False,
        "CloudWatchMetricsEnabled": False,
        "MetricName": "m",
    }
    acl = waf.create_web_acl(
        Name="acl", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=metrics
    )["Summary"]["ARN"]
    assert judge("wafv2_webacl_not_empty") == [False]
    assert judge("wafv2_logging_enabled") == [False]
    assert judge("alb_waf_enabled") == [False]
    waf.associate_web_acl(WebACLArn=acl, ResourceArn=arn)
    assert judge("alb_waf_enabled") == [True]


def test_databases(cloud: Cloud, judge: Judge) -> None:
    cloud.root("rds").create_db_instance(
        DBInstanceIdentifier="db",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="ada",
        MasterUserPassword="correct-horse",
        AllocatedStorage=20,
        PubliclyAccessible=True,
        StorageEncrypted=True,
        AutoMinorVersionUpgrade=False,
    )
    assert judge("rds_instance_public_access_check") == [False]
    assert judge("rds_storage_encrypted") == [True]
    assert judge("rds_automatic_minor_version_upgrade_enabled") == [False]
    rds = cloud.root("rds")
    rds.create_db_snapshot(DBInstanceIdentifier="db", DBSnapshotIdentifier="s")
    assert judge("rds_snapshot_encrypted", "s") == [True]
    assert judge("rds_snapshots_public_prohibited", "s") == [True]
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="s", AttributeName="restore", ValuesToAdd=["all"]
    )
    assert judge("rds_snapshots_public_prohibited", "s") == [False]


def test_state_machines(cloud: Cloud, judge: Judge) -> None:
    role = cloud.role("states", Cloud.trust({"Service": "states.amazonaws.com"}))
    definition = {"StartAt": "a", "States": {"a": {"Type": "Pass", "End": True}}}
    cloud.root("stepfunctions").create_state_machine(
        name="m", definition=json.dumps(definition), roleArn=role
    )
    assert judge("step_functions_state_machine_logging_enabled") == [False]


def test_firewall_policies(cloud: Cloud, judge: Judge) -> None:
    firewall = cloud.root("network-firewall")
    policy = {
        "StatelessDefaultActions": ["aws:pass"],
        "StatelessFragmentDefaultActions": ["aws:drop"],
    }
    firewall.create_firewall_policy(FirewallPolicyName="p", FirewallPolicy=policy)
    assert judge("netfw_policy_rule_group_associated") == [False]
    assert judge("netfw_policy_default_action_full_packets") == [False]
    assert judge("netfw_policy_default_action_fragment_packets") == [True]
