"""DNS queries from a VPC, DNS Firewall, and the query log."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from simulator.errors import ScenarioError
from simulator.network import resolver
from simulator.network.dns import Answer
from simulator.notebook.logs import logs

if TYPE_CHECKING:
    from tests.network.conftest import Site

DELIVERY = {"Service": "delivery.logs.amazonaws.com"}


class Names:
    """The default VPC, its names and its firewall."""

    def __init__(self, site: Site) -> None:
        self.site, self.world, self.vpc = site, site.world, site.vpc
        self.route53 = site.trail.client("route53")
        self.resolver = site.trail.client("route53resolver")

    def zone(self, name: str, records: dict[str, str], private: bool = False) -> None:
        """A hosted zone with A records."""
        where: dict[str, Any] = {}
        if private:
            where["VPC"] = {"VPCRegion": "us-east-1", "VPCId": self.vpc}
            where["HostedZoneConfig"] = {"PrivateZone": True}
        made = self.route53.create_hosted_zone(
            Name=name, CallerReference=f"{name}/{private}", **where
        )
        changes = [
            {
                "Action": "CREATE",
                "ResourceRecordSet": {
                    "Name": host,
                    "Type": "A",
                    "TTL": 60,
                    "ResourceRecords": [{"Value": value}],
                },
            }
            for host, value in records.items()
        ]
        self.route53.change_resource_record_sets(
            HostedZoneId=made["HostedZone"]["Id"], ChangeBatch={"Changes": changes}
        )

    def ask(self, name: str, **more: Any) -> Answer:
        return resolver.ask(self.world, name, **({"vpc": self.vpc} | more))

    def rule(self, action: str, *domains: str, priority: int = 1, **more: Any) -> str:
        """A firewall rule group with one rule, on the VPC; the group's id."""
        call = self.resolver
        kept = call.create_firewall_domain_list(Name="list", CreatorRequestId=f"l{priority}")
        used = kept["FirewallDomainList"]["Id"]
        call.update_firewall_domains(
            FirewallDomainListId=used, Operation="ADD", Domains=list(domains)
        )
        group = call.create_firewall_rule_group(Name="group", CreatorRequestId=f"g{priority}")
        name = str(group["FirewallRuleGroup"]["Id"])
        call.create_firewall_rule(
            CreatorRequestId="r",
            FirewallRuleGroupId=name,
            FirewallDomainListId=used,
            Priority=1,
            Action=action,
            Name="rule",
            **more,
        )
        call.associate_firewall_rule_group(
            CreatorRequestId="a",
            FirewallRuleGroupId=name,
            VpcId=self.vpc,
            Priority=100 + priority,
            Name="tie",
        )
        return name

    def log(self, destination: str = "arn:aws:s3:::dnslogs") -> str:
        """Turn query logging on; the configuration's id."""
        made = self.resolver.create_resolver_query_log_config(
            Name="all", DestinationArn=destination, CreatorRequestId="q"
        )
        name = str(made["ResolverQueryLogConfig"]["Id"])
        self.resolver.associate_resolver_query_log_config(
            ResolverQueryLogConfigId=name, ResourceId=self.vpc
        )
        return name


@pytest.fixture
def names(site: Site) -> Names:
    return Names(site)


def test_the_internets_names_are_answered(names: Names) -> None:
    names.world.internet.name("evil.example.net", "203.0.113.5", "203.0.113.6")
    names.world.internet.name("evil.example.net", "v=1", kind="TXT")
    assert names.ask("Evil.example.net.").addresses == ("203.0.113.5", "203.0.113.6")
    assert [record.value for record in names.ask("evil.example.net", kind="TXT").records] == ["v=1"]
    assert names.ask("evil.example.net", kind="AAAA") == Answer("NOERROR")
    assert names.ask("unknown.example.net").rcode == "NXDOMAIN"


def test_the_services_of_aws_have_addresses(names: Names) -> None:
    assert names.ask("s3.us-east-1.amazonaws.com").addresses


def test_a_private_zone_hides_what_the_public_one_knows(names: Names) -> None:
    names.zone("example.com", {"www.example.com": "192.0.2.1", "a.example.com": "192.0.2.2"})
    assert names.ask("www.example.com").addresses == ("192.0.2.1",)
    names.zone("example.com", {"www.example.com": "10.0.0.1"}, private=True)
    assert names.ask("www.example.com").addresses == ("10.0.0.1",)
    assert names.ask("a.example.com").rcode == "NXDOMAIN"
    other = names.site.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    assert names.ask("www.example.com", vpc=other).addresses == ("192.0.2.1",)


