"""The engine on networks that boto3 made: what it reads, and that it reads anew what has changed."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.account.state import states_of
from simulator.network import dns
from simulator.network.packet import Packet, Path
from simulator.network.reach import decide
from simulator.network.survey import survey

HOME = "198.51.100.7"


class Company:
    """A VPC with a public and a private subnet, built by calls."""

    def __init__(self, cloud: Any, block: str = "10.0", account: Any = None) -> None:
        self.cloud, self.account = cloud, account or cloud.account
        self.ec2 = cloud.root("ec2", self.account)
        ec2 = self.ec2
        self.vpc = ec2.create_vpc(CidrBlock=f"{block}.0.0/16")["Vpc"]["VpcId"]
        self.public = self._subnet(f"{block}.1.0/24")
        self.private = self._subnet(f"{block}.2.0/24")
        self.igw = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=self.igw, VpcId=self.vpc)
        self.public_table = self.table(self.public)
        self.private_table = self.table(self.private)
        self.route(self.public_table, GatewayId=self.igw)
        self.web_group, self.app_group = self.group("web"), self.group("app")
        self.web = self.instance(self.public, self.web_group, public=True)
        self.app = self.instance(self.private, self.app_group)

    def _subnet(self, block: str) -> str:
        made = self.ec2.create_subnet(
            VpcId=self.vpc, CidrBlock=block, AvailabilityZone="us-east-1a"
        )
        return str(made["Subnet"]["SubnetId"])

    def table(self, subnet: str) -> str:
        table = str(self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"])
        self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        return table

    def route(self, table: str, block: str = "0.0.0.0/0", **target: str) -> None:
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock=block, **target)

    def group(self, name: str) -> str:
        made = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)
        return str(made["GroupId"])

    def allow(self, group: str, port: int, **peer: Any) -> None:
        permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
        if "member" in peer:
            permission["UserIdGroupPairs"] = [{"GroupId": peer["member"]}]
        elif "prefix_list" in peer:
            permission["PrefixListIds"] = [{"PrefixListId": peer["prefix_list"]}]
        else:
            permission["IpRanges"] = [{"CidrIp": peer["block"]}]
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])

    def instance(self, subnet: str, group: str, public: bool = False) -> str:
        interface = {
            "DeviceIndex": 0,
            "SubnetId": subnet,
            "Groups": [group],
            "AssociatePublicIpAddress": public,
        }
        made = self.ec2.run_instances(
            ImageId="ami-12345678",
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            NetworkInterfaces=[interface],
        )
        return str(made["Instances"][0]["InstanceId"])

    def described(self, instance: str) -> dict[str, Any]:
        found = self.ec2.describe_instances(InstanceIds=[instance])
        one: dict[str, Any] = found["Reservations"][0]["Instances"][0]
        return one

    def path(self, *args: Any, **more: Any) -> Path:
        return decide(survey(self.account), Packet(*args, **more))


@pytest.fixture
def company(cloud: Any) -> Company:
    return Company(cloud)


@contextmanager
def changing(company: Company, *sent: Any) -> Iterator[None]:
    """What is done inside changes whether a packet is answered."""
    before = company.path(*sent).answered
    yield
    after = company.path(*sent)
    assert after.answered is not before, after.why


def test_looking_at_an_account_without_a_network_makes_none(cloud: Any) -> None:
    plan = survey(cloud.account)
    assert not plan.network.vpcs
    assert not states_of("ec2", cloud.account.id)


def test_a_rule_lets_in_from_the_next_packet_on(company: Company) -> None:
    assert "No inbound rule" in company.path(HOME, company.web, 443).why
    with changing(company, HOME, company.web, 443):
        company.allow(company.web_group, 443, block="0.0.0.0/0")
    with changing(company, HOME, company.web, 443):
        rules = company.ec2.describe_security_group_rules(
            Filters=[{"Name": "group-id", "Values": [company.web_group]}]
        )["SecurityGroupRules"]
        company.ec2.revoke_security_group_ingress(
            GroupId=company.web_group,
            SecurityGroupRuleIds=[
                one["SecurityGroupRuleId"] for one in rules if not one["IsEgress"]
            ],
        )


def test_the_rule_that_let_it_in_is_named_by_its_id(company: Company) -> None:
    company.allow(company.web_group, 443, block="0.0.0.0/0")
    rules = {
        one["SecurityGroupRuleId"]
        for one in company.ec2.describe_security_group_rules()["SecurityGroupRules"]
    }
    hop = next(hop for hop in company.path(HOME, company.web, 443).hops if hop.rule in rules)
    assert hop.component == company.web_group


def test_a_reference_to_a_group_lets_its_members_in(company: Company) -> None:
    with changing(company, company.web, company.app, 5432):
        company.allow(company.app_group, 5432, member=company.web_group)
    with changing(company, company.web, company.app, 5432):
        company.ec2.modify_instance_attribute(
            InstanceId=company.web, Groups=[company.group("quarantine")]
        )


@pytest.mark.parametrize("way", ["instance", "interface"])
def test_new_groups_of_an_instance_replace_the_old_ones(company: Company, way: str) -> None:
    """ "ModifyInstanceAttribute", "ModifyNetworkInterfaceAttribute"."""
    company.allow(company.web_group, 22, block="0.0.0.0/0")
    quarantine = company.group("quarantine")
    interface = company.described(company.web)["NetworkInterfaces"][0]["NetworkInterfaceId"]
    with changing(company, HOME, company.web, 22):
        if way == "instance":
            company.ec2.modify_instance_attribute(InstanceId=company.web, Groups=[quarantine])
        else:
            company.ec2.modify_network_interface_attribute(
                NetworkInterfaceId=interface, Groups=[quarantine]
            )
    found = company.described(company.web)
    assert [one["GroupId"] for one in found["SecurityGroups"]] == [quarantine]
    shown = company.ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])
    assert [one["GroupId"] for one in shown["NetworkInterfaces"][0]["Groups"]] == [quarantine]


def test_a_route_leads_out_and_without_it_nothing_comes_back(company: Company) -> None:
    company.allow(company.web_group, 443, block="0.0.0.0/0")
    with changing(company, HOME, company.web, 443):
        company.ec2.delete_route(
            RouteTableId=company.public_table, DestinationCidrBlock="0.0.0.0/0"
        )
    assert company.path(HOME, company.web, 443).delivered


def test_a_network_acl_with_its_numbers_and_ephemeral_ports(company: Company) -> None:
    company.allow(company.web_group, 443, block="0.0.0.0/0")
    ec2, sent = company.ec2, (HOME, company.web, 443)
    known = ec2.describe_network_acls(
        Filters=[{"Name": "association.subnet-id", "Values": [company.public]}]
    )["NetworkAcls"][0]["Associations"]
    association = next(
        one["NetworkAclAssociationId"] for one in known if one["SubnetId"] == company.public
    )
    acl = ec2.create_network_acl(VpcId=company.vpc)["NetworkAcl"]["NetworkAclId"]

    def entry(number: int, egress: bool, low: int, high: int, action: str = "allow") -> None:
        ec2.create_network_acl_entry(
            NetworkAclId=acl,
            RuleNumber=number,
            Protocol="6",
            RuleAction=action,
            Egress=egress,
            CidrBlock="0.0.0.0/0",
            PortRange={"From": low, "To": high},
        )

    with changing(company, *sent):
        ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)
    entry(100, False, 443, 443)
    assert "stateless" in company.path(*sent).why
    with changing(company, *sent):
        entry(100, True, 1024, 65535)
    with changing(company, *sent):
        entry(50, False, 443, 443, "deny")
    assert company.path(*sent).stopped_at.rule == "50"  # type: ignore[union-attr]


def test_a_nat_gateway_has_an_address_of_its_subnet_and_leads_out(company: Company) -> None:
    """ "CreateNatGateway"."""
    address = company.ec2.allocate_address(Domain="vpc")
    with changing(company, company.app, "198.51.100.99", 443):
        made = company.ec2.create_nat_gateway(
            SubnetId=company.public, AllocationId=address["AllocationId"]
        )["NatGateway"]
        company.route(company.private_table, NatGatewayId=made["NatGatewayId"])
    shown = company.ec2.describe_nat_gateways()["NatGateways"][0]["NatGatewayAddresses"][0]
    assert shown["PrivateIp"].startswith("10.0.1.")
    assert shown["PrivateIp"] == made["NatGatewayAddresses"][0]["PrivateIp"]
    assert address["PublicIp"] in company.path(company.app, "198.51.100.99", 443).hops[7].why
    with changing(company, company.app, "198.51.100.99", 443):
        company.ec2.delete_nat_gateway(NatGatewayId=made["NatGatewayId"])
    assert "black hole" in company.path(company.app, "198.51.100.99", 443).why


def test_endpoints_serve_names_within_the_vpc(company: Company) -> None:
    ec2, name = company.ec2, "ssm.us-east-1.amazonaws.com"
    guard = company.group("endpoint")
    with changing(company, company.app, name, 443):
        made = ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            VpcId=company.vpc,
            ServiceName="com.amazonaws.us-east-1.ssm",
            SubnetIds=[company.private],
            SecurityGroupIds=[guard],
        )["VpcEndpoint"]
        company.allow(guard, 443, block="10.0.0.0/16")
    assert [one["GroupId"] for one in made["Groups"]] == [guard]
    interface = ec2.describe_network_interfaces(NetworkInterfaceIds=made["NetworkInterfaceIds"])
    assert interface["NetworkInterfaces"][0]["PrivateIpAddress"].startswith("10.0.2.")
    assert "knows no address" in company.path(HOME, name, 443).why
    with changing(company, company.app, "s3.us-east-1.amazonaws.com", 443):
        ec2.create_vpc_endpoint(
            VpcId=company.vpc,
            ServiceName="com.amazonaws.us-east-1.s3",
            RouteTableIds=[company.private_table],
        )


def test_prefix_lists_count_as_what_is_in_them(company: Company) -> None:
    made = company.ec2.create_managed_prefix_list(
        PrefixListName="office",
        AddressFamily="IPv4",
        MaxEntries=5,
        Entries=[{"Cidr": "203.0.113.0/24"}],
    )["PrefixList"]
    company.allow(company.web_group, 22, prefix_list=made["PrefixListId"])
    with changing(company, HOME, company.web, 22):
        company.ec2.modify_managed_prefix_list(
            PrefixListId=made["PrefixListId"],
            CurrentVersion=1,
            AddEntries=[{"Cidr": "198.51.100.0/24"}],
        )


def test_the_default_group_lets_its_members_in(company: Company) -> None:
    """ "Default security groups for your VPCs"."""
    known = company.ec2.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [company.vpc]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"][0]
    assert [pair["GroupId"] for pair in known["IpPermissions"][0]["UserIdGroupPairs"]] == [
        known["GroupId"]
    ]
    with changing(company, company.web, company.app, 9000):
        for instance in (company.web, company.app):
            company.ec2.modify_instance_attribute(InstanceId=instance, Groups=[known["GroupId"]])


def test_a_stopped_instance_does_not_answer(company: Company) -> None:
    company.allow(company.app_group, 443, block="10.0.0.0/16")
    with changing(company, company.web, company.app, 443):
        company.ec2.stop_instances(InstanceIds=[company.app])
    with changing(company, company.web, company.app, 443):
        company.ec2.start_instances(InstanceIds=[company.app])
    with changing(company, company.web, company.app, 443):
        company.ec2.terminate_instances(InstanceIds=[company.app])


def test_an_instance_that_a_runbook_stops_does_not_answer(company: Company) -> None:
    company.allow(company.app_group, 443, block="10.0.0.0/16")
    with changing(company, company.web, company.app, 443):
        company.cloud.root("ssm", company.account).start_automation_execution(
            DocumentName="AWS-StopEC2Instance", Parameters={"InstanceId": [company.app]}
        )


def test_peering_with_another_account_of_the_same_world(cloud: Any, company: Company) -> None:
    partner = Company(cloud, "10.9", cloud.open("444455556666", world=cloud.world))
    partner.allow(partner.app_group, 443, block="10.0.0.0/16")
    address = partner.described(partner.app)["PrivateIpAddress"]
    sent = (company.web, address, 443)
    made = company.ec2.create_vpc_peering_connection(
        VpcId=company.vpc, PeerVpcId=partner.vpc, PeerOwnerId=partner.account.id
    )["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    company.route(company.public_table, "10.9.0.0/16", VpcPeeringConnectionId=made)
    assert "is not active" in company.path(*sent).why
    partner.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=made)
    assert company.path(*sent).delivered
    with changing(company, *sent):
        partner.route(partner.private_table, "10.0.0.0/16", VpcPeeringConnectionId=made)


def test_a_load_balancer_passes_on_to_its_targets(cloud: Any, company: Company) -> None:
    elbv2, front = cloud.root("elbv2"), company.group("front")
    company.allow(front, 80, block="0.0.0.0/0")
    balancer = elbv2.create_load_balancer(
        Name="web", Subnets=[company.public], SecurityGroups=[front]
    )["LoadBalancers"][0]
    sent = (HOME, balancer["DNSName"], 80)
    assert "no listener" in company.path(*sent).why
    group = elbv2.create_target_group(
        Name="app", Protocol="HTTP", Port=8080, VpcId=company.vpc, TargetType="instance"
    )["TargetGroups"][0]["TargetGroupArn"]
    elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    assert "no target" in company.path(*sent).why
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": company.app}])
    assert company.path(*sent).stopped_at.component == company.app_group  # type: ignore[union-attr]
    assert (
        dns.resolve(cloud.world, balancer["DNSName"]).addresses
        == (survey(company.account).network.names[balancer["DNSName"]])
    )
    with changing(company, *sent):
        company.allow(company.app_group, 8080, member=front)
    with changing(company, *sent):
        elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": company.app}])


def test_what_was_read_is_kept_until_a_call_changes_something(company: Company) -> None:
    known = survey(company.account)
    company.described(company.web)
    company.cloud.root("s3").create_bucket(Bucket="unrelated")
    company.cloud.root("ssm").put_parameter(Name="/unrelated", Value="x", Type="String")
    assert survey(company.account) is known
    company.group("another")
    assert survey(company.account) is not known


def test_a_restored_world_has_the_network_it_had(cloud: Any, company: Company) -> None:
    sent = (HOME, company.web, 443)
    assert not company.path(*sent).answered
    saved = cloud.gateway.save(cloud.world)
    company.allow(company.web_group, 443, block="0.0.0.0/0")
    assert company.path(*sent).answered
    cloud.gateway.restore(cloud.world, saved)
    assert not company.path(*sent).answered
    company.allow(company.web_group, 443, block="0.0.0.0/0")
    assert company.path(*sent).answered


def test_the_time_of_a_packet_is_its_own(company: Company) -> None:
    """Deciding looks at no clock: a packet may be of any time."""
    company.allow(company.web_group, 443, block="0.0.0.0/0")
    long_ago = datetime(2001, 1, 1, tzinfo=UTC).timestamp()
    assert company.path(HOME, company.web, 443, time=long_ago).answered


def test_instances_without_a_wish_get_addresses_of_their_subnet(cloud: Any) -> None:
    """And reach each other by them; the answer and later descriptions say the same."""
    ec2 = cloud.root("ec2")
    made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=2, MaxCount=2)["Instances"]
    blocks = {each["SubnetId"]: each["CidrBlock"] for each in ec2.describe_subnets()["Subnets"]}
    addresses = {each["InstanceId"]: each["PrivateIpAddress"] for each in made}
    told = [each for r in ec2.describe_instances()["Reservations"] for each in r["Instances"]]
    assert {each["InstanceId"]: each["PrivateIpAddress"] for each in told} == addresses
    assert len(set(addresses.values())) == 2
    for each in made:
        block = ipaddress.ip_network(blocks[each["SubnetId"]])
        assert ipaddress.ip_address(each["PrivateIpAddress"]) in block
        dashed = each["PrivateIpAddress"].replace(".", "-")
        assert each["PrivateDnsName"].startswith(f"ip-{dashed}.")
    first, second = addresses
    path = decide(survey(cloud.account), Packet(first, addresses[second], 443))
    assert path.answered, path.why
