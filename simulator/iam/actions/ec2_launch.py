"""Launching EC2 instances: RunInstances and RequestSpotInstances.

Source: "Actions, resources, and condition keys for Amazon EC2" (Service Authorization
Reference), RunInstances: each resource type is decided by itself, with its own keys, so that
a condition on ec2:InstanceType holds for the instance alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.iam.actions.context import keys_of, resource_tags
from simulator.iam.actions.ec2_ids import arn_of
from simulator.iam.actions.ec2_profile import pass_profile
from simulator.iam.actions.needed import ContextValue, Needed, Request
from simulator.iam.actions.paths import text

Context = dict[str, ContextValue]

INSTANCE_KEYS = {
    "ec2:AvailabilityZone": "Placement.AvailabilityZone",
    "ec2:EbsOptimized": "EbsOptimized",
    "ec2:InstanceMarketType": "InstanceMarketOptions.MarketType",
    "ec2:InstanceMetadataTags": "MetadataOptions.InstanceMetadataTags",
    "ec2:InstanceType": "InstanceType",
    "ec2:MetadataHttpEndpoint": "MetadataOptions.HttpEndpoint",
    "ec2:MetadataHttpPutResponseHopLimit": "MetadataOptions.HttpPutResponseHopLimit",
    "ec2:MetadataHttpTokens": "MetadataOptions.HttpTokens",
    "ec2:PlacementGroup": "Placement.GroupName",
    "ec2:Tenancy": "Placement.Tenancy",
}
INSTANCE_DEFAULTS = {
    "ec2:EbsOptimized": "false",
    "ec2:InstanceMarketType": "on-demand",
    "ec2:InstanceType": "m1.small",
    "ec2:Tenancy": "default",
}
VOLUME_KEYS = {
    "ec2:Encrypted": "Encrypted",
    "ec2:ParentSnapshot": "SnapshotId",
    "ec2:VolumeIops": "Iops",
    "ec2:VolumeSize": "VolumeSize",
    "ec2:VolumeThroughput": "Throughput",
    "ec2:VolumeType": "VolumeType",
}


def run_instances(call: Request) -> tuple[Needed, ...]:
    """RunInstances, with a launch template's settings under the call's own."""
    template = call.params.get("LaunchTemplate") or {}
    name = template.get("LaunchTemplateId") or template.get("LaunchTemplateName")
    base: Context = {"ec2:Region": call.region}
    settings = dict(call.params)
    needs: list[Needed] = []
    if name:
        arn = arn_of("launch-template", call, name)
        base |= {"ec2:LaunchTemplate": arn, "ec2:IsLaunchTemplateResource": "false"}
        needs.append(call.need("ec2:RunInstances", arn, base | _state(call, arn)))
        if call.lookup is not None:
            version = text(template.get("Version", "$Default"))
            settings = {**(call.lookup.ec2_template(name, version) or {}), **settings}
    launch = _Launch(call, "ec2:RunInstances", settings, base, call.params if name else None)
    needs += launch.instances()
    needs += launch.network()
    needs += launch.others()
    return (*needs, *pass_profile(call, settings.get("IamInstanceProfile")))


def request_spot(call: Request) -> tuple[Needed, ...]:
    """RequestSpotInstances: what it names, and the request itself."""
    base: Context = {"ec2:Region": call.region}
    action = "ec2:RequestSpotInstances"
    settings = call.params.get("LaunchSpecification") or {}
    request = arn_of("spot-instances-request", call, "*")
    launch = _Launch(call, action, settings, base, None)
    needs = [call.need(action, request, base)]
    needs += [launch.on("image", settings.get("ImageId"), {})]
    needs += [launch.on("security-group", one, {}) for one in launch.groups()]
    needs += [launch.on("subnet", one, {}) for one in launch.subnets()]
    if settings.get("KeyName"):
        needs.append(launch.on("key-pair", settings["KeyName"], {}))
    return (*needs, *pass_profile(call, settings.get("IamInstanceProfile")))


def _state(call: Request, arn: str) -> Context:
    if call.lookup is None:
        return {}
    state = dict(call.lookup.attributes(arn) or {})
    return state | resource_tags(call.lookup, arn, ("ec2:ResourceTag/",))


class _Launch:
    """The settings of one launch, and the needs that follow from them."""

    def __init__(
        self,
        call: Request,
        action: str,
        settings: Mapping[str, Any],
        base: Context,
        own: Mapping[str, Any] | None,
    ) -> None:
        self.call = call
        self.action = action
        self.settings = settings
        self.base = base
        self.own = own
        self.interfaces: Sequence[Mapping[str, Any]] = settings.get("NetworkInterfaces") or ()

    def on(self, kind: str, name: str | None, keys: Context, source: str = "") -> Needed:
        """The need on one resource; `source` is the setting that names it."""
        arn = arn_of(kind, self.call, name or "*")
        context = self.base | _state(self.call, arn) | keys
        if self.own is not None and source and source not in self.own:
            context["ec2:IsLaunchTemplateResource"] = "true"
        return self.call.need(self.action, arn, context)

    def groups(self) -> list[str]:
        """Security groups by id or name; "*" for the VPC's default one."""
        named = [*(self.settings.get("SecurityGroupIds") or ())]
        named += self.settings.get("SecurityGroups") or ()
        for interface in self.interfaces:
            named += interface.get("Groups") or ()
        return list(dict.fromkeys(named)) or ["*"]

    def subnets(self) -> list[str]:
        """Subnets by id; "*" for a default one."""
        named = [i["SubnetId"] for i in self.interfaces if i.get("SubnetId")]
        if self.settings.get("SubnetId"):
            named.append(self.settings["SubnetId"])
        return list(dict.fromkeys(named)) or ["*"]

    def instances(self) -> list[Needed]:
        """The instance, its image and its volumes."""
        keys: Context = {**INSTANCE_DEFAULTS, **keys_of(self.settings, INSTANCE_KEYS)}
        image = self.on("image", self.settings.get("ImageId"), {}, "ImageId")
        device = image.context.get("ec2:RootDeviceType", "ebs")
        keys["ec2:RootDeviceType"] = device
        profile = self.settings.get("IamInstanceProfile") or {}
        if profile.get("Arn") or profile.get("Name"):
            name = profile.get("Arn")
            keys["ec2:InstanceProfile"] = name or (
                f"arn:aws:iam::{self.call.account_id}:instance-profile/{profile['Name']}"
            )
        needs = [image, self.on("instance", None, keys, "InstanceType")]
        mappings = self.settings.get("BlockDeviceMappings") or ()
        volumes = [m["Ebs"] for m in mappings if m.get("Ebs")] or [{}]
        for volume in volumes:
            size: Context = {"ec2:Encrypted": "false", **_state(self.call, self._any("volume"))}
            size |= keys_of(volume, VOLUME_KEYS)
            needs.append(self.on("volume", None, size, "BlockDeviceMappings"))
            if volume.get("SnapshotId"):
                needs.append(self.on("snapshot", volume["SnapshotId"], {}))
        return needs

    def _any(self, kind: str) -> str:
        return arn_of(kind, self.call, "*")

    def network(self) -> list[Needed]:
        """Network interfaces, security groups and subnets."""
        subnets = self.subnets()
        needs = []
        for interface in self.interfaces or ({},):
            subnet = interface.get("SubnetId") or subnets[0]
            arn = arn_of("subnet", self.call, subnet)
            keys: Context = {"ec2:Subnet": arn} if subnet != "*" else {}
            vpc = _state(self.call, arn).get("ec2:Vpc")
            if vpc:
                keys["ec2:Vpc"] = vpc
            if interface.get("AssociatePublicIpAddress") is not None:
                public = text(interface["AssociatePublicIpAddress"])
                keys["ec2:AssociatePublicIpAddress"] = public
            named = interface.get("NetworkInterfaceId")
            needs.append(self.on("network-interface", named, keys, "NetworkInterfaces"))
        needs += [self.on("security-group", one, {}, "SecurityGroupIds") for one in self.groups()]
        return needs + [self.on("subnet", one, {}, "SubnetId") for one in subnets]

    def others(self) -> list[Needed]:
        """What a launch may name besides."""
        needs = []
        if self.settings.get("KeyName"):
            needs.append(self.on("key-pair", self.settings["KeyName"], {}, "KeyName"))
        placement = self.settings.get("Placement") or {}
        if placement.get("GroupName"):
            needs.append(self.on("placement-group", placement["GroupName"], {}, "Placement"))
        target = (self.settings.get("CapacityReservationSpecification") or {}).get(
            "CapacityReservationTarget"
        ) or {}
        if target.get("CapacityReservationId"):
            needs.append(self.on("capacity-reservation", target["CapacityReservationId"], {}))
        return needs
