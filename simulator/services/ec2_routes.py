"""Routes to the endpoints of firewalls, and the endpoints themselves, which are not the caller's.

Sources: "ReplaceRoute", "DeleteVpcEndpoints", "DeleteSubnet" (Amazon EC2 API Reference).
"""

from __future__ import annotations

from typing import Any

from simulator.account.state import state_of
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation


@operation
def replace_route(call: Call, backend: Backend) -> Result:
    """To an endpoint, or from one to something else, which moto forgets about."""
    params, name = call.params, call.params.get("VpcEndpointId")
    if name:
        _check(call, str(name))
    answer = backend()
    given = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
    destination = next((params[one] for one in given if params.get(one)), None)
    table = _ec2(call).route_tables[params["RouteTableId"]]
    table._routes[f"{table.id}~{destination}"].vpc_endpoint_id = name
    return answer


@operation
def delete_vpc_endpoints(call: Call, backend: Backend) -> Result:
    """Those that a service made in the account are that service's to delete."""
    state = _ec2(call)
    refused = []
    for name in call.params["VpcEndpointIds"]:
        found = state.vpc_end_points.get(name) if state is not None else None
        if found is not None and _managed(found):
            text = (
                "Operation is not allowed for requester-managed VPC endpoints for the service "
                f"{found.service_name}."
            )
            error = {"Code": "InvalidParameter", "Message": text}
            refused.append({"ResourceId": name, "Error": error})
    if not refused:
        return backend()
    kept = {one["ResourceId"] for one in refused}
    state.delete_vpc_endpoints([one for one in call.params["VpcEndpointIds"] if one not in kept])
    return {"Unsuccessful": refused}


@operation
def delete_subnet(call: Call, backend: Backend) -> Result:
    """Not as long as a firewall has an endpoint in it."""
    state, name = _ec2(call), call.params["SubnetId"]
    endpoints = state.vpc_end_points.values() if state is not None else ()
    if any(name in (one.subnet_ids or ()) and _managed(one) for one in endpoints):
        text = f"The subnet '{name}' has dependencies and cannot be deleted."
        raise AwsError("DependencyViolation", text)
    return backend()


def _managed(endpoint: Any) -> bool:
    return any(tag["key"] == "AWSNetworkFirewallManaged" for tag in endpoint.get_tags())


def _check(call: Call, name: str) -> None:
    found = _ec2(call).vpc_end_points.get(name)
    if found is None:
        raise AwsError(
            "InvalidVpcEndpointId.NotFound", f"The VpcEndPoint ID '{name}' does not exist"
        )
    if found.vpc_endpoint_type != "GatewayLoadBalancer":
        text = f"Route table contains unsupported route target: {name}."
        raise AwsError(
            "InvalidParameterValue", f"{text} VPC Endpoints of this type cannot be used."
        )


def _ec2(call: Call) -> Any:
    assert call.account is not None
    return state_of("ec2", call.account.id, call.region)
