"""Amazon EC2: what moto leaves out of an answer or undoes by the way."""

from __future__ import annotations

import base64
import json
from typing import Any

from simulator.account.state import state_of
from simulator.account.subnet_addresses import settle
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.network import survey, untracking
from simulator.services import (
    Backend,
    Result,
    ec2_access_scopes,
    ec2_flow_logs,
    ec2_hosts,
    ec2_ipv6,
    ec2_launch_templates,
    ec2_metadata_defaults,
    ec2_network_insights,
    ec2_public_sharing,
    ec2_routes,
    ec2_serial_console,
    ec2_volumes,
    operation,
)

_METADATA = {
    "HttpEndpoint": "http_endpoint",
    "HttpProtocolIpv6": "http_protocol_ipv6",
    "HttpPutResponseHopLimit": "http_put_response_hop_limit",
    "HttpTokens": "http_tokens",
    "InstanceMetadataTags": "instance_metadata_tags",
}

run_instances = ec2_hosts.run_instances
replace_route = ec2_routes.replace_route
delete_vpc_endpoints = ec2_routes.delete_vpc_endpoints
delete_subnet = ec2_routes.delete_subnet
stop_instances = ec2_hosts.stop_instances
terminate_instances = ec2_hosts.terminate_instances
reboot_instances = ec2_hosts.reboot_instances
create_image = ec2_hosts.create_image
register_image = ec2_hosts.register_image
copy_image = ec2_hosts.copy_image
create_snapshot = ec2_hosts.create_snapshot
create_snapshots = ec2_hosts.create_snapshots
copy_snapshot = ec2_hosts.copy_snapshot
attach_volume = ec2_volumes.attach_volume
detach_volume = ec2_volumes.detach_volume
modify_instance_metadata_defaults = ec2_metadata_defaults.modify_instance_metadata_defaults
get_instance_metadata_defaults = ec2_metadata_defaults.get_instance_metadata_defaults
enable_serial_console_access = ec2_serial_console.enable_serial_console_access
disable_serial_console_access = ec2_serial_console.disable_serial_console_access
get_serial_console_access_status = ec2_serial_console.get_serial_console_access_status
create_flow_logs = ec2_flow_logs.create_flow_logs
delete_flow_logs = ec2_flow_logs.delete_flow_logs
describe_flow_logs = ec2_flow_logs.describe_flow_logs
create_launch_template_version = ec2_launch_templates.create_launch_template_version
associate_vpc_cidr_block = ec2_ipv6.associate_vpc_cidr_block
create_network_insights_path = ec2_network_insights.create_network_insights_path
describe_network_insights_paths = ec2_network_insights.describe_network_insights_paths
delete_network_insights_path = ec2_network_insights.delete_network_insights_path
start_network_insights_analysis = ec2_network_insights.start_network_insights_analysis
describe_network_insights_analyses = ec2_network_insights.describe_network_insights_analyses
delete_network_insights_analysis = ec2_network_insights.delete_network_insights_analysis
create_network_insights_access_scope = ec2_access_scopes.create_network_insights_access_scope
describe_network_insights_access_scopes = ec2_access_scopes.describe_network_insights_access_scopes
get_network_insights_access_scope_content = (
    ec2_access_scopes.get_network_insights_access_scope_content
)
delete_network_insights_access_scope = ec2_access_scopes.delete_network_insights_access_scope
start_network_insights_access_scope_analysis = (
    ec2_access_scopes.start_network_insights_access_scope_analysis
)
describe_network_insights_access_scope_analyses = (
    ec2_access_scopes.describe_network_insights_access_scope_analyses
)
get_network_insights_access_scope_analysis_findings = (
    ec2_access_scopes.get_network_insights_access_scope_analysis_findings
)
delete_network_insights_access_scope_analysis = (
    ec2_access_scopes.delete_network_insights_access_scope_analysis
)

enable_image_block_public_access = ec2_public_sharing.enable_image_block_public_access
disable_image_block_public_access = ec2_public_sharing.disable_image_block_public_access
get_image_block_public_access_state = ec2_public_sharing.get_image_block_public_access_state
enable_snapshot_block_public_access = ec2_public_sharing.enable_snapshot_block_public_access
disable_snapshot_block_public_access = ec2_public_sharing.disable_snapshot_block_public_access
get_snapshot_block_public_access_state = ec2_public_sharing.get_snapshot_block_public_access_state
modify_image_attribute = ec2_public_sharing.modify_image_attribute
modify_snapshot_attribute = ec2_public_sharing.modify_snapshot_attribute


@operation
def authorize_security_group_ingress(call: Call, backend: Backend) -> Result:
    """The rules made are told with their owner ("AuthorizeSecurityGroupIngress")."""
    return _settled(call, _with_owner(call, backend()))


@operation
def authorize_security_group_egress(call: Call, backend: Backend) -> Result:
    """The rules made are told with their owner ("AuthorizeSecurityGroupEgress")."""
    return _settled(call, _with_owner(call, backend()))


@operation
def modify_instance_attribute(call: Call, backend: Backend) -> Result:
    """User data can be changed while the instance is stopped ("ModifyInstanceAttribute").

    moto decodes it once too often. New groups replace those of the primary network interface.
    """
    from moto.core.types import Base64EncodedString

    assert call.account is not None
    data = call.params.get("UserData", {}).get("Value")
    state = state_of("ec2", call.account.id, call.region)
    name = call.params["InstanceId"]
    instance = state.get_instance_by_id(name) if state is not None else None
    if data is None or instance is None or call.params.get("DryRun"):
        answer = backend()
        if instance is not None and call.params.get("Groups") and 0 in instance.nics:
            instance.nics[0]._group_set = list(instance.security_groups)
            return _settled(call, answer)
        return answer
    if instance.state != "stopped":
        raise AwsError(
            "IncorrectInstanceState", f"The instance '{name}' is not in the 'stopped' state."
        )
    instance.user_data = Base64EncodedString(base64.b64encode(data).decode())
    return {}


