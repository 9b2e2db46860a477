"""A Network Firewall that boto3 made stands in the way of what is routed to its endpoint."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from simulator.network import connecting
from simulator.network.packet import Packet, Path
from simulator.network.probe import probe
from simulator.network.reach import decide
from simulator.network.survey import survey
from simulator.network.talk import Talk
from simulator.network.wire import Wire

OUTSIDE = "203.0.113.50"
UPDATES = "updates.example.net"


class Inspected:
    """A VPC whose instance reaches the internet by a firewall, as in AWS's simple architecture."""

    def __init__(self, cloud: Any, **policy: Any) -> None:
        self.cloud = cloud
        self.ec2, self.firewall = cloud.root("ec2"), cloud.root("network-firewall")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.igw = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=self.igw, VpcId=self.vpc)
        self.inside, self.between = self.subnet("10.0.1.0/24"), self.subnet("10.0.2.0/24")
        self.table = self.routes(self.inside)
        self.ec2.create_route(
            RouteTableId=self.routes(self.between),
            DestinationCidrBlock="0.0.0.0/0",
            GatewayId=self.igw,
        )
        self.edge = self.routes(None)
        self.groups: list[str] = []
        self.policy = self.firewall.create_firewall_policy(
            FirewallPolicyName="egress", FirewallPolicy=plain()
        )["FirewallPolicyResponse"]["FirewallPolicyArn"]
        self.firewall.create_firewall(
            FirewallName="egress",
            FirewallPolicyArn=self.policy,
            VpcId=self.vpc,
            SubnetMappings=[{"SubnetId": self.between}],
            DeleteProtection=False,
        )
        told = self.firewall.describe_firewall(FirewallName="egress")["FirewallStatus"]
        self.endpoint = told["SyncStates"]["us-east-1a"]["Attachment"]["EndpointId"]
        for table, block in ((self.table, "0.0.0.0/0"), (self.edge, "10.0.1.0/24")):
            self.ec2.create_route(
                RouteTableId=table, DestinationCidrBlock=block, VpcEndpointId=self.endpoint
            )
        made = self.ec2.run_instances(
            ImageId="ami-12345678",
            MinCount=1,
            MaxCount=1,
            NetworkInterfaces=[
                {"DeviceIndex": 0, "SubnetId": self.inside, "AssociatePublicIpAddress": True}
            ],
        )
        self.app = made["Instances"][0]["InstanceId"]

    def subnet(self, block: str) -> str:
        made = self.ec2.create_subnet(
            VpcId=self.vpc, CidrBlock=block, AvailabilityZone="us-east-1a"
        )
        return str(made["Subnet"]["SubnetId"])

    def routes(self, subnet: str | None) -> str:
        table = str(self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"])
        place = {"SubnetId": subnet} if subnet else {"GatewayId": self.igw}
        self.ec2.associate_route_table(RouteTableId=table, **place)
        return table

    def group(self, name: str, group: dict[str, Any], kind: str = "STATEFUL") -> str:
        made = self.firewall.create_rule_group(
            RuleGroupName=name, RuleGroup=group, Type=kind, Capacity=100
        )
        return str(made["RuleGroupResponse"]["RuleGroupArn"])

    def obey(self, **policy: Any) -> None:
        """The policy is replaced by this one."""
        token = self.firewall.describe_firewall_policy(FirewallPolicyName="egress")["UpdateToken"]
        self.firewall.update_firewall_policy(
            FirewallPolicyName="egress", FirewallPolicy=plain(**policy), UpdateToken=token
        )

    def use(self, *groups: str) -> None:
        self.obey(StatefulRuleGroupReferences=[{"ResourceArn": one} for one in groups])

    def path(self, port: int = 443, host: str = "", to: str = OUTSIDE, **more: Any) -> Path:
        return decide(survey(self.cloud.account), Packet(self.app, to, port, host=host, **more))

    def passes(self, port: int = 443, host: str = "", **more: Any) -> bool:
        return self.path(port, host, **more).answered

    @contextmanager
    def changing(self, port: int = 443, host: str = "") -> Iterator[None]:
        before = self.passes(port, host)
        yield
        after = self.path(port, host)
        assert after.answered is not before, after.why


def plain(**more: Any) -> dict[str, Any]:
    return {
        "StatelessDefaultActions": ["aws:forward_to_sfe"],
        "StatelessFragmentDefaultActions": ["aws:forward_to_sfe"],
        **more,
    }


def domains(kind: str, *names: str, **more: Any) -> dict[str, Any]:
    listed = {
        "Targets": list(names),
        "TargetTypes": ["TLS_SNI", "HTTP_HOST"],
        "GeneratedRulesType": kind,
    }
    return {"RulesSource": {"RulesSourceList": listed}, **more}


def rule(action: str, sid: int = 1, *options: dict[str, Any], **header: str) -> dict[str, Any]:
    whole = {
        "Protocol": "TCP",
        "Source": "ANY",
        "SourcePort": "ANY",
        "Direction": "FORWARD",
        "Destination": "ANY",
        "DestinationPort": "ANY",
        **header,
    }
    said = [{"Keyword": f"sid:{sid}"}, *options]
    return {"Action": action, "Header": whole, "RuleOptions": said}


def rules(*each: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"RulesSource": {"StatefulRules": list(each)}, **more}


def stateless(*each: tuple[int, str, dict[str, Any]]) -> dict[str, Any]:
    listed = [
        {"Priority": number, "RuleDefinition": {"MatchAttributes": match, "Actions": [action]}}
        for number, action, match in each
    ]
    return {"RulesSource": {"StatelessRulesAndCustomActions": {"StatelessRules": listed}}}


@pytest.fixture
def vpc(cloud: Any) -> Inspected:
    return Inspected(cloud)


def test_a_policy_without_rules_lets_all_through(vpc: Inspected) -> None:
    path = vpc.path()
    assert path.answered, path.why
    assert path.crossed[0] == vpc.endpoint
    assert vpc.passes(22)


def test_an_allowlist_lets_its_domains_through_and_drops_others(vpc: Inspected) -> None:
    """ "Stateful domain list rule groups in AWS Network Firewall"."""
    vpc.use(vpc.group("updates", domains("ALLOWLIST", UPDATES)))
    assert vpc.passes(443, UPDATES)
    assert vpc.passes(80, UPDATES)
    stopped = vpc.path(443, "c2.example.com").stopped_at
    assert stopped is not None
    assert (stopped.component, stopped.rule) == (vpc.endpoint, "rule group updates")
    assert not vpc.passes(443)
    assert vpc.passes(22), "a domain list says nothing of what is neither HTTP nor TLS"


def test_a_connection_by_name_is_judged_by_that_name(vpc: Inspected) -> None:
    """Made, asked for, or probed: the handshake carries the name that was looked up."""
    vpc.use(vpc.group("updates", domains("ALLOWLIST", UPDATES)))
    world = vpc.cloud.world
    for name in (UPDATES, "c2.example.com"):
        world.internet.name(name, OUTSIDE)
    made = connecting.connect(world, vpc.app, UPDATES, 443, Talk())
    assert made.destination == OUTSIDE
    with pytest.raises(ConnectTimeoutError):
        connecting.connect(world, vpc.app, "c2.example.com", 443, Talk())
    assert Wire(world)(vpc.app, UPDATES, 443) == ""
    assert "rule group updates" in Wire(world)(vpc.app, "c2.example.com", 443)
    assert probe(vpc.cloud.account, Packet(vpc.app, UPDATES, 443))["answered"]
    refused = probe(vpc.cloud.account, Packet(vpc.app, "c2.example.com", 443))
    assert "rule group updates" in refused["why"]


def test_what_comes_from_the_internet_is_inspected_on_its_way_in(vpc: Inspected) -> None:
    """The gateway's route table leads to the endpoint; a domain list concerns what goes out."""
    found = vpc.ec2.describe_instances(InstanceIds=[vpc.app])["Reservations"][0]["Instances"][0]
    vpc.ec2.authorize_security_group_ingress(
        GroupId=found["SecurityGroups"][0]["GroupId"],
        IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )

    def enters(port: int) -> bool:
        return decide(survey(vpc.cloud.account), Packet(OUTSIDE, vpc.app, port)).answered

    no_ssh = rule("DROP", Source="$EXTERNAL_NET", Destination="$HOME_NET", DestinationPort="22")
    assert enters(22)
    vpc.use(vpc.group("updates", domains("ALLOWLIST", UPDATES)), vpc.group("ssh", rules(no_ssh)))
    assert enters(443)
    assert not enters(22)
    assert vpc.passes(22)


def test_in_strict_order_the_default_action_drops_the_rest(vpc: Inspected) -> None:
    strict = {"RuleOrder": "STRICT_ORDER"}
    listed = domains("ALLOWLIST", UPDATES, StatefulRuleOptions=strict)
    updates = vpc.group("updates", listed)
    policy = vpc.firewall.create_firewall_policy(
        FirewallPolicyName="strict",
        FirewallPolicy=plain(
            StatefulEngineOptions=strict,
            StatefulDefaultActions=["aws:drop_established", "aws:alert_established"],
            StatefulRuleGroupReferences=[{"ResourceArn": updates, "Priority": 100}],
        ),
    )["FirewallPolicyResponse"]["FirewallPolicyArn"]
    vpc.firewall.update_firewall_policy_change_protection(
        FirewallName="egress", FirewallPolicyChangeProtection=False
    )
    with vpc.changing(22):
        vpc.firewall.associate_firewall_policy(FirewallName="egress", FirewallPolicyArn=policy)
    assert vpc.passes(443, UPDATES)
    assert vpc.path(22).stopped_at.rule == "stateful default action"  # type: ignore[union-attr]


@pytest.mark.parametrize(("first", "passes"), [("PASS", True), ("DROP", False)])
def test_in_strict_order_the_first_rule_decides(vpc: Inspected, first: str, passes: bool) -> None:
    strict = {"StatefulRuleOptions": {"RuleOrder": "STRICT_ORDER"}}
    names = {each: vpc.group(each, rules(rule(each), **strict)) for each in ("PASS", "DROP")}
    references = [
        {"ResourceArn": arn, "Priority": 10 if name == first else 20} for name, arn in names.items()
    ]
    policy = vpc.firewall.create_firewall_policy(
        FirewallPolicyName="strict",
        FirewallPolicy=plain(
            StatefulEngineOptions=strict["StatefulRuleOptions"],
            StatefulRuleGroupReferences=references,
        ),
    )["FirewallPolicyResponse"]["FirewallPolicyArn"]
    vpc.firewall.update_firewall_policy_change_protection(
        FirewallName="egress", FirewallPolicyChangeProtection=False
    )
    vpc.firewall.associate_firewall_policy(FirewallName="egress", FirewallPolicyArn=policy)
    assert vpc.passes() is passes


def test_a_denylist_drops_its_domains_alone(vpc: Inspected) -> None:
    vpc.use(vpc.group("bad", domains("DENYLIST", ".example.com")))
    assert not vpc.passes(443, "c2.example.com")
    assert vpc.passes(443, UPDATES)


def test_an_alert_list_stops_nothing(vpc: Inspected) -> None:
    vpc.use(vpc.group("odd", domains("ALERTLIST", ".example.com")))
    assert vpc.passes(443, "c2.example.com")


def test_a_domain_list_inspects_its_home_network_alone(vpc: Inspected) -> None:
    """ "Domain list inspection for traffic from outside the deployment VPC"."""
    elsewhere = {"RuleVariables": {"IPSets": {"HOME_NET": {"Definition": ["172.16.0.0/12"]}}}}
    vpc.use(vpc.group("updates", domains("ALLOWLIST", UPDATES, **elsewhere)))
    assert vpc.passes(443, "c2.example.com")
    group = vpc.firewall.describe_rule_group(RuleGroupName="updates", Type="STATEFUL")
    with vpc.changing(443, "c2.example.com"):
        elsewhere["RuleVariables"]["IPSets"]["HOME_NET"]["Definition"].append("10.0.0.0/8")
        vpc.firewall.update_rule_group(
            RuleGroupName="updates",
            Type="STATEFUL",
            RuleGroup=domains("ALLOWLIST", UPDATES, **elsewhere),
            UpdateToken=group["UpdateToken"],
        )


SETS = {
    "RuleVariables": {
        "IPSets": {"BAD": {"Definition": ["203.0.113.0/24"]}},
        "PortSets": {"WEB": {"Definition": ["80", "440:450"]}},
    }
}
FLOW = {"Keyword": "flow", "Settings": ["to_server, established"]}
STOPPING = [
    pytest.param(rule("DROP"), True, id="everything"),
    pytest.param(rule("REJECT"), True, id="reject"),
    pytest.param(rule("ALERT"), False, id="alert"),
    pytest.param(rule("DROP", Protocol="UDP"), False, id="another protocol"),
    pytest.param(rule("DROP", Protocol="IP"), True, id="any protocol"),
    pytest.param(rule("DROP", Protocol="TLS"), True, id="TLS is on 443"),
    pytest.param(rule("DROP", Protocol="SSH"), False, id="SSH is not"),
    pytest.param(rule("DROP", Protocol="SSH", DestinationPort="443"), True, id="unless said so"),
    pytest.param(rule("DROP", DestinationPort="443"), True, id="port"),
    pytest.param(rule("DROP", DestinationPort="[22,80:90]"), False, id="other ports"),
    pytest.param(rule("DROP", DestinationPort="!443"), False, id="all but the port"),
    pytest.param(rule("DROP", DestinationPort="$WEB"), True, id="port set"),
    pytest.param(rule("DROP", Destination="$BAD"), True, id="IP set"),
    pytest.param(rule("DROP", Destination="!$BAD"), False, id="all but an IP set"),
    pytest.param(rule("DROP", Destination="[$BAD,!203.0.113.50/32]"), False, id="exception"),
    pytest.param(rule("DROP", Source="$HOME_NET", Destination="$EXTERNAL_NET"), True, id="out"),
    pytest.param(rule("DROP", Source="$EXTERNAL_NET", Destination="$HOME_NET"), False, id="in"),
    pytest.param(rule("DROP", Source="$BAD", Direction="ANY"), True, id="both ways"),
    pytest.param(rule("DROP", 1, FLOW), True, id="flow of a client"),
    pytest.param(rule("PASS", 1, {"Keyword": "content", "Settings": ["x"]}), True, id="content"),
]


@pytest.mark.parametrize(("one", "stops"), STOPPING)
def test_standard_rules_judge_by_five_tuple(
    vpc: Inspected, one: dict[str, Any], stops: bool
) -> None:
    """ "StatefulRule", "Header" (AWS Network Firewall API Reference)."""
    vpc.use(vpc.group("rules", rules(one, **SETS)))
    path = vpc.path(443, UPDATES)
    assert path.answered is not stops, path.why
    if stops:
        assert "rule group rules, sid 1" in path.why


def test_in_action_order_what_passes_comes_first(vpc: Inspected) -> None:
    passing = rule("PASS", 2, DestinationPort="443")
    vpc.use(vpc.group("rules", rules(rule("DROP", 1), passing)))
    assert vpc.passes(443)
    assert not vpc.passes(22)


def test_stateless_rules_come_first_by_priority(vpc: Inspected) -> None:
    """ "How AWS Network Firewall filters network traffic"."""
    web = {"Protocols": [6], "DestinationPorts": [{"FromPort": 443, "ToPort": 443}]}
    bad = {"Destinations": [{"AddressDefinition": "203.0.113.0/24"}]}
    group = vpc.group(
        "early",
        stateless((20, "aws:drop", bad), (10, "aws:pass", web), (30, "aws:pass", {})),
        "STATELESS",
    )
    vpc.obey(
        StatelessRuleGroupReferences=[{"ResourceArn": group, "Priority": 1}],
        StatefulRuleGroupReferences=[{"ResourceArn": vpc.group("late", rules(rule("DROP")))}],
    )
    assert vpc.passes(443)
    assert vpc.path(22).stopped_at.rule == "rule group early, priority 20"  # type: ignore[union-attr]
    assert vpc.passes(22, to="198.51.100.99")


def test_stateless_rules_may_leave_it_to_stateful_ones(vpc: Inspected) -> None:
    group = vpc.group("early", stateless((1, "aws:forward_to_sfe", {})), "STATELESS")
    late = vpc.group("late", rules(rule("DROP", DestinationPort="22")))
    vpc.obey(
        StatelessDefaultActions=["aws:drop"],
        StatelessRuleGroupReferences=[{"ResourceArn": group, "Priority": 1}],
        StatefulRuleGroupReferences=[{"ResourceArn": late}],
    )
    assert vpc.passes(443)
    assert not vpc.passes(22)
    with vpc.changing(443):
        vpc.obey(StatelessDefaultActions=["aws:drop"])


def test_stateless_rules_see_each_packet_by_itself(vpc: Inspected) -> None:
    """ "Working with stateless rule groups": no context such as direction or related packets."""
    web = [{"FromPort": 443, "ToPort": 443}]
    out, back = {"DestinationPorts": web}, {"SourcePorts": web}

    def early(name: str, *each: tuple[int, str, dict[str, Any]], rest: str = "aws:drop") -> None:
        group = vpc.group(name, stateless(*each), "STATELESS")
        vpc.obey(
            StatelessDefaultActions=[rest],
            StatelessRuleGroupReferences=[{"ResourceArn": group, "Priority": 1}],
        )

    early("out", (1, "aws:pass", out))
    path = vpc.path()
    assert path.delivered
    assert not path.answered
    assert path.stopped_at.rule == "stateless default action"  # type: ignore[union-attr]
    with vpc.changing():
        early("both", (1, "aws:pass", out), (2, "aws:pass", back))
    early("half", (1, "aws:pass", out), rest="aws:forward_to_sfe")
    assert "see the answer and not the request" in vpc.path().why
    with vpc.changing():
        early("syn", (1, "aws:forward_to_sfe", {}))
    with vpc.changing():
        flags = {"Protocols": [6], "TCPFlags": [{"Flags": ["SYN", "ACK"]}]}
        early("refuse", (1, "aws:drop", flags), rest="aws:forward_to_sfe")


@pytest.mark.parametrize(("flags", "drops"), [(["SYN"], True), (["RST"], False)])
def test_flags_of_stateless_rules_are_those_of_a_first_packet(
    vpc: Inspected, flags: list[str], drops: bool
) -> None:
    match = {"Protocols": [6], "TCPFlags": [{"Flags": flags, "Masks": ["SYN", "ACK", "RST"]}]}
    group = vpc.group("early", stateless((1, "aws:drop", match)), "STATELESS")
    vpc.obey(StatelessRuleGroupReferences=[{"ResourceArn": group, "Priority": 1}])
    assert vpc.passes() is not drops


def test_suricata_rules_are_not_simulated_and_it_says_so(vpc: Inspected) -> None:
    text = 'pass tls any any -> any 443 (tls.sni; content:"x"; sid:1;)'
    vpc.use(vpc.group("text", {"RulesSource": {"RulesString": text}}))
    path = vpc.path()
    assert not path.answered
    assert "rule group text holds Suricata rules, which the simulator does not" in path.why


def test_a_managed_group_is_not_simulated_unless_it_only_alerts(vpc: Inspected) -> None:
    managed = {
        "ResourceArn": "arn:aws:network-firewall:us-east-1:aws-managed:stateful-rulegroup/Botnet"
    }
    vpc.obey(StatefulRuleGroupReferences=[managed])
    assert "does not simulate" in vpc.path().why
    with vpc.changing():
        managed["Override"] = {"Action": "DROP_TO_ALERT"}  # type: ignore[assignment]
        vpc.obey(StatefulRuleGroupReferences=[managed])


def test_references_to_prefix_lists_count_as_what_is_in_them(vpc: Inspected) -> None:
    listed = vpc.ec2.create_managed_prefix_list(
        PrefixListName="bad",
        AddressFamily="IPv4",
        MaxEntries=5,
        Entries=[{"Cidr": "192.0.2.0/24"}],
    )["PrefixList"]
    references = {"IPSetReferences": {"LIST": {"ReferenceArn": listed["PrefixListArn"]}}}
    one = rule("DROP", Destination="@LIST")
    vpc.use(vpc.group("listed", rules(one, ReferenceSets=references)))
    with vpc.changing():
        vpc.ec2.modify_managed_prefix_list(
            PrefixListId=listed["PrefixListId"],
            CurrentVersion=1,
            AddEntries=[{"Cidr": "203.0.113.0/24"}],
        )


def test_what_is_not_routed_to_it_is_not_in_its_way(vpc: Inspected) -> None:
    vpc.use(vpc.group("rules", rules(rule("DROP"))))
    with vpc.changing():
        for table, block, target in (
            (vpc.table, "0.0.0.0/0", {"GatewayId": vpc.igw}),
            (vpc.edge, "10.0.1.0/24", {"LocalTarget": True}),
        ):
            if "GatewayId" in target:
                vpc.ec2.replace_route(RouteTableId=table, DestinationCidrBlock=block, **target)
            else:
                vpc.ec2.delete_route(RouteTableId=table, DestinationCidrBlock=block)
    with vpc.changing():
        vpc.ec2.replace_route(
            RouteTableId=vpc.table, DestinationCidrBlock="0.0.0.0/0", VpcEndpointId=vpc.endpoint
        )


def test_an_answer_that_does_not_come_back_by_it_is_no_answer(vpc: Inspected) -> None:
    """ "Network Firewall doesn't support asymmetric routing"."""
    assert vpc.passes()
    vpc.ec2.replace_route(
        RouteTableId=vpc.table, DestinationCidrBlock="0.0.0.0/0", GatewayId=vpc.igw
    )
    path = vpc.path()
    assert path.delivered
    assert "asymmetric" in path.why


def test_a_deleted_firewall_leaves_a_black_hole(vpc: Inspected) -> None:
    with vpc.changing():
        vpc.firewall.delete_firewall(FirewallName="egress")
    assert "black hole" in vpc.path().why


def test_a_restored_world_has_the_rules_it_had(vpc: Inspected) -> None:
    saved = vpc.cloud.gateway.save(vpc.cloud.world)
    with vpc.changing():
        vpc.use(vpc.group("rules", rules(rule("DROP"))))
    with vpc.changing():
        vpc.cloud.gateway.restore(vpc.cloud.world, saved)
    assert not vpc.firewall.list_rule_groups()["RuleGroups"]
    with vpc.changing():
        vpc.use(vpc.group("rules", rules(rule("DROP"))))
