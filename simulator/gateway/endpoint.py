"""The VPC endpoint that a call comes through.

Sources: "Control access to VPC endpoints using endpoint policies" and "AWS services that integrate
with AWS PrivateLink" (AWS PrivateLink Guide).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.account.state import states_of
from simulator.gateway.call import Call
from simulator.iam.policy import Policy

_ENDPOINT_NAMES = {
    "apigateway": "apigateway",
    "cloudwatch": "monitoring",
    "ecr": "ecr.api",
    "efs": "elasticfilesystem",
    "elbv2": "elasticloadbalancing",
    "firehose": "kinesis-firehose",
    "kinesis": "kinesis-streams",
    "s3control": "s3",
    "stepfunctions": "states",
}
"""botocore's name of a service → the end of its endpoints' service name, where they differ."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A VPC endpoint as it is during the call."""

    id: str
    vpc_id: str
    account_id: str
    region: str
    policy: Policy

    @property
    def context(self) -> dict[str, str]:
        """Its global condition keys, but for the caller's address and those on organizations."""
        return {
            "aws:SourceVpc": self.vpc_id,
            "aws:SourceVpcArn": f"arn:aws:ec2:{self.region}:{self.account_id}:vpc/{self.vpc_id}",
            "aws:SourceVpce": self.id,
            "aws:VpceAccount": self.account_id,
        }


def pass_through(call: Call) -> None:
    """Set `call.endpoint` to the endpoint at hand that serves the call; its source is private then.

    A call that none of them serves, or whose endpoint is gone, goes over the internet.
    """
    for identifier in call.vpc_endpoints:
        found = _endpoint(call, identifier)
        if found is not None and found.state == "available" and _serves(found, call):
            call.endpoint = Endpoint(
                identifier,
                found.vpc_id,
                found.ec2_backend.account_id,
                found.ec2_backend.region_name,
                Policy.parse(found.policy_document, "VPC endpoint policy"),
            )
            call.source_ip = call.private_ip or call.source_ip
            return


def _endpoint(call: Call, identifier: str) -> Any:
    """The endpoint's state, wherever in the caller's world it is."""
    assert call.account is not None
    for account_id in call.account.world.accounts:
        for state in states_of("ec2", account_id):
            if identifier in state.vpc_end_points:
                return state.vpc_end_points[identifier]
    return None


def _serves(endpoint: Any, call: Call) -> bool:
    wanted = _ENDPOINT_NAMES.get(call.service, call.service)
    region = endpoint.ec2_backend.region_name
    names = {f"com.amazonaws.{region}.{wanted}", f"com.amazonaws.{wanted}"}
    return call.region == region and endpoint.service_name in names