@operation
def modify_instance_metadata_options(call: Call, backend: Backend) -> Result:
    """An option that the call leaves out stays as it is ("ModifyInstanceMetadataOptions")."""
    assert call.account is not None
    state = state_of("ec2", call.account.id, call.region)
    instance = state.get_instance_by_id(call.params["InstanceId"]) if state is not None else None
    if instance is None:
        return backend()
    before = dict(instance.metadata_options.__dict__)
    answer = backend()
    options: dict[str, Any] = answer["InstanceMetadataOptions"]
    for name, attribute in _METADATA.items():
        if name not in call.params:
            setattr(instance.metadata_options, attribute, before[attribute])
            options[name] = before[attribute]
    return answer


@operation
def create_vpc_endpoint(call: Call, backend: Backend) -> Result:
    """An endpoint whose type the call leaves out is a gateway endpoint ("CreateVpcEndpoint").

    An interface endpoint's network interfaces have addresses of their subnets, and its security
    groups: the VPC's default one, if the call names none.
    """
    answer = backend()
    made = answer["VpcEndpoint"]
    assert call.account is not None
    state = state_of("ec2", call.account.id, call.region)
    endpoint = state.vpc_end_points[made["VpcEndpointId"]]
    if not made.get("VpcEndpointType"):
        endpoint.vpc_endpoint_type = made["VpcEndpointType"] = "Gateway"
    if endpoint.network_interface_ids:
        if not endpoint.security_group_ids:
            endpoint.security_group_ids = [state.get_default_security_group(endpoint.vpc_id).id]
        made["Groups"] = [
            {"GroupId": group.id, "GroupName": group.name}
            for group in map(state.get_security_group_from_id, endpoint.security_group_ids)
        ]
        for name in endpoint.network_interface_ids:
            interface = state.enis[name]
            settle(interface)
            interface.interface_type = "vpc_endpoint"
            interface._group_set = [
                state.get_security_group_from_id(group) for group in endpoint.security_group_ids
            ]
    return answer


@operation
def create_nat_gateway(call: Call, backend: Backend) -> Result:
    """Its network interface has an address of its subnet ("CreateNatGateway")."""
    answer = backend()
    assert call.account is not None
    state = state_of("ec2", call.account.id, call.region)
    gateway = state.nat_gateways[answer["NatGateway"]["NatGatewayId"]]
    gateway._eni.interface_type = "nat_gateway"
    gateway.private_ip = settle(gateway._eni)
    for address in (*gateway.address_set, *answer["NatGateway"].get("NatGatewayAddresses", ())):
        for name in ("privateIp", "PrivateIp"):
            if name in address:
                address[name] = gateway.private_ip
    return answer


@operation
def modify_vpc_endpoint(call: Call, backend: Backend) -> Result:
    """ResetPolicy puts the default policy back, which allows full access."""
    answer = backend()
    if call.params.get("ResetPolicy"):
        assert call.account is not None
        state = state_of("ec2", call.account.id, call.region)
        endpoint = state.vpc_end_points[call.params["VpcEndpointId"]]
        endpoint.policy_document = default_policy()
    return answer


def _settled(call: Call, answer: Result) -> Result:
    """The answer, once connections that the changed rules don't track are forgotten."""
    assert call.account is not None
    survey.note(call)
    untracking.settle(call.account)
    return answer


def _with_owner(call: Call, answer: Result) -> Result:
    """The rules made, with the owner of their group, and tags only where they have any."""
    assert call.account is not None
    for rule in answer.get("SecurityGroupRules", ()):
        rule["GroupOwnerId"] = call.account.id
        if not rule.get("Tags"):
            rule.pop("Tags", None)
    return answer


def default_policy() -> str:
    """The policy of an endpoint that was given none ("Default endpoint policy")."""
    from moto.ec2.models.vpcs import VPCEndPoint

    return json.dumps(VPCEndPoint.DEFAULT_POLICY)


@operation
def modify_network_interface_attribute(call: Call, backend: Backend) -> Result:
    """An instance's groups are those of its primary network interface ("DescribeInstances")."""
    answer = backend()
    if call.params.get("Groups"):
        assert call.account is not None
        state = state_of("ec2", call.account.id, call.region)
        interface = state.enis[call.params["NetworkInterfaceId"]]
        if interface.instance is not None and interface.device_index == 0:
            interface.instance.security_groups = list(interface._group_set)
    return _settled(call, answer)


@operation
def create_vpc(call: Call, backend: Backend) -> Result:
    """What is in the VPC's default security group may reach each other; see also `ec2_ipv6`.

    Source: "Default security groups for your VPCs".
    """
    answer = backend()
    assert call.account is not None
    state = state_of("ec2", call.account.id, call.region)
    vpc = answer["Vpc"]["VpcId"]
    group = state.get_default_security_group(vpc)
    state.authorize_security_group_ingress(
        group.id, "-1", None, None, [], source_groups=[{"GroupId": group.id}], vpc_id=vpc
    )
    if call.params.get("AmazonProvidedIpv6CidrBlock") or call.params.get("Ipv6CidrBlock"):
        ec2_ipv6.let_through(state, vpc)
    return answer


@operation
def describe_client_vpn_endpoints(call: Call, backend: Backend) -> Result:
    """None: they are not part of the account, and none can be made."""
    return {"ClientVpnEndpoints": []}
