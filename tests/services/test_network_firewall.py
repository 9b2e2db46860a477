"""AWS Network Firewall's operations, by boto3."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

ONE = "arn:aws:network-firewall:us-east-1:111122223333"
STRICT = {"RuleOrder": "STRICT_ORDER"}


def domains(*names: str, **more: Any) -> dict[str, Any]:
    listed = {"Targets": list(names), "TargetTypes": ["TLS_SNI"], "GeneratedRulesType": "ALLOWLIST"}
    return {"RulesSource": {"RulesSourceList": listed}, **more}


def rules(*settings: str, **header: str) -> dict[str, Any]:
    whole = {
        "Protocol": "TCP",
        "Source": "ANY",
        "SourcePort": "ANY",
        "Direction": "FORWARD",
        "Destination": "ANY",
        "DestinationPort": "22",
        **header,
    }
    each = [
        {"Action": "DROP", "Header": whole, "RuleOptions": [{"Keyword": one}]} for one in settings
    ]
    return {"RulesSource": {"StatefulRules": each}}


def stateless(*priorities: int, actions: Any = ("aws:drop",), **match: Any) -> dict[str, Any]:
    listed = [
        {
            "Priority": each,
            "RuleDefinition": {"MatchAttributes": match, "Actions": list(actions)},
        }
        for each in priorities
    ]
    return {"RulesSource": {"StatelessRulesAndCustomActions": {"StatelessRules": listed}}}


def plain(**more: Any) -> dict[str, Any]:
    return {
        "StatelessDefaultActions": ["aws:forward_to_sfe"],
        "StatelessFragmentDefaultActions": ["aws:drop"],
        **more,
    }


@contextmanager
def refused(code: str) -> Iterator[list[str]]:
    """The call inside is refused with that code; what is given gets the message."""
    said: list[str] = []
    with pytest.raises(ClientError) as caught:
        yield said
    error = caught.value.response["Error"]
    assert error["Code"] == code, error["Message"]
    said.append(error["Message"])


class Site:
    """A VPC with two subnets in one Availability Zone and one in another."""

    def __init__(self, cloud: Any) -> None:
        self.ec2, self.api = cloud.root("ec2"), cloud.root("network-firewall")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.first, self.same, self.other = (
            self.ec2.create_subnet(
                VpcId=self.vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{zone}"
            )["Subnet"]["SubnetId"]
            for n, zone in ((1, "a"), (2, "a"), (3, "b"))
        )

    def group(self, name: str, group: dict[str, Any], kind: str = "STATEFUL", **more: Any) -> Any:
        more = {"Capacity": 10, **more}
        return self.api.create_rule_group(RuleGroupName=name, RuleGroup=group, Type=kind, **more)

    def policy(self, name: str = "egress", **document: Any) -> str:
        made = self.api.create_firewall_policy(
            FirewallPolicyName=name, FirewallPolicy=plain(**document)
        )
        return str(made["FirewallPolicyResponse"]["FirewallPolicyArn"])

    def firewall(self, **more: Any) -> dict[str, Any]:
        given = {
            "FirewallName": "egress",
            "VpcId": self.vpc,
            "SubnetMappings": [{"SubnetId": self.first}],
            **more,
        }
        if "FirewallPolicyArn" not in given:
            given["FirewallPolicyArn"] = self.policy()
        made: dict[str, Any] = self.api.create_firewall(**given)
        return made

    def endpoints(self) -> dict[str, str]:
        told = self.api.describe_firewall(FirewallName="egress")["FirewallStatus"]["SyncStates"]
        return {zone: one["Attachment"]["EndpointId"] for zone, one in told.items()}


@pytest.fixture
def site(cloud: Any) -> Site:
    return Site(cloud)


def test_a_rule_group_is_described_as_it_was_made(cloud: Any, site: Site) -> None:
    made = site.group("updates", domains("a.example.net"), Description="what for")
    told = made["RuleGroupResponse"]
    assert told["RuleGroupArn"] == f"{ONE}:stateful-rulegroup/updates"
    assert (told["ConsumedCapacity"], told["NumberOfAssociations"]) == (1, 0)
    assert told["LastModifiedTime"].timestamp() // 60 == cloud.world.clock.now().timestamp() // 60
    for how in (
        {"RuleGroupArn": told["RuleGroupArn"]},
        {"RuleGroupName": "updates", "Type": "STATEFUL"},
    ):
        found = site.api.describe_rule_group(**how)
        assert found["RuleGroup"] == domains("a.example.net")
        assert found["RuleGroupResponse"] == told
        assert found["UpdateToken"] == made["UpdateToken"]


def test_rules_may_be_given_as_text(site: Site) -> None:
    text = "# web\n\npass tcp any any -> any 443 (sid:1;)\ndrop tcp any any -> any any (sid:2;)"
    made = site.api.create_rule_group(
        RuleGroupName="text", Rules=text, Type="STATEFUL", Capacity=10
    )
    assert made["RuleGroupResponse"]["ConsumedCapacity"] == 2
    found = site.api.describe_rule_group(RuleGroupName="text", Type="STATEFUL")
    assert found["RuleGroup"]["RulesSource"] == {"RulesString": text}


def test_types_are_apart_and_lists_come_in_pages(site: Site) -> None:
    site.group("same", domains("a.example.net"))
    site.group("same", stateless(1, Protocols=[6, 17], Sources=[]), "STATELESS")
    listed = site.api.list_rule_groups()["RuleGroups"]
    assert [one["Arn"] for one in listed] == [
        f"{ONE}:stateful-rulegroup/same",
        f"{ONE}:stateless-rulegroup/same",
    ]
    assert site.api.list_rule_groups(Type="STATELESS")["RuleGroups"] == listed[1:]
    page = site.api.list_rule_groups(MaxResults=1)
    assert page["RuleGroups"] == listed[:1]
    rest = site.api.list_rule_groups(MaxResults=1, NextToken=page["NextToken"])
    assert rest["RuleGroups"] == listed[1:]
    assert "NextToken" not in rest
    found = site.api.describe_rule_group(RuleGroupName="same", Type="STATELESS")
    assert found["RuleGroupResponse"]["ConsumedCapacity"] == 2


def test_a_dry_run_makes_nothing(site: Site) -> None:
    told = site.group("dry", rules("sid:1", "sid:2"), DryRun=True)["RuleGroupResponse"]
    assert told["ConsumedCapacity"] == 2
    assert not site.api.list_rule_groups()["RuleGroups"]


WRONG_GROUPS = [
    pytest.param(domains("*.example.net"), "STATEFUL", "[*.example.net]", id="asterisk"),
    pytest.param(domains(), "STATEFUL", "RulesSourceList", id="no domains"),
    pytest.param(domains("a.example.net"), "STATELESS", "not valid for", id="wrong type"),
    pytest.param(stateless(1), "STATEFUL", "not valid for", id="stateless as stateful"),
    pytest.param(rules("msg:x"), "STATEFUL", "sid", id="no sid"),
    pytest.param(rules("sid:1", "sid:1"), "STATEFUL", "sid", id="sid twice"),
    pytest.param(rules("sid:1", Source="10.0.0.300"), "STATEFUL", "10.0.0.300", id="address"),
    pytest.param(rules("sid:1", Source="$LAN"), "STATEFUL", "$LAN", id="unknown variable"),
    pytest.param(rules("sid:1", DestinationPort="70000"), "STATEFUL", "70000", id="port"),
    pytest.param(rules("sid:1", DestinationPort="[1,[2]"), "STATEFUL", "brackets", id="brackets"),
    pytest.param(stateless(1, 1), "STATELESS", "Priority", id="priority twice"),
    pytest.param(stateless(65536), "STATELESS", "Priority", id="priority too high"),
    pytest.param(stateless(1, actions=["count"]), "STATELESS", "standard action", id="action"),
    pytest.param(
        stateless(1, actions=["aws:drop", "Count"]), "STATELESS", "custom action", id="custom"
    ),
    pytest.param(
        stateless(1, Sources=[{"AddressDefinition": "here"}]), "STATELESS", "[here]", id="source"
    ),
    pytest.param(rules(*(f"sid:{n}" for n in range(1, 12))), "STATEFUL", "capacity", id="too many"),
    pytest.param({"RulesSource": {}}, "STATEFUL", "Exactly one", id="no rules"),
]


@pytest.mark.parametrize(("group", "kind", "named"), WRONG_GROUPS)
def test_wrong_rules_are_refused(site: Site, group: dict[str, Any], kind: str, named: str) -> None:
    with refused("InvalidRequestException") as error:
        site.group("wrong", group, kind)
    assert named in error[0]
    assert not site.api.list_rule_groups()["RuleGroups"]


def test_an_update_needs_the_latest_token(site: Site) -> None:
    old = site.group("updates", domains("a.example.net"))["UpdateToken"]
    how = {"RuleGroupName": "updates", "Type": "STATEFUL"}
    new = site.api.update_rule_group(**how, RuleGroup=domains("b.example.net"), UpdateToken=old)
    assert new["UpdateToken"] != old
    with refused("InvalidTokenException"):
        site.api.update_rule_group(**how, RuleGroup=domains("c.example.net"), UpdateToken=old)
    found = site.api.describe_rule_group(**how)["RuleGroup"]
    assert found == domains("b.example.net")


def test_names_are_used_once(site: Site) -> None:
    site.group("updates", domains("a.example.net"))
    with refused("InvalidRequestException"):
        site.group("updates", domains("a.example.net"))
    policy = site.policy()
    with refused("InvalidRequestException"):
        site.policy()
    site.firewall(FirewallPolicyArn=policy)
    with refused("InvalidRequestException"):
        site.firewall(FirewallPolicyArn=policy)


MISSING = [
    ("describe_rule_group", {"RuleGroupName": "x", "Type": "STATEFUL"}),
    ("delete_rule_group", {"RuleGroupArn": f"{ONE}:stateful-rulegroup/x"}),
    ("describe_firewall_policy", {"FirewallPolicyName": "x"}),
    ("delete_firewall_policy", {"FirewallPolicyName": "x"}),
    ("describe_firewall", {"FirewallName": "x"}),
    ("delete_firewall", {"FirewallName": "x"}),
    ("update_firewall_delete_protection", {"FirewallName": "x", "DeleteProtection": False}),
]


@pytest.mark.parametrize(("method", "params"), MISSING)
def test_what_is_not_there_is_not_found(site: Site, method: str, params: dict[str, Any]) -> None:
    with refused("ResourceNotFoundException"):
        getattr(site.api, method)(**params)


def test_a_policy_counts_what_it_uses(site: Site) -> None:
    group = site.group("updates", domains("a.example.net"))["RuleGroupResponse"]["RuleGroupArn"]
    policy = site.policy(StatefulRuleGroupReferences=[{"ResourceArn": group}])
    site.firewall(FirewallPolicyArn=policy)
    found = site.api.describe_firewall_policy(FirewallPolicyArn=policy)
    assert found["FirewallPolicy"]["StatefulRuleGroupReferences"] == [{"ResourceArn": group}]
    told = found["FirewallPolicyResponse"]
    assert told["ConsumedStatefulRuleCapacity"] == 10
    assert told["NumberOfAssociations"] == 1
    used = site.api.describe_rule_group(RuleGroupArn=group)["RuleGroupResponse"]
    assert used["NumberOfAssociations"] == 1
    assert site.api.list_firewall_policies()["FirewallPolicies"] == [
        {"Name": "egress", "Arn": policy}
    ]


def test_what_is_in_use_can_not_be_deleted(site: Site) -> None:
    group = site.group("updates", domains("a.example.net"))["RuleGroupResponse"]["RuleGroupArn"]
    policy = site.policy(StatefulRuleGroupReferences=[{"ResourceArn": group}])
    site.firewall(FirewallPolicyArn=policy, DeleteProtection=False)
    for delete, params in (
        (site.api.delete_rule_group, {"RuleGroupArn": group}),
        (site.api.delete_firewall_policy, {"FirewallPolicyArn": policy}),
    ):
        with refused("InvalidOperationException") as error:
            delete(**params)
        assert "still in use" in error[0]
    gone = site.api.delete_firewall(FirewallName="egress")
    assert gone["FirewallStatus"]["Status"] == "DELETING"
    site.api.delete_firewall_policy(FirewallPolicyArn=policy)
    site.api.delete_rule_group(RuleGroupArn=group)
    assert not site.api.list_firewalls()["Firewalls"]
    assert not site.api.list_firewall_policies()["FirewallPolicies"]
    assert not site.api.list_rule_groups()["RuleGroups"]


GROUP, LESS = f"{ONE}:stateful-rulegroup/plain", f"{ONE}:stateless-rulegroup/less"
WRONG_POLICIES = [
    pytest.param(
        {"StatefulRuleGroupReferences": [{"ResourceArn": GROUP, "Priority": 1}]},
        "Priority cannot be provided, parameter: [1], "
        "context: StatefulRuleGroupReferences[0][Priority=1]",
        id="priority in action order",
    ),
    pytest.param(
        {
            "StatefulRuleGroupReferences": [{"ResourceArn": GROUP, "Priority": 1}],
            "StatefulEngineOptions": STRICT,
        },
        "must match",
        id="another rule order",
    ),
    pytest.param(
        {
            "StatefulRuleGroupReferences": [{"ResourceArn": f"{ONE}:stateful-rulegroup/strict"}],
            "StatefulEngineOptions": STRICT,
        },
        "Priority must be",
        id="no priority in strict order",
    ),
    pytest.param(
        {"StatefulRuleGroupReferences": [{"ResourceArn": LESS}]},
        f"rule group ARN is of incorrect entity type, parameter: [{LESS}]",
        id="stateless as stateful",
    ),
    pytest.param(
        {"StatefulRuleGroupReferences": [{"ResourceArn": GROUP}, {"ResourceArn": GROUP}]},
        "twice",
        id="twice",
    ),
    pytest.param(
        {"StatefulRuleGroupReferences": [{"ResourceArn": f"{GROUP}x"}]}, "not valid", id="unknown"
    ),
    pytest.param({"StatefulDefaultActions": ["aws:drop_strict"]}, "STRICT_ORDER", id="default"),
    pytest.param(
        {"StatefulDefaultActions": ["aws:drop"], "StatefulEngineOptions": STRICT},
        "[aws:drop]",
        id="no such default",
    ),
    pytest.param({"StatelessDefaultActions": ["aws:alert"]}, "standard action", id="stateless"),
]


@pytest.mark.parametrize(("document", "named"), WRONG_POLICIES)
def test_wrong_policies_are_refused(site: Site, document: dict[str, Any], named: str) -> None:
    site.group("plain", domains("a.example.net"))
    site.group("strict", domains("a.example.net", StatefulRuleOptions=STRICT))
    site.group("less", stateless(1), "STATELESS")
    with refused("InvalidRequestException") as error:
        site.policy(**document)
    assert named in error[0]


def test_a_policy_keeps_its_rule_order_and_its_token(site: Site) -> None:
    policy = site.policy()
    old = site.api.describe_firewall_policy(FirewallPolicyArn=policy)["UpdateToken"]
    how = {"FirewallPolicyArn": policy, "UpdateToken": old}
    with refused("InvalidRequestException"):
        site.api.update_firewall_policy(**how, FirewallPolicy=plain(StatefulEngineOptions=STRICT))
    site.api.update_firewall_policy(**how, FirewallPolicy=plain(), Description="new")
    with refused("InvalidTokenException"):
        site.api.update_firewall_policy(**how, FirewallPolicy=plain())
    told = site.api.describe_firewall_policy(FirewallPolicyArn=policy)
    assert told["FirewallPolicyResponse"]["Description"] == "new"


def test_a_firewall_has_an_endpoint_in_each_subnet(site: Site) -> None:
    made = site.firewall(SubnetMappings=[{"SubnetId": site.first}, {"SubnetId": site.other}])
    assert made["FirewallStatus"]["Status"] == "PROVISIONING"
    found = site.api.describe_firewall(FirewallArn=made["Firewall"]["FirewallArn"])
    assert found["Firewall"] == made["Firewall"]
    status = found["FirewallStatus"]
    assert (status["Status"], status["ConfigurationSyncStateSummary"]) == ("READY", "IN_SYNC")
    assert list(status["SyncStates"]["us-east-1b"]["Config"]) == [f"{ONE}:firewall-policy/egress"]
    zones = site.endpoints()
    assert list(zones) == ["us-east-1a", "us-east-1b"]
    shown = site.ec2.describe_vpc_endpoints(VpcEndpointIds=list(zones.values()))["VpcEndpoints"]
    assert {one["VpcEndpointType"] for one in shown} == {"GatewayLoadBalancer"}
    assert {subnet for one in shown for subnet in one["SubnetIds"]} == {site.first, site.other}
    assert site.api.list_firewalls(VpcIds=[site.vpc])["Firewalls"] == [
        {"FirewallName": "egress", "FirewallArn": f"{ONE}:firewall/egress"}
    ]
    assert not site.api.list_firewalls(VpcIds=["vpc-0"])["Firewalls"]


def test_ids_are_the_same_when_it_all_happens_again(cloud: Any, site: Site) -> None:
    saved = cloud.gateway.save(cloud.world)
    site.firewall()
    first = site.endpoints(), site.api.describe_firewall(FirewallName="egress")["UpdateToken"]
    cloud.gateway.restore(cloud.world, saved)
    site.firewall()
    again = site.endpoints(), site.api.describe_firewall(FirewallName="egress")["UpdateToken"]
    assert again == first


@pytest.mark.parametrize("case", ["same zone", "another VPC", "no subnet", "no policy", "no VPC"])
def test_wrong_places_are_refused(site: Site, case: str) -> None:
    vpc = site.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    both = [{"SubnetId": site.first}, {"SubnetId": site.same}]
    more: dict[str, Any] = {
        "same zone": {"SubnetMappings": both},
        "another VPC": {"VpcId": vpc},
        "no subnet": {"SubnetMappings": [{"SubnetId": "subnet-0"}]},
        "no policy": {"FirewallPolicyArn": f"{ONE}:stateful-rulegroup/x"},
        "no VPC": {"VpcId": "vpc-0"},
    }[case]
    with refused("InvalidRequestException"):
        site.firewall(**more)
    assert not site.api.list_firewalls()["Firewalls"]


def test_a_new_firewall_is_protected(site: Site) -> None:
    """ "CreateFirewall": the operation initializes these flags to TRUE."""
    site.firewall()
    second = site.policy("second")
    with refused("InvalidOperationException"):
        site.api.delete_firewall(FirewallName="egress")
    with refused("InvalidOperationException"):
        site.api.associate_firewall_policy(FirewallName="egress", FirewallPolicyArn=second)
    with refused("InvalidOperationException"):
        site.api.associate_subnets(FirewallName="egress", SubnetMappings=[{"SubnetId": site.other}])
    for name in ("DeleteProtection", "SubnetChangeProtection", "FirewallPolicyChangeProtection"):
        method = f"update_{'' if name.startswith('Subnet') else 'firewall_'}"
        short = {
            "DeleteProtection": "delete_protection",
            "SubnetChangeProtection": "subnet_change_protection",
            "FirewallPolicyChangeProtection": "policy_change_protection",
        }[name]
        told = getattr(site.api, method + short)(FirewallName="egress", **{name: False})
        assert told[name] is False
    site.api.associate_firewall_policy(FirewallName="egress", FirewallPolicyArn=second)
    found = site.api.describe_firewall(FirewallName="egress")["Firewall"]
    assert found["FirewallPolicyArn"] == second
    site.api.delete_firewall(FirewallName="egress")


def test_subnets_come_and_go(site: Site) -> None:
    site.firewall(SubnetChangeProtection=False)
    with refused("InvalidRequestException"):
        site.api.associate_subnets(FirewallName="egress", SubnetMappings=[{"SubnetId": site.same}])
    told = site.api.associate_subnets(
        FirewallName="egress", SubnetMappings=[{"SubnetId": site.other}]
    )
    assert [one["SubnetId"] for one in told["SubnetMappings"]] == [site.first, site.other]
    endpoints = site.endpoints()
    with refused("InvalidTokenException"):
        site.api.disassociate_subnets(
            FirewallName="egress",
            SubnetIds=[site.first],
            UpdateToken="00000000-0000-0000-0000-000000000000",
        )
    left = site.api.disassociate_subnets(
        FirewallName="egress", SubnetIds=[site.first], UpdateToken=told["UpdateToken"]
    )
    assert [one["SubnetId"] for one in left["SubnetMappings"]] == [site.other]
    assert site.endpoints() == {"us-east-1b": endpoints["us-east-1b"]}
    with refused("InvalidVpcEndpointId.NotFound"):
        site.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoints["us-east-1a"]])
    with refused("InvalidRequestException"):
        site.api.disassociate_subnets(FirewallName="egress", SubnetIds=[site.other])


def test_its_endpoints_are_not_the_callers_to_delete(site: Site) -> None:
    """ "DeleteVpcEndpoints" (Amazon EC2 API Reference)."""
    site.firewall()
    (endpoint,) = site.endpoints().values()
    own = site.ec2.create_vpc_endpoint(
        VpcId=site.vpc, ServiceName="com.amazonaws.us-east-1.s3", VpcEndpointType="Gateway"
    )["VpcEndpoint"]["VpcEndpointId"]
    told = site.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint, own])["Unsuccessful"]
    assert [one["ResourceId"] for one in told] == [endpoint]
    states = {
        one["VpcEndpointId"]: one["State"]
        for one in site.ec2.describe_vpc_endpoints()["VpcEndpoints"]
    }
    assert states[endpoint] == "available"
    assert states.get(own, "deleted") == "deleted"


def test_its_subnets_stay(site: Site) -> None:
    """ "DeleteSubnet" (Amazon EC2 API Reference): what is in it has to go first."""
    site.firewall(DeleteProtection=False)
    with refused("DependencyViolation"):
        site.ec2.delete_subnet(SubnetId=site.first)
    site.ec2.delete_subnet(SubnetId=site.other)
    site.api.delete_firewall(FirewallName="egress")
    site.ec2.delete_subnet(SubnetId=site.first)


def test_tags_come_and_go_with_what_has_them(cloud: Any, site: Site) -> None:
    """And IAM's conditions look at them."""
    tags = [{"Key": "team", "Value": "net"}]
    site.group("updates", domains("a.example.net"), Tags=tags)
    site.group("other", domains("a.example.net"))
    arns = [one["Arn"] for one in site.api.list_rule_groups()["RuleGroups"]]
    for arn, had in zip(arns, (tags, []), strict=True):
        assert site.api.list_tags_for_resource(ResourceArn=arn)["Tags"] == had
        shown = site.api.describe_rule_group(RuleGroupArn=arn)["RuleGroupResponse"]
        assert shown.get("Tags", []) == had
    own = cloud.statement(
        "network-firewall:DescribeRuleGroup",
        Condition={"StringEquals": {"aws:ResourceTag/team": "net"}},
    )
    reader = cloud.client("network-firewall", cloud.user("reader", own))
    with refused("AccessDeniedException"):
        reader.describe_rule_group(RuleGroupArn=arns[1])
    site.api.tag_resource(ResourceArn=arns[1], Tags=tags)
    reader.describe_rule_group(RuleGroupArn=arns[1])
    site.api.untag_resource(ResourceArn=arns[0], TagKeys=["team"])
    with refused("AccessDeniedException"):
        reader.describe_rule_group(RuleGroupArn=arns[0])
    with refused("ResourceNotFoundException"):
        site.api.tag_resource(ResourceArn=f"{ONE}:firewall/none", Tags=tags)
    made = site.firewall(Tags=tags, DeleteProtection=False)["Firewall"]
    assert made["Tags"] == tags
    site.api.delete_firewall(FirewallName="egress")
    site.policy("again")
    policy = f"{ONE}:firewall-policy/egress"
    assert site.firewall(FirewallPolicyArn=policy)["Firewall"].get("Tags", []) == []


