"""EC2's names of sets, items and members in its first API generation."""

from __future__ import annotations

from typing import Final

SECRETS: Final = frozenset({"UserData", "KeyMaterial", "PasswordData"})

SETS: Final[dict[str, tuple[str, str]]] = {
    "AllocationIds": ("allocationIdsSet", "allocationId"),
    "AttributeNames": ("accountAttributeNameSet", "attributeName"),
    "BundleIds": ("bundlesSet", "bundleId"),
    "ConversionTaskIds": ("conversionTaskIdSet", "conversionTaskId"),
    "CustomerGatewayIds": ("customerGatewaySet", "customerGatewayId"),
    "DhcpOptionsIds": ("dhcpOptionsSet", "dhcpOptionsId"),
    "ExecutableUsers": ("executableBySet", "user"),
    "ExportTaskIds": ("exportTaskIdSet", "exportTaskId"),
    "GroupIds": ("securityGroupIdSet", "groupId"),
    "GroupNames": ("securityGroupSet", "groupName"),
    "Groups": ("groupSet", "groupId"),
    "ImageIds": ("imagesSet", "imageId"),
    "InstanceIds": ("instancesSet", "instanceId"),
    "InternetGatewayIds": ("internetGatewayIdSet", "internetGatewayId"),
    "KeyNames": ("keySet", "keyName"),
    "KeyPairIds": ("keyPairIdSet", "keyPairId"),
    "NetworkAclIds": ("networkAclIdSet", "networkAclId"),
    "NetworkInterfaceIds": ("networkInterfaceIdSet", "networkInterfaceId"),
    "OwnerIds": ("ownersSet", "owner"),
    "Owners": ("ownersSet", "owner"),
    "PublicIps": ("publicIpsSet", "publicIp"),
    "RegionNames": ("regionSet", "regionName"),
    "Resources": ("resourcesSet", "resourceId"),
    "RestorableByUserIds": ("sharedUsersSet", "user"),
    "RouteTableIds": ("routeTableIdSet", "routeTableId"),
    "SecurityGroupIds": ("groupSet", "groupId"),
    "SecurityGroups": ("groupSet", "groupName"),
    "SnapshotIds": ("snapshotSet", "snapshotId"),
    "SpotInstanceRequestIds": ("spotInstanceRequestIdSet", "spotInstanceRequestId"),
    "SubnetIds": ("subnetSet", "subnetId"),
    "Values": ("valueSet", "value"),
    "VolumeIds": ("volumeSet", "volumeId"),
    "VpcIds": ("vpcSet", "vpcId"),
    "VpcPeeringConnectionIds": ("vpcPeeringConnectionIdSet", "vpcPeeringConnectionId"),
    "VpnConnectionIds": ("vpnConnectionSet", "vpnConnectionId"),
    "VpnGatewayIds": ("vpnGatewaySet", "vpnGatewayId"),
    "ZoneIds": ("availabilityZoneIdSet", "zoneId"),
    "ZoneNames": ("availabilityZoneSet", "zoneName"),
}
"""A list member of a request: the name of its set, and of a scalar item in the set."""

STRUCTURE_SETS: Final = {
    "BlockDeviceMappings": "blockDeviceMapping",
    "Filters": "filterSet",
    "NetworkInterfaces": "networkInterfaceSet",
    "PrivateIpAddresses": "privateIpAddressesSet",
    "TagSpecifications": "tagSpecificationSet",
    "Tags": "tagSet",
    "UserIdGroupPairs": "groups",
}

ALWAYS_IN_ITEM: Final = {
    "Filters": ("valueSet",),
    "IpPermissions": ("groups", "ipRanges", "ipv6Ranges", "prefixListIds"),
}
"""Sets that an item of a request's list shows even where they are empty."""

RENAMED: Final = {"Protocol": "aclProtocol"}

RENAMED_IN: Final[dict[tuple[str, str], str]] = {
    ("CreateSecurityGroup", "Description"): "groupDescription",
    ("CreateVolume", "AvailabilityZone"): "zone",
    ("CreateVolume", "KmsKeyId"): "masterEncryptionKeyId",
    ("CopySnapshot", "KmsKeyId"): "masterEncryptionKeyId",
}

WRITTEN_AS_TEXT: Final = frozenset(
    {("CreateVolume", "Size"), ("CreateVolume", "VolumeSize"), ("CreateSnapshot", "VolumeSize")}
)

RENAMED_IN_RESULT: Final[dict[tuple[str, str], str]] = {
    ("CreateVolume", "AvailabilityZone"): "zone",
    ("CreateVolume", "KmsKeyId"): "masterEncryptionKeyId",
}

ALSO_ACKNOWLEDGED: Final = frozenset(
    {"AssignPrivateIpAddresses", "AssociateAddress", "CreateSecurityGroup"}
)
"""Operations whose response says `_return` beside its members."""

GRANTS: Final = {
    "ModifyImageAttribute": ("LaunchPermission", "launchPermission"),
    "DescribeSnapshotAttribute": ("CreateVolumePermission", "CREATE_VOLUME_PERMISSION"),
    "ModifySnapshotAttribute": ("CreateVolumePermission", "CREATE_VOLUME_PERMISSION"),
    "ResetImageAttribute": ("LaunchPermission", "launchPermission"),
    "ResetSnapshotAttribute": ("CreateVolumePermission", "CREATE_VOLUME_PERMISSION"),
}
