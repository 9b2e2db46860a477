"""What a VPC's default network ACL and default security group say of IPv6, once it has a block.

Sources: "Default network ACL for a VPC", "Default security groups for your VPCs" (Amazon VPC User
Guide). Rules that somebody has changed before stay as they are.
"""

from __future__ import annotations

from typing import Any

from simulator.account.state import state_of
from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation

_RULE = 101


@operation
def associate_vpc_cidr_block(call: Call, backend: Backend) -> Result:
    """With the first IPv6 block, the defaults let IPv6 through as they do IPv4."""
    answer = backend()
    assert call.account is not None
    if "Ipv6CidrBlockAssociation" in answer:
        let_through(state_of("ec2", call.account.id, call.region), answer["VpcId"])
    return answer


def let_through(state: Any, vpc_id: str) -> None:
    """Rule 101 in the default network ACL, each way."""
    acl = next(
        each for each in state.network_acls.values() if each.default and each.vpc_id == vpc_id
    )
    for egress in (False, True):
        numbers = {int(e.rule_number) for e in acl.network_acl_entries if _leaves(e) is egress}
        if numbers == {100, 32767}:
            state.create_network_acl_entry(
                network_acl_id=acl.id,
                rule_number=_RULE,
                protocol="-1",
                rule_action="allow",
                egress=egress,
                cidr_block=None,
                icmp_code=None,
                icmp_type=None,
                port_range_from=None,
                port_range_to=None,
                ipv6_cidr_block="::/0",
            )


def _leaves(entry: Any) -> bool:
    return str(entry.egress).lower() == "true"