def test_routes_lead_to_its_endpoints_by_id(site: Site) -> None:
    site.firewall()
    (endpoint,) = site.endpoints().values()
    table = site.ec2.create_route_table(VpcId=site.vpc)["RouteTable"]["RouteTableId"]
    gateway = site.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    site.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=site.vpc)
    where = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"}

    def targets() -> list[str]:
        found = site.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]
        return [one["GatewayId"] for one in found["Routes"]]

    site.ec2.create_route(**where, GatewayId=gateway)
    with refused("InvalidVpcEndpointId.NotFound"):
        site.ec2.replace_route(**where, VpcEndpointId="vpce-0123456789abcdef0")
    site.ec2.replace_route(**where, VpcEndpointId=endpoint)
    assert targets() == ["local", endpoint]
    site.ec2.replace_route(**where, GatewayId=gateway)
    assert targets() == ["local", gateway]


def test_a_firewall_that_logs_can_not_be_deleted(site: Site) -> None:
    site.firewall(DeleteProtection=False)
    config = {
        "LogType": "ALERT",
        "LogDestinationType": "S3",
        "LogDestination": {"bucketName": "logs"},
    }
    for configs in ([config], []):
        site.api.update_logging_configuration(
            FirewallName="egress", LoggingConfiguration={"LogDestinationConfigs": configs}
        )
        told = site.api.describe_logging_configuration(FirewallName="egress")
        assert told["LoggingConfiguration"]["LogDestinationConfigs"] == configs
        if configs:
            with refused("InvalidOperationException"):
                site.api.delete_firewall(FirewallName="egress")
    site.api.delete_firewall(FirewallName="egress")


def test_accounts_and_regions_have_their_own(cloud: Any, site: Site) -> None:
    site.group("updates", domains("a.example.net"))
    other = cloud.open("444455556666", world=cloud.world)
    for client in (
        cloud.root("network-firewall", other),
        cloud.root("network-firewall", region="eu-west-1"),
    ):
        assert not client.list_rule_groups()["RuleGroups"]
        with refused("ResourceNotFoundException"):
            client.describe_rule_group(RuleGroupArn=f"{ONE}:stateful-rulegroup/updates")


def test_iam_policies_decide_by_rule_group(cloud: Any, site: Site) -> None:
    site.group("updates", domains("a.example.net"))
    site.group("secret", domains("a.example.net"))
    may = cloud.statement("network-firewall:DescribeRuleGroup", f"{ONE}:stateful-rulegroup/updates")
    reader = cloud.client("network-firewall", cloud.user("reader", may))
    assert reader.describe_rule_group(RuleGroupName="updates", Type="STATEFUL")
    with refused("AccessDeniedException"):
        reader.describe_rule_group(RuleGroupName="secret", Type="STATEFUL")
