"""Rules on security groups, network ACLs, subnets and VPCs of the Region.

Source: "List of AWS Config Managed Rules" (AWS Config Developer Guide).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.controls.ec2 import groups
from simulator.controls.evaluation import Evaluation

_V4, _V6 = "0.0.0.0/0", "::/0"
_AUTHORIZED = {80, 443}
_RISKY = (
    20,
    21,
    22,
    23,
    25,
    110,
    135,
    143,
    445,
    1433,
    1434,
    3000,
    3306,
    3389,
    4333,
    5000,
    5432,
    5500,
    5601,
    8080,
    8088,
    8888,
    9200,
    9300,
)
_ADMIN = (22, 3389)


def restricted_rdp(account: Account, region: str) -> Iterator[Evaluation]:
    """No security group opens port 3389 to everybody."""
    return _open_to(account, region, (3389,), (_V4, _V6))


def vpc_sg_port_restriction_check_ipv4(account: Account, region: str) -> Iterator[Evaluation]:
    """No security group opens a port of administration to 0.0.0.0/0."""
    return _open_to(account, region, _ADMIN, (_V4,))


def vpc_sg_port_restriction_check_ipv6(account: Account, region: str) -> Iterator[Evaluation]:
    """No security group opens a port of administration to ::/0."""
    return _open_to(account, region, _ADMIN, (_V6,))


def vpc_sg_restricted_common_ports(account: Account, region: str) -> Iterator[Evaluation]:
    """No security group opens a port with high risk to everybody."""
    return _open_to(account, region, _RISKY, (_V4, _V6))


def vpc_sg_open_only_to_authorized_ports(account: Account, region: str) -> Iterator[Evaluation]:
    """Only ports 80 and 443 are open to everybody."""
    for group in groups(account, region):
        bad = [
            rule
            for rule in group.ingress_rules
            if _from_anywhere(rule, (_V4, _V6)) and not _is_authorized(rule)
        ]
        yield _group(group, not bad, "Other ports than 80 and 443 are open to everybody")


def nacl_no_unrestricted_ssh_rdp(account: Account, region: str) -> Iterator[Evaluation]:
    """No network ACL lets everybody through to port 22 or 3389, rules taken in their order."""
    ec2 = state_of("ec2", account.id, region)
    for acl in ec2.network_acls.values() if ec2 else ():
        bad = [port for port in _ADMIN if any(_lets_in(acl, port, world) for world in (_V4, _V6))]
        said = f"Everybody gets through to {bad}" if bad else ""
        arn = f"arn:aws:ec2:{region}:{account.id}:network-acl/{acl.id}"
        yield Evaluation("AWS::EC2::NetworkAcl", acl.id, arn, not bad, said)


def subnet_auto_assign_public_ip_disabled(account: Account, region: str) -> Iterator[Evaluation]:
    """No subnet gives out public addresses by itself."""
    ec2 = state_of("ec2", account.id, region)
    subnets = [one for each in ec2.subnets.values() for one in each.values()] if ec2 else []
    for subnet in subnets:
        good = str(subnet.map_public_ip_on_launch).lower() != "true"
        arn = f"arn:aws:ec2:{region}:{account.id}:subnet/{subnet.id}"
        said = "" if good else "Instances in the subnet get public addresses"
        yield Evaluation("AWS::EC2::Subnet", subnet.id, arn, good, said)


def vpc_flow_logs_enabled_reject(account: Account, region: str) -> Iterator[Evaluation]:
    """Each VPC has a flow log, of rejected traffic at least."""
    ec2 = state_of("ec2", account.id, region)
    for vpc in ec2.vpcs.values() if ec2 else ():
        good = any(
            log.resource_id == vpc.id and log.traffic_type in {"REJECT", "ALL"}
            for log in ec2.flow_logs.values()
        )
        arn = f"arn:aws:ec2:{region}:{account.id}:vpc/{vpc.id}"
        said = "" if good else "The VPC's traffic is not logged"
        yield Evaluation("AWS::EC2::VPC", vpc.id, arn, good, said)


def _open_to(
    account: Account, region: str, ports: tuple[int, ...], ranges: tuple[str, ...]
) -> Iterator[Evaluation]:
    for group in groups(account, region):
        bad = sorted(
            {
                port
                for rule in group.ingress_rules
                if _from_anywhere(rule, ranges)
                for port in ports
                if _covers(rule, port)
            }
        )
        yield _group(group, not bad, f"Open to everybody: {bad}")


def _from_anywhere(rule: Any, ranges: tuple[str, ...]) -> bool:
    """Each rule by itself: 0.0.0.0/1 beside 128.0.0.0/1 is not everybody to AWS's rules."""
    given = rule.ip_range or {}
    return (given.get("CidrIp") or given.get("CidrIpv6")) in ranges


def _covers(rule: Any, port: int) -> bool:
    protocol = str(rule.ip_protocol)
    if protocol == "-1":
        return True
    return protocol in {"tcp", "6"} and _within(rule.from_port, rule.to_port, port)


def _within(low: Any, high: Any, port: int) -> bool:
    if low in (None, "") or int(low) == -1:
        return True
    return int(low) <= port <= int(high)


def _is_authorized(rule: Any) -> bool:
    if str(rule.ip_protocol) not in {"tcp", "6"} or rule.from_port in (None, ""):
        return False
    return int(rule.from_port) == int(rule.to_port) and int(rule.from_port) in _AUTHORIZED


def _lets_in(acl: Any, port: int, world: str) -> bool:
    """The first rule that is about everybody and the port decides; nothing else is let in."""
    entries = [each for each in acl.network_acl_entries if str(each.egress).lower() != "true"]
    for entry in sorted(entries, key=lambda each: int(each.rule_number)):
        cidr = entry.cidr_block if world == _V4 else entry.ipv6_cidr_block
        if not cidr or ipaddress.ip_network(cidr, strict=False).prefixlen:
            continue
        if str(entry.protocol) not in {"-1", "6"}:
            continue
        if str(entry.protocol) == "6" and not _within(
            entry.port_range_from, entry.port_range_to, port
        ):
            continue
        return bool(entry.rule_action == "allow")
    return False


def _group(group: Any, good: bool, said: str) -> Evaluation:
    return Evaluation("AWS::EC2::SecurityGroup", group.id, group.arn, good, "" if good else said)
