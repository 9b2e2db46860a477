"""Amazon EC2: the condition keys that describe a resource as it is now.

Source: "Actions, resources, and condition keys for Amazon EC2" (Service Authorization
Reference), the keys of each resource type.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.account.lookups.arns import Arn

Facts = dict[str, Any]


def ec2_attributes(state: Any, arn: Arn) -> dict[str, str]:
    """The keys of the resource's type; none for one that is not there.

    A parameter of the call that sets the same key takes the place of the state's value.
    """
    describe = _TYPES.get(arn.kind)
    facts = describe(state, arn.name) if describe else None
    return {
        f"ec2:{key}": str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in (facts or {}).items()
        if value is not None and value != ""
    }


def _instance(state: Any, identifier: str) -> Facts | None:
    found = state.get_instance_by_id(identifier)
    if found is None:
        return None
    metadata, profile = (
        found.metadata_options,
        state.iam_instance_profile_associations.get(identifier),
    )
    return {
        "AvailabilityZone": found.availability_zone,
        "EbsOptimized": bool(found.ebs_optimized),
        "InstanceID": found.id,
        "InstanceMarketType": "spot" if found.lifecycle == "spot" else "on-demand",
        "InstanceMetadataTags": metadata.instance_metadata_tags,
        "InstanceProfile": profile and profile.iam_instance_profile.arn,
        "InstanceType": found.instance_type,
        "MetadataHttpEndpoint": metadata.http_endpoint,
        "MetadataHttpPutResponseHopLimit": metadata.http_put_response_hop_limit,
        "MetadataHttpTokens": metadata.http_tokens,
        "PlacementGroup": found.placement.group_name,
        "RootDeviceType": found.root_device_type,
        "Tenancy": found.placement.tenancy,
    }


def _image(state: Any, identifier: str) -> Facts | None:
    found = state.amis.get(identifier)
    return found and {
        "ImageID": found.id,
        "ImageType": found.image_type,
        "Owner": found.owner_alias or found.owner_id,
        "Public": bool(found.is_public),
        "RootDeviceType": _root_device(found.root_device_type),
    }


def _root_device(kind: str) -> str:
    """moto calls what is on EBS "standard" where an image was registered."""
    return "ebs" if kind == "standard" else kind


def _volume(state: Any, identifier: str) -> Facts | None:
    found = state.volumes.get(identifier)
    snapshot = found and found.snapshot_id
    return found and {
        "AvailabilityZone": found.availability_zone,
        "Encrypted": bool(found.encrypted),
        "KmsKeyId": found.kms_key_id,
        "ParentSnapshot": snapshot and f"arn:aws:ec2:{state.region_name}::snapshot/{snapshot}",
        "VolumeID": found.id,
        "VolumeIops": found.iops,
        "VolumeSize": found.size,
        "VolumeThroughput": found.throughput,
        "VolumeType": found.volume_type,
    }


def _snapshot(state: Any, identifier: str) -> Facts | None:
    found = state.snapshots.get(identifier)
    return found and {
        "Encrypted": bool(found.encrypted),
        "Owner": found.owner_id,
        "ParentVolume": found.volume and _arn(state, "volume", found.volume.id),
        "SnapshotID": found.id,
        "SnapshotTime": found.start_time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "VolumeSize": found.volume and found.volume.size,
    }


def _interface(state: Any, identifier: str) -> Facts | None:
    found = state.enis.get(identifier)
    return found and {
        "AvailabilityZone": found.subnet.availability_zone,
        "NetworkInterfaceID": found.id,
        "Subnet": _arn(state, "subnet", found.subnet.id),
        "Vpc": _vpc_arn(state, found),
    }


def _subnet(state: Any, identifier: str) -> Facts | None:
    zones = state.subnets.values()
    found = next((held[identifier] for held in zones if identifier in held), None)
    return found and {
        "AvailabilityZone": found.availability_zone,
        "SubnetID": found.id,
        "Vpc": _vpc_arn(state, found),
    }


def _vpc(state: Any, identifier: str) -> Facts | None:
    found = state.vpcs.get(identifier)
    return found and {"Tenancy": found.instance_tenancy, "VpcID": found.id}


def _group(state: Any, identifier: str) -> Facts | None:
    held = state.groups.values()
    found = next((groups[identifier] for groups in held if identifier in groups), None)
    return found and {"SecurityGroupID": found.id, "Vpc": _vpc_arn(state, found)}


def _key_pair(state: Any, name: str) -> Facts | None:
    found = state.key_pairs.get(name)
    return found and {"KeyPairName": found.key_name, "KeyPairType": found.key_type or "rsa"}


def _gateway(state: Any, identifier: str) -> Facts | None:
    found = state.internet_gateways.get(identifier)
    return found and {"InternetGatewayID": found.id}


def _route_table(state: Any, identifier: str) -> Facts | None:
    found = state.route_tables.get(identifier)
    return found and {"RouteTableID": found.id, "Vpc": _vpc_arn(state, found)}


def _network_acl(state: Any, identifier: str) -> Facts | None:
    found = state.network_acls.get(identifier)
    return found and {"NetworkAclID": found.id, "Vpc": _vpc_arn(state, found)}


def _nat_gateway(state: Any, identifier: str) -> Facts | None:
    found = state.nat_gateways.get(identifier)
    return found and {"Vpc": _vpc_arn(state, found)}


def _endpoint(state: Any, identifier: str) -> Facts | None:
    found = state.vpc_end_points.get(identifier)
    owner = "amazon" if found and found.service_name.startswith("com.amazonaws.") else None
    return found and {"VpceServiceName": found.service_name, "VpceServiceOwner": owner}


def _peering(state: Any, identifier: str) -> Facts | None:
    found = state.vpc_pcxs.get(identifier)
    return found and {
        "AccepterVpc": _arn(state, "vpc", found.peer_vpc.id, found.peer_vpc.owner_id),
        "RequesterVpc": _arn(state, "vpc", found.vpc.id, found.vpc.owner_id),
        "VpcPeeringConnectionID": found.id,
    }


def _address(state: Any, identifier: str) -> Facts | None:
    found = next((one for one in state.addresses if one.allocation_id == identifier), None)
    return found and {
        "AllocationId": found.allocation_id,
        "Domain": found.domain,
        "PublicIpAddress": found.public_ip,
    }


def _arn(state: Any, kind: str, identifier: str, owner: str | None = None) -> str:
    return f"arn:aws:ec2:{state.region_name}:{owner or state.account_id}:{kind}/{identifier}"


def _vpc_arn(state: Any, found: Any) -> str | None:
    return _arn(state, "vpc", found.vpc_id) if found.vpc_id else None


_TYPES: dict[str, Callable[[Any, str], Facts | None]] = {
    "elastic-ip": _address,
    "image": _image,
    "instance": _instance,
    "internet-gateway": _gateway,
    "key-pair": _key_pair,
    "natgateway": _nat_gateway,
    "network-acl": _network_acl,
    "network-interface": _interface,
    "route-table": _route_table,
    "security-group": _group,
    "snapshot": _snapshot,
    "subnet": _subnet,
    "volume": _volume,
    "vpc": _vpc,
    "vpc-endpoint": _endpoint,
    "vpc-peering-connection": _peering,
}
