"""Reachability Analyzer and Network Access Analyzer, answered by the account's network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Lan, Refusal

TYPES = {"gateway": "AWS::EC2::InternetGateway", "interface": "AWS::EC2::NetworkInterface"}


def analyze(lan: Lan, source: str, destination: str | None, port: int = 22, **more: Any) -> Any:
    """The analysis of a path, done."""
    options = {"Source": source, "Protocol": "tcp", "DestinationPort": port, **more}
    if destination:
        options["Destination"] = destination
    path = lan.ec2.create_network_insights_path(**options)["NetworkInsightsPath"]
    name = path["NetworkInsightsPathId"]
    started = lan.ec2.start_network_insights_analysis(NetworkInsightsPathId=name)
    told = started["NetworkInsightsAnalysis"]
    assert told["Status"] == "running"
    (done,) = lan.ec2.describe_network_insights_analyses(
        NetworkInsightsAnalysisIds=[told["NetworkInsightsAnalysisId"]]
    )["NetworkInsightsAnalyses"]
    assert done["Status"] == "succeeded"
    return done


def code(done: Any) -> str:
    assert not done["NetworkPathFound"]
    (explanation,) = done["Explanations"]
    return str(explanation["ExplanationCode"])


def ids(components: Any) -> list[str]:
    return [one["Component"]["Id"].partition("-")[0] for one in components]


def test_the_documented_example(lan: Lan) -> None:
    """ "Getting started with Reachability Analyzer using the AWS CLI": from a gateway by SSH."""
    filters = {"DestinationPortRange": {"FromPort": 22, "ToPort": 22}}
    path = lan.ec2.create_network_insights_path(
        Source=lan.igw, Destination=lan.web, Protocol="tcp", FilterAtSource=filters
    )["NetworkInsightsPath"]
    assert re.fullmatch(r"nip-[0-9a-f]{17}", path["NetworkInsightsPathId"])
    assert path["DestinationArn"].endswith(f":instance/{lan.web}")
    done = analyze(lan, lan.igw, lan.web)
    assert code(done) == "SG_HAS_NO_RULES"
    lan.allow(lan.web_group, 443)
    done = analyze(lan, lan.igw, lan.web)
    assert code(done) == "ENI_SG_RULES_MISMATCH"
    (why,) = done["Explanations"]
    assert why["Direction"] == "ingress"
    assert why["NetworkInterface"]["Id"] == lan.interface(lan.web)
    assert [one["Id"] for one in why["SecurityGroups"]] == [lan.web_group]
    lan.allow(lan.web_group, 22)
    done = analyze(lan, lan.igw, lan.web)
    assert done["NetworkPathFound"]
    assert "Explanations" not in done
    assert ids(done["ForwardPathComponents"]) == ["igw", "acl", "sg", "eni", "i"]
    assert ids(done["ReturnPathComponents"]) == ["i", "eni", "sg", "acl", "rtb", "igw"]
    _, acl, group, interface, _ = done["ForwardPathComponents"]
    assert acl["AclRule"] == {
        "Cidr": "0.0.0.0/0",
        "Egress": False,
        "Protocol": "all",
        "RuleAction": "allow",
        "RuleNumber": 100,
    }
    assert group["SecurityGroupRule"] == {
        "Cidr": "0.0.0.0/0",
        "Direction": "ingress",
        "PortRange": {"From": 22, "To": 22},
        "Protocol": "tcp",
    }
    assert interface["AttachedTo"]["Id"] == lan.web
    assert interface["Subnet"]["Arn"].endswith(f":subnet/{lan.public}")
    route = done["ReturnPathComponents"][4]["RouteTableRoute"]
    assert (route["DestinationCidr"], route["GatewayId"]) == ("0.0.0.0/0", lan.igw)
    assert [one["SequenceNumber"] for one in done["ForwardPathComponents"]] == [1, 2, 3, 4, 5]


def test_a_rule_for_one_address_is_a_path(lan: Lan) -> None:
    """The question is whether any packet gets there."""
    lan.allow(lan.web_group, 22, "203.0.113.9/32")
    done = analyze(lan, lan.igw, lan.web)
    assert done["NetworkPathFound"]
    header = done["ForwardPathComponents"][-1]["InboundHeader"]
    assert header["SourceAddresses"] == ["203.0.113.9/32"]
    filters = {
        "SourceAddress": "203.0.113.10",
        "DestinationPortRange": {"FromPort": 22, "ToPort": 22},
    }
    done = analyze(lan, lan.igw, lan.web, FilterAtSource=filters)
    assert code(done) == "ENI_SG_RULES_MISMATCH"


def test_why_an_instance_is_not_reached(lan: Lan) -> None:
    lan.allow(lan.app_group, 22)
    assert code(analyze(lan, lan.igw, lan.app)) == "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"
    lan.allow(lan.web_group, 22)
    lan.ec2.detach_internet_gateway(InternetGatewayId=lan.igw, VpcId=lan.vpc)
    assert code(analyze(lan, lan.igw, lan.web)) in {
        "BAD_STATE_ATTACHMENT",
        "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    }


def test_the_way_out(lan: Lan) -> None:
    done = analyze(lan, lan.web, lan.igw, 443)
    assert ids(done["ForwardPathComponents"]) == ["i", "eni", "sg", "acl", "rtb", "igw"]
    done = analyze(lan, lan.app, lan.igw, 443)
    assert ids(done["ForwardPathComponents"])[-2:] == ["rtb", "igw"]
    assert "nat" in ids(done["ForwardPathComponents"])
    lan.ec2.delete_route(RouteTableId=lan.private_table, DestinationCidrBlock="0.0.0.0/0")
    done = analyze(lan, lan.app, lan.igw, 443)
    assert code(done) == "NO_ROUTE_TO_DESTINATION"
    assert done["Explanations"][0]["RouteTable"]["Id"] == lan.private_table
    lan.ec2.create_route(
        RouteTableId=lan.private_table, DestinationCidrBlock="0.0.0.0/0", GatewayId=lan.igw
    )
    assert code(analyze(lan, lan.app, lan.igw, 443)) == "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"


def test_a_network_acl_in_either_direction(lan: Lan) -> None:
    lan.allow(lan.app_group, 22, "10.0.0.0/16")
    done = analyze(lan, lan.web, lan.app)
    assert ids(done["ForwardPathComponents"]) == [
        *("i", "eni", "sg", "acl", "rtb", "acl", "sg", "eni", "i"),
    ]
    rules = [one["AclRule"] for one in done["ForwardPathComponents"] if "AclRule" in one]
    assert [rule["Egress"] for rule in rules] == [True, False]
    (acl,) = lan.ec2.describe_network_acls(
        Filters=[{"Name": "association.subnet-id", "Values": [lan.private]}]
    )["NetworkAcls"]
    entry = {
        "NetworkAclId": acl["NetworkAclId"],
        "RuleNumber": 50,
        "Protocol": "6",
        "RuleAction": "deny",
        "CidrBlock": "0.0.0.0/0",
        "PortRange": {"From": 22, "To": 22},
    }
    lan.ec2.create_network_acl_entry(Egress=False, **entry)
    done = analyze(lan, lan.web, lan.app)
    assert code(done) == "SUBNET_ACL_RESTRICTION"
    (why,) = done["Explanations"]
    assert (why["Acl"]["Id"], why["Direction"]) == (acl["NetworkAclId"], "ingress")
    assert why["AclRule"]["RuleNumber"] == 50
    lan.ec2.delete_network_acl_entry(NetworkAclId=acl["NetworkAclId"], RuleNumber=50, Egress=False)
    ports = {"From": 1024, "To": 65535}
    lan.ec2.create_network_acl_entry(Egress=True, **{**entry, "PortRange": ports})
    done = analyze(lan, lan.web, lan.app)
    assert (code(done), done["Explanations"][0]["Direction"]) == (
        "SUBNET_ACL_RESTRICTION",
        "egress",
    )


def test_a_stopped_instance(lan: Lan) -> None:
    lan.allow(lan.app_group, 22)
    lan.ec2.stop_instances(InstanceIds=[lan.app])
    assert code(analyze(lan, lan.web, lan.app)) == "BAD_STATE"


def test_an_address_as_the_destination(lan: Lan) -> None:
    lan.allow(lan.web_group, 22)
    address = lan.told(lan.web)["PublicIpAddress"]
    filters = {
        "DestinationAddress": address,
        "DestinationPortRange": {"FromPort": 22, "ToPort": 22},
    }
    assert analyze(lan, lan.igw, None, FilterAtSource=filters)["NetworkPathFound"]


def test_paths_and_analyses_are_described_and_deleted(lan: Lan, refusal: Refusal) -> None:
    done = analyze(lan, lan.web, lan.app)
    path, analysis = done["NetworkInsightsPathId"], done["NetworkInsightsAnalysisId"]
    ec2 = lan.ec2
    (told,) = ec2.describe_network_insights_paths(
        Filters=[{"Name": "source", "Values": [lan.web]}]
    )["NetworkInsightsPaths"]
    assert told["NetworkInsightsPathId"] == path
    blocked = [{"Name": "path-found", "Values": ["false"]}]
    (told,) = ec2.describe_network_insights_analyses(Filters=blocked)["NetworkInsightsAnalyses"]
    assert told["NetworkInsightsAnalysisId"] == analysis
    said = refusal(lambda: ec2.delete_network_insights_path(NetworkInsightsPathId=path))
    assert said[0] == "AnalysisExistsForNetworkInsightsPath"
    ec2.delete_network_insights_analysis(NetworkInsightsAnalysisId=analysis)
    ec2.delete_network_insights_path(NetworkInsightsPathId=path)
    assert ec2.describe_network_insights_paths()["NetworkInsightsPaths"] == []
    said = refusal(lambda: ec2.start_network_insights_analysis(NetworkInsightsPathId=path))
    assert said[0] == "InvalidNetworkInsightsPathId.NotFound"
    said = refusal(lambda: ec2.delete_network_insights_analysis(NetworkInsightsAnalysisId=analysis))
    assert said[0] == "InvalidNetworkInsightsAnalysisId.NotFound"


def test_what_is_not_simulated_says_so(lan: Lan, refusal: Refusal) -> None:
    for source in ("tgw-0123456789abcdef0", "vpce-0123456789abcdef0"):
        said = refusal(lambda source=source: analyze(lan, source, lan.web))
        assert said[0] == "UnsupportedOperation"
        assert "not simulated" in said[2]
    said = refusal(lambda: analyze(lan, "i-0123456789abcdef0", lan.web))
    assert said[0] == "InvalidParameterValue"


def test_analyses_are_undone_with_the_world(lan: Lan) -> None:
    saved = lan.world.save()
    first = analyze(lan, lan.web, lan.app)
    lan.world.restore(saved)
    assert lan.ec2.describe_network_insights_paths()["NetworkInsightsPaths"] == []
    assert analyze(lan, lan.web, lan.app) == first


def scope(lan: Lan, match: Any, exclude: Any = None) -> list[Any]:
    """The findings of a scope."""
    options = {"MatchPaths": [match], **({"ExcludePaths": [exclude]} if exclude else {})}
    made = lan.ec2.create_network_insights_access_scope(**options)
    name = made["NetworkInsightsAccessScope"]["NetworkInsightsAccessScopeId"]
    assert re.fullmatch(r"nis-[0-9a-f]{17}", name)
    content = lan.ec2.get_network_insights_access_scope_content(NetworkInsightsAccessScopeId=name)
    assert content["NetworkInsightsAccessScopeContent"]["MatchPaths"] == [match]
    started = lan.ec2.start_network_insights_access_scope_analysis(
        NetworkInsightsAccessScopeId=name
    )["NetworkInsightsAccessScopeAnalysis"]
    analysis = started["NetworkInsightsAccessScopeAnalysisId"]
    (told,) = lan.ec2.describe_network_insights_access_scope_analyses(
        NetworkInsightsAccessScopeId=name
    )["NetworkInsightsAccessScopeAnalyses"]
    findings = lan.ec2.get_network_insights_access_scope_analysis_findings(
        NetworkInsightsAccessScopeAnalysisId=analysis
    )["AnalysisFindings"]
    assert told["Status"] == "succeeded"
    assert told["FindingsFound"] == ("true" if findings else "false")
    return list(findings)


def end(kind: str, **header: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"ResourceStatement": {"ResourceTypes": [TYPES[kind]]}}
    return {**told, **({"PacketHeaderStatement": header} if header else {})}


def opened(findings: list[Any]) -> set[tuple[str, int]]:
    """Instance and first port of the rule that lets each path in."""
    found = set()
    for finding in findings:
        parts = finding["FindingComponents"]
        (rule,) = [one["SecurityGroupRule"] for one in parts if "SecurityGroupRule" in one]
        found.add((parts[-1]["Component"]["Id"], rule["PortRange"]["From"]))
    return found


def test_ways_in_from_the_internet(lan: Lan) -> None:
    """A finding for each rule; what has no public address has none."""
    match = {"Source": end("gateway"), "Destination": end("interface")}
    assert scope(lan, match) == []
    for port, block in ((22, "203.0.113.0/24"), (443, "0.0.0.0/0")):
        lan.allow(lan.web_group, port, block)
    lan.allow(lan.app_group, 22)
    findings = scope(lan, match)
    assert opened(findings) == {(lan.web, 22), (lan.web, 443)}
    assert ids(findings[0]["FindingComponents"]) == ["igw", "acl", "sg", "eni", "i"]
    narrow = {"Source": end("gateway"), "Destination": end("interface", DestinationPorts=["20-25"])}
    assert opened(scope(lan, narrow)) == {(lan.web, 22)}
    assert opened(scope(lan, match, narrow)) == {(lan.web, 443)}
    far = {
        "Source": end("gateway", SourceAddresses=["198.51.100.0/24"]),
        "Destination": end("interface"),
    }
    assert opened(scope(lan, far)) == {(lan.web, 443)}


def test_ways_out(lan: Lan) -> None:
    match = {"Source": end("interface"), "Destination": end("gateway")}
    findings = scope(lan, match)
    sources = {one["FindingComponents"][0]["Component"]["Id"] for one in findings}
    assert sources == {lan.web, lan.app}
    lan.ec2.delete_route(RouteTableId=lan.private_table, DestinationCidrBlock="0.0.0.0/0")
    sources = {one["FindingComponents"][0]["Component"]["Id"] for one in scope(lan, match)}
    assert sources == {lan.web}


def test_other_scopes_are_not_simulated(lan: Lan, refusal: Refusal) -> None:
    other = {"ResourceStatement": {"ResourceTypes": ["AWS::EC2::TransitGatewayAttachment"]}}
    said = refusal(lambda: scope(lan, {"Source": other, "Destination": end("interface")}))
    assert said[0] == "UnsupportedOperation"
    through = {
        "Source": end("gateway"),
        "Destination": end("interface"),
        "ThroughResources": [{"ResourceStatement": {"ResourceTypes": ["AWS::EC2::NatGateway"]}}],
    }
    assert refusal(lambda: scope(lan, through))[0] == "UnsupportedOperation"


def test_scopes_are_deleted_after_their_analyses(lan: Lan, refusal: Refusal) -> None:
    scope(lan, {"Source": end("gateway"), "Destination": end("interface")})
    ec2 = lan.ec2
    (told,) = ec2.describe_network_insights_access_scope_analyses()[
        "NetworkInsightsAccessScopeAnalyses"
    ]
    name = told["NetworkInsightsAccessScopeId"]
    said = refusal(
        lambda: ec2.delete_network_insights_access_scope(NetworkInsightsAccessScopeId=name)
    )
    assert said[0] == "AnalysisExistsForNetworkInsightsAccessScope"
    ec2.delete_network_insights_access_scope_analysis(
        NetworkInsightsAccessScopeAnalysisId=told["NetworkInsightsAccessScopeAnalysisId"]
    )
    ec2.delete_network_insights_access_scope(NetworkInsightsAccessScopeId=name)
    assert ec2.describe_network_insights_access_scopes()["NetworkInsightsAccessScopes"] == []


@pytest.mark.parametrize(
    ("action", "call"),
    [
        ("ec2:CreateNetworkInsightsPath", "create_network_insights_path"),
        ("ec2:DescribeNetworkInsightsPaths", "describe_network_insights_paths"),
    ],
)
def test_who_may_ask(lan: Lan, refusal: Refusal, action: str, call: str) -> None:
    statement = lan.cloud.statement
    options = {"Source": lan.igw, "Destination": lan.web, "Protocol": "tcp"}
    options = options if call.startswith("create") else {}
    may = lan.cloud.client("ec2", lan.cloud.user("may", statement(action)))
    getattr(may, call)(**options)
    may_not = lan.cloud.client("ec2", lan.cloud.user("not", statement("ec2:DescribeVpcs")))
    assert refusal(lambda: getattr(may_not, call)(**options))[0] == "UnauthorizedOperation"
