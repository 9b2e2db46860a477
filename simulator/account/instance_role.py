"""The credentials that an EC2 instance gets for the role in its instance profile.

Sources: "IAM roles for Amazon EC2" (Amazon EC2 User Guide), and of the keys they carry "AWS global
condition context keys" and "EC2 condition context keys" (ec2:RoleDelivery, ec2:SourceInstanceARN).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from simulator.account.account import Account
from simulator.account.minting import credentials, mint_role
from simulator.account.principal_policies import iam_state
from simulator.account.state import state_of
from simulator.gateway.caller import Session

_LIFETIME = timedelta(hours=6)


def instance_credentials(
    account: Account, instance_id: str, *, region: str | None = None, delivery: str = "2.0"
) -> dict[str, Any]:
    """What an instance's metadata service hands out: {"AccessKeyId", "SecretAccessKey", …}.

    `delivery` is the version of the metadata service that was asked: "1.0" or "2.0". The caller has
    the world's turn.

    Raises:
        LookupError: there is no such instance, or none with a role.
    """
    region = region or account.region
    state = state_of("ec2", account.id, region)
    instance = state.get_instance_by_id(instance_id) if state is not None else None
    held = state.iam_instance_profile_associations.get(instance_id) if instance else None
    if instance is None or held is None or not held.iam_instance_profile.roles:
        raise LookupError(f"Instance {instance_id} has no role: nothing to fetch credentials for.")
    role = iam_state(account.id).roles[held.iam_instance_profile.roles[0].id]
    now = account.world.clock.now()
    session = Session(
        issued=now,
        expires=now + _LIFETIME,
        name=instance_id,
        tags={tag["Key"]: tag["Value"] for tag in role.tags or ()},
        context={
            "aws:Ec2InstanceSourcePrivateIPv4": str(instance.private_ip),
            "aws:Ec2InstanceSourceVpc": str(instance.vpc_id),
            "ec2:RoleDelivery": delivery,
            "ec2:SourceInstanceARN": f"arn:aws:ec2:{region}:{account.id}:instance/{instance_id}",
        },
    )
    return credentials(mint_role(account, role, session))
