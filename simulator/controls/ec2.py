"""Rules on the Region's instances, volumes, snapshots and security groups' ports.

Source: "List of AWS Config Managed Rules" (AWS Config Developer Guide), the page of each rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.controls.accounts import of_account
from simulator.controls.evaluation import Evaluation

_ANYWHERE = {"0.0.0.0/0", "::/0"}


def incoming_ssh_disabled(account: Account, region: str) -> Iterator[Evaluation]:
    """restricted-ssh: no security group lets SSH in from anywhere."""
    for group in groups(account, region):
        bad = any(opens(rule, [22]) for rule in group.ingress_rules)
        yield of_group(group, not bad, "Port 22 is open to 0.0.0.0/0 or ::/0")


restricted_ssh = incoming_ssh_disabled


def restricted_incoming_traffic(
    account: Account,
    region: str,
    *,
    blocked_port1: str = "20",
    blocked_port2: str = "21",
    blocked_port3: str = "3389",
    blocked_port4: str = "3306",
    blocked_port5: str = "4333",
) -> Iterator[Evaluation]:
    """restricted-common-ports: none of five TCP ports is open to anywhere."""
    blocked = (blocked_port1, blocked_port2, blocked_port3, blocked_port4, blocked_port5)
    ports = [int(port) for port in blocked if port]
    for group in groups(account, region):
        found = sorted({p for rule in group.ingress_rules for p in ports if opens(rule, [p])})
        yield of_group(group, not found, f"Open to anywhere: {found}")


restricted_common_ports = restricted_incoming_traffic


def ec2_imdsv2_check(account: Account, region: str) -> Iterator[Evaluation]:
    """Instances take no metadata request without a token."""
    held = state_of("ec2", account.id, region)
    reservations = held.reservations.values() if held is not None else ()
    for instance in (one for each in reservations for one in each.instances):
        if instance.state not in {"terminated", "shutting-down"}:
            options = instance.metadata_options
            good = options.http_tokens == "required" or options.http_endpoint == "disabled"
            arn = f"arn:aws:ec2:{region}:{account.id}:instance/{instance.id}"
            said = "" if good else "IMDSv1 is not disabled"
            yield Evaluation("AWS::EC2::Instance", instance.id, arn, good, said)


def encrypted_volumes(account: Account, region: str) -> Iterator[Evaluation]:
    """Attached volumes are encrypted."""
    held = state_of("ec2", account.id, region)
    for volume in held.volumes.values() if held is not None else ():
        if volume.attachment is not None:
            arn = f"arn:aws:ec2:{region}:{account.id}:volume/{volume.id}"
            said = "" if volume.encrypted else "The volume is not encrypted"
            yield Evaluation("AWS::EC2::Volume", volume.id, arn, bool(volume.encrypted), said)


def ec2_ebs_encryption_by_default(account: Account, region: str) -> Iterator[Evaluation]:
    """New volumes are encrypted whoever makes them."""
    held = state_of("ec2", account.id, region)
    on = held is not None and bool(held.ebs_encryption_by_default)
    yield of_account(account, on, "EBS encryption by default is off")


def ebs_snapshot_public_restorable_check(account: Account, region: str) -> Iterator[Evaluation]:
    """None of the account's snapshots is everybody's to restore."""
    held = state_of("ec2", account.id, region)
    public = sorted(
        one.id
        for one in (held.snapshots.values() if held is not None else ())
        if one.owner_id == account.id and "all" in one.create_volume_permission_groups
    )
    yield of_account(account, not public, f"Publicly restorable: {', '.join(public)}")


def groups(account: Account, region: str) -> list[Any]:
    """The Region's security groups, in moto's form."""
    held = state_of("ec2", account.id, region)
    return [one for each in held.groups.values() for one in each.values()] if held else []


def of_group(group: Any, good: bool, said: str) -> Evaluation:
    """What is said of a security group where it breaks the rule."""
    told = "" if good else said
    return Evaluation("AWS::EC2::SecurityGroup", group.id, group.arn, good, told)


def opens(rule: Any, ports: Iterable[int]) -> bool:
    """Whether an ingress rule lets TCP in from anywhere on one of the ports."""
    if not {rule.cidr_ipv4, rule.cidr_ipv6} & _ANYWHERE:
        return False
    if rule.ip_protocol == "-1":
        return True
    first, last = rule.from_port, rule.to_port
    if rule.ip_protocol != "tcp" or first is None or last is None:
        return False
    return any(first <= port <= last or first == -1 for port in ports)
