"""Which EC2 operations belong to its first API generation, and what they always show."""

from __future__ import annotations

from typing import Any, Final

FIRST_GENERATION: Final = frozenset(
    """
    AcceptVpcPeeringConnection AllocateAddress AssignPrivateIpAddresses AssociateAddress
    AssociateDhcpOptions AssociateRouteTable AttachClassicLinkVpc AttachInternetGateway
    AttachNetworkInterface AttachVolume AttachVpnGateway AuthorizeSecurityGroupEgress
    AuthorizeSecurityGroupIngress BundleInstance CancelBundleTask CancelConversionTask
    CancelExportTask CancelReservedInstancesListing CancelSpotInstanceRequests
    ConfirmProductInstance CopyImage CopySnapshot CreateCustomerGateway CreateDhcpOptions
    CreateImage CreateInstanceExportTask CreateInternetGateway CreateKeyPair
    CreateNetworkAcl CreateNetworkAclEntry CreateNetworkInterface CreatePlacementGroup
    CreateReservedInstancesListing CreateRoute CreateRouteTable CreateSecurityGroup
    CreateSnapshot CreateSpotDatafeedSubscription CreateSubnet CreateTags CreateVolume
    CreateVpc CreateVpcPeeringConnection CreateVpnConnection CreateVpnConnectionRoute
    CreateVpnGateway DeleteCustomerGateway DeleteDhcpOptions DeleteInternetGateway
    DeleteKeyPair DeleteNetworkAcl DeleteNetworkAclEntry DeleteNetworkInterface
    DeletePlacementGroup DeleteRoute DeleteRouteTable DeleteSecurityGroup DeleteSnapshot
    DeleteSpotDatafeedSubscription DeleteSubnet DeleteTags DeleteVolume DeleteVpc
    DeleteVpcPeeringConnection DeleteVpnConnection DeleteVpnConnectionRoute
    DeleteVpnGateway DeregisterImage DescribeAccountAttributes DescribeAddresses
    DescribeAvailabilityZones DescribeBundleTasks DescribeClassicLinkInstances
    DescribeConversionTasks DescribeCustomerGateways DescribeDhcpOptions
    DescribeExportTasks DescribeImageAttribute DescribeImages DescribeInstanceAttribute
    DescribeInstanceStatus DescribeInstances DescribeInternetGateways DescribeKeyPairs
    DescribeNetworkAcls DescribeNetworkInterfaceAttribute DescribeNetworkInterfaces
    DescribePlacementGroups DescribeRegions DescribeReservedInstances
    DescribeReservedInstancesListings DescribeReservedInstancesModifications
    DescribeReservedInstancesOfferings DescribeRouteTables DescribeSecurityGroups
    DescribeSnapshotAttribute DescribeSnapshots DescribeSpotDatafeedSubscription
    DescribeSpotInstanceRequests DescribeSpotPriceHistory DescribeSubnets DescribeTags
    DescribeVolumeAttribute DescribeVolumeStatus DescribeVolumes DescribeVpcAttribute
    DescribeVpcClassicLink DescribeVpcPeeringConnections DescribeVpcs
    DescribeVpnConnections DescribeVpnGateways DetachClassicLinkVpc DetachInternetGateway
    DetachNetworkInterface DetachVolume DetachVpnGateway DisableVgwRoutePropagation
    DisableVpcClassicLink DisassociateAddress DisassociateRouteTable
    EnableVgwRoutePropagation EnableVolumeIO EnableVpcClassicLink GetConsoleOutput
    GetPasswordData ImportInstance ImportKeyPair ImportVolume ModifyImageAttribute
    ModifyInstanceAttribute ModifyNetworkInterfaceAttribute ModifyReservedInstances
    ModifySnapshotAttribute ModifySubnetAttribute ModifyVolumeAttribute ModifyVpcAttribute
    MonitorInstances PurchaseReservedInstancesOffering RebootInstances RegisterImage
    RejectVpcPeeringConnection ReleaseAddress ReplaceNetworkAclAssociation
    ReplaceNetworkAclEntry ReplaceRoute ReplaceRouteTableAssociation ReportInstanceStatus
    RequestSpotInstances ResetImageAttribute ResetInstanceAttribute
    ResetNetworkInterfaceAttribute ResetSnapshotAttribute RevokeSecurityGroupEgress
    RevokeSecurityGroupIngress RunInstances StartInstances StopInstances
    TerminateInstances UnassignPrivateIpAddresses UnmonitorInstances
    """.split()  # noqa: SIM905 - 160 names read better as text
)
"""The operations of EC2's API version 2014-10-01."""

