"""AWS Systems Manager.

Source: "Actions, resources, and condition keys for AWS Systems Manager" (Service
Authorization Reference), "Restricting access to Parameter Store parameters using IAM
policies" and "Start a session with a document by specifying the session documents in IAM
policies" (AWS Systems Manager User Guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.iam.actions.context import request_tags, tag_keys, tags_of
from simulator.iam.actions.needed import Needed, Request
from simulator.iam.actions.paths import texts
from simulator.iam.actions.resources import Builder, Kind
from simulator.iam.actions.table import described

_OWNED_BY_AWS = (
    "AWS-",
    "AWSEC2-",
    "AWSConfigRemediation-",
    "AWSFleetManager-",
    "AmazonCloudWatch-",
)
_TAGGED_KIND = Kind("", "", ("ssm:resourceTag/",), tagged=True)
_TAGGED = {
    "Association": "association",
    "Automation": "automation-execution",
    "Document": "document",
    "MaintenanceWindow": "maintenancewindow",
    "ManagedInstance": "managed-instance",
    "OpsItem": "opsitem",
    "OpsMetadata": "opsmetadata",
    "PatchBaseline": "patchbaseline",
}


def parameter(call: Request, name: str) -> str:
    """ARN of a parameter: its name's leading slash is also the ARN's; a version is cut off."""
    if name.startswith("arn:"):
        return name
    return call.arn("ssm", f"parameter/{name.split(':', 1)[0].removeprefix('/')}")


def document(call: Request, name: str) -> str:
    """ARN of a document; those of AWS belong to no account."""
    if name.startswith("arn:"):
        return name
    if name.startswith(_OWNED_BY_AWS):
        return f"arn:aws:ssm:{call.region}::document/{name}"
    return call.arn("ssm", f"document/{name}")


def node(call: Request, target: str) -> str:
    """ARN of a managed node: an EC2 instance, an ECS task or a machine elsewhere."""
    if target.startswith("arn:"):
        return target
    if target.startswith("mi-"):
        return call.arn("ssm", f"managed-instance/{target}")
    if target.startswith("ecs:"):
        cluster, task, *_ = [*target.removeprefix("ecs:").split("_"), "*"]
        return call.arn("ecs", f"task/{cluster}/{task}")
    return call.arn("ec2", f"instance/{target}")


def setting(call: Request, identifier: str) -> str:
    """ARN of a service setting, by its path or ARN."""
    if identifier.startswith("arn:"):
        return identifier
    return call.arn("ssm", f"servicesetting/{identifier.removeprefix('/')}")


def _on_node(call: Request, action: str, arn: str) -> Needed:
    return call.need(action, arn, described(call, arn, _TAGGED_KIND))


def send_command(call: Request) -> tuple[Needed, ...]:
    """SendCommand: the document, the nodes, the bucket for the output, and the role passed.

    Nodes chosen by tag are not known beforehand: such a call needs every instance.
    """
    params = call.params
    action = "ssm:SendCommand"
    nodes = list(params.get("InstanceIds") or ())
    for target in params.get("Targets") or ():
        by_id = str(target.get("Key", "")).lower() == "instanceids"
        nodes += target.get("Values") or () if by_id else ["*"]
    needs = [call.need(action, document(call, params.get("DocumentName", "*")))]
    needs += [_on_node(call, action, node(call, one)) for one in dict.fromkeys(nodes)]
    if params.get("OutputS3BucketName"):
        needs.append(call.need(action, f"arn:aws:s3:::{params['OutputS3BucketName']}"))
    if params.get("ServiceRoleArn"):
        passed = {"iam:PassedToService": "ssm.amazonaws.com"}
        needs.append(call.need("iam:PassRole", params["ServiceRoleArn"], passed))
    return tuple(needs)


def start_session(call: Request) -> tuple[Needed, ...]:
    """StartSession: the node, and the document where the call names one."""
    action = "ssm:StartSession"
    needs = [_on_node(call, action, node(call, call.params.get("Target", "*")))]
    if call.params.get("DocumentName"):
        needs.append(call.need(action, document(call, call.params["DocumentName"])))
    return tuple(needs)


def parameters_by_path(call: Request) -> tuple[Needed, ...]:
    """GetParametersByPath, decided on the path."""
    path = str(call.params.get("Path", "*"))
    arn = call.arn("ssm", f"parameter/{path.removeprefix('/')}")
    recursive = "true" if call.params.get("Recursive") else "false"
    return (call.need("ssm:GetParametersByPath", arn, {"ssm:Recursive": recursive}),)


def on_tags(call: Request) -> tuple[Needed, ...]:
    """AddTagsToResource and its kin, on the resource that type and id name together."""
    kind, name = call.params.get("ResourceType", ""), call.params.get("ResourceId", "*")
    if kind == "Parameter":
        arn = parameter(call, name)
    elif kind == "Document":
        arn = document(call, name)
    else:
        arn = (
            name if name.startswith("arn:") else call.arn("ssm", f"{_TAGGED.get(kind, '*')}/{name}")
        )
    context = request_tags(tags_of(call.params.get("Tags")))
    context |= tag_keys(texts(call.params, "TagKeys[]"))
    own = described(call, arn, _TAGGED_KIND)
    return (call.need(f"ssm:{call.operation}", arn, own | context),)


BUILDERS: Mapping[str, Builder] = {
    "document": document,
    "instance": node,
    "managed-instance": node,
    "parameter": parameter,
    "servicesetting": setting,
}
OPERATIONS: Mapping[str, Any] = {
    **dict.fromkeys(
        ("AddTagsToResource", "ListTagsForResource", "RemoveTagsFromResource"), on_tags
    ),
    "CreateAssociation": {
        "resources": ["document=Name", "?instance=InstanceId"],
        "tags": "Tags",
        "tagging": "AddTagsToResource",
    },
    "CreateAssociationBatch": ["document=Entries[].Name", "?instance=Entries[].InstanceId"],
    "GetCalendarState": ["document=CalendarNames[]"],
    "GetConnectionStatus": ["instance=Target"],
    "GetParametersByPath": parameters_by_path,
    "SendCommand": send_command,
    "StartSession": start_session,
    "UpdateAssociation": ["association=AssociationId", "?document=Name"],
    "UpdateAssociationStatus": ["document=Name", "?instance=InstanceId"],
    "UpdateManagedInstanceRole": ["managed-instance=InstanceId"],
}
