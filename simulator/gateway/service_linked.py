"""The first call that makes a service work for an account makes its service-linked role as well.

Whoever makes it needs the right to: iam:CreateServiceLinkedRole is a dependent action.
Source: "Using service-linked roles", "Service-linked role permissions" (IAM User Guide), and the
page on service-linked roles of each service's own guide.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Final

from werkzeug.wrappers import Response

from simulator.account.chance import drawn_uuid
from simulator.account.principal_policies import iam_state
from simulator.gateway.call import Call, Outcome
from simulator.iam.actions import Needed

_MANAGED = "arn:aws:iam::aws:policy/aws-service-role"


@dataclass(frozen=True, slots=True)
class LinkedRole:
    """A service's role in an account: its service principal, its name, its managed policy."""

    service: str
    name: str
    policy: str

    @property
    def path(self) -> str:
        return f"/aws-service-role/{self.service}/"


_LOAD_BALANCING = LinkedRole(
    "elasticloadbalancing.amazonaws.com",
    "AWSServiceRoleForElasticLoadBalancing",
    "AWSElasticLoadBalancingServiceRolePolicy",
)
LINKED: Final = {
    ("accessanalyzer", "CreateAnalyzer"): LinkedRole(
        "access-analyzer.amazonaws.com",
        "AWSServiceRoleForAccessAnalyzer",
        "AccessAnalyzerServiceRolePolicy",
    ),
    ("autoscaling", "CreateAutoScalingGroup"): LinkedRole(
        "autoscaling.amazonaws.com",
        "AWSServiceRoleForAutoScaling",
        "AutoScalingServiceRolePolicy",
    ),
    ("ecs", "CreateCluster"): LinkedRole(
        "ecs.amazonaws.com", "AWSServiceRoleForECS", "AmazonECSServiceRolePolicy"
    ),
    ("elb", "CreateLoadBalancer"): _LOAD_BALANCING,
    ("elbv2", "CreateLoadBalancer"): _LOAD_BALANCING,
    ("guardduty", "CreateDetector"): LinkedRole(
        "guardduty.amazonaws.com",
        "AWSServiceRoleForAmazonGuardDuty",
        "AmazonGuardDutyServiceRolePolicy",
    ),
    ("inspector2", "Enable"): LinkedRole(
        "inspector2.amazonaws.com",
        "AWSServiceRoleForAmazonInspector2",
        "AmazonInspector2ServiceRolePolicy",
    ),
    ("macie2", "EnableMacie"): LinkedRole(
        "macie.amazonaws.com", "AWSServiceRoleForAmazonMacie", "AmazonMacieServiceRolePolicy"
    ),
    ("network-firewall", "CreateFirewall"): LinkedRole(
        "network-firewall.amazonaws.com",
        "AWSServiceRoleForNetworkFirewall",
        "AWSNetworkFirewallServiceRolePolicy",
    ),
    ("organizations", "CreateOrganization"): LinkedRole(
        "organizations.amazonaws.com",
        "AWSServiceRoleForOrganizations",
        "AWSOrganizationsServiceTrustPolicy",
    ),
    ("rds", "CreateDBCluster"): (
        _RDS := LinkedRole(
            "rds.amazonaws.com", "AWSServiceRoleForRDS", "AmazonRDSServiceRolePolicy"
        )
    ),
    ("rds", "CreateDBInstance"): _RDS,
    ("securityhub", "EnableSecurityHub"): LinkedRole(
        "securityhub.amazonaws.com",
        "AWSServiceRoleForSecurityHub",
        "AWSSecurityHubServiceRolePolicy",
    ),
    ("wafv2", "PutLoggingConfiguration"): LinkedRole(
        "wafv2.amazonaws.com",
        "AWSServiceRoleForWAFV2Logging",
        "WAFV2LoggingServiceRolePolicy",
    ),
}
"""(botocore's service, operation) → the role that it makes where the account has none yet."""


def missing(call: Call) -> LinkedRole | None:
    """The role that this call will make; None where there is one, or none is needed."""
    role = LINKED.get((call.service, call.operation))
    if role is None or call.account is None:
        return None
    held = iam_state(call.account.id).roles.values()
    return None if any(each.name == role.name for each in held) else role


def needs(call: Call) -> tuple[Needed, ...]:
    """The right to make the service's role, where this call has to make it."""
    role = missing(call)
    if role is None or call.account is None:
        return ()
    arn = f"arn:aws:iam::{call.account.id}:role{role.path}{role.name}"
    return (Needed("iam:CreateServiceLinkedRole", arn, {"iam:AWSServiceName": role.service}),)


def create(call: Call, role: LinkedRole) -> None:
    """Make the role, and leave the record of it. The caller has the world's turn."""
    assert call.account is not None
    iam = iam_state(call.account.id)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": role.service},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    made = iam.create_role(
        role.name, json.dumps(trust), role.path, None, "", [], "3600", role.service
    )
    made.create_date = call.time.replace(tzinfo=None)  # as moto keeps them
    iam.attach_role_policy(f"{_MANAGED}/{role.policy}", role.name)
    call.hidden.append(_record(call, role, made))


def _record(call: Call, role: LinkedRole, made: object) -> Call:
    """The call to IAM that the service makes with the caller's rights."""
    assert call.account is not None
    seeded = random.Random(f"{role.name}/{call.account.world.seed}/{call.account.id}")
    return Call(
        service="iam",
        event_source="iam.amazonaws.com",
        operation="CreateServiceLinkedRole",
        params={"AWSServiceName": role.service},
        region="us-east-1",
        headers={},
        host="iam.amazonaws.com",
        source_ip=role.service,
        user_agent=role.service,
        request_id=drawn_uuid(seeded),
        event_id="",
        time=call.time,
        tls=True,
        invoked_by=role.service,
        caller=call.caller,
        account=call.account,
        outcome=Outcome(Response(), result={"Role": _shown(made)}),
    )


def _shown(made: object) -> dict[str, object]:
    names = ("path", "name", "id", "arn", "create_date")
    keys = ("Path", "RoleName", "RoleId", "Arn", "CreateDate")
    return {key: getattr(made, name) for key, name in zip(keys, names, strict=True)}
