"""Amazon EC2.

Source: "Actions, resources, and condition keys for Amazon EC2" (Service Authorization
Reference), "Grant permission to tag Amazon EC2 resources during creation" and "Example
policies to control access to the Amazon EC2 API" (Amazon EC2 User Guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from simulator.iam.actions.context import request_tags, resource_tags, tag_keys, tags_of
from simulator.iam.actions.ec2_ids import PREFIXES, any_arn, arn_of, builder
from simulator.iam.actions.ec2_launch import request_spot, run_instances
from simulator.iam.actions.ec2_profile import pass_profile
from simulator.iam.actions.needed import ContextValue, Needed, Request
from simulator.iam.actions.paths import text
from simulator.iam.actions.resources import Builder

Needs = tuple[Needed, ...]


def common(call: Request) -> dict[str, ContextValue]:
    """ec2:Region, which every EC2 call has."""
    return {"ec2:Region": call.region}


def tagged_at_creation(call: Request, needs: Needs) -> Needs:
    """Add what TagSpecifications ask for: request tags, and ec2:CreateTags on what is created."""
    specifications = call.params.get("TagSpecifications") or ()
    result = list(needs)
    for specification in specifications:
        kind, tags = specification.get("ResourceType"), tags_of(specification.get("Tags"))
        if not kind or not tags:
            continue
        asked = request_tags(tags)
        created = arn_of(kind, call, "*")
        for position, need in enumerate(result):
            if need.resource.startswith(created[:-1]) and need.action == f"ec2:{call.operation}":
                context = {**need.context, **asked}
                result[position] = call.need(need.action, need.resource, context)
        keys = common(call) | asked | {"ec2:CreateAction": call.operation}
        result.append(call.need("ec2:CreateTags", created, keys))
    return tuple(result)


finish = tagged_at_creation


def on_tags(call: Request) -> Needs:
    """CreateTags and DeleteTags, on each resource by its id."""
    tags = tags_of(call.params.get("Tags"))
    asked = request_tags(tags) if call.operation == "CreateTags" else tag_keys(tags)
    needs = []
    for identifier in call.params.get("Resources") or ("*",):
        arn = any_arn(call, identifier)
        own = _described(call, arn)
        needs.append(call.need(f"ec2:{call.operation}", arn, common(call) | own | asked))
    return tuple(needs)


def _described(call: Request, arn: str) -> dict[str, ContextValue]:
    state = call.lookup.attributes(arn) if call.lookup is not None else None
    return dict(state or {}) | resource_tags(call.lookup, arn, ("ec2:ResourceTag/",))


def on_group(call: Request) -> Needs:
    """An action on a security group that is given by id, or by name in the default VPC."""
    group = call.params.get("GroupId") or call.params.get("GroupName") or "*"
    arn = arn_of("security-group", call, group)
    action = f"ec2:{call.operation}"
    needs = [call.need(action, arn, common(call) | _described(call, arn))]
    if call.params.get("TagSpecifications"):
        rule = arn_of("security-group-rule", call, "*")
        needs.append(call.need(action, rule, common(call)))
    return tuple(needs)


def on_attribute(kind: str, parameter: str, call: Request) -> Needs:
    """An action that changes attributes: ec2:Attribute and ec2:Attribute/… say which.

    Sharing a snapshot gives ec2:Add/userId, ec2:Add/group and their opposites.
    """
    arn = arn_of(kind, call, call.params.get(parameter, "*"))
    keys = common(call) | _described(call, arn)
    named = call.params.get("Attribute")
    changed = {
        name: value.get("Value") if isinstance(value, Mapping) and "Value" in value else value
        for name, value in call.params.items()
        if name not in (parameter, *_NO_ATTRIBUTE) and value is not None
    }
    if named or changed:
        names = tuple(changed) if not named else (text(named),)
        keys["ec2:Attribute"] = names[0] if len(names) == 1 else names
    for name, value in changed.items():
        if isinstance(value, str | int | bool):
            keys[f"ec2:Attribute/{name}"] = text(value)
    if kind == "snapshot":
        keys |= _sharing(call.params)
    return (call.need(f"ec2:{call.operation}", arn, keys),)


_NO_ATTRIBUTE = [
    "Attribute",
    "BlockDeviceMappings",
    "CreateVolumePermission",
    "DryRun",
    "GroupNames",
    "LaunchPermission",
    "OperationType",
    "ProductCodes",
    "UserGroups",
    "UserIds",
]


def _sharing(params: Mapping[str, Any]) -> dict[str, ContextValue]:
    keys: dict[str, ContextValue] = {}
    permissions = params.get("CreateVolumePermission") or {}
    for change in ("Add", "Remove"):
        for entry in permissions.get(change) or ():
            for member, name in (("UserId", "userId"), ("Group", "group")):
                if entry.get(member):
                    keys[f"ec2:{change}/{name}"] = text(entry[member])
    operation = {"add": "Add", "remove": "Remove"}.get(params.get("OperationType", ""))
    if operation and params.get("UserIds"):
        keys[f"ec2:{operation}/userId"] = text(params["UserIds"][0])
    if operation and params.get("GroupNames"):
        keys[f"ec2:{operation}/group"] = text(params["GroupNames"][0])
    return keys


def with_profile(spec_kind: str, call: Request) -> Needs:
    """An action that gives an instance a profile: its role is passed to EC2."""
    name = call.params.get("InstanceId") or call.params.get("AssociationId") or "*"
    arn = arn_of("instance", call, name)
    keys = common(call) | _described(call, arn)
    profile = call.params.get(spec_kind) or {}
    role = pass_profile(call, profile)
    if profile.get("Arn"):
        keys["ec2:NewInstanceProfile"] = profile["Arn"]
    return (call.need(f"ec2:{call.operation}", arn, keys), *role)


BUILDERS: Mapping[str, Builder] = {
    **{kind: builder(kind) for kind in PREFIXES.values()},
    "any": any_arn,
}
KINDS = {"any": ["arn:aws:ec2:{region}:{account}:*/{}", ["ec2:ResourceTag/"]]}
_ON_GROUP = [
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "DeleteSecurityGroup",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "UpdateSecurityGroupRuleDescriptionsEgress",
    "UpdateSecurityGroupRuleDescriptionsIngress",
]
_ON_TEMPLATE = (
    "CreateLaunchTemplateVersion",
    "DeleteLaunchTemplate",
    "DeleteLaunchTemplateVersions",
    "ModifyLaunchTemplate",
)
_TEMPLATE = ["launch-template=LaunchTemplateId|LaunchTemplateName"]
_VOLUME = {
    "ec2:AvailabilityZone": "AvailabilityZone",
    "ec2:Encrypted": "Encrypted",
    "ec2:KmsKeyId": "KmsKeyId",
    "ec2:ParentSnapshot": "SnapshotId",
    "ec2:VolumeIops": "Iops",
    "ec2:VolumeSize": "Size",
    "ec2:VolumeThroughput": "Throughput",
    "ec2:VolumeType": "VolumeType",
}

OPERATIONS: Mapping[str, Any] = {
    **dict.fromkeys(_ON_GROUP, on_group),
    **dict.fromkeys(_ON_TEMPLATE, _TEMPLATE),
    **dict.fromkeys(("CreateTags", "DeleteTags"), on_tags),
    "AssociateIamInstanceProfile": partial(with_profile, "IamInstanceProfile"),
    "CopyImage": ["image", "snapshot", "?image=SourceImageId"],
    "CopySnapshot": {
        "resources": ["snapshot", "?snapshot=SourceSnapshotId"],
        "keys": {"ec2:Encrypted": "Encrypted"},
    },
    "CreateFlowLogs": ["vpc-flow-log", "any=ResourceIds[]"],
    "CreateImage": ["image", "snapshot", "instance=InstanceId"],
    "CreateKeyPair": ["key-pair=KeyName"],
    "CreateLaunchTemplate": ["launch-template"],
    "CreateNetworkInterface": ["network-interface", "subnet=SubnetId", "?security-group=Groups[]"],
    "CreateVolume": {
        "resources": ["volume", "?snapshot=SnapshotId"],
        "keys": _VOLUME,
        "defaults": {"ec2:Encrypted": "false", "ec2:VolumeType": "gp2"},
    },
    "DeleteKeyPair": ["?key-pair=KeyName|KeyPairId"],
    "DisassociateIamInstanceProfile": ["instance=AssociationId"],
    "ImportKeyPair": ["key-pair=KeyName"],
    "ModifyImageAttribute": partial(on_attribute, "image", "ImageId"),
    "ModifyInstanceAttribute": partial(on_attribute, "instance", "InstanceId"),
    "ModifyInstanceMetadataOptions": partial(on_attribute, "instance", "InstanceId"),
    "ModifyNetworkInterfaceAttribute": ["network-interface=NetworkInterfaceId"],
    "ModifySecurityGroupRules": [
        "security-group=GroupId",
        "?security-group-rule=SecurityGroupRules[].SecurityGroupRuleId",
    ],
    "ModifySnapshotAttribute": partial(on_attribute, "snapshot", "SnapshotId"),
    "ModifyVolume": partial(on_attribute, "volume", "VolumeId"),
    "ModifyVpcEndpoint": [
        "vpc-endpoint=VpcEndpointId",
        "?route-table=AddRouteTableIds[]",
        "?route-table=RemoveRouteTableIds[]",
        "?security-group=AddSecurityGroupIds[]",
        "?security-group=RemoveSecurityGroupIds[]",
        "?subnet=AddSubnetIds[]",
        "?subnet=RemoveSubnetIds[]",
    ],
    "RegisterImage": ["image", "?snapshot=BlockDeviceMappings[].Ebs.SnapshotId"],
    "ReplaceIamInstanceProfileAssociation": partial(with_profile, "IamInstanceProfile"),
    "RequestSpotInstances": request_spot,
    "RunInstances": run_instances,
    "SendDiagnosticInterrupt": ["instance=InstanceId"],
}