def test_a_wildcard_answers_for_names_that_have_nothing_of_their_own(names: Names) -> None:
    names.zone("example.com", {"*.example.com": "192.0.2.1", "a.example.com": "192.0.2.2"})
    assert names.ask("b.example.com").addresses == ("192.0.2.1",)
    assert names.ask("a.example.com").addresses == ("192.0.2.2",)


def test_who_is_nowhere_cannot_ask(names: Names) -> None:
    with pytest.raises(ScenarioError):
        names.ask("example.com", vpc="vpc-0000")


class TestFirewall:
    @pytest.mark.parametrize(
        ("settings", "answer"),
        [
            ({"BlockResponse": "NXDOMAIN"}, ("NXDOMAIN", [])),
            ({"BlockResponse": "NODATA"}, ("NOERROR", [])),
            (
                {
                    "BlockResponse": "OVERRIDE",
                    "BlockOverrideDomain": "sinkhole.example.com",
                    "BlockOverrideDnsType": "CNAME",
                    "BlockOverrideTtl": 0,
                },
                ("NOERROR", ["sinkhole.example.com"]),
            ),
        ],
        ids=["nxdomain", "nodata", "override"],
    )
    def test_a_blocked_query_is_answered_as_the_rule_says(
        self, names: Names, settings: dict[str, Any], answer: tuple[str, list[str]]
    ) -> None:
        names.world.internet.name("c2.evil.example", "203.0.113.5")
        names.rule("BLOCK", "*.evil.example", **settings)
        found = names.ask("c2.evil.example")
        assert (found.rcode, [record.value for record in found.records]) == answer
        assert names.ask("evil.example").rcode == "NXDOMAIN"  # the internet's own answer

    def test_the_group_of_lower_priority_decides(self, names: Names) -> None:
        names.world.internet.name("good.example", "192.0.2.1")
        names.world.internet.name("bad.example", "192.0.2.2")
        names.rule("BLOCK", "*", priority=2, BlockResponse="NODATA")
        names.rule("ALLOW", "good.example", priority=1)
        assert names.ask("good.example").addresses == ("192.0.2.1",)
        assert names.ask("bad.example").addresses == ()

    def test_a_vpc_that_is_let_go_is_not_judged(self, names: Names) -> None:
        names.world.internet.name("bad.example", "192.0.2.2")
        names.rule("BLOCK", "bad.example", BlockResponse="NODATA")
        listed = names.resolver.list_firewall_rule_group_associations(VpcId=names.vpc)
        (tie,) = listed["FirewallRuleGroupAssociations"]
        names.resolver.disassociate_firewall_rule_group(FirewallRuleGroupAssociationId=tie["Id"])
        assert names.ask("bad.example").addresses == ("192.0.2.2",)

    def test_a_block_needs_a_response(
        self, names: Names, refusal: Callable[..., tuple[str, int, str]]
    ) -> None:
        assert refusal(lambda: names.rule("BLOCK", "a.example"))[0] == "ValidationException"

    def test_lists_and_groups_in_use_are_kept(
        self, names: Names, refusal: Callable[..., tuple[str, int, str]]
    ) -> None:
        group = names.rule("ALERT", "a.example", "B.example")
        (rule,) = names.resolver.list_firewall_rules(FirewallRuleGroupId=group)["FirewallRules"]
        used = rule["FirewallDomainListId"]
        told = names.resolver.list_firewall_domains(FirewallDomainListId=used)["Domains"]
        assert told == ["a.example.", "b.example."]
        delete = names.resolver.delete_firewall_domain_list
        assert refusal(lambda: delete(FirewallDomainListId=used))[0] == "ConflictException"
        drop = names.resolver.delete_firewall_rule_group
        assert refusal(lambda: drop(FirewallRuleGroupId=group))[0] == "ConflictException"
        names.resolver.delete_firewall_rule(FirewallRuleGroupId=group, FirewallDomainListId=used)
        delete(FirewallDomainListId=used)
        assert names.resolver.list_firewall_domain_lists()["FirewallDomainLists"] == []

    def test_it_takes_the_right_to_change_it(
        self, names: Names, refusal: Callable[..., tuple[str, int, str]]
    ) -> None:
        cloud = names.site.cloud
        eve = cloud.client("route53resolver", cloud.user("eve"))
        code, _, text = refusal(
            lambda: eve.create_firewall_rule_group(Name="x", CreatorRequestId="x")
        )
        assert code == "AccessDeniedException"
        assert "route53resolver:CreateFirewallRuleGroup" in text


