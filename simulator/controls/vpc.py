"""Rules on the Region's VPCs.

Source: "List of AWS Config Managed Rules" (AWS Config Developer Guide), the page of each rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.controls.ec2 import groups, of_group
from simulator.controls.evaluation import Evaluation


def vpc_default_security_group_closed(account: Account, region: str) -> Iterator[Evaluation]:
    """A VPC's default security group lets nothing in and nothing out."""
    for group in groups(account, region):
        if group.name == "default":
            good = not group.ingress_rules and not group.egress_rules
            yield of_group(group, good, "The default security group has rules")


def vpc_flow_logs_enabled(
    account: Account, region: str, *, traffic_type: str = ""
) -> Iterator[Evaluation]:
    """Each VPC has a flow log, of the wanted traffic (ACCEPT, REJECT, ALL) where one is named."""
    held = state_of("ec2", account.id, region)
    for vpc in held.vpcs.values() if held is not None else ():
        good = any(
            log.resource_id == vpc.id and log.traffic_type in {traffic_type or log.traffic_type}
            for log in held.flow_logs.values()
        )
        arn = f"arn:aws:ec2:{region}:{account.id}:vpc/{vpc.id}"
        said = "" if good else "The VPC has no flow log"
        yield Evaluation("AWS::EC2::VPC", vpc.id, arn, good, said)