ALWAYS_SHOWN: Final[dict[str, dict[str, Any]]] = {
    "AuthorizeSecurityGroupEgress": {"ipPermissions": {}},
    "AuthorizeSecurityGroupIngress": {"ipPermissions": {}},
    "DescribeAddresses": {"publicIpsSet": {}, "allocationIdsSet": {}, "filterSet": {}},
    "DescribeAvailabilityZones": {
        "availabilityZoneSet": {},
        "availabilityZoneIdSet": {},
    },
    "DescribeCustomerGateways": {"customerGatewaySet": {}, "filterSet": {}},
    "DescribeDhcpOptions": {"dhcpOptionsSet": {}, "filterSet": {}},
    "DescribeImages": {
        "executableBySet": {},
        "imagesSet": {},
        "ownersSet": {},
        "filterSet": {},
    },
    "DescribeInstanceStatus": {
        "instancesSet": {},
        "filterSet": {},
        "includeAllInstances": False,
    },
    "DescribeInstances": {"instancesSet": {}, "filterSet": {}},
    "DescribeInternetGateways": {"internetGatewayIdSet": {}, "filterSet": {}},
    "DescribeKeyPairs": {"keySet": {}, "keyPairIdSet": {}, "filterSet": {}},
    "DescribeNetworkAcls": {"networkAclIdSet": {}, "filterSet": {}},
    "DescribeNetworkInterfaces": {"networkInterfaceIdSet": {}, "filterSet": {}},
    "DescribePlacementGroups": {"filterSet": {}},
    "DescribeRegions": {"regionSet": {}},
    "DescribeReservedInstances": {"reservedInstancesSet": {}, "filterSet": {}},
    "DescribeRouteTables": {"routeTableIdSet": {}, "filterSet": {}},
    "DescribeSecurityGroups": {
        "securityGroupSet": {},
        "securityGroupIdSet": {},
        "filterSet": {},
    },
    "DescribeSnapshots": {
        "snapshotSet": {},
        "ownersSet": {},
        "sharedUsersSet": {},
        "filterSet": {},
    },
    "DescribeSpotInstanceRequests": {"spotInstanceRequestIdSet": {}, "filterSet": {}},
    "DescribeSubnets": {"subnetSet": {}, "filterSet": {}},
    "DescribeTags": {"filterSet": {}},
    "DescribeVolumeStatus": {"volumeSet": {}, "filterSet": {}},
    "DescribeVolumes": {"volumeSet": {}, "filterSet": {}},
    "DescribeVpcPeeringConnections": {"vpcPeeringConnectionIdSet": {}, "filterSet": {}},
    "DescribeVpcs": {"vpcSet": {}, "filterSet": {}},
    "DescribeVpnConnections": {"vpnConnectionSet": {}, "filterSet": {}},
    "DescribeVpnGateways": {"vpnGatewaySet": {}, "filterSet": {}},
    "RevokeSecurityGroupEgress": {"ipPermissions": {}},
    "RevokeSecurityGroupIngress": {"ipPermissions": {}},
    "RunInstances": {
        "blockDeviceMapping": {},
        "monitoring": {"enabled": False},
        "disableApiTermination": False,
        "disableApiStop": False,
    },
}
"""Members that CloudTrail shows even where the request leaves them out."""