class TestQueryLog:
    def test_a_query_of_an_instance_has_the_documented_values(self, names: Names) -> None:
        names.site.bucket(DELIVERY, "dnslogs")
        names.log("arn:aws:s3:::dnslogs/audit")
        made = names.site.ec2.run_instances(
            ImageId="ami-0123456789abcdef0",
            MinCount=1,
            MaxCount=1,
            SubnetId=names.site.subnets[0],
        )["Instances"][0]
        names.world.internet.name("c2.evil.example", "203.0.113.5")
        group = names.rule("ALERT", "c2.evil.example")
        names.ask("c2.evil.example", vpc=None, instance=made["InstanceId"])
        names.site.trail.wait(minutes=10)
        (key,) = names.site.objects("dnslogs")
        assert re.fullmatch(
            rf"audit/AWSLogs/111122223333/vpcdnsquerylogs/{names.vpc}/2026/11/02/{names.vpc}"
            r"_vpcdnsquerylogs_111122223333_20261102T1200Z_[0-9a-f]{8}\.log\.gz",
            key,
        )
        body = names.site.s3.get_object(Bucket="dnslogs", Key=key)["Body"].read()
        told = json.loads(gzip.decompress(body))
        assert int(told.pop("srcport")) >= 32_768
        assert told.pop("firewall_domain_list_id").startswith("rslvr-fdl-")
        assert told == {
            "version": "1.100000",
            "account_id": "111122223333",
            "region": "us-east-1",
            "vpc_id": names.vpc,
            "query_timestamp": "2026-11-02T12:00:00Z",
            "query_name": "c2.evil.example.",
            "query_type": "A",
            "query_class": "IN",
            "rcode": "NOERROR",
            "answers": [{"Rdata": "203.0.113.5", "Type": "A", "Class": "IN"}],
            "srcaddr": made["PrivateIpAddress"],
            "transport": "UDP",
            "srcids": {"instance": made["InstanceId"]},
            "firewall_rule_action": "ALERT",
            "firewall_rule_group_id": group,
        }

    def test_it_is_read_as_a_frame(self, names: Names) -> None:
        names.site.bucket(DELIVERY, "dnslogs")
        names.log()
        names.ask("unknown.example")
        names.site.trail.wait(minutes=10)
        (row,) = logs("dns", names.site.trail.client).to_dict("records")
        assert row["query_timestamp"] == datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
        assert (row["rcode"], row["answers"]) == ("NXDOMAIN", [])

    def test_only_associated_vpcs_are_logged(self, names: Names) -> None:
        names.site.bucket(DELIVERY, "dnslogs")
        config = names.log()
        other = names.site.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        names.ask("a.example", vpc=other)
        names.ask("b.example")
        names.resolver.disassociate_resolver_query_log_config(
            ResolverQueryLogConfigId=config, ResourceId=names.vpc
        )
        names.ask("c.example")
        names.resolver.delete_resolver_query_log_config(ResolverQueryLogConfigId=config)
        names.site.trail.wait(minutes=10)
        made = logs("dns", names.site.trail.client, bucket="dnslogs")
        assert list(made["query_name"]) == ["b.example."]

    def test_a_bucket_that_forbids_it_gets_none(self, names: Names) -> None:
        names.site.bucket({"Service": "logging.s3.amazonaws.com"}, "dnslogs")
        names.log()
        names.ask("a.example")
        names.site.trail.wait(minutes=10)
        assert names.site.objects("dnslogs") == []

    def test_a_configuration_in_use_cannot_be_deleted(
        self, names: Names, refusal: Callable[..., tuple[str, int, str]]
    ) -> None:
        config = names.log()
        delete = names.resolver.delete_resolver_query_log_config
        code, _, _ = refusal(lambda: delete(ResolverQueryLogConfigId=config))
        assert code == "InvalidRequestException"
